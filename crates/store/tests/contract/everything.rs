//! Twenty thousand operations of every kind by chance, through two connections that take turns, compared with
//! a plain model; and a reader that follows only what it is told.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    facts::Facts,
    id::{OperationId, SetId},
    judgement::{Done, Edit, Judgement, Label, Verdict},
    photoset::Photoset,
    tag::NoteSaved,
    time::Timestamp,
};
use store::{OpenOptions, Store, rows::Changes};

use crate::{
    support::{images, open_with_root, record},
    tags::author,
};

testkit::on_both_engines!(operations_of_every_kind_agree_with_a_plain_model,);

/// So many operations.
const OPERATIONS: u128 = 20_000;
/// So often everything is compared.
const EVERY: u128 = 100;
const PICTURES: u64 = 48;
/// Pictures are deleted only while more than these are left.
const LEFT: usize = 24;
const TAGS: [&str; 3] = ["cat", "dog", "漢字"];
const SETS: [SetId; 2] = [SetId(71), SetId(72)];

/// What may change of a picture by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Verdict,
    Rating,
    Favourite,
    Label,
    Hidden,
    /// Since when it is in the trash.
    Trash,
    Tag(usize),
    /// Its place.
    Set(usize),
    /// The version of its note.
    Note,
}

/// One part of one picture: what it was and became.
type Step = (i64, i64, i64);

/// The library as it should be: every part that is not nothing.
struct Model {
    chance: u64,
    pictures: BTreeSet<i64>,
    state: BTreeMap<(i64, Part), i64>,
    notes: BTreeMap<i64, String>,
    past: Vec<(u128, Part, Vec<Step>)>,
}

impl Model {
    /// `SplitMix64`.
    fn below(&mut self, end: usize) -> usize {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.chance ^ self.chance >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ value >> 31) % end as u64) as usize
    }

    fn now(&self, key: i64, part: Part) -> i64 {
        self.state.get(&(key, part)).copied().unwrap_or(0)
    }

    fn set(&mut self, key: i64, part: Part, value: i64) {
        if value == 0 {
            self.state.remove(&(key, part));
        } else {
            self.state.insert((key, part), value);
        }
    }

    /// Some pictures, each once, in any order.
    fn some(&mut self) -> Vec<i64> {
        let mut all: Vec<i64> = self.pictures.iter().copied().collect();
        let count = 1 + self.below(5);
        let mut some = Vec::with_capacity(count);
        for _ in 0..count {
            let at = self.below(all.len());
            some.push(all.swap_remove(at));
        }
        some
    }

    /// The pictures that something new is to be set of, as steps.
    fn steps(&self, keys: &[i64], part: Part, value: i64) -> Vec<Step> {
        let differs = |key: &&i64| match part {
            // What is in the trash already is there since then.
            Part::Trash => (self.now(**key, part) == 0) != (value == 0),
            _ => self.now(**key, part) != value,
        };
        let keys = keys.iter().filter(differs);
        keys.map(|key| (*key, self.now(*key, part), value))
            .collect()
    }

    fn take_in(&mut self, number: u128, part: Part, steps: Vec<Step>) {
        for (key, _, new) in &steps {
            self.set(*key, part, *new);
        }
        if !steps.is_empty() {
            self.past.push((number, part, steps));
        }
    }

    /// The pictures of a photoset in its order.
    fn order(&self, set: usize) -> Vec<i64> {
        let own = self
            .state
            .iter()
            .filter(|((_, part), _)| *part == Part::Set(set));
        let mut own: Vec<(i64, i64)> = own.map(|((key, _), place)| (*place, *key)).collect();
        own.sort_unstable();
        own.into_iter().map(|(_, key)| key).collect()
    }

    fn judgement(&self, key: i64) -> Judgement {
        let now = |part| self.now(key, part);
        Judgement {
            verdict: Verdict::ALL[now(Part::Verdict) as usize],
            rating: now(Part::Rating) as u8,
            favourite: now(Part::Favourite) != 0,
            label: (now(Part::Label) as usize)
                .checked_sub(1)
                .map(|at| Label::ALL[at]),
            hidden: now(Part::Hidden) != 0,
            trashed: now(Part::Trash) != 0,
        }
    }
}

