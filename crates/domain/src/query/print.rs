//! The canonical form of a query and its text.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeSet, fmt};

use super::{
    Alternative, Atom, Field, FieldKind, Filter, ParamFilter, Query, Sort, SortBy, SortKey,
    TimePoint, TimeRange, View, Word, Words, codec, fold_value,
    param::PREFIX,
    rounded,
    token::needs_quotes,
    value::{clean_space, clean_text},
};
use crate::{text::normalise, time::Timestamp};

impl Query {
    /// The one form of all queries that ask the same: keys in a fixed order, alternatives sorted,
    /// each once; conditions that cannot hold a meaning and [`Query::unknown`] left out.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let mut words: Vec<Words> = Vec::new();
        let mut had = BTreeSet::new();
        for each in &self.words {
            let (meanings, any) = canonical_words(each);
            if !any.is_empty() && had.insert(meanings) {
                words.push(Words { any });
            }
        }
        let mut filters: Vec<(String, Filter)> = Vec::new();
        for filter in &self.filters {
            let filter = Filter {
                field: filter.field,
                any: canonical_any(filter),
            };
            let text = filter.value_text();
            if !filter.any.is_empty() {
                filters.push((text, filter));
            }
        }
        filters.sort_by(|a, b| (a.1.field, &a.0).cmp(&(b.1.field, &b.0)));
        filters.dedup_by(|a, b| a.1.field == b.1.field && a.0 == b.0);
        let mut params: Vec<ParamFilter> = Vec::new();
        for filter in self.params.iter().filter_map(ParamFilter::canonical) {
            let same = |had: &ParamFilter| {
                had.any == filter.any && had.folded_name() == filter.folded_name()
            };
            if !params.iter().any(same) {
                params.push(filter);
            }
        }
        params.sort_by_cached_key(|filter| (filter.folded_name(), filter.value_text()));
        Self {
            words,
            filters: filters.into_iter().map(|(_, filter)| filter).collect(),
            params,
            sort: self.sort.canonical(),
            page: if self.page > 1 { self.page } else { 0 },
            unknown: Vec::new(),
            ..*self
        }
    }

    /// What decides which pictures are found and in which order: the canonical query without the
    /// presentation, the open picture, the anchor and the page. Equal results have equal texts.
    #[must_use]
    pub fn filter_part(&self) -> Self {
        Self {
            view: View::Grid,
            image: None,
            at: None,
            page: 0,
            ..self.canonical()
        }
    }

    /// Keys and values of the canonical form, not encoded: for the hidden fields of a form.
    pub fn pairs(&self) -> Vec<(Cow<'static, str>, String)> {
        let query = self.canonical();
        let mut pairs: Vec<(Cow<'static, str>, String)> = Vec::new();
        for filter in &query.filters {
            pairs.push((filter.field.key().into(), filter.value_text()));
        }
        for filter in &query.params {
            pairs.push((
                format!("{PREFIX}{}", filter.name).into(),
                filter.value_text(),
            ));
        }
        let mut add = |key: &'static str, value: String| pairs.push((key.into(), value));
        if query.sort != Sort::default() {
            add("sort", query.sort.to_string());
        }
        if query.view == View::List {
            add("view", "list".to_owned());
        }
        if query.page > 1 {
            add("page", query.page.to_string());
        }
        if let Some(id) = query.image {
            add("image", id.to_string());
        }
        if let Some(id) = query.at {
            add("at", id.to_string());
        }
        if !query.words.is_empty() {
            pairs.insert(0, ("q".into(), query.words_text()));
        }
        pairs
    }

    /// The words as they stand in the search box and in `q`.
    pub fn words_text(&self) -> String {
        let mut out = String::new();
        for words in &self.words {
            for (at, word) in words.any.iter().enumerate() {
                if !out.is_empty() {
                    out.push_str(if at == 0 { " " } else { " OR " });
                }
                if word.not {
                    out.push('-');
                }
                if needs_quotes(&word.text) {
                    quote(&word.text, &mut out);
                } else {
                    out.push_str(&word.text);
                }
            }
        }
        out
    }
}

