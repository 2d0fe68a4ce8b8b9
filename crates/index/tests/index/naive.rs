//! What a query means, as a plain loop: slow, short, and without any of the index's own code.

use std::cmp::Ordering;

use domain::{
    facts::Facts,
    judgement::Judgement,
    prompt::{Dialect, TokenKind, fold, tokens},
    query::{
        Alternative, Atom, Field, Filter, Has, Pattern, Query, Sort, SortBy, SortKey, Word, Words,
        fold_value, lora_weight, megapixels, ratio_matches, rounded,
    },
    text::{base_name, normalise},
    time::Timestamp,
};

use crate::{
    library::{MANY_STARS, SMART, rank, set_id, tag_name, with_those_above},
    parameters,
};

/// A row with its folded texts, made once.
pub(crate) struct Naive {
    pub(crate) row: Facts,
    haystack: [String; 5],
    names: Vec<String>,
    /// The folded values of the fields that have text, in the order of the fields.
    values: Vec<Vec<String>>,
    /// What names and models are sorted by.
    natural: Vec<(u32, u128)>,
    model: Option<String>,
}

impl Naive {
    pub(crate) fn new(row: Facts) -> Self {
        let dialect = Dialect::of(&row.tool);
        let haystack = [
            fold(&row.positive, dialect),
            fold(&row.negative, dialect),
            normalise(&row.name),
            normalise(&row.folder),
            normalise(&row.note),
        ];
        let models = row.models.iter().chain(&row.loras);
        let models = models.map(|name| normalise(base_name(name)));
        let tags = row.tags.iter().map(|key| normalise(tag_name(*key)));
        let persona = normalise(&row.persona);
        let names = models.chain(tags).chain([persona]).collect();
        let mut naive = Self {
            natural: natural(&haystack[2]),
            model: None,
            row,
            haystack,
            names,
            values: Vec::new(),
        };
        for field in Field::ALL {
            let values = naive.values(field);
            naive.values.push(
                values
                    .iter()
                    .map(|value| fold_value(field, value))
                    .collect(),
            );
        }
        let mut models = naive.values[Field::Model as usize].iter();
        naive.model = models.find(|name| !name.is_empty()).cloned();
        naive
    }

    /// The word is folded already.
    fn contains(&self, word: &Word) -> bool {
        let folded = &word.text;
        let place = self.haystack[3].trim_matches(['/', ' ']);
        let mut texts = self.haystack[..3]
            .iter()
            .chain(&self.haystack[4..])
            .chain(&self.names)
            .map(String::as_str);
        (texts.any(|text| text.contains(folded)) || place.contains(folded)) != word.not
    }

