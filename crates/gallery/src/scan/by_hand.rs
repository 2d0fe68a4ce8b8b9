//! Looking through folders because somebody asked for it. It ends when nobody wants to know any more.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{id::RootId, problem::Problem};
use tokio::sync::watch as channel;

use super::{lock, run, walk_through};
use crate::{Inner, error::Error};

/// How often whoever asked is told how far it is.
const TELL: Duration = Duration::from_millis(250);

/// Files of a walk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Looked {
    /// Those that were new or changed, and were read.
    pub(crate) read: u64,
    /// These, and those that are as they were.
    pub(crate) done: u64,
    /// Those that it came across.
    pub(crate) seen: u64,
}

/// What somebody asks for, and whether they still want it: they do as long as they listen.
pub(super) struct ByHand {
    /// Only this one; else all.
    pub(super) root: Option<RootId>,
    far: channel::Sender<Far>,
}

/// How far it came.
#[derive(Debug, Clone)]
enum Far {
    /// Something else is read first.
    Waits,
    /// It goes on.
    Reads,
    /// It came to its end, or could not.
    Ended(Looked, Option<Problem>),
}

impl ByHand {
    pub(super) fn begins(&self) {
        self.far.send_replace(Far::Reads);
    }

    pub(super) fn ends(&self, looked: Looked, failed: Option<Problem>) {
        self.far.send_replace(Far::Ended(looked, failed));
    }

    fn is_wanted(&self) -> bool {
        !self.far.is_closed()
    }
}

/// What is asked for by hand, one at a time.
#[derive(Default)]
pub(super) struct Hand {
    asked: Mutex<Option<Arc<ByHand>>>,
    /// The walk that goes on for nobody else.
    walked: Mutex<Option<Arc<ByHand>>>,
}

impl Hand {
    /// What is to be done now, if somebody still wants it.
    pub(super) fn take(&self) -> Option<Arc<ByHand>> {
        lock(&self.asked).take().filter(|asked| asked.is_wanted())
    }

    /// Whether nobody wants the walk that goes on.
    pub(super) fn is_given_up(&self) -> bool {
        lock(&self.walked)
            .as_ref()
            .is_some_and(|asked| !asked.is_wanted())
    }
}

/// Looks through all watched folders, or one, and tells how far it is. Dropped, it ends before its end: what was read
/// until then stays, and nothing turns missing. Fails when a folder could not be read to its end.
pub(crate) async fn look(
    inner: &Inner,
    root: Option<RootId>,
    tell: impl Fn(Looked),
) -> Result<Looked, Error> {
    let (far, mut told) = channel::channel(Far::Waits);
    *lock(&inner.scanner.by_hand.asked) = Some(Arc::new(ByHand { root, far }));
    inner.scanner.wake.notify_one();
    let mut ticks = tokio::time::interval(TELL);
    loop {
        let now = told.borrow_and_update().clone();
        match now {
            Far::Waits => {}
            Far::Reads => tell(inner.scanner.progress.looked()),
            Far::Ended(_, Some(problem)) => return Err(Error::Told(problem)),
            Far::Ended(looked, None) => return Ok(looked),
        }
        tokio::select! {
            changed = told.changed() => changed.map_err(|_| Error::Worker)?,
            _ = ticks.tick() => {}
        }
    }
}

/// Does what was asked for.
pub(super) async fn carry_out(inner: &Arc<Inner>, asked: Arc<ByHand>) {
    let walked = &inner.scanner.by_hand.walked;
    *lock(walked) = Some(Arc::clone(&asked));
    let walk = async {
        match asked.root {
            Some(root) => run::one(inner, root).await,
            None => run::everything(inner).await,
        }
    };
    walk_through(inner, Some(&asked), walk).await;
    *lock(walked) = None;
    inner.scanner.unfinished.notify_one();
}
