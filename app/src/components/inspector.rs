//! Everything that is known of a picture: its prompt first, then how it was made, then the file.

pub mod editable;
pub mod everything;
pub mod field;
pub mod fields;
pub mod marks;
pub mod note;
pub mod parameters;
pub mod prompt;
pub mod record;

use domain::{
    id::ImageId,
    image::{Format, ImageDetail, Inspection},
    overlay::Part,
    prompt::Dialect,
    query::Field,
    recipe::{Notice, RawChunk, Recipe},
    record::Record,
    time::Timestamp,
};
use leptos::prelude::*;

use self::{
    editable::{DateField, ModelField, PersonaField, PromptField, RunFields},
    everything::{Everything, EverythingRead},
    fields::Fields,
    marks::Marks,
    parameters::{FilterLink, Models, Row, Samplers},
    prompt::{CopyButton, Prompt},
    record::RecordSection,
};
use super::{icon::Icon, raw_tree::RawTree, references::References};
use crate::{
    shortcuts::Action,
    state::{
        grid::GridState,
        preferences::use_preferences,
        shared::Shared,
        take::{save_workflow, workflow_of},
    },
    words,
};

/// The panel beside a picture. It scrolls by itself.
#[component]
pub fn Inspector(
    /// The picture.
    detail: ImageDetail,
    /// Closes the panel.
    close: Callback<()>,
    /// What the parts of the page share.
    shared: Shared,
    /// The grid behind, once it lives.
    grid: RwSignal<Option<GridState>>,
) -> impl IntoView {
    let fields = Fields::new(&detail, shared, grid);
    let ImageDetail {
        card,
        mut raw,
        notices,
        root,
        folder,
        bytes,
        added,
        modified,
        tags,
        note,
        references,
        used_by,
        record,
        ..
    } = detail;
    let here = !card.is_elsewhere();
    raw.extend(record.as_ref().and_then(metadata_of));
    let size = (card.width, card.height);
    let place = if folder.is_empty() {
        root
    } else {
        format!("{root}/{folder}")
    };
    let original = format!("{}?download", card.original_url());
    let file = File {
        format: Some(card.format),
        size,
        bytes,
        seconds: card.seconds,
    };
    let dates = [("Added", added), ("Changed", modified)];
    let name = card.name.clone();
    let workflow = workflow_of(&raw).map(str::to_owned);
    let taking = move || {
        let (workflow, original) = (workflow.clone(), here.then(|| original.clone()));
        view! { <Taking recipe=fields.recipe.get() workflow size name=name.clone() original /> }
    };
    view! {
        <div class="inspector">
            <header class="inspector-bar">
                <h2 class="inspector-name truncate" title=card.name.clone()>
                    {card.name.clone()}
                </h2>
                <button
                    type="button"
                    class="button is-quiet is-icon"
                    aria-label="Close the information"
                    title=use_preferences().hint("Close", Action::Inspector)
                    on:click=move |_| close.run(())
                >
                    <Icon name="close" />
                </button>
            </header>
            {card
                .missing
                .then(|| {
                    view! {
                        <p class="inspector-notice" role="note">
                            <Icon name="alert" />
                            <span>{words::MISSING}</span>
                        </p>
                    }
                })}
            <Marks id=card.id tags note shared grid />
            <PersonaField fields />
            <PromptField fields part=Part::Prompt links=true />
            <PromptField fields part=Part::Negative />
            {record.map(|record| view! { <RecordSection record fields /> })}
            {taking}
            <ModelField fields />
            <RunFields fields />
            {move || view! { <Samplers recipe=fields.recipe.get() ids="picture" others=true /> }}
            {move || view! { <More recipe=fields.recipe.get() /> }}
            <References id=card.id references used_by />
            <Notices notices />
            <FileSection id=card.id file=here.then_some((place, file)) dates fields />
            <Everything id=card.id />
            <RawTree chunks=raw />
        </div>
    }
    .into_any()
}

