//! From a query to the rows for which it holds.

use std::{cmp::Reverse, collections::HashMap};

use domain::{
    image::Format,
    query::{
        Alternative, Atom, Field, Filter, Has, Pattern, Query, Word, Words, megapixels,
        ratio_matches,
    },
    text::normalise,
    time::Timestamp,
};

use crate::{
    column::Column,
    mask::Mask,
    row::{flag, read_opinion, reference},
    rows::Rows,
    text::Needle,
};

/// One row of so many is few: then it is quicker to look into them one by one.
const FEW: usize = 64;

/// What a condition is about.
#[derive(PartialEq, Eq)]
enum Asked {
    Field(Field),
    /// A parameter by its folded name.
    Param(String),
}

/// The conditions of a query, each with the living and dead rows for which it holds.
pub(crate) struct Conditions {
    filters: Vec<(Asked, Mask)>,
    /// The rows that the query is about for which all words hold.
    words: Mask,
}

impl Conditions {
    pub(crate) fn new(rows: &Rows, query: &Query, now: Timestamp) -> Self {
        Self::within(rows, query, now, 0)
    }

    /// The same of a photoset's filter; `depth`: how many of those led to it.
    pub(crate) fn within(rows: &Rows, query: &Query, now: Timestamp, depth: usize) -> Self {
        let mut query = query.canonical();
        // A query from a URL is within the limits already; one that was built may be longer.
        let mut left = Query::MAX_ATOMS;
        for words in &mut query.words {
            words.any.truncate(left);
            left -= words.any.len();
        }
        query.words.retain(|words| !words.any.is_empty());
        query.filters.truncate(Query::MAX_ATOMS);
        let mut words = rows.scope(&query);
        // Long words are rare: what they leave is all that the others are looked for in.
        query.words.sort_by_key(|words| {
            let not = words.any.iter().any(|word| word.not);
            let shortest = words.any.iter().map(|word| word.text.len()).min();
            (not, Reverse(shortest))
        });
        for Words { any } in &query.words {
            let mut some = Mask::empty(rows.all());
            for word in any {
                some.or(&rows.of_word(word, &words));
            }
            words = some;
        }
        let filters = query.filters.iter_mut().map(|filter| {
            filter.any.truncate(Query::MAX_ATOMS);
            (Asked::Field(filter.field), rows.filter(filter, now, depth))
        });
        let params = query.params.iter().take(Query::MAX_ATOMS);
        let params = params.map(|filter| {
            let asked = Asked::Param(filter.folded_name());
            (asked, rows.params.mask(filter))
        });
        Self {
            filters: filters.chain(params).collect(),
            words,
        }
    }

    /// The rows for which everything holds.
    pub(crate) fn all(&self) -> Mask {
        self.without(None)
    }

    /// The rows for which everything holds but what is asked of one field.
    pub(crate) fn but(&self, field: Field) -> Mask {
        self.without(Some(&Asked::Field(field)))
    }

    /// The rows for which everything holds but what is asked of one parameter.
    pub(crate) fn but_param(&self, folded_name: &str) -> Mask {
        self.without(Some(&Asked::Param(folded_name.to_owned())))
    }

    fn without(&self, asked: Option<&Asked>) -> Mask {
        let mut mask = self.words.clone();
        for (_, holds) in self.filters.iter().filter(|(of, _)| Some(of) != asked) {
            mask.and(holds);
        }
        mask
    }

    /// Whether anything is asked of a field.
    pub(crate) fn ask(&self, field: Field) -> bool {
        self.filters
            .iter()
            .any(|(of, _)| *of == Asked::Field(field))
    }
}

impl Rows {
    /// The living rows that a query is about. What is hidden, in the trash or a reference image is in no
    /// result that does not ask for it, and what is in the trash is only there.
    fn scope(&self, query: &Query) -> Mask {
        let asked = |has| {
            let own = query.filters.iter().filter(|one| one.field == Field::Is);
            let mut any = own.flat_map(|filter| &filter.any);
            any.any(|one| !one.not && one.atom == Atom::Has(has))
        };
        if asked(Has::Trashed) {
            return (*self.living).clone();
        }
        let (hidden, input) = (asked(Has::Hidden), asked(Has::Input));
        if !hidden && !input {
            return (*self.shown).clone();
        }
        let mut mask = self.flags.mask(|flags| {
            if flags & flag(Has::Trashed) != 0 {
                false
            } else if flags & flag(Has::Hidden) != 0 {
                hidden
            } else {
                input || flags & flag(Has::Input) == 0
            }
        });
        mask.and(&self.living);
        mask
    }

