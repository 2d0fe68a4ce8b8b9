//! The URL's query string as a [`Query`], and the one way to change it.

use domain::{
    id::ImageId,
    query::{Query, View},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::browser::history;

/// The query in the URL. Copies all speak of the same URL.
#[derive(Clone, Copy)]
pub struct QueryState {
    /// The query as the URL has it.
    pub query: Memo<Query>,
    /// The canonical form of what is asked, without the open picture, the place and the
    /// presentation: two queries with the same one have the same result.
    pub result: Memo<String>,
    /// How the result is shown.
    pub view: Memo<View>,
    /// Which page is looked at where paging is by links, counted from 1.
    pub page: Memo<u64>,
    /// Whether the open picture has an entry of its own in the history, so that closing goes back.
    pushed: StoredValue<bool>,
}

impl QueryState {
    /// The query, reactively.
    pub fn get(&self) -> Query {
        self.query.get()
    }

    /// Goes to a query as a new entry of the browser's history, from the result's beginning.
    pub fn push(&self, query: Query) {
        go(&from_the_top(query), false);
    }

    /// Goes to a query in place of the current entry, as while typing.
    pub fn replace(&self, query: Query) {
        go(&from_the_top(query), true);
    }

    /// Shows the same result in another way, at a picture, as a new entry of the history.
    pub fn show(&self, view: View, at: Option<ImageId>) {
        let query = from_the_top(self.query.get_untracked().with_view(view));
        go(&Query { at, ..query }, false);
    }

    /// Opens a picture over the result: a new entry when none was open, else in its place.
    pub fn open(&self, id: ImageId) {
        let query = self.query.get_untracked();
        let replace = query.image.is_some();
        if !replace {
            self.pushed.set_value(true);
        }
        go(&query.with_image(Some(id)), replace);
    }

    /// Closes the picture.
    pub fn close(&self) {
        if self.pushed.get_value() {
            self.pushed.set_value(false);
            history::back();
        } else {
            go(&self.query.get_untracked().with_image(None), true);
        }
    }

    /// The address of a query, for links that work without wasm.
    pub fn href(query: &Query) -> String {
        Self::on("/", query)
    }

    /// The same on another page of the site.
    pub fn on(path: &str, query: &Query) -> String {
        let text = query.to_string();
        if text.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{text}")
        }
    }
}

fn go(query: &Query, replace: bool) {
    history::go(&QueryState::href(query), replace);
}

/// The query at the beginning of its result, without an open picture.
fn from_the_top(query: Query) -> Query {
    Query {
        image: None,
        at: None,
        page: 0,
        ..query
    }
}

/// The query in the URL; to be called below the router.
pub fn use_query() -> QueryState {
    expect_context()
}

/// Reads the URL for everything below it.
#[component]
pub(crate) fn QueryProvider(children: Children) -> impl IntoView {
    let location = use_location();
    let search = location.search;
    let query = Memo::new(move |_| search.with(|text| Query::parse(text)));
    let plain = |query: &Query| query.from_the_top().with_view(View::Grid).to_string();
    let result = Memo::new(move |_| query.with(plain));
    let view = Memo::new(move |_| query.with(|query| query.view));
    let page = Memo::new(move |_| query.with(|query| u64::from(query.page.max(1))));
    provide_context(QueryState {
        query,
        result,
        view,
        page,
        pushed: StoredValue::new(false),
    });
    children()
}
