//! Small changes to a query, as the page makes them. Each gives a new query, closes the lightbox
//! and goes back to the top, because it asks for another result.

use super::{
    Alternative, Atom, Field, Filter, Part, Query, Sort, SortBy, SortKey, TimePoint, TimeRange,
    View, fold_value,
    value::{clean_space, parse_atom},
};
use crate::{id::ImageId, time::Timestamp};

impl Query {
    /// The same filters and order, from the start of the result and without an open picture.
    #[must_use]
    pub fn from_the_top(&self) -> Self {
        Self {
            image: None,
            at: None,
            page: 0,
            ..self.clone()
        }
    }

    /// Ticks or unticks one value of a field. Ticked values of a field are alternatives of one
    /// filter; a value that the field cannot have changes nothing.
    #[must_use]
    pub fn with_toggled(&self, field: Field, value: &str) -> Self {
        let mut query = self.from_the_top();
        let Some(atom) = parse_atom(field, value) else {
            return query;
        };
        if self.is_ticked(field, value) {
            query.retain(|other, alternative| {
                other != field || alternative.not || !same(field, &alternative.atom, &atom)
            });
        } else {
            query.tick(field, atom);
        }
        query
    }

    /// The ticked values of a field, as [`Query::with_toggled`] takes them.
    pub fn ticked(&self, field: Field) -> Vec<String> {
        let mut values = Vec::new();
        for alternative in self
            .filters
            .iter()
            .filter(|f| f.field == field)
            .flat_map(|f| &f.any)
        {
            let value = alternative.atom.to_string();
            if !alternative.not && !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }

    /// Whether a value of a field is ticked, in any spelling that means the same.
    pub fn is_ticked(&self, field: Field, value: &str) -> bool {
        let Some(atom) = parse_atom(field, value) else {
            return false;
        };
        let own = self.filters.iter().filter(|filter| filter.field == field);
        own.flat_map(|filter| &filter.any)
            .any(|alternative| !alternative.not && same(field, &alternative.atom, &atom))
    }

    /// Replaces everything that is asked of a field by one condition, or by nothing.
    #[must_use]
    pub fn with_range(&self, field: Field, range: Option<Atom>) -> Self {
        let mut query = self.from_the_top();
        query.filters.retain(|filter| filter.field != field);
        if let Some(atom) = range.and_then(|atom| atom.canonical(field)) {
            query.tick(field, atom);
        }
        query
    }

    /// With one more value that must hold too, whatever is asked of the field already; a value that
    /// the field cannot have changes nothing.
    #[must_use]
    pub fn with_also(&self, field: Field, value: &str) -> Self {
        let mut query = self.from_the_top();
        if let Some(atom) = parse_atom(field, value) {
            let any = vec![Alternative { not: false, atom }];
            query.filters.push(Filter { field, any });
        }
        query
    }

    /// The only value of a field that is asked for, and not left out.
    pub fn in_one(&self, field: Field) -> Option<&str> {
        match self.range(field)? {
            Atom::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The condition of a field that stands alone, such as the range of a histogram's handles.
    pub fn range(&self, field: Field) -> Option<&Atom> {
        let mut own = self.filters.iter().filter(|filter| filter.field == field);
        match (own.next().map(|filter| &*filter.any), own.next()) {
            (Some([one]), None) if !one.not => Some(&one.atom),
            _ => None,
        }
    }

    /// What the gallery first saw since a moment, newest first: a session that began then. Moments count
    /// in whole seconds here, and the second of the moment belongs to it.
    #[must_use]
    pub fn since_moment(moment: Timestamp) -> Self {
        let from = Some(TimePoint::Second(moment.0.div_euclid(1_000)));
        let range = Atom::Time(TimeRange { from, to: None });
        let sort = Sort::from(SortBy {
            key: SortKey::Added,
            descending: true,
        });
        Self::default()
            .with_range(Field::Added, Some(range))
            .with_sort(sort)
    }

    /// When the session began that is asked for, if it is one: see [`Query::since_moment`]. Whatever else is
    /// asked narrows it.
    pub fn since(&self) -> Option<Timestamp> {
        match self.range(Field::Added)? {
            Atom::Time(TimeRange {
                from: Some(TimePoint::Second(second)),
                to: None,
            }) => Some(Timestamp(second.saturating_mul(1_000))),
            _ => None,
        }
    }

    /// Replaces the words by the text of the search box; `field:value` in it becomes a filter.
    #[must_use]
    pub fn with_words(&self, text: &str) -> Self {
        Self {
            words: Vec::new(),
            ..self.from_the_top()
        }
        .read_words(text)
    }

    /// The same question when a watched folder is called otherwise; `None` when it asks for no folder in
    /// that one.
    #[must_use]
    pub fn with_folder_renamed(&self, before: &str, after: &str) -> Option<Self> {
        let folded = fold_value(Field::Folder, before);
        let mut query = self.clone();
        let mut renamed = false;
        for filter in query
            .filters
            .iter_mut()
            .filter(|one| one.field == Field::Folder)
        {
            for alternative in &mut filter.any {
                let Atom::Text(text) = &mut alternative.atom else {
                    continue;
                };
                let (name, inside) = match text.split_once('/') {
                    Some((name, inside)) => (name, Some(inside)),
                    None => (text.as_str(), None),
                };
                if fold_value(Field::Folder, name) != folded {
                    continue;
                }
                *text =
                    inside.map_or_else(|| after.to_owned(), |inside| format!("{after}/{inside}"));
                renamed = true;
            }
        }
        renamed.then_some(query)
    }

    /// Without one chip.
    #[must_use]
    pub fn without(&self, part: &Part) -> Self {
        let mut query = self.from_the_top();
        match part {
            Part::Words(words) => query.words.retain(|had| had != words),
            Part::Alternative(field, alternative) => {
                query.retain(|other, had| other != *field || had != alternative);
            }
            Part::Param(name, alternative) => {
                for filter in query.params.iter_mut().filter(|had| had.name == *name) {
                    filter.any.retain(|had| had != alternative);
                }
                query.params.retain(|filter| !filter.any.is_empty());
            }
            Part::Unknown(text) => query.unknown.retain(|had| had != text),
        }
        query
    }

    /// Without any word or filter, in the same order and presentation.
    #[must_use]
    pub fn without_conditions(&self) -> Self {
        Self {
            words: Vec::new(),
            filters: Vec::new(),
            params: Vec::new(),
            unknown: Vec::new(),
            ..self.from_the_top()
        }
    }

    /// In another order.
    #[must_use]
    pub fn with_sort(&self, sort: Sort) -> Self {
        Self {
            sort,
            ..self.from_the_top()
        }
    }

    /// In another presentation, at the same place.
    #[must_use]
    pub fn with_view(&self, view: View) -> Self {
        Self {
            view,
            ..self.clone()
        }
    }

    /// With a picture open in the lightbox, or none.
    #[must_use]
    pub fn with_image(&self, image: Option<ImageId>) -> Self {
        Self {
            image,
            ..self.clone()
        }
    }

    /// On a page of the result, counted from 1.
    #[must_use]
    pub fn with_page(&self, page: u32) -> Self {
        Self {
            page,
            ..self.from_the_top()
        }
    }

    /// Whether anything is asked beyond everything.
    pub fn has_conditions(&self) -> bool {
        !self.words.is_empty() || !self.filters.is_empty()
    }

    /// Keeps the alternatives that `keep` says, and the filters that still have one.
    fn retain(&mut self, keep: impl Fn(Field, &Alternative) -> bool) {
        for Filter { field, any } in &mut self.filters {
            any.retain(|alternative| keep(*field, alternative));
        }
        self.filters.retain(|filter| !filter.any.is_empty());
    }
}

/// Whether two conditions on a field mean the same.
fn same(field: Field, a: &Atom, b: &Atom) -> bool {
    match (a, b) {
        (Atom::Text(a), Atom::Text(b)) => {
            clean_space(a) == clean_space(b) || fold_value(field, a) == fold_value(field, b)
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_called_otherwise_is_still_asked_for() {
        let renamed = |text| {
            let query = Query::parse(text).with_folder_renamed("ComfyUI output", "Render, night");
            query.map(|query| query.filter_part().to_string())
        };
        for (before, after) in [
            ("folder=ComfyUI%20output", r#"folder="Render,%20night""#),
            (
                "folder=comfyui%20OUTPUT/ada/3,-x&q=fox",
                r#"q=fox&folder="Render,%20night/ada/3",-x"#,
            ),
            (
                "folder=-ComfyUI%20output/ada",
                r#"folder=-"Render,%20night/ada""#,
            ),
        ] {
            let told = renamed(before).expect(before);
            assert_eq!(Query::parse(&told), Query::parse(after), "{told}");
        }
        for other in ["", "folder=ComfyUI%20output2", "folder=a/ComfyUI%20output"] {
            assert_eq!(renamed(other), None, "{other}");
        }
    }
}
