//! Short messages at the edge of the page; whatever one says can also be done elsewhere.

use leptos::prelude::*;

use crate::{api::ApiError, browser::timers};

/// One message.
#[derive(Debug, Clone)]
pub struct Toast {
    /// Tells messages apart.
    pub key: u32,
    /// What it says.
    pub text: String,
    /// Whether something went wrong; such a message stays until it is closed.
    pub problem: bool,
    /// What it offers to do: the name of a button, and what that does.
    pub offer: Option<(&'static str, Callback<()>)>,
}

/// The messages on the page.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

/// How long a message stays, in milliseconds.
const STAY: i32 = 8_000;

/// How many are shown at once; older ones make room.
const LIMIT: usize = 4;

impl Toasts {
    /// Says something that went well, for eight seconds.
    pub fn say(&self, text: impl Into<String>) {
        let key = self.add(text.into(), false, None);
        self.close_later(key);
    }

    /// Says something that went well, and offers to do something about it, for eight seconds.
    pub fn offer(
        &self,
        text: impl Into<String>,
        name: &'static str,
        act: impl Fn() + Send + Sync + 'static,
    ) {
        let act = Callback::new(move |()| act());
        let key = self.add(text.into(), false, Some((name, act)));
        self.close_later(key);
    }

    /// Says what went wrong; stays until it is closed.
    pub fn problem(&self, problem: &ApiError) {
        self.add(problem.to_string(), true, None);
    }

    /// Takes a message away.
    pub fn close(&self, key: u32) {
        self.list
            .update(|list| list.retain(|toast| toast.key != key));
    }

    /// All messages, reactively.
    pub fn all(&self) -> Vec<Toast> {
        self.list.get()
    }

    fn close_later(&self, key: u32) {
        let toasts = *self;
        timers::after(STAY, move || toasts.close(key));
    }

    fn add(&self, text: String, problem: bool, offer: Option<(&'static str, Callback<()>)>) -> u32 {
        let key = self.next.get_value();
        self.next.set_value(key.wrapping_add(1));
        self.list.update(|list| {
            // Saying the same twice in a row helps nobody.
            list.retain(|toast| toast.text != text);
            if list.len() >= LIMIT {
                list.remove(0);
            }
            list.push(Toast {
                key,
                text,
                problem,
                offer,
            });
        });
        key
    }
}

/// Provides the messages for the whole page.
pub(crate) fn provide() {
    provide_context(Toasts {
        list: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
    });
}

/// The messages of the page.
pub fn use_toasts() -> Toasts {
    expect_context()
}