    /// The rows of a mask for which a word holds: it occurs in prompts, models, LoRAs, folder, file
    /// name, persona, tags or note, or in none of them if it must not.
    fn of_word(&self, word: &Word, mask: &Mask) -> Mask {
        let folded = normalise(&word.text);
        let needle = Needle::new(&folded);
        let mut found = Mask::empty(self.all());
        for field in [Field::Model, Field::Lora, Field::Folder, Field::Persona] {
            if let Some(mask) = self.set(field).and_then(|set| set.containing(&needle)) {
                found.or(&mask);
            }
        }
        self.marked.search(&needle, &mut found);
        if mask.count() * FEW < self.len {
            self.find_in_few(&needle, mask, &mut found);
        } else {
            self.find_in_all(&needle, &mut found);
        }
        if word.not {
            let mut rest = mask.clone();
            rest.and_not(&found);
            rest
        } else {
            found.and(mask);
            found
        }
    }

    /// Adds all rows with a word in prompts or file name.
    fn find_in_all(&self, needle: &Needle<'_>, found: &mut Mask) {
        let hits = self.prompts.search(needle);
        if !hits.is_empty() {
            found.or(&self.positive.mask(|number| hits.has(*number)));
            found.or(&self.negative.mask(|number| hits.has(*number)));
        }
        self.names.search(needle, found);
    }

    /// Adds those of a few rows with a word in prompts or file name.
    fn find_in_few(&self, needle: &Needle<'_>, rows: &Mask, found: &mut Mask) {
        let mut known: HashMap<u32, bool> = HashMap::new();
        for row in rows.rows() {
            let mut prompt = |column: &Column<u32>| {
                let number = *column.at(row);
                let look = || needle.is_in(&self.prompts.at(number));
                *known.entry(number).or_insert_with(look)
            };
            if prompt(&self.positive) || prompt(&self.negative) || needle.is_in(self.names.at(row))
            {
                found.set(row, true);
            }
        }
    }

    fn filter(&self, filter: &Filter, now: Timestamp, depth: usize) -> Mask {
        let any = &filter.any;
        match filter.field {
            Field::Model
            | Field::Lora
            | Field::LoraWeight
            | Field::Vae
            | Field::Sampler
            | Field::Scheduler
            | Field::Tool
            | Field::Folder
            | Field::Persona
            | Field::User
            | Field::Intent => self.named(filter.field, any),
            Field::Tag => self.tagged(any),
            Field::Set => self.grouped(any, now, depth),
            Field::Token => {
                let patterns = patterns(Field::Token, any);
                let conditions: Vec<_> = patterns
                    .iter()
                    .map(|(not, pattern)| (*not, |token: &str| pattern.matches(token)))
                    .collect();
                let prompts = self.for_tokens();
                prompts.map_or_else(
                    || Mask::empty(self.all()),
                    |prompts| self.tokens.mask(&prompts, &conditions),
                )
            }
            Field::Name => {
                let patterns = patterns(Field::Name, any);
                Mask::from_answers(self.names.iter().map(|name| {
                    patterns
                        .iter()
                        .any(|(not, pattern)| pattern.matches(name) != *not)
                }))
            }
            Field::Format => {
                let patterns = patterns(Field::Format, any);
                let table = Format::ALL.map(|format| {
                    patterns
                        .iter()
                        .any(|(not, pattern)| pattern.matches(format.word()) != *not)
                });
                self.formats
                    .mask(|format| table.get(usize::from(*format)) == Some(&true))
            }
            Field::Seed => self.seeds.mask(|seeds| {
                holds(any, |atom| {
                    seeds.iter().any(|seed| in_whole(atom, Some(*seed)))
                })
            }),
            Field::Reference => self.made_from(any),
            Field::Steps => self
                .steps
                .mask(|steps| holds(any, |atom| in_whole(atom, steps))),
            Field::Cfg => self
                .cfg
                .mask(|bits| holds(any, |atom| in_number(atom, bits.map(f64::from_bits)))),
            Field::Size | Field::W | Field::H | Field::Mp | Field::Ar => {
                let field = filter.field;
                self.sizes.mask(|size| {
                    let size = size.map(|size| ((size >> 32) as u32, size as u32));
                    holds(any, |atom| in_size(field, atom, size))
                })
            }
            Field::Date | Field::Added => {
                let column = if filter.field == Field::Date {
                    &self.dates
                } else {
                    &self.added
                };
                let bounds = any
                    .iter()
                    .filter_map(|alternative| match &alternative.atom {
                        Atom::Time(range) => Some((alternative.not, range.bounds(now))),
                        _ => None,
                    });
                let bounds: Vec<_> = bounds.collect();
                column.mask(|date| {
                    bounds
                        .iter()
                        .any(|(not, (first, last))| (first <= date && date <= last) != *not)
                })
            }
            Field::State | Field::Rating | Field::Label => {
                let table: [bool; 256] = std::array::from_fn(|opinion| {
                    holds(any, |atom| in_opinion(filter.field, atom, opinion as u8))
                });
                self.opinions.mask(|opinion| table[usize::from(*opinion)])
            }
            Field::Has | Field::Is => self.flagged(any),
        }
    }

