//! What is in each part. Only the functions named here reach it, so only there it is compiled into.
#![expect(
    clippy::unnecessary_wraps,
    reason = "a part that does not arrive is an error, which the macro adds"
)]

use std::pin::Pin;

use domain::{
    aside::{Aside, AsideCounts},
    id::ImageId,
    image::{ImageCard, ImageDetail},
    photoset::SetRef,
    query::Query,
    window::FirstPage,
};
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
    task::spawn_local,
};
use wasm_split_helpers::wasm_split;

use super::NotLoaded;
use crate::{
    api::{ApiError, images::image},
    browser::files::Dropped,
    components::{
        aside::AsideHead, aside_links::CountAside, carry::Carry, drop_inspect::DropDialog,
        edit_dialog::EditDialog, export_dialog::ExportDialog, first_run::FirstRun,
        follow_switch::FollowSwitch, grid::Rows, help::Help, lightbox::Lightbox, list,
        new_pill::NewPill, palette::CommandPalette, parameters::Parameters, scrubber::Scrubber,
        selection_tools::SelectionTools, session_head::SessionHead,
        session_waiting::SessionWaiting, set_editor::SetEditor, set_form::SetForm,
        set_head::SetHead, standing::Standing, tag_editor::TagEditor, tokens::Tokens,
    },
    pages::{
        add::AddPage, clean::CleanPage, cull::CullPage, duel::DuelPage, exchange::ExchangePage,
        folders::FoldersPage, history::HistoryPage, inspect::InspectPage, jobs::JobsPage,
        keep_rate::KeepRatePage, overview::OverviewPage, problems::ProblemsPage,
        session::SessionPage, sets::SetsPage, settings::SettingsPage, tags::TagsPage,
    },
    shortcuts::Action,
    state::{
        arrivals::Shown,
        grid::GridState,
        grouping,
        judging::Judging,
        remote::{Detail, Inside, Known, Remote},
        selection::{Chosen, SelectionState},
        shared::Shared,
        take::{Take, take},
        toasts::Toasts,
    },
};

/// An answer of the server that is on its way.
type Answer<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send>>;

/// The open picture, and what of the filters only a living page shows.
pub struct Soon {
    /// What arrives while the page is open.
    pub arrivals: fn(Shared, RwSignal<Option<GridState>>, Shown) -> AnyView,
    /// The switch that puts it on top by itself.
    pub follow: fn() -> AnyView,
    /// The bar at the edge of the grid.
    pub scrubber: fn(GridState) -> AnyView,
    /// The result as a list.
    pub list: fn(GridState, Rows) -> AnyView,
    /// The same as the server sends it.
    pub list_still: fn(&FirstPage, &Query) -> AnyView,
    /// The open picture.
    pub lightbox: fn(Remote<FirstPage>, Detail, RwSignal<Option<GridState>>, Shared) -> AnyView,
    /// Asks for everything about a picture.
    pub image: fn(ImageId) -> Answer<ImageDetail>,
    /// Writes such an answer into the page.
    pub write: fn(&Known) -> Result<String, NotLoaded>,
    /// Finds it there.
    pub read: fn(&str) -> Result<Known, NotLoaded>,
    /// Tells the server what was judged.
    pub judge: fn(Judging),
    /// What is said when the server cannot be reached, or is another one by now.
    pub standing: fn() -> AnyView,
    /// Takes something from a picture.
    pub take: fn(Take, ImageCard, Option<ImageDetail>, Toasts),
    /// The page on which pictures are decided one after the other.
    pub cull: fn() -> AnyView,
    /// The page on which two pictures at a time are compared.
    pub duel: fn() -> AnyView,
    /// What can be done with a selection.
    pub chosen: fn(Shared, RwSignal<Option<GridState>>, RwSignal<bool>) -> AnyView,
    /// The dialog in which pictures are put into photosets.
    pub sets: fn(Shared, RwSignal<Option<GridState>>) -> AnyView,
    /// The command palette.
    pub palette: fn(RwSignal<bool>, Callback<Action>) -> AnyView,
    /// The form of a new photoset.
    pub set_form: fn(Shared, RwSignal<Option<GridState>>, RwSignal<bool>) -> AnyView,
    /// What stands above the pictures of a photoset.
    pub set_head: fn(SetRef, Shared, RwSignal<Option<GridState>>) -> AnyView,
    /// What stands above the pictures of a session.
    pub session: fn(Shared, RwSignal<Option<GridState>>, Remote<FirstPage>) -> AnyView,
    /// What is shown there while nothing has come yet.
    pub session_waiting: fn() -> AnyView,
    /// Carries pictures by mouse.
    pub carry: fn(Shared, RwSignal<Option<GridState>>) -> AnyView,
    /// Moves pictures by one place in their photoset.
    pub arrange: fn(GridState, bool),
    /// Counts the places beside the library.
    pub count_aside: fn(RwSignal<AsideCounts>, Signal<i64>) -> AnyView,
    /// The dialog in which tags are put on pictures.
    pub tags: fn(Shared, RwSignal<Option<GridState>>) -> AnyView,
    /// The dialog in which values of pictures are edited.
    pub edits: fn(Shared, RwSignal<Option<GridState>>) -> AnyView,
    /// Sections of the filter panel that the server leaves out.
    pub filters: fn(Memo<Query>, Signal<i64>) -> AnyView,
}