/// What a reader knows that only follows the changes.
#[derive(Default)]
struct Reader {
    known: i64,
    rows: BTreeMap<i64, Facts>,
}

impl Reader {
    async fn follow(&mut self, store: &Store) {
        let Changes::Rows {
            upto,
            touched,
            removed,
            judged,
            marks,
        } = store.changes_since(self.known).await.unwrap()
        else {
            panic!("nothing has to be read anew");
        };
        assert_eq!(touched, [] as [i64; 0]);
        for key in removed {
            self.rows.remove(&key);
        }
        for (key, judgement) in judged {
            self.rows.get_mut(&key).unwrap().judgement = judgement;
        }
        for (tag, key, on) in marks.tagged {
            let own = &mut self.rows.get_mut(&key).unwrap().tags;
            own.retain(|had| *had != tag);
            own.extend(on.then_some(tag));
            own.sort_unstable();
        }
        for (key, note) in marks.noted {
            self.rows.get_mut(&key).unwrap().note = note;
        }
        for (set, key, place) in marks.placed {
            let own = &mut self.rows.get_mut(&key).unwrap().sets;
            own.retain(|(had, _)| *had != set);
            own.extend((place != 0).then_some((set, place)));
            own.sort_unstable();
        }
        self.known = upto;
    }
}

/// Two connections to one library, which take turns.
struct Two(Store, Store);

impl Two {
    fn turn(&self, number: u128) -> &Store {
        if number.is_multiple_of(2) {
            &self.0
        } else {
            &self.1
        }
    }
}

async fn operations_of_every_kind_agree_with_a_plain_model(url: &str) {
    let (store, root) = open_with_root(url).await;
    let recorded = record(&store, &root, PICTURES).await;
    let keys = images(&recorded);
    // One picture has every tag and is left alone, so that no tag ends with its last picture.
    for (number, tag) in (1..).zip(TAGS) {
        let put = store.set_tag(author(number), keys[..1].to_vec(), tag.to_owned(), true);
        put.await.unwrap();
    }
    for (number, set) in (11..).zip(SETS) {
        let made = store.create_set(author(number), set, Photoset::named("set"), Vec::new());
        made.await.unwrap();
    }
    let other = Store::open(url, OpenOptions::default()).await;
    let two = Two(store.clone(), other.unwrap_or_else(|_| store.clone()));
    let mut model = Model {
        chance: 20,
        pictures: keys[1..].iter().copied().collect(),
        state: BTreeMap::new(),
        notes: BTreeMap::new(),
        past: Vec::new(),
    };
    let mut reader = Reader {
        known: store.change_now().await.unwrap(),
        rows: rows(&store).await,
    };
    for number in 100..100 + OPERATIONS {
        let store = two.turn(number);
        match model.below(100) {
            0..30 => judge(&mut model, store, number).await,
            30..45 => tag(&mut model, store, number).await,
            45..60 => group(&mut model, store, number).await,
            60..68 => arrange(&mut model, store, number).await,
            68..75 => note(&mut model, store, number).await,
            75..99 => undo(&mut model, store, number).await,
            _ => purge(&mut model, store, number).await,
        }
        if number.is_multiple_of(EVERY) {
            reader.follow(two.turn(number + 1)).await;
            let now = rows(store).await;
            assert_eq!(reader.rows, now, "{number}");
            compare(&model, &now, number);
        }
    }
}

async fn rows(store: &Store) -> BTreeMap<i64, Facts> {
    let rows = store.index_rows(i64::MIN, 1_000).await.unwrap();
    rows.into_iter().map(|row| (row.key, row)).collect()
}

