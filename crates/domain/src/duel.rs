//! Duels: which of two pictures is better, and the order that many such answers make.
//!
//! An answer puts one picture above another one. The order of all pictures that were in a duel ([`order`]) never
//! contradicts an answer unless answers contradict each other; where they leave a choice, the stronger picture
//! comes first, by the model of Bradley and Terry ("Rank analysis of incomplete block designs", Biometrika 39,
//! 1952): the better one of two is the stronger one with the probability `1 / (1 + exp(weaker - stronger))`.
//! Neither knows in which order answers were given: whichever is taken back, what is left is as if it had never
//! been given.
//!
//! What is asked ([`Contest`]) is a knock-out tournament that goes on after its final: who lost only against
//! those that are placed already may be next. The best `k` of `n` pictures take about `n + k log2 n` answers.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap},
};

use serde::{Deserialize, Serialize};

use crate::{
    id::{ImageId, OperationId},
    image::ImageCard,
};

/// So many pictures are placed before a contest is over.
pub const BEST: usize = 10;

/// How far strengths lie apart before anything is known: a standard deviation, in logits. It keeps a picture
/// that never lost from being infinitely strong.
const SPREAD: f64 = 1.5;
/// Strengths move less than this when they are found.
const STILL: f64 = 1e-6;
/// Rounds in which they are found at most; a thousand duels between the same two need about fifty.
const ROUNDS: usize = 300;

/// One answer. Pictures are named by their database keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duel {
    /// The better one.
    pub better: i64,
    /// The other one.
    pub worse: i64,
    /// Whether neither is better. The first of them is put above all the same, because somebody has to be.
    pub even: bool,
}

/// What somebody says of two pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The better one.
    pub better: ImageId,
    /// The other one.
    pub worse: ImageId,
    /// Whether neither is better.
    pub even: bool,
    /// The id under which it is kept; what was said under it is not said again.
    pub operation: OperationId,
}

/// What is to be asked next, and how far the answers go.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DuelRound {
    /// Pairs to ask about, each picture in one of them at most.
    pub pairs: Vec<(ImageCard, ImageCard)>,
    /// How far the answers go.
    pub standing: Standing,
}

/// How far the answers about some pictures go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The pictures.
    pub pictures: u64,
    /// Duels between two of them.
    pub duels: u64,
    /// How many are placed: the best ones, in their order.
    pub placed: u64,
    /// About so many answers are left until the best [`BEST`] are; 0 when they are.
    pub left: u64,
}

impl Standing {
    /// Whether the best are in their order.
    pub fn is_over(&self) -> bool {
        self.left == 0
    }
}

/// Every picture that was in a duel, the best first.
pub fn order(duels: &[Duel]) -> Vec<i64> {
    let strengths = strengths(duels);
    let keys: Vec<i64> = strengths.keys().copied().collect();
    let mut rest = Above::new(&keys, duels);
    let strong = |at: usize| Strong(strengths[&keys[at]], at);
    let mut free: BinaryHeap<Strong> = (0..keys.len())
        .filter(|at| rest.is_free(*at))
        .map(strong)
        .collect();
    // Answers that contradict each other leave nobody free.
    let mut strongest: Vec<Strong> = (0..keys.len()).map(strong).collect();
    strongest.sort();
    let mut placed = vec![false; keys.len()];
    let mut order = Vec::with_capacity(keys.len());
    while order.len() < keys.len() {
        let next = free.pop().or_else(|| strongest.pop());
        let Some(Strong(_, at)) = next else { break };
        if std::mem::replace(&mut placed[at], true) {
            continue;
        }
        order.push(keys[at]);
        free.extend(rest.place(at).into_iter().map(strong));
    }
    order
}

/// A picture by its strength; of two that are the same the first one is stronger.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Strong(f64, usize);

impl Eq for Strong {}

impl Ord for Strong {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(other.1.cmp(&self.1))
    }
}

impl PartialOrd for Strong {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Who is above whom, by the places of pictures in a list.
struct Above {
    /// Those that are directly below each.
    below: HashMap<usize, BTreeSet<usize>>,
    /// How many that are not placed yet are directly above each, where there are any.
    open: HashMap<usize, usize>,
    duels: u64,
}

impl Above {
    /// Answers about two of the same pictures.
    fn new(keys: &[i64], duels: &[Duel]) -> Self {
        let mut asked = BTreeSet::new();
        for duel in duels {
            asked.extend([duel.better, duel.worse]);
        }
        let known = keys.iter().enumerate();
        let known = known.filter(|(_, key)| asked.contains(key));
        let at: HashMap<i64, usize> = known.map(|(at, key)| (*key, at)).collect();
        let mut above = Self {
            below: HashMap::new(),
            open: HashMap::new(),
            duels: 0,
        };
        for duel in duels.iter().filter(|duel| duel.better != duel.worse) {
            let (Some(better), Some(worse)) = (at.get(&duel.better), at.get(&duel.worse)) else {
                continue;
            };
            above.duels += 1;
            if above.below.entry(*better).or_default().insert(*worse) {
                *above.open.entry(*worse).or_default() += 1;
            }
        }
        above
    }