/// The canonical query string, without `?`; empty when nothing is asked.
impl fmt::Display for Query {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (key, value) in self.pairs() {
            if !text.is_empty() {
                text.push('&');
            }
            codec::encode(&key, &mut text);
            text.push('=');
            codec::encode(&value, &mut text);
        }
        out.write_str(&text)
    }
}

impl Sort {
    /// Whether one more key can change the order: there is room for it, it is another one, and no
    /// shuffle is among them, which gives every picture a place of its own.
    pub(super) fn may_add(&self, by: SortBy) -> bool {
        let shuffles = |key: SortKey| matches!(key, SortKey::Random(_));
        let is_last = |had: &SortBy| had.key == by.key || shuffles(had.key);
        let mut had = std::iter::once(&self.first).chain(&self.then);
        !shuffles(by.key) && self.then.len() + 1 < Self::MAX_KEYS && !had.any(is_last)
    }

    /// The one form of all orders that are the same.
    fn canonical(&self) -> Self {
        let shuffled = matches!(self.first.key, SortKey::Random(_));
        let mut sort = Self::from(SortBy {
            descending: self.first.descending && !shuffled,
            ..self.first
        });
        for by in &self.then {
            if sort.may_add(*by) {
                sort.then.push(*by);
            }
        }
        sort
    }
}

/// As in `sort=`: `-date,name`.
impl fmt::Display for Sort {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.first)?;
        self.then.iter().try_for_each(|by| write!(out, ",{by}"))
    }
}

/// One key as in `sort=`: `-date`, `name`, `random:7`.
impl fmt::Display for SortBy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            SortKey::Random(number) => write!(out, "random:{number}"),
            key if self.descending => write!(out, "-{}", key.word()),
            key => out.write_str(key.word()),
        }
    }
}

/// As in `date=`: `2026`, `2026-05`, `2026-05-31`, `2026-05-31T14:03:22Z`, `7d`, `today`.
impl fmt::Display for TimePoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(out, "{year:04}"),
            Self::Month(year, month) => write!(out, "{year:04}-{month:02}"),
            Self::Day(year, month, day) => write!(out, "{year:04}-{month:02}-{day:02}"),
            Self::Second(second) => {
                let moment = Timestamp(second.saturating_mul(1_000));
                let (hour, minute, second) = moment.time();
                write!(
                    out,
                    "{}T{hour:02}:{minute:02}:{second:02}Z",
                    moment.day_text()
                )
            }
            Self::DaysAgo(0) => out.write_str("today"),
            Self::DaysAgo(days) => write!(out, "{days}d"),
        }
    }
}

/// As in a URL, not encoded and without quotes: `sdxl`, `3..5`, `1024x1024`, `today`.
impl fmt::Display for Atom {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => out.write_str(text),
            Self::Whole(from, to) => write_range(out, *from, *to),
            Self::Number(from, to) => write_range(out, *from, *to),
            Self::Size(w, h) => write!(out, "{w}x{h}"),
            Self::Ratio(w, h) => write!(out, "{w}:{h}"),
            Self::Time(TimeRange { from, to }) => write_range(out, *from, *to),
            Self::Has(has) => out.write_str(has.word()),
        }
    }
}

fn write_range<T: fmt::Display + PartialEq>(
    out: &mut fmt::Formatter<'_>,
    from: Option<T>,
    to: Option<T>,
) -> fmt::Result {
    match (from, to) {
        (Some(from), Some(to)) if from == to => write!(out, "{from}"),
        (from, to) => {
            from.map_or(Ok(()), |from| write!(out, "{from}"))?;
            out.write_str("..")?;
            to.map_or(Ok(()), |to| write!(out, "{to}"))
        }
    }
}