fn compare(model: &Model, rows: &BTreeMap<i64, Facts>, number: u128) {
    for key in &model.pictures {
        let row = &rows[key];
        assert_eq!(row.judgement, model.judgement(*key), "{number}");
        let tags = (0..TAGS.len()).filter(|tag| model.now(*key, Part::Tag(*tag)) != 0);
        assert_eq!(row.tags.len(), tags.count(), "{number}");
        let places: BTreeSet<i64> = row.sets.iter().map(|(_, place)| *place).collect();
        let own: BTreeSet<i64> = (0..SETS.len())
            .map(|set| model.now(*key, Part::Set(set)))
            .filter(|place| *place != 0)
            .collect();
        assert_eq!(places, own, "{number}");
        let note = model.now(*key, Part::Note);
        let text = model.notes.get(&note).map_or("", String::as_str);
        assert_eq!(row.note, text, "{number}");
    }
    assert_eq!(rows.len(), model.pictures.len() + 1, "{number}");
}

/// What was done is what the model expects, and an operation only when something was done.
fn expect(done: Done, steps: &[Step], number: u128) {
    assert_eq!(done.changed, steps.len() as u64, "{number}");
    assert_eq!(done.operation.is_some(), !steps.is_empty(), "{number}");
}

async fn judge(model: &mut Model, store: &Store, number: u128) {
    let (part, edit, value) = match model.below(6) {
        0 => {
            let at = model.below(3);
            (Part::Verdict, Edit::Verdict(Verdict::ALL[at]), at as i64)
        }
        1 => {
            let stars = model.below(6);
            (Part::Rating, Edit::Rating(stars as u8), stars as i64)
        }
        2 => {
            let on = model.below(2);
            (Part::Favourite, Edit::Favourite(on == 1), on as i64)
        }
        3 => {
            let at = model.below(Label::ALL.len() + 1);
            let label = at.checked_sub(1).map(|at| Label::ALL[at]);
            (Part::Label, Edit::Label(label), at as i64)
        }
        4 => {
            let on = model.below(2);
            (Part::Hidden, Edit::Hidden(on == 1), on as i64)
        }
        _ => {
            let on = model.below(2) == 1;
            let since = i64::from(on) * author(number).at.0;
            (Part::Trash, Edit::Trash(on), since)
        }
    };
    let keys = model.some();
    let steps = model.steps(&keys, part, value);
    let done = store.judge(author(number), keys, edit).await.unwrap();
    expect(done, &steps, number);
    model.take_in(number, part, steps);
}

async fn tag(model: &mut Model, store: &Store, number: u128) {
    let (at, on) = (model.below(TAGS.len()), model.below(2) == 1);
    let keys = model.some();
    let steps = model.steps(&keys, Part::Tag(at), on.into());
    let done = store.set_tag(author(number), keys, TAGS[at].to_owned(), on);
    expect(done.await.unwrap(), &steps, number);
    model.take_in(number, Part::Tag(at), steps);
}

/// The places in a photoset as the store has them now.
async fn places(store: &Store, keys: &[i64], set: usize) -> BTreeMap<i64, i64> {
    let sets = store.sets().await.unwrap();
    let own = sets.iter().find(|(_, id, _)| *id == SETS[set]).unwrap().0;
    let rows = store.index_rows_of(keys).await.unwrap();
    let place = |row: &Facts| {
        row.sets
            .iter()
            .find(|(key, _)| *key == own)
            .map(|one| one.1)
    };
    rows.iter()
        .filter_map(|row| Some((row.key, place(row)?)))
        .collect()
}

async fn group(model: &mut Model, store: &Store, number: u128) {
    let (set, on) = (model.below(SETS.len()), model.below(2) == 1);
    let (keys, before) = (model.some(), model.order(set));
    let differs = |key: &&i64| before.contains(key) != on;
    let changing: Vec<i64> = keys.iter().filter(differs).copied().collect();
    let done = store.put_in_set(author(number), SETS[set], keys, on);
    let done = done.await.unwrap();
    let now = places(store, &changing, set).await;
    let step = |key: &i64| {
        let new = now.get(key).copied().unwrap_or(0);
        (*key, model.now(*key, Part::Set(set)), new)
    };
    let steps: Vec<Step> = changing.iter().map(step).collect();
    expect(done, &steps, number);
    model.take_in(number, Part::Set(set), steps);
    let expected: Vec<i64> = if on {
        before.into_iter().chain(changing).collect()
    } else {
        before
            .into_iter()
            .filter(|key| !changing.contains(key))
            .collect()
    };
    assert_eq!(model.order(set), expected, "{number}");
}

