//! Faults of the disk, for tests.
//!
//! Every call that changes something on the disk asks [`before`] or [`cut`] first. A test plans which of them fails, and
//! how; so it can go through all of them, one after the other. Without a plan nothing happens, and in a program that is
//! built without the feature `faults` nothing is asked.
//!
//! Every look at a file or folder asks [`look`] first, so a test has a disk that is slow, and can take it away while
//! somebody is at it.

use std::io;

/// What a call does to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// Makes a file or a folder.
    Make,
    /// Writes bytes, or cuts some off.
    Write,
    /// Makes sure that something survives a power cut.
    Sync,
    /// Gives a file another place or another name.
    Move,
    /// Takes a file or a name of it away.
    Remove,
}

#[cfg(not(feature = "faults"))]
mod none {
    use super::{Call, io};

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a plan of a test can make it fail, and its callers read the same either way"
    )]
    #[inline]
    pub(in crate::files) fn before(_: Call) -> io::Result<()> {
        Ok(())
    }

    #[inline]
    pub(in crate::files) fn cut(bytes: &[u8]) -> (&[u8], io::Result<()>) {
        (bytes, Ok(()))
    }

    #[inline]
    pub(crate) fn look() {}
}

#[cfg(not(feature = "faults"))]
pub(crate) use none::look;
#[cfg(not(feature = "faults"))]
pub(super) use none::{before, cut};

#[cfg(feature = "faults")]
mod planned {
    use std::{
        sync::{
            Mutex, MutexGuard, PoisonError,
            atomic::{AtomicU64, Ordering},
        },
        time::Duration,
    };

    use rustix::io::Errno;

    use super::{Call, io};

    /// How a call fails.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Fault {
        /// As on a disk that is broken at one place: once.
        Broken,
        /// As on a disk that is full from then on: what takes no room still works.
        Full,
        /// Half of what is written is there, and then the disk is full.
        Short,
        /// The program ends before it.
        Killed,
    }

    /// What is planned, and how many calls there have been.
    #[derive(Debug)]
    struct Plan {
        at: Option<(u64, Fault)>,
        calls: u64,
    }

    static PLAN: Mutex<Plan> = Mutex::new(Plan { at: None, calls: 0 });

    /// Microseconds for which each look at the disk waits.
    static PAUSE: AtomicU64 = AtomicU64::new(0);
    /// Looks at the disk since its pace was set.
    static LOOKS: AtomicU64 = AtomicU64::new(0);

    fn now() -> MutexGuard<'static, Plan> {
        PLAN.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans that the call of a number fails, from 1, of all that this process makes from here on; `None` lets all of
    /// them do their work.
    pub fn plan(at: Option<(u64, Fault)>) {
        *now() = Plan { at, calls: 0 };
    }

    /// How many calls there have been since something was planned.
    pub fn calls() -> u64 {
        now().calls
    }

    /// Makes each look at the disk take so long more, of all that this process makes from here on.
    pub fn slow(pause: Duration) {
        PAUSE.store(pause.as_micros() as u64, Ordering::SeqCst);
        LOOKS.store(0, Ordering::SeqCst);
    }

    /// How many looks at the disk there have been since [`slow`] was called.
    pub fn looks() -> u64 {
        LOOKS.load(Ordering::SeqCst)
    }

    pub(crate) fn look() {
        LOOKS.fetch_add(1, Ordering::SeqCst);
        let pause = PAUSE.load(Ordering::SeqCst);
        if pause > 0 {
            std::thread::sleep(Duration::from_micros(pause));
        }
    }

    pub(in crate::files) fn before(call: Call) -> io::Result<()> {
        match next(call) {
            None => Ok(()),
            Some(Fault::Broken) => Err(Errno::IO.into()),
            Some(_) => Err(Errno::NOSPC.into()),
        }
    }

    /// As much of what is to be written as there is to be, and what to say then.
    pub(in crate::files) fn cut(bytes: &[u8]) -> (&[u8], io::Result<()>) {
        match next(Call::Write) {
            None => (bytes, Ok(())),
            Some(Fault::Short) => (&bytes[..bytes.len() / 2], Err(Errno::NOSPC.into())),
            Some(Fault::Broken) => (&[], Err(Errno::IO.into())),
            Some(_) => (&[], Err(Errno::NOSPC.into())),
        }
    }

    fn next(call: Call) -> Option<Fault> {
        let mut plan = now();
        plan.calls += 1;
        let (at, fault) = plan.at?;
        let calls = plan.calls;
        let takes_room = matches!(call, Call::Make | Call::Write | Call::Sync);
        match fault {
            Fault::Full => (calls >= at && takes_room).then_some(fault),
            // No destructor runs, as when the system ends a program.
            Fault::Killed if calls == at => std::process::abort(),
            other => (calls == at).then_some(other),
        }
    }
}

#[cfg(feature = "faults")]
pub(crate) use planned::look;
#[cfg(feature = "faults")]
pub use planned::{Fault, calls, looks, plan, slow};
#[cfg(feature = "faults")]
pub(super) use planned::{before, cut};
