//! Questions at a fixed rate, asked when they are due whatever the earlier ones take. Time counts from
//! when a question was due, so a stall shows in every question that it delays.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;

/// How often one client asks, where nothing else is said.
pub(super) const EVERY: Duration = Duration::from_millis(25);

/// When questions of one client are due.
pub(super) struct Pace {
    next: Instant,
    every: Duration,
}

impl Pace {
    /// The first is due now.
    pub(super) fn now(every: Duration) -> Self {
        Self::from(Instant::now(), every)
    }

    /// The first is due at a given time.
    pub(super) fn from(first: Instant, every: Duration) -> Self {
        Self { next: first, every }
    }

    /// Waits until the next question is due, and says when that was.
    pub(super) fn wait(&mut self) -> Instant {
        let due = self.next;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        self.next += self.every;
        due
    }
}

/// Asks so many questions, each of which is told its number, and gives how long they took.
pub(super) fn ask(
    questions: u32,
    every: Duration,
    mut question: impl FnMut(u32) -> Result<()>,
) -> Result<Vec<Duration>> {
    let mut pace = Pace::now(every);
    let one = |number| {
        let due = pace.wait();
        question(number)?;
        Ok(due.elapsed())
    };
    (0..questions).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_shows_in_every_question_that_it_delays() {
        let stall = |number| {
            if number == 0 {
                thread::sleep(Duration::from_millis(60));
            }
            Ok(())
        };
        let times = ask(4, Duration::from_millis(20), stall).unwrap();
        assert!(times[0] >= Duration::from_millis(60));
        assert!(times[1] >= Duration::from_millis(40));
        assert!(times[2] >= Duration::from_millis(20));
    }
}