/// The pages beside the library, the very first screen, and dialogs.
pub struct Rarely {
    /// The page on which pictures are given to the gallery.
    pub add: fn() -> AnyView,
    /// The page that cleans up by a plan.
    pub clean: fn() -> AnyView,
    /// The page of what goes into and out of other tools.
    pub exchange: fn() -> AnyView,
    /// The page of the watched folders.
    pub folders: fn() -> AnyView,
    /// The page of everything that was done.
    pub history: fn() -> AnyView,
    /// The page of what is set.
    pub settings: fn() -> AnyView,
    /// The page that looks at one file.
    pub inspect: fn() -> AnyView,
    /// The page of long work.
    pub jobs: fn() -> AnyView,
    /// The page that compares what is kept.
    pub keep_rate: fn() -> AnyView,
    /// The page that tells what the library is made of.
    pub overview: fn() -> AnyView,
    /// The page of what could not be read.
    pub problems: fn() -> AnyView,
    /// What stands above the pictures of a place beside the library.
    pub aside: fn(Aside, Shared, RwSignal<Option<GridState>>) -> AnyView,
    /// The way into a session.
    pub session: fn() -> AnyView,
    /// The page of the photosets.
    pub sets: fn() -> AnyView,
    /// The page of the tags.
    pub tags: fn() -> AnyView,
    /// What is shown while no folder is watched.
    pub first_run: fn(Callback<()>) -> AnyView,
    /// The dialog that takes pictures away.
    pub export: fn(RwSignal<bool>, SelectionState) -> AnyView,
    /// The list of keys.
    pub help: fn(RwSignal<bool>) -> AnyView,
    /// What a dropped file says.
    pub dropped: fn(RwSignal<Dropped, LocalStorage>) -> AnyView,
}

#[wasm_split(soon, fallible)]
pub(super) fn soon() -> Result<Soon, NotLoaded> {
    Ok(Soon {
        arrivals: |shared, grid, shown| view! { <NewPill shared grid shown /> }.into_any(),
        follow: || view! { <FollowSwitch /> }.into_any(),
        scrubber: |grid| view! { <Scrubber grid /> }.into_any(),
        list: |grid, rows| list::block(grid, rows).into_any(),
        list_still: |first, query| list::still(first, query).into_any(),
        lightbox: |first, detail, grid, shared| {
            view! { <Lightbox first detail grid shared /> }.into_any()
        },
        image: |id| Box::pin(image(id)),
        write: |answer| Inside::encode(answer).map_err(|_| NotLoaded),
        read: |text| Inside::decode(text).map_err(|_| NotLoaded),
        judge: |judging| spawn_local(judging.work()),
        standing: || view! { <Standing /> }.into_any(),
        take,
        cull: || view! { <CullPage /> }.into_any(),
        duel: || view! { <DuelPage /> }.into_any(),
        chosen: |shared, grid, exporting| {
            view! { <SelectionTools shared grid exporting /> }.into_any()
        },
        sets: |shared, grid| view! { <SetEditor shared grid /> }.into_any(),
        palette: |open, act| view! { <CommandPalette open act /> }.into_any(),
        set_form: |shared, grid, open| {
            let done = Callback::new(|()| ());
            view! { <SetForm open beside=Some((shared, grid)) done /> }.into_any()
        },
        set_head: |own, shared, grid| view! { <SetHead own shared grid /> }.into_any(),
        session: |shared, grid, first| view! { <SessionHead shared grid first /> }.into_any(),
        session_waiting: || view! { <SessionWaiting /> }.into_any(),
        carry: |shared, grid| view! { <Carry shared grid /> }.into_any(),
        arrange: grouping::step,
        count_aside: |counts, change| view! { <CountAside counts change /> }.into_any(),
        tags: |shared, grid| view! { <TagEditor shared grid /> }.into_any(),
        edits: |shared, grid| view! { <EditDialog shared grid /> }.into_any(),
        filters: |asked, change| {
            view! {
                <Tokens asked change />
                <Parameters asked change />
            }
            .into_any()
        },
    })
}

#[wasm_split(rarely, fallible)]
pub(super) fn rarely() -> Result<Rarely, NotLoaded> {
    Ok(Rarely {
        add: || view! { <AddPage /> }.into_any(),
        clean: || view! { <CleanPage /> }.into_any(),
        exchange: || view! { <ExchangePage /> }.into_any(),
        folders: || view! { <FoldersPage /> }.into_any(),
        history: || view! { <HistoryPage /> }.into_any(),
        inspect: || view! { <InspectPage /> }.into_any(),
        jobs: || view! { <JobsPage /> }.into_any(),
        keep_rate: || view! { <KeepRatePage /> }.into_any(),
        overview: || view! { <OverviewPage /> }.into_any(),
        problems: || view! { <ProblemsPage /> }.into_any(),
        aside: |place, shared, grid| view! { <AsideHead place shared grid /> }.into_any(),
        session: || view! { <SessionPage /> }.into_any(),
        settings: || view! { <SettingsPage /> }.into_any(),
        sets: || view! { <SetsPage /> }.into_any(),
        tags: || view! { <TagsPage /> }.into_any(),
        first_run: |done| view! { <FirstRun done /> }.into_any(),
        export: |open, selection| {
            let chosen = Signal::derive(move || selection.chosen.with(Chosen::to_wire));
            view! { <ExportDialog open selection=chosen count=selection.count /> }.into_any()
        },
        help: |open| view! { <Help open /> }.into_any(),
        dropped: |files| view! { <DropDialog files /> }.into_any(),
    })
}
