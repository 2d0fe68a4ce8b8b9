//! Which keys somebody has changed, and what every key does then.

use super::{
    Action,
    table::{Place, Shortcut, TABLE},
};

/// The keys that are not as in the table: rows of it, each with the strokes that it has instead.
///
/// As text a line for each row: its place, the first stroke that it has in the table, by which it is known,
/// and then its own strokes. `page P A Shift+A` approves with A and Shift+A and no longer with P.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap(Vec<(usize, Vec<String>)>);

impl Keymap {
    /// Reads what was kept; lines that mean nothing are left out.
    pub fn read(text: &str) -> Self {
        let mut rows = Vec::new();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let (place, first) = (words.next(), words.next());
            let known = TABLE.iter().position(|row| {
                Some(row.place.word()) == place && row.strokes.first().copied() == first
            });
            if let Some(row) = known {
                rows.push((row, words.map(str::to_owned).collect()));
            }
        }
        Self(rows)
    }

    /// What [`read`](Self::read) reads.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (row, strokes) in &self.0 {
            let known = &TABLE[*row];
            for word in [known.place.word(), known.strokes[0]] {
                out.push_str(word);
                out.push(' ');
            }
            out.push_str(&strokes.join(" "));
            out.push('\n');
        }
        out
    }

    /// What a stroke does in a place: what somebody chose goes before what the table says.
    pub fn find(&self, stroke: &str, place: Place) -> Option<Action> {
        let here = |row: usize| TABLE[row].place == place || TABLE[row].place == Place::Page;
        let chosen = self.0.iter().filter(|(row, _)| here(*row));
        chosen
            .filter(|(_, strokes)| strokes.iter().any(|own| own == stroke))
            .map(|(row, _)| *row)
            .max_by_key(|row| TABLE[*row].place == place)
            .or_else(|| {
                (0..TABLE.len()).find(|row| {
                    here(*row) && TABLE[*row].strokes.contains(&stroke) && !self.is_changed(*row)
                })
            })
            .map(|row| TABLE[row].action)
    }

    /// Whether a row has other strokes than in the table.
    pub fn is_changed(&self, row: usize) -> bool {
        self.0.iter().any(|(own, _)| *own == row)
    }

    /// The strokes that do what a row says; none when others took all of them.
    pub fn strokes(&self, row: usize) -> Vec<String> {
        let known = &TABLE[row];
        let own = self.0.iter().find(|(own, _)| *own == row);
        let mut strokes = match own {
            Some((_, strokes)) => strokes.clone(),
            None => known.strokes.iter().map(|own| (*own).to_owned()).collect(),
        };
        strokes.retain(|stroke| self.find(stroke, known.place) == Some(known.action));
        strokes
    }

    /// The stroke by which something is done, if there is one.
    pub fn stroke_of(&self, action: Action) -> Option<String> {
        let rows = (0..TABLE.len()).filter(|row| TABLE[*row].action == action);
        let mut strokes = rows.filter_map(|row| self.strokes(row).into_iter().next());
        strokes.next()
    }

    /// Gives a row one stroke in place of those that it has; tells from which rows it was taken.
    pub fn assign(&mut self, row: usize, stroke: &str) -> Vec<&'static Shortcut> {
        let place = TABLE[row].place;
        let meets = |other: Place| other == place || [other, place].contains(&Place::Page);
        let mut lost = Vec::new();
        for other in (0..TABLE.len()).filter(|other| *other != row && meets(TABLE[*other].place)) {
            let mut strokes = self.strokes(other);
            if strokes.iter().any(|own| own == stroke) {
                strokes.retain(|own| own != stroke);
                self.set(other, strokes);
                lost.push(&TABLE[other]);
            }
        }
        self.set(row, vec![stroke.to_owned()]);
        lost
    }

    /// Gives a row the strokes of the table again.
    pub fn restore(&mut self, row: usize) {
        self.0.retain(|(own, _)| *own != row);
    }

    fn set(&mut self, row: usize, strokes: Vec<String>) {
        self.restore(row);
        if strokes != TABLE[row].strokes {
            self.0.push((row, strokes));
            self.0.sort();
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::judgement::Verdict;

    use super::{super::presets::PRESETS, *};
    use crate::state::judging::Verb;

    const APPROVE: Action = Action::Judge(Verb::Verdict(Verdict::Approved));
    const REJECT: Action = Action::Judge(Verb::Verdict(Verdict::Rejected));

    fn row(action: Action) -> usize {
        TABLE.iter().position(|row| row.action == action).unwrap()
    }

    #[test]
    fn an_untouched_table_does_what_it_says() {
        let keys = Keymap::default();
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(keys.strokes(index), row.strokes, "{}", row.text);
        }
        assert_eq!(
            keys.find("ArrowLeft", Place::Picture),
            Some(Action::Previous)
        );
        assert_eq!(keys.find("/", Place::Picture), Some(Action::Search));
        assert_eq!(keys.find("Ctrl+A", Place::Picture), None);
    }

    #[test]
    fn a_stroke_moves_from_one_row_to_another_and_back() {
        let mut keys = Keymap::default();
        let lost = keys.assign(row(APPROVE), "X");
        assert_eq!(
            lost.iter().map(|row| row.text).collect::<Vec<_>>(),
            ["Reject"]
        );
        assert_eq!(keys.find("X", Place::Cull), Some(APPROVE));
        assert_eq!(keys.find("P", Place::Cull), None);
        assert!(keys.strokes(row(REJECT)).is_empty());
        assert_eq!(keys.stroke_of(APPROVE).as_deref(), Some("X"));
        assert_eq!(Keymap::read(&keys.text()), keys);
        keys.restore(row(APPROVE));
        keys.restore(row(REJECT));
        assert_eq!(keys, Keymap::default());
        assert_eq!(keys.find("X", Place::Grid), Some(REJECT));
    }

    #[test]
    fn the_same_stroke_may_do_two_things_in_two_places() {
        let mut keys = Keymap::default();
        assert!(keys.assign(row(Action::Compare), "I").is_empty());
        assert_eq!(keys.find("I", Place::Cull), Some(Action::Compare));
        assert_eq!(keys.find("I", Place::Picture), Some(Action::Inspector));
    }

    #[test]
    fn what_was_kept_by_another_version_is_read_as_far_as_it_goes() {
        let keys = Keymap::read("page P A\nnowhere Q W\npage\n\npage Nothing A\ncull C");
        assert_eq!(keys.find("A", Place::Grid), Some(APPROVE));
        assert_eq!(keys.find("C", Place::Cull), None);
        assert_eq!(keys.text(), "page P A\ncull C \n");
    }

    #[test]
    fn every_preset_says_what_it_means_and_leaves_nothing_without_a_key() {
        for preset in PRESETS {
            let keys = Keymap::read(preset.keys);
            assert_eq!(keys.0.len(), preset.keys.lines().count(), "{}", preset.name);
            for (index, known) in TABLE.iter().enumerate() {
                assert!(
                    !keys.strokes(index).is_empty(),
                    "{}: {} has no key",
                    preset.name,
                    known.text
                );
            }
            for place in [Place::Grid, Place::Picture, Place::Cull, Place::Duel] {
                for (index, strokes) in &keys.0 {
                    let here = [place, Place::Page].contains(&TABLE[*index].place);
                    for stroke in strokes.iter().filter(|_| here) {
                        let done = keys.find(stroke, place);
                        assert_eq!(
                            done,
                            Some(TABLE[*index].action),
                            "{}: {stroke}",
                            preset.name
                        );
                    }
                }
            }
        }
    }
}