async fn arrange(model: &mut Model, store: &Store, number: u128) {
    let set = model.below(SETS.len());
    let (keys, order) = (model.some(), model.order(set));
    let anchor = model.some()[0];
    let done = store.arrange_set(author(number), SETS[set], keys.clone(), Some(anchor));
    let done = done.await.unwrap();
    let moved: Vec<i64> = keys.into_iter().filter(|key| order.contains(key)).collect();
    let behind = order.iter().skip_while(|key| **key != anchor);
    let next = behind.copied().find(|key| !moved.contains(key));
    let mut expected: Vec<i64> = order
        .iter()
        .copied()
        .filter(|key| !moved.contains(key))
        .collect();
    let at = expected.iter().position(|key| Some(*key) == next);
    let at = at.unwrap_or(expected.len());
    expected.splice(at..at, moved);
    let now = places(store, &order, set).await;
    let steps: Vec<Step> = order
        .iter()
        .map(|key| (*key, model.now(*key, Part::Set(set)), now[key]))
        .filter(|(_, old, new)| old != new)
        .collect();
    expect(done, &steps, number);
    model.take_in(number, Part::Set(set), steps);
    assert_eq!(model.order(set), expected, "{number}");
}

async fn note(model: &mut Model, store: &Store, number: u128) {
    let key = model.some()[0];
    let now = model.now(key, Part::Note);
    let text = ["", "one", "two 漢", "three"][model.below(4)].to_owned();
    let stale = model.below(10) == 0;
    let version = if stale { now + 1 } else { now };
    let same = model.notes.get(&now).map_or("", String::as_str) == text;
    let saved = store.set_note(author(number), key, text.clone(), version);
    match saved.await.unwrap() {
        NoteSaved::Changed { note } => {
            assert!(stale && !same, "{number}");
            assert_eq!(note.version, now, "{number}");
        }
        NoteSaved::Saved { note, done } => {
            assert_eq!(done.operation.is_none(), same, "{number}");
            if !same {
                assert!(!stale, "{number}");
                model.notes.insert(note.version, text);
                model.notes.remove(&0);
                model.take_in(number, Part::Note, vec![(key, now, note.version)]);
            }
        }
    }
}

async fn undo(model: &mut Model, store: &Store, number: u128) {
    if model.past.is_empty() {
        return;
    }
    // Mostly one of the last, as people do.
    let back = model.below(3) == 0;
    let from = if back {
        0
    } else {
        model.past.len().saturating_sub(6)
    };
    let at = from + model.below(model.past.len() - from);
    let (old, part, steps) = model.past[at].clone();
    let held: Vec<Step> = steps
        .iter()
        .filter(|(key, _, new)| model.now(*key, part) == *new)
        .map(|(key, old, new)| (*key, *new, *old))
        .collect();
    let done = store.undo(author(number), OperationId(old)).await.unwrap();
    assert_eq!(
        done.conflicts,
        (steps.len() - held.len()) as u64,
        "{number}"
    );
    expect(done, &held, number);
    model.take_in(number, part, held);
}

async fn purge(model: &mut Model, store: &Store, number: u128) {
    let in_trash = |key: &&i64| model.now(**key, Part::Trash) != 0;
    let keys: Vec<i64> = model
        .pictures
        .iter()
        .filter(in_trash)
        .copied()
        .take(1)
        .collect();
    if keys.is_empty() || model.pictures.len() <= LEFT {
        return;
    }
    let begun = store.begin_purge(keys.clone(), Timestamp(i64::MAX));
    assert_eq!(begun.await.unwrap(), keys, "{number}");
    let gone = store.finish_purge(author(number), keys.clone());
    assert_eq!(gone.await.unwrap(), 1, "{number}");
    for key in keys {
        model.pictures.remove(&key);
        model.state.retain(|(own, _), _| *own != key);
        for (_, _, steps) in &mut model.past {
            steps.retain(|(own, ..)| *own != key);
        }
    }
    // Nothing is left of those to take back.
    model.past.retain(|(_, _, steps)| !steps.is_empty());
}