    /// Whether nobody is above it that is not placed.
    fn is_free(&self, at: usize) -> bool {
        !self.open.contains_key(&at)
    }

    /// Pictures that it won against.
    fn wins(&self, at: usize) -> usize {
        self.below.get(&at).map_or(0, BTreeSet::len)
    }

    /// Places a picture; tells who is free by that.
    fn place(&mut self, at: usize) -> Vec<usize> {
        let mut free = Vec::new();
        self.open.remove(&at);
        for below in self.below.get(&at).into_iter().flatten() {
            if let Some(open) = self.open.get_mut(below) {
                *open -= 1;
                if *open == 0 {
                    self.open.remove(below);
                    free.push(*below);
                }
            }
        }
        free
    }
}

/// How strong each picture is that was in a duel, in logits around 0: what makes all answers likeliest.
pub fn strengths(duels: &[Duel]) -> BTreeMap<i64, f64> {
    let mut numbers = BTreeMap::new();
    for duel in duels {
        numbers.insert(duel.better, 0);
        numbers.insert(duel.worse, 0);
    }
    for (number, at) in numbers.values_mut().enumerate() {
        *at = number;
    }
    // Each picture's opponents, and what it got of each duel: 1, 0 or a half.
    let mut met: Vec<Vec<(usize, f64)>> = vec![Vec::new(); numbers.len()];
    for duel in duels.iter().filter(|duel| duel.better != duel.worse) {
        let (better, worse) = (numbers[&duel.better], numbers[&duel.worse]);
        let got = if duel.even { 0.5 } else { 1.0 };
        met[better].push((worse, got));
        met[worse].push((better, 1.0 - got));
    }
    let mut values = vec![0.0; met.len()];
    for _ in 0..ROUNDS {
        let mut farthest = 0.0_f64;
        for at in 0..values.len() {
            let step = step(&values, at, &met[at]);
            values[at] += step;
            farthest = farthest.max(step.abs());
        }
        if farthest < STILL {
            break;
        }
    }
    let known = numbers.into_iter();
    known.map(|(key, at)| (key, values[at])).collect()
}

/// Newton's step of one strength to where all answers are likeliest.
fn step(values: &[f64], at: usize, met: &[(usize, f64)]) -> f64 {
    let prior = (SPREAD * SPREAD).recip();
    let (mut slope, mut bend) = (-values[at] * prior, prior);
    for (other, got) in met {
        let expected = (1.0 + (values[*other] - values[at]).exp()).recip();
        slope += got - expected;
        bend += expected * (1.0 - expected);
    }
    slope / bend
}

/// Duels between some pictures, as they stand.
pub struct Contest<'a> {
    keys: &'a [i64],
    above: Above,
    placed: u64,
    /// Those that may be the next best, as places in `keys`: at least two, or the contest is over.
    running: Vec<usize>,
}

impl<'a> Contest<'a> {
    /// The contest between pictures, in the order in which they are taken up, each once.
    pub fn new(keys: &'a [i64], duels: &[Duel]) -> Self {
        let mut above = Above::new(keys, duels);
        let mut running: Vec<usize> = (0..keys.len()).filter(|at| above.is_free(*at)).collect();
        let wanted = keys.len().min(BEST) as u64;
        let mut placed = 0;
        while placed < wanted && running.len() < 2 {
            // Where answers contradict each other, the strongest of those that are left goes first.
            let next = running.pop().or_else(|| {
                let strengths = strengths(duels);
                let left = above.open.keys();
                let strong = left.map(|at| Strong(strengths[&keys[*at]], *at));
                strong.max().map(|strong| strong.1)
            });
            let Some(at) = next else { break };
            running.extend(above.place(at));
            placed += 1;
        }
        if placed == wanted {
            running.clear();
        }
        Self {
            keys,
            above,
            placed,
            running,
        }
    }

    /// How far the answers go.
    pub fn standing(&self) -> Standing {
        let pictures = self.keys.len() as u64;
        let wanted = pictures.min(BEST as u64);
        let after = wanted.saturating_sub(self.placed + 1);
        let running = self.running.len() as u64;
        let rounds = u64::from(running.max(2).ilog2());
        Standing {
            pictures,
            duels: self.above.duels,
            placed: self.placed,
            left: match running {
                0 => 0,
                running => (running - 1) + after * rounds,
            },
        }
    }

