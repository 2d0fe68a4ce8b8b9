//! Later: timeouts and animation frames.

use std::time::Duration;

use leptos::{
    leptos_dom::helpers::TimeoutHandle,
    prelude::{
        GetValue, StoredValue, UpdateValue, on_cleanup, request_animation_frame, set_timeout,
        set_timeout_with_handle,
    },
};

/// Runs something once, `milliseconds` from now.
pub fn after(milliseconds: i32, run: impl FnOnce() + 'static) {
    set_timeout(
        run,
        Duration::from_millis(milliseconds.unsigned_abs().into()),
    );
}

/// Runs something before the next paint.
pub fn frame(run: impl FnOnce() + 'static) {
    request_animation_frame(run);
}

/// A timeout of which only the last call counts. It ends with whoever made it: what it would run may
/// touch what is gone by then.
#[derive(Clone, Copy)]
pub struct Debounce {
    milliseconds: u64,
    pending: StoredValue<Option<TimeoutHandle>>,
}

impl Debounce {
    /// One that waits for `milliseconds` of quiet.
    pub fn new(milliseconds: u64) -> Self {
        let timer = Self {
            milliseconds,
            pending: StoredValue::new(None),
        };
        on_cleanup(move || timer.cancel());
        timer
    }

    /// Runs something when nothing was asked for a while; forgets what was asked before.
    pub fn call(&self, run: impl FnOnce() + 'static) {
        self.cancel();
        self.pending.try_update_value(|pending| {
            let wait = Duration::from_millis(self.milliseconds);
            *pending = set_timeout_with_handle(run, wait).ok();
        });
    }

    /// Forgets what was asked.
    pub fn cancel(&self) {
        if let Some(handle) = self.pending.try_get_value().flatten() {
            handle.clear();
        }
    }
}