    /// The values of a field as the file has them.
    pub(crate) fn values(&self, field: Field) -> Vec<String> {
        let row = &self.row;
        match field {
            Field::Model => row.models.clone(),
            Field::Lora => row.loras.clone(),
            Field::LoraWeight => row
                .loras
                .iter()
                .zip(&row.lora_weights)
                .filter_map(|(name, weight)| lora_weight(name, (*weight)?))
                .collect(),
            Field::Vae => row.vae.iter().cloned().collect(),
            // From the prompt as it is written, not from the folded one that the index has.
            Field::Token => tokens(&row.positive, Dialect::of(&row.tool))
                .into_iter()
                .filter(|token| token.kind == TokenKind::Text)
                .map(|token| token.text)
                .collect(),
            Field::Sampler => row.samplers.clone(),
            Field::Scheduler => row.schedulers.clone(),
            Field::Tool => vec![row.tool.clone()],
            Field::Folder => vec![row.folder.clone()],
            Field::Name => vec![row.name.clone()],
            Field::Format => vec![row.format.word().to_owned()],
            Field::State => vec![row.judgement.verdict.word().to_owned()],
            Field::Label => vec![row.judgement.label_word().to_owned()],
            Field::Persona => said(&row.persona),
            Field::User => said(&row.user),
            Field::Intent => said(&row.intent),
            Field::Tag => row
                .tags
                .iter()
                .map(|key| tag_name(*key).to_owned())
                .collect(),
            Field::Set => {
                let Judgement {
                    hidden,
                    trashed,
                    rating,
                    ..
                } = row.judgement;
                let smart = rating >= MANY_STARS && !hidden && !trashed && !row.input;
                let own = row.sets.iter().map(|(key, _)| *key);
                let own = own.chain(smart.then_some(SMART));
                own.flat_map(with_those_above)
                    .map(|key| set_id(key).to_string())
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn size(&self) -> Option<(u32, u32)> {
        let size = (self.row.width, self.row.height);
        (size.0 > 0 && size.1 > 0).then_some(size)
    }

    pub(crate) fn cfg(&self) -> Option<f64> {
        self.row.cfg.filter(|cfg| cfg.is_finite()).map(rounded)
    }

    pub(crate) fn has(&self, has: Has) -> bool {
        let row = &self.row;
        match has {
            Has::Prompt => !row.positive.trim().is_empty(),
            Has::Negative => !row.negative.trim().is_empty(),
            Has::Workflow => row.has_workflow,
            Has::Lora => row.loras.iter().any(|name| !base_name(name).is_empty()),
            Has::Recipe => !row.tool.is_empty(),
            Has::Unparsed => row.unparsed,
            Has::Secret => row.secret,
            Has::Tag => !row.tags.is_empty(),
            Has::Note => !row.note.is_empty(),
            Has::Persona => !row.persona.is_empty(),
            Has::Edited => row.edited,
            Has::Video => row.format.is_video(),
            Has::Missing => row.missing,
            Has::Favourite => row.judgement.favourite,
            Has::Hidden => row.judgement.hidden,
            Has::Trashed => row.judgement.trashed,
            Has::Input => row.input,
        }
    }

    /// A text's pattern is made once for all rows.
    fn atom(&self, field: Field, atom: &Atom, pattern: Option<&Pattern>, now: Timestamp) -> bool {
        let row = &self.row;
        let number = |value: Option<f64>| match (atom, value) {
            (Atom::Number(from, to), Some(value)) => {
                from.unwrap_or(f64::MIN) <= value && value <= to.unwrap_or(f64::MAX)
            }
            _ => false,
        };
        let whole = |value: u64| match atom {
            Atom::Whole(from, to) => (from.unwrap_or(0)..=to.unwrap_or(u64::MAX)).contains(&value),
            _ => false,
        };
        match (field, atom) {
            (Field::Seed, _) => row.seeds.iter().any(|seed| whole(*seed)),
            (Field::Steps, _) => row.steps.is_some_and(|steps| whole(steps.into())),
            (Field::Rating, _) => whole(row.judgement.rating.into()),
            (Field::W, _) => self.size().is_some_and(|size| whole(size.0.into())),
            (Field::H, _) => self.size().is_some_and(|size| whole(size.1.into())),
            (Field::Cfg, _) => number(self.cfg()),
            (Field::Mp, _) => number(megapixels(row.width, row.height)),
            (_, Atom::Size(w, h)) => self.size() == Some((*w, *h)),
            (_, Atom::Ratio(w, h)) => self
                .size()
                .is_some_and(|size| ratio_matches(size, (*w, *h))),
            (_, Atom::Time(range)) => {
                let (first, last) = range.bounds(now);
                let date = if field == Field::Date {
                    row.date
                } else {
                    row.added
                };
                first <= date.0 && date.0 <= last
            }
            (_, Atom::Has(has)) => self.has(*has),
            (Field::Reference, Atom::Text(text)) => match text.as_str() {
                "*" => !row.references.is_empty(),
                id => row.references.iter().any(|own| own.to_string() == id),
            },
            (_, Atom::Text(_)) => self.values[field as usize]
                .iter()
                .any(|value| pattern.unwrap().matches(value)),
            _ => false,
        }
    }
}

/// The rows for which a query holds; what is asked of `but` is left out.
pub(crate) fn held<'a>(
    rows: &'a [Naive],
    query: &Query,
    but: Option<Field>,
    now: Timestamp,
) -> impl Iterator<Item = &'a Naive> {
    let query = folded(query);
    let asked = |has: Has| {
        let own = query.filters.iter().filter(|one| one.field == Field::Is);
        let mut any = own.flat_map(|filter| &filter.any);
        any.any(|one| {
            *one == Alternative {
                not: false,
                atom: Atom::Has(has),
            }
        })
    };
    let (hidden, trashed) = (asked(Has::Hidden), asked(Has::Trashed));
    let input = asked(Has::Input);
    let mut holds: Vec<bool> = rows
        .iter()
        .map(|row| {
            let judgement = &row.row.judgement;
            let out = if judgement.trashed {
                !trashed
            } else if judgement.hidden {
                !hidden && !trashed
            } else {
                row.row.input && !input && !trashed
            };
            let holds = |words: &Words| words.any.iter().any(|word| row.contains(word));
            !out && query.words.iter().all(holds)
        })
        .collect();
    for Filter { field, any } in query
        .filters
        .iter()
        .filter(|filter| Some(filter.field) != but)
    {
        let mut one_holds = vec![false; rows.len()];
        for Alternative { not, atom } in any {
            let pattern = match atom {
                Atom::Text(text) => Some(Pattern::new(*field, text)),
                _ => None,
            };
            for (row, holds) in rows.iter().zip(&mut one_holds) {
                *holds |= row.atom(*field, atom, pattern.as_ref(), now) != *not;
            }
        }
        holds
            .iter_mut()
            .zip(one_holds)
            .for_each(|(holds, one)| *holds &= one);
    }
    for filter in &query.params {
        for (row, holds) in rows.iter().zip(&mut holds) {
            *holds &= parameters::holds(&row.row, filter);
        }
    }
    rows.iter()
        .zip(holds)
        .filter(|(_, holds)| *holds)
        .map(|(row, _)| row)
}

/// The canonical query with folded words.
fn folded(query: &Query) -> Query {
    let mut query = query.canonical();
    for word in query.words.iter_mut().flat_map(|words| &mut words.any) {
        word.text = normalise(&word.text);
    }
    query
}

/// The keys of a query's result in order.
pub(crate) fn find(rows: &[Naive], query: &Query, now: Timestamp) -> Vec<i64> {
    let mut found: Vec<&Naive> = held(rows, query, None, now).collect();
    let query = query.canonical();
    let set = asked_set(&query);
    let Sort { first, then } = query.sort;
    found.sort_by(|a, b| {
        let order = compare(a, b, first, set);
        let order = then.iter().fold(order, |order, by| {
            order.then_with(|| compare(a, b, *by, set))
        });
        order.then_with(|| turned(a.row.id.cmp(&b.row.id), first.descending))
    });
    found.into_iter().map(|one| one.row.key).collect()
}

fn turned(order: Ordering, descending: bool) -> Ordering {
    if descending { order.reverse() } else { order }
}

/// The key of the first photoset that a canonical query asks for and that there is.
fn asked_set(query: &Query) -> Option<i64> {
    let own = query.filters.iter().filter(|one| one.field == Field::Set);
    let mut any = own.flat_map(|one| &one.any).filter(|one| !one.not);
    any.find_map(|one| {
        let folded = fold_value(Field::Set, &one.atom.to_string());
        (1..=SMART).find(|key| set_id(*key).to_string() == folded)
    })
}

fn compare(a: &Naive, b: &Naive, by: SortBy, set: Option<i64>) -> Ordering {
    let turn = |order: Ordering| turned(order, by.descending);
    let number = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => turn(a.partial_cmp(&b).unwrap()),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    match by.key {
        SortKey::Date => turn(a.row.date.cmp(&b.row.date)),
        SortKey::Added => turn(a.row.added.cmp(&b.row.added)),
        SortKey::Bytes => turn(a.row.bytes.cmp(&b.row.bytes)),
        SortKey::Name => turn(a.natural.cmp(&b.natural)),
        SortKey::Seed => match (a.row.seeds.first(), b.row.seeds.first()) {
            (Some(a), Some(b)) => turn(a.cmp(b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        },
        SortKey::Steps => number(a.row.steps.map(f64::from), b.row.steps.map(f64::from)),
        SortKey::Cfg => number(a.cfg(), b.cfg()),
        SortKey::Mp => number(
            megapixels(a.row.width, a.row.height),
            megapixels(b.row.width, b.row.height),
        ),
        SortKey::Model => match (&a.model, &b.model) {
            (Some(a), Some(b)) => turn(a.cmp(b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        },
        SortKey::Place => {
            let place = |one: &Naive| {
                let mut own = one.row.sets.iter();
                let own = own.find(|(key, _)| Some(*key) == set)?;
                Some(own.1)
            };
            match (place(a), place(b)) {
                (Some(a), Some(b)) => turn(a.cmp(&b)),
                (a, b) => b.is_some().cmp(&a.is_some()),
            }
        }
        SortKey::Rank => match (rank(a.row.key), rank(b.row.key)) {
            (Some(a), Some(b)) => turn(a.cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        },
        // Any order will do that depends on nothing but id and number; see the test of shuffles.
        SortKey::Random(_) => Ordering::Equal,
    }
}

/// A name as parts that compare as people read them.
fn natural(name: &str) -> Vec<(u32, u128)> {
    let mut parts = Vec::new();
    let mut digits = String::new();
    for letter in name.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if !digits.is_empty() {
            parts.push((u32::from('0'), digits.parse().unwrap()));
            digits.clear();
        }
        if letter != '\0' {
            parts.push((u32::from(letter), 0));
        }
    }
    parts
}

/// A name, where there is one.
fn said(name: &str) -> Vec<String> {
    Some(name.to_owned())
        .filter(|name| !name.is_empty())
        .into_iter()
        .collect()
}