    /// The next pairs to ask about, at most `count`, without the pictures that are `taken`. Those that won as
    /// often meet each other; nobody is asked twice about the same two.
    pub fn next_pairs(&self, taken: &[i64], count: usize) -> Vec<(i64, i64)> {
        let taken: BTreeSet<i64> = taken.iter().copied().collect();
        let free = self.running.iter().copied();
        let mut free: Vec<usize> = free.filter(|at| !taken.contains(&self.keys[*at])).collect();
        // Of a million that were never asked about only a few are looked at.
        let wanted = 2 * count;
        let won = |at: &usize| (self.above.wins(*at), *at);
        if free.len() > wanted && wanted > 0 {
            free.select_nth_unstable_by_key(wanted, won);
            free.truncate(wanted);
        }
        free.sort_unstable_by_key(won);
        let pairs = free.chunks_exact(2).take(count);
        pairs
            .map(|two| (self.keys[two[0]], self.keys[two[1]]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn won(better: i64, worse: i64) -> Duel {
        Duel {
            better,
            worse,
            even: false,
        }
    }

    #[test]
    fn no_answer_is_contradicted() {
        assert_eq!(order(&[won(3, 2), won(2, 1), won(3, 1)]), [3, 2, 1]);
        // Who won most often is not above the one that it lost to.
        let duels = [won(1, 7), won(1, 8), won(1, 9), won(2, 1)];
        assert_eq!(order(&duels)[..2], [2, 1]);
        assert_eq!(order(&[]), [] as [i64; 0]);
    }

    #[test]
    fn where_answers_contradict_each_other_the_stronger_one_is_above() {
        let round = [won(1, 2), won(2, 3), won(3, 1)];
        assert_eq!(order(&round).len(), 3);
        let more = [round.as_slice(), &[won(2, 4), won(2, 5), won(5, 3)]].concat();
        assert_eq!(order(&more)[0], 2);
        let both = [won(1, 2), won(2, 1), won(2, 3)];
        assert_eq!(order(&both), [2, 1, 3]);
    }

    #[test]
    fn nobody_is_infinitely_strong_and_even_ones_are_alike() {
        let many: Vec<Duel> = (0..1_000).map(|_| won(1, 2)).collect();
        let strong = strengths(&many);
        assert!(strong[&1] < 6.0 && strong[&1] > 2.0);
        let even = Duel {
            even: true,
            ..won(1, 2)
        };
        let strong = strengths(&[even, won(2, 3)]);
        assert!(strong[&2] > strong[&1] && strong[&1] > strong[&3]);
        assert!(strengths(&[even])[&1].abs() < 1e-9);
        assert!(strengths(&[won(1, 1)])[&1].abs() < 1e-9);
    }

    #[test]
    fn the_order_of_answers_makes_no_difference() {
        let mut duels = vec![won(1, 2), won(2, 3), won(4, 1), won(3, 4), won(4, 2)];
        let one = order(&duels);
        duels.reverse();
        assert_eq!(order(&duels), one);
    }

    /// Asks until it is over; tells the answers.
    fn play(keys: &[i64], better: impl Fn(i64, i64) -> bool) -> Vec<Duel> {
        let mut duels = Vec::new();
        loop {
            let contest = Contest::new(keys, &duels);
            let pairs = contest.next_pairs(&[], 1);
            assert_eq!(pairs.is_empty(), contest.standing().is_over());
            let Some((one, other)) = pairs.first().copied() else {
                return duels;
            };
            let met = |duel: &Duel| [duel.better, duel.worse] == [one, other];
            assert!(!duels.iter().any(met), "nobody is asked twice");
            duels.push(if better(one, other) {
                won(one, other)
            } else {
                won(other, one)
            });
            assert!(duels.len() < 10_000);
        }
    }

    #[test]
    fn the_best_are_found_with_few_answers() {
        for (count, most) in [(4, 6), (40, 90), (1_000, 1_200)] {
            // Neither in their order nor against it.
            let keys: Vec<i64> = (0..count).map(|at| at * 7_919 % count).collect();
            let duels = play(&keys, |one, other| one > other);
            assert!(duels.len() <= most, "{count}: {}", duels.len());
            let best: Vec<i64> = (0..count).rev().take(BEST).collect();
            assert_eq!(order(&duels)[..best.len()], best, "{count}");
        }
    }

    #[test]
    fn whoever_contradicts_himself_comes_to_an_end_too() {
        let keys: Vec<i64> = (0..60).collect();
        let duels = play(&keys, |one, other| (one * 31 + other * 17) % 5 < 2);
        assert!(duels.len() < 60 * 59 / 2);
        let even = play(&keys, |_, _| true);
        assert!(even.len() < 130);
    }

    #[test]
    fn those_that_won_as_often_meet_and_what_is_shown_already_is_left_out() {
        let keys: Vec<i64> = (1..=7).collect();
        let contest = Contest::new(&keys, &[]);
        assert_eq!(contest.next_pairs(&[], 2), [(1, 2), (3, 4)]);
        assert_eq!(contest.next_pairs(&[1, 2, 3, 4], 4), [(5, 6)]);
        let duels = [won(1, 2), won(3, 4), won(5, 6)];
        let contest = Contest::new(&keys, &duels);
        assert_eq!(contest.next_pairs(&[], 1), [(7, 1)]);
        let standing = contest.standing();
        assert_eq!((standing.pictures, standing.duels), (7, 3));
        assert_eq!((standing.placed, standing.left), (0, 3 + 6 * 2));
    }

    #[test]
    fn a_contest_of_one_or_none_is_over() {
        for keys in [&[][..], &[5]] {
            let contest = Contest::new(keys, &[]);
            assert!(contest.next_pairs(&[], 9).is_empty());
            assert!(contest.standing().is_over());
        }
    }
}