    /// The rows that have a flag, or have it not, for any alternative.
    fn flagged(&self, any: &[Alternative]) -> Mask {
        let bits = any.iter().map(|one| match &one.atom {
            Atom::Has(has) => (flag(*has), one.not),
            _ => (0, one.not),
        });
        match bits.collect::<Vec<(u32, bool)>>().as_slice() {
            // One alone is asked of many rows at once.
            [(bit, false)] => self.flags.mask(|flags| flags & bit != 0),
            [(bit, true)] => self.flags.mask(|flags| flags & bit == 0),
            bits => self.flags.mask(|flags| {
                let holds = |(bit, not): &(u32, bool)| (flags & bit != 0) != *not;
                bits.iter().any(holds)
            }),
        }
    }

    /// The rows that were made from a picture, or not, for any alternative; a star stands for any picture.
    fn made_from(&self, any: &[Alternative]) -> Mask {
        let wanted = any.iter().filter_map(|one| match &one.atom {
            Atom::Text(text) => Some((one.not, Wanted::of(text))),
            _ => None,
        });
        let wanted: Vec<(bool, Wanted)> = wanted.collect();
        self.references.mask(|references| {
            let holds = |wanted: &Wanted| match wanted {
                Wanted::Any => !references.is_empty(),
                Wanted::One(one) => references.contains(one),
                Wanted::None => false,
            };
            wanted.iter().any(|(not, wanted)| holds(wanted) != *not)
        })
    }

    /// The rows that have a tag, or none, for any alternative.
    fn tagged(&self, any: &[Alternative]) -> Mask {
        let mut some = Mask::empty(self.all());
        for (not, pattern) in &patterns(Field::Tag, any) {
            let holds = |folded: &str| pattern.matches(folded);
            some.or(&self.marked.with(self.all(), holds, *not));
        }
        some
    }

    /// The rows that are in a photoset, or in none, for any alternative.
    fn grouped(&self, any: &[Alternative], now: Timestamp, depth: usize) -> Mask {
        let mut some = Mask::empty(self.all());
        for (not, pattern) in &patterns(Field::Set, any) {
            some.or(&self.in_sets(|id| pattern.matches(id), *not, now, depth));
        }
        some
    }

    /// The rows of which some name holds, for any alternative.
    fn named(&self, field: Field, any: &[Alternative]) -> Mask {
        let Some(set) = self.set(field) else {
            return Mask::empty(self.all());
        };
        let tables: Vec<(bool, Vec<bool>)> = patterns(field, any)
            .into_iter()
            .map(|(not, pattern)| {
                (
                    not,
                    (0..set.values())
                        .map(|value| pattern.matches(set.folded(value)))
                        .collect(),
                )
            })
            .collect();
        set.mask(|values| {
            tables
                .iter()
                .any(|(not, table)| values.iter().any(|value| table[*value as usize]) != *not)
        })
    }
}

/// Which pictures others were made from.
enum Wanted {
    Any,
    One(u64),
    /// What is no id is no picture's.
    None,
}

impl Wanted {
    fn of(text: &str) -> Self {
        match text.parse() {
            _ if text == "*" => Self::Any,
            Ok(id) => Self::One(reference(id)),
            Err(_) => Self::None,
        }
    }
}

fn patterns(field: Field, any: &[Alternative]) -> Vec<(bool, Pattern)> {
    any.iter()
        .filter_map(|alternative| match &alternative.atom {
            Atom::Text(text) => Some((alternative.not, Pattern::new(field, text))),
            _ => None,
        })
        .collect()
}

/// Whether some alternative holds.
fn holds(any: &[Alternative], atom: impl Fn(&Atom) -> bool) -> bool {
    any.iter()
        .any(|alternative| atom(&alternative.atom) != alternative.not)
}

fn in_whole(atom: &Atom, value: Option<u64>) -> bool {
    match (atom, value) {
        (Atom::Whole(from, to), Some(value)) => {
            from.is_none_or(|from| from <= value) && to.is_none_or(|to| value <= to)
        }
        _ => false,
    }
}

fn in_opinion(field: Field, atom: &Atom, opinion: u8) -> bool {
    let (verdict, stars, label) = read_opinion(opinion);
    match (field, atom) {
        (Field::State, Atom::Text(text)) => text == verdict,
        (Field::Label, Atom::Text(text)) => text == label,
        (Field::Rating, atom) => in_whole(atom, Some(stars)),
        _ => false,
    }
}

fn in_number(atom: &Atom, value: Option<f64>) -> bool {
    match (atom, value) {
        (Atom::Number(from, to), Some(value)) => {
            from.is_none_or(|from| from <= value) && to.is_none_or(|to| value <= to)
        }
        _ => false,
    }
}

fn in_size(field: Field, atom: &Atom, size: Option<(u32, u32)>) -> bool {
    let Some((width, height)) = size else {
        return false;
    };
    match (field, atom) {
        (Field::Size, Atom::Size(w, h)) => (*w, *h) == (width, height),
        (Field::Ar, Atom::Ratio(w, h)) => ratio_matches((width, height), (*w, *h)),
        (Field::Mp, atom) => in_number(atom, megapixels(width, height)),
        (Field::W, atom) => in_whole(atom, Some(u64::from(width))),
        (Field::H, atom) => in_whole(atom, Some(u64::from(height))),
        _ => false,
    }
}