/// Where the file of a picture lies, what it is, and how it gets another one; only the times where there is none.
#[component]
fn FileSection(
    id: ImageId,
    file: Option<(String, File)>,
    dates: [(&'static str, Timestamp); 2],
    fields: Fields,
) -> impl IntoView {
    let (title, replace) = match file {
        Some(_) => ("File", "Replace the file…"),
        None => ("Times", "Give it a file…"),
    };
    let facts = file.map(|(place, file)| {
        view! {
            <div class="parameter">
                <dt>"Folder"</dt>
                <dd>
                    <FilterLink field=Field::Folder value=place />
                </dd>
            </div>
            <Facts file />
        }
    });
    view! {
        <section class="inspector-section">
            <h3>{title}</h3>
            <dl class="parameters">
                {facts} <DateField fields />
                {dates
                    .into_iter()
                    .map(|(name, moment)| view! { <Moment name moment /> })
                    .collect_view()}
            </dl>
            <a class="link needs-wasm" href=format!("/add?replace={id}")>
                {replace}
            </a>
        </section>
    }
    .into_any()
}

/// The metadata of a record as a block that unfolds.
fn metadata_of(record: &Record) -> Option<RawChunk> {
    (!record.metadata.is_empty()).then(|| RawChunk {
        place: "record".to_owned(),
        key: "metadata".to_owned(),
        text: record.metadata.clone(),
    })
}

/// A file that was only looked at, in the same order.
#[component]
pub fn InspectionView(
    /// What was read.
    inspection: Inspection,
) -> impl IntoView {
    let Inspection {
        name,
        format,
        width,
        height,
        bytes,
        recipe,
        parameters,
        origins,
        unknown,
        raw,
        notices,
    } = inspection;
    let file = File {
        format,
        size: (width, height),
        bytes,
        seconds: None,
    };
    let dialect = Dialect::of(&recipe.tool);
    let prompts = (recipe.positive.clone(), recipe.negative.clone());
    view! {
        <div class="inspector">
            <header class="inspector-bar">
                <h2 class="inspector-name truncate" title=name.clone()>
                    {name.clone()}
                </h2>
            </header>
            <Prompt title="Prompt" text=prompts.0 dialect links=true id="file-positive".to_owned() />
            <Prompt title="Negative prompt" text=prompts.1 dialect id="file-negative".to_owned() />
            <Taking
                recipe=recipe.clone()
                workflow=workflow_of(&raw).map(str::to_owned)
                size=(width, height)
                name
                original=None
            />
            <Models recipe=recipe.clone() />
            <Samplers recipe=recipe.clone() ids="file" />
            <More recipe />
            <Notices notices />
            <section class="inspector-section">
                <h3>"File"</h3>
                <dl class="parameters">
                    <Facts file />
                </dl>
            </section>
            <EverythingRead parameters origins unknown />
            <RawTree chunks=raw />
        </div>
    }
    .into_any()
}

/// What can be taken away of a recipe; that there is none, where there is none.
#[component]
fn Taking(
    recipe: Recipe,
    workflow: Option<String>,
    size: (u32, u32),
    name: String,
    original: Option<String>,
) -> impl IntoView {
    let text = words::infotext(&recipe, size);
    let json = serde_json::to_string_pretty(&recipe).unwrap_or_default();
    let known = !recipe.is_empty();
    let nothing = !known && recipe.positive.is_empty();
    view! {
        {nothing.then(|| view! { <p class="inspector-nothing">{words::NO_RECIPE}</p> })}
        <div class="inspector-actions">
            {known
                .then(|| {
                    view! {
                        <CopyButton label="Copy all".to_owned() text=text wide=true />
                        <CopyButton label="JSON".to_owned() text=json wide=true />
                    }
                })}
            {original
                .map(|address| {
                    view! {
                        <a class="button is-quiet is-small" href=address download>
                            <Icon name="download" />
                            "Original"
                        </a>
                    }
                })}
            {workflow
                .map(|text| {
                    view! {
                        <button
                            type="button"
                            class="button is-quiet is-small needs-wasm"
                            on:click=move |_| save_workflow(&name, &text)
                        >
                            <Icon name="workflow" />
                            "Workflow"
                        </button>
                    }
                })}
        </div>
    }
    .into_any()
}

/// What has no field of its own: the program, the asked size, vendor parameters.
#[component]
fn More(recipe: Recipe) -> impl IntoView {
    if recipe.is_empty() {
        return None;
    }
    let Recipe {
        tool,
        tool_version,
        size,
        extra,
        ..
    } = recipe;
    Some(view! {
        <section class="inspector-section">
            <h3>"Made with"</h3>
            <dl class="parameters">
                <div class="parameter">
                    <dt>"Program"</dt>
                    <dd>
                        <FilterLink field=Field::Tool value=tool />
                        {tool_version.map(|version| view! { <span class="hint">{version}</span> })}
                    </dd>
                </div>
                {size
                    .map(|(width, height)| {
                        view! { <Row name="Asked for".to_owned() field=None value=words::size(width, height) /> }
                    })}
                {extra
                    .into_iter()
                    .map(|(name, value)| view! { <Row name field=None value /> })
                    .collect_view()}
            </dl>
        </section>
    })
}

#[component]
fn Notices(notices: Vec<Notice>) -> impl IntoView {
    (!notices.is_empty()).then(|| {
        view! {
            <section class="inspector-section">
                <h3>"Notes on reading it"</h3>
                <ul class="inspector-notices">
                    {notices
                        .into_iter()
                        .map(|notice| view! { <li title=notice.code>{notice.message}</li> })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}

/// Facts of a file.
struct File {
    format: Option<Format>,
    size: (u32, u32),
    bytes: u64,
    seconds: Option<u32>,
}

#[component]
fn Facts(file: File) -> impl IntoView {
    let File {
        format,
        size: (width, height),
        bytes,
        seconds,
    } = file;
    let known = width > 0 && height > 0;
    let pixels = f64::from(width) * f64::from(height) / 1_000_000.0;
    let ratio = words::ratio(width, height);
    let detail = [ratio, Some(words::megapixels(pixels))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    view! {
        {known
            .then(|| {
                view! {
                    <div class="parameter">
                        <dt>"Size"</dt>
                        <dd>
                            <FilterLink field=Field::Size value=format!("{width}x{height}") />
                            <span class="hint">{detail.join(" · ")}</span>
                        </dd>
                    </div>
                }
            })}
        <div class="parameter">
            <dt>"Type"</dt>
            <dd>
                {match format {
                    Some(format) => {
                        view! { <FilterLink field=Field::Format value=format.word().to_owned() /> }
                            .into_any()
                    }
                    None => view! { <span class="parameter-value">"Unknown"</span> }.into_any(),
                }}
                <span class="hint">{words::bytes(bytes)}</span>
            </dd>
        </div>
        {seconds
            .map(|seconds| {
                view! { <Row name="Length".to_owned() field=None value=words::clock(seconds) /> }
            })}
    }
    .into_any()
}

#[component]
fn Moment(name: &'static str, moment: Timestamp) -> impl IntoView {
    (moment.0 != 0).then(|| {
        view! {
            <div class="parameter">
                <dt>{name}</dt>
                <dd>
                    <time class="parameter-value" datetime=moment.day_text()>
                        {words::moment(moment)}
                    </time>
                </dd>
            </div>
        }
    })
}
