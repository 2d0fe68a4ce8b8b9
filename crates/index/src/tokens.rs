//! What prompts ask for, token by token: worked out for each distinct prompt when somebody first asks
//! for tokens, and remembered from one snapshot to the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::prompt::{Dialect, TokenKind, tokens};

use crate::{column::Column, mask::Mask, prose::Prose, sets::Sets, text::Interner};

/// Dialects that differ.
const DIALECTS: usize = 4;

/// What one snapshot knows. The next one begins with it; what either learns later is its own, because
/// in snapshots that were made of one the same number may come to mean different prompts.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Mutex<Book>);

impl Clone for Tokens {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.book().clone()))
    }
}

#[derive(Debug, Clone, Default)]
struct Book {
    /// Every token that was met.
    texts: Column<Arc<str>>,
    interner: Interner,
    /// The distinct tokens of a prompt, by dialect and number of the prompt.
    prompts: [Column<Option<Arc<[u32]>>>; DIALECTS],
}

/// The columns that say which prompt a row has, and in which dialect.
pub(crate) struct Prompts<'a> {
    pub(crate) texts: &'a Prose,
    pub(crate) rows: &'a Column<u32>,
    pub(crate) tools: &'a Sets,
}

impl Tokens {
    /// Reads every prompt that was not read yet.
    pub(crate) fn learn(&self, prompts: &Prompts<'_>) {
        let all = Mask::full(prompts.rows.len());
        let _ = self.book().learn(prompts, &all);
    }

    /// The rows of which some token holds, for any of the conditions; each says whether it is
    /// negated, and which tokens hold.
    pub(crate) fn mask(
        &self,
        prompts: &Prompts<'_>,
        conditions: &[(bool, impl Fn(&str) -> bool)],
    ) -> Mask {
        let all = Mask::full(prompts.rows.len());
        let mut book = self.book();
        let each = book.learn(prompts, &all);
        let tables: Vec<(bool, Vec<bool>)> = conditions
            .iter()
            .map(|(not, holds)| (*not, book.texts.iter().map(|text| holds(text)).collect()))
            .collect();
        let answer = |tokens: &[u32]| {
            tables
                .iter()
                .any(|(not, table)| tokens.iter().any(|token| table[*token as usize]) != *not)
        };
        let answers = std::array::from_fn::<_, DIALECTS, _>(|dialect| {
            let own = book.prompts[dialect].iter();
            own.map(|tokens| answer(tokens.as_deref().unwrap_or_default()))
                .collect::<Vec<bool>>()
        });
        Mask::from_answers(each.map(|(dialect, prompt)| answers[dialect][prompt as usize]))
    }

    /// Every token of a mask's rows, and how many of them have it.
    pub(crate) fn counts(&self, prompts: &Prompts<'_>, mask: &Mask) -> Vec<(u32, Arc<str>, u64)> {
        let totals = self.totals(prompts, mask, |[count], _| *count += 1);
        let counts = totals.into_iter();
        counts
            .map(|(number, text, [count])| (number, text, count))
            .collect()
    }

    /// Every token of a mask's rows with sums over those that have it. `add` adds a row, which it is
    /// told by its place among the rows of the mask.
    pub(crate) fn totals<const N: usize>(
        &self,
        prompts: &Prompts<'_>,
        mask: &Mask,
        add: impl Fn(&mut [u64; N], usize),
    ) -> Vec<(u32, Arc<str>, [u64; N])> {
        let mut book = self.book();
        let mut of_prompts: [Vec<[u64; N]>; DIALECTS] = std::array::from_fn(|_| Vec::new());
        for (place, (dialect, prompt)) in book.learn(prompts, mask).enumerate() {
            let totals = &mut of_prompts[dialect];
            if totals.len() <= prompt as usize {
                totals.resize(prompts.texts.len(), [0; N]);
            }
            add(&mut totals[prompt as usize], place);
        }
        let mut totals = vec![[0; N]; book.texts.len()];
        for (of_prompts, known) in of_prompts.iter().zip(&book.prompts) {
            for (own, tokens) in of_prompts
                .iter()
                .zip(known.iter())
                .filter(|(own, _)| **own != [0; N])
            {
                for token in tokens.iter().flat_map(|list| list.iter()) {
                    let sums = totals[*token as usize].iter_mut().zip(own);
                    sums.for_each(|(sum, own)| *sum += own);
                }
            }
        }
        let all = (0_u32..).zip(book.texts.iter()).zip(totals);
        all.filter(|(_, totals)| *totals != [0; N])
            .map(|((number, text), totals)| (number, Arc::clone(text), totals))
            .collect()
    }

    /// Bytes of memory, as far as they can be counted; parts that snapshots share count in each.
    pub(crate) fn bytes(&self) -> usize {
        let book = self.book();
        let texts: usize = book.texts.iter().map(|text| text.len() + 16).sum();
        let lists = book.prompts.iter().flat_map(Column::iter).flatten();
        let lists: usize = lists.map(|list| 16 + list.len() * 4).sum();
        let columns: usize = book.prompts.iter().map(Column::bytes).sum();
        texts + book.texts.bytes() + book.interner.bytes() + lists + columns
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Reads the prompts of a mask's rows that were not read before; gives dialect and prompt of
    /// each of these rows.
    fn learn(
        &mut self,
        prompts: &Prompts<'_>,
        mask: &Mask,
    ) -> impl Iterator<Item = (usize, u32)> + use<> {
        let dialects = prompts.tools.of_values(dialect);
        let mut each = Vec::with_capacity(mask.count());
        for row in mask.rows() {
            let prompt = *prompts.rows.at(row);
            let tool = prompts.tools.first(row);
            let dialect = tool.map_or(dialect(""), |tool| dialects[tool as usize]);
            each.push((dialect, prompt));
            if !matches!(self.prompts[dialect].get(prompt), Some(Some(_))) {
                let list = self.read(&prompts.texts.at(prompt), dialect);
                let known = &mut self.prompts[dialect];
                while known.len() <= prompt as usize {
                    known.push(None);
                }
                *known.at_mut(prompt) = Some(list);
            }
        }
        each.into_iter()
    }

    fn read(&mut self, prompt: &str, dialect: usize) -> Arc<[u32]> {
        let mut list: Vec<u32> = Vec::new();
        let words = tokens(prompt, ALL[dialect]).into_iter();
        for token in words.filter(|token| token.kind == TokenKind::Text) {
            let next = self.texts.len() as u32;
            let texts = &self.texts;
            let same = |number| texts.get(number).is_some_and(|had| **had == *token.text);
            let number = self.interner.number(token.text.as_str(), same, || next);
            if number == next {
                self.texts.push(token.text.into());
            }
            if !list.contains(&number) {
                list.push(number);
            }
        }
        list.into()
    }
}

const ALL: [Dialect; DIALECTS] = [
    Dialect::Webui,
    Dialect::Comfy,
    Dialect::NovelAi,
    Dialect::Invoke,
];

/// The dialect of a folded tool's name, by its place in [`ALL`].
fn dialect(tool: &str) -> usize {
    let own = Dialect::of(tool);
    ALL.iter().position(|one| *one == own).unwrap_or(0)
}