impl Filter {
    /// The alternatives as the value of a parameter, not encoded.
    pub fn value_text(&self) -> String {
        let mut out = String::new();
        for alternative in &self.any {
            if !out.is_empty() {
                out.push(',');
            }
            if alternative.not {
                out.push('-');
            }
            match &alternative.atom {
                Atom::Text(text)
                    if text.starts_with('-')
                        || text.contains([',', '"'])
                        || text.contains("..") =>
                {
                    quote(text, &mut out);
                }
                atom => out.push_str(&atom.to_string()),
            }
        }
        out
    }
}

pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
}

/// Words that can be looked for, each once in the order in which they are written, and what they
/// mean in any order.
fn canonical_words(words: &Words) -> (BTreeSet<(bool, String)>, Vec<Word>) {
    let mut meanings = BTreeSet::new();
    let mut any = Vec::new();
    for Word { not, text } in &words.any {
        if let Some(text) = clean_space(text)
            && meanings.insert((*not, normalise(&text)))
        {
            any.push(Word { not: *not, text });
        }
    }
    (meanings, any)
}

/// Alternatives that can hold, sorted, each once.
fn canonical_any(filter: &Filter) -> Vec<Alternative> {
    let key = |atom: &Atom| match atom {
        Atom::Text(text) => fold_value(filter.field, text),
        other => other.to_string(),
    };
    let mut any: Vec<(String, Alternative)> = filter
        .any
        .iter()
        .filter_map(|alternative| {
            let atom = alternative.atom.clone().canonical(filter.field)?;
            Some((
                key(&atom),
                Alternative {
                    not: alternative.not,
                    atom,
                },
            ))
        })
        .collect();
    any.sort_by(|(key_a, a), (key_b, b)| {
        (a.not, key_a, a.atom.to_string())
            .partial_cmp(&(b.not, key_b, b.atom.to_string()))
            .unwrap_or(Ordering::Equal)
    });
    any.dedup_by(|(key_a, a), (key_b, b)| a.not == b.not && key_a == key_b);
    any.into_iter()
        .map(|(_, alternative)| alternative)
        .collect()
}

impl Atom {
    /// The one form of conditions that mean the same; `None` when the field takes no such condition.
    pub(super) fn canonical(self, field: Field) -> Option<Self> {
        match (field.kind(), self) {
            (FieldKind::Text, Self::Text(text)) => clean_text(field, &text).map(Self::Text),
            (FieldKind::Whole, Self::Whole(from, to)) => {
                let (from, to) = ascending(from, to);
                Some(Self::Whole(from, to))
            }
            (FieldKind::Number, Self::Number(from, to)) => {
                let sane = |end: Option<f64>| end.is_none_or(|end| (0.0..1e9).contains(&end));
                // Adding zero turns a negative zero into a plain one.
                let tidy = |end: Option<f64>| end.map(|end| rounded(end) + 0.0);
                let (from, to) =
                    (sane(from) && sane(to)).then(|| ascending(tidy(from), tidy(to)))?;
                Some(Self::Number(from, to))
            }
            (FieldKind::Size, Self::Size(w, h)) => (w > 0 && h > 0).then_some(Self::Size(w, h)),
            (FieldKind::Ratio, Self::Ratio(w, h)) => {
                let divisor = divisor(w, h);
                (w > 0 && h > 0).then(|| Self::Ratio(w / divisor, h / divisor))
            }
            (FieldKind::Time, Self::Time(range)) => {
                let valid = |end: Option<TimePoint>| end.is_none_or(TimePoint::is_valid);
                (valid(range.from) && valid(range.to)).then_some(Self::Time(range))
            }
            (FieldKind::Has, Self::Has(has)) => (has.field() == field).then_some(Self::Has(has)),
            _ => None,
        }
    }
}

fn ascending<T: PartialOrd>(from: Option<T>, to: Option<T>) -> (Option<T>, Option<T>) {
    match (&from, &to) {
        (Some(low), Some(high)) if low > high => (to, from),
        _ => (from, to),
    }
}

/// The greatest common divisor; 1 for two zeros.
fn divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a.max(1) } else { divisor(b, a % b) }
}
