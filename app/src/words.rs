//! What the page says: every sentence of the chrome, and how numbers, sizes and times are written.
//!
//! Rules: whole sentences are written here and never glued together in a component, so that another
//! language is one more file. Numbers are grouped by commas, sizes are decimal (1 MB = 1,000,000
//! bytes) as in file managers, times are UTC until the browser knows better.

pub mod about;
pub mod add;
pub mod aside;
pub mod clean;
pub mod cull;
pub mod drift;
pub mod duel;
pub mod edits;
pub mod exchange;
pub mod folders;
mod infotext;
pub mod insight;
pub mod jobs;
pub mod judged;
pub mod keys;
pub mod live;
mod numbers;
mod origin;
pub mod palette;
pub mod places;
pub mod record;
pub mod references;
pub mod sets;
pub mod settings;
pub mod tags;
mod taken;
mod unread;
pub mod waiting;

use domain::{
    export::{ExportState, ExportStatus},
    image::Format,
    query::{Field, Has, Sort, SortBy, SortKey},
    scan::{FolderListing, RootState, ScanPhase, ScanProgress},
    time::Timestamp,
};

use self::numbers::month_name;
pub use self::{
    infotext::infotext,
    numbers::{
        bytes, clock, count, cut, day, decimal, further_values, many, megapixels, moment, month,
        pictures, ratio, seconds, size, weight, weight_of_files,
    },
    origin::way,
    taken::{NO_CLIPBOARD, NO_FOCUS, nothing_to_take, taken},
    unread::{TEACH, read_again, unread},
};

/// The product's name.
pub const NAME: &str = "Proofsheet";
/// Said wherever a folder is chosen.
pub const NEVER_CHANGED: &str = "Proofsheet never changes your files by itself. Only where you allow it here, it \
                                 deletes those in the trash, renames and moves files when you say so, and writes XMP \
                                 files beside pictures.";
/// What a folder may allow.
pub const ALLOW_DELETE: &str = "Emptying the trash deletes its files here";
/// Names the switch that lets XMP files be written beside pictures.
pub const ALLOW_SIDECARS: &str = "XMP files may be written beside its pictures";
/// Said of a picture to which nothing was done.
pub const NOTHING_DONE: &str = "Nothing was done to this picture in the last 30 days.";
/// What the history is.
pub const HISTORY: &str = "Everything that was done to pictures in the last 30 days, by anybody, newest first. Any of it can be \
                           taken back, even if other things happened since.";
/// What dropping a file promises.
pub const NOTHING_KEPT: &str = "The file is read once and forgotten. Nothing is kept.";
/// Shown while the index loads.
pub const COUNTING: &str = "counting…";

/// The name of a picture that is not known yet.
pub const LOADING: &str = "Loading";
/// Said of a picture whose file is gone for now.
pub const MISSING: &str = "The file cannot be found at the moment. What is known of it is kept, and it \
                           comes back by itself when the file does.";
/// Said of a picture that carries no recipe.
pub const NO_RECIPE: &str = "This file carries no recipe: no prompt, no parameters.";

/// Said where something needs the browser's half of the program.
pub const NEEDS_WASM: &str = "This needs JavaScript and WebAssembly, which this browser has switched \
                              off or is still loading.";
/// Said when a part of the program did not arrive.
pub const NOT_LOADED: &str = "A part of this page did not arrive. Nothing is lost; the server may be out \
                              of reach, or newer than this page.";
/// Said when a session has ended while its page was open.
pub const SIGNED_OUT: &str = "You are no longer signed in. What you see stays, and everything that was \
                              saved is safe.";
/// Leads to the sign-in page and back.
pub const SIGN_IN: &str = "Sign in";
/// Loads the page again.
pub const TRY_AGAIN: &str = "Try again";
/// Said when the browser would not hand over a file.
pub const NOT_READ: &str = "The browser did not hand the file over. Nothing was sent; try again or \
                            choose it with the button.";
/// Said when an archive could not be made.
pub const EXPORT_FAILED: &str = "The ZIP could not be made, because files changed or vanished while they \
                                 were read. Nothing was changed; try again.";
/// Said when reading the folders was asked for.
pub const SCAN_STARTED: &str = "Looking for new and changed files.";
/// Said when no folder is watched.
pub const NO_FOLDERS: &str = "Add the one where your pictures are saved.";

/// What is asked when one value of a long list is looked for.
pub fn find_in(field: Field) -> String {
    match field {
        Field::Model => "Find a checkpoint".to_owned(),
        Field::Lora => "Find a LoRA".to_owned(),
        Field::Date => "Find a month".to_owned(),
        other => format!("Find a {}", other.label().to_ascii_lowercase()),
    }
}

/// What opens a long list: all of it, or as much of it as is listed.
pub fn show_more(listed: u64, all: u64) -> String {
    if listed >= all {
        format!("Show all {}", count(all))
    } else {
        format!("Show {} of {}", count(listed), count(all))
    }
}

/// Offers to drop one condition.
pub fn without(label: &str) -> String {
    format!("Without {label}")
}

/// What one of several sampler runs is called.
pub fn sampler_run(number: usize, primary: bool) -> String {
    if primary {
        format!("Sampler {number}, made the picture")
    } else {
        format!("Sampler {number}")
    }
}

/// Names of the programs that write recipes, as they write themselves.
pub fn tool(word: &str) -> String {
    let known = match word {
        "comfyui" => "ComfyUI",
        "a1111" => "A1111",
        "forge" => "Forge",
        "invokeai" => "InvokeAI",
        "fooocus" => "Fooocus",
        "swarmui" => "SwarmUI",
        "novelai" => "NovelAI",
        "sdnext" => "SD.Next",
        "easydiffusion" => "Easy Diffusion",
        "drawthings" => "Draw Things",
        "midjourney" => "Midjourney",
        "" => "No recipe",
        other => return other.to_owned(),
    };
    known.to_owned()
}

/// A value of a field as the page shows it.
pub fn value(field: Field, value: &str) -> String {
    match field {
        Field::Tool => tool(value),
        Field::Format => Format::from_word(value)
            .map_or_else(|| value.to_owned(), |known| format(known).to_owned()),
        Field::Size => value.replacen('x', " × ", 1),
        Field::Folder => value.replace('/', " / "),
        Field::Date | Field::Added => match value.split_once('-') {
            Some((year, month)) => match month.parse() {
                Ok(month) => format!("{} {year}", month_name(month)),
                Err(_) => value.to_owned(),
            },
            None => value.to_owned(),
        },
        Field::State => match value {
            "approved" => "Approved".to_owned(),
            "rejected" => "Rejected".to_owned(),
            _ => "Undecided".to_owned(),
        },
        Field::Rating => match value.parse() {
            Ok(0) | Err(_) => "Not rated".to_owned(),
            Ok(stars) => many(stars, "star", "stars"),
        },
        Field::Label => match value {
            "red" => "Red".to_owned(),
            "yellow" => "Yellow".to_owned(),
            "green" => "Green".to_owned(),
            "blue" => "Blue".to_owned(),
            _ => "No label".to_owned(),
        },
        _ => value.to_owned(),
    }
}

/// A property as a box to tick.
pub fn thing(has: Has) -> &'static str {
    match has {
        Has::Prompt => "With a prompt",
        Has::Negative => "With a negative prompt",
        Has::Workflow => "With a workflow",
        Has::Lora => "With a LoRA",
        Has::Recipe => "With a recipe",
        Has::Unparsed => "Recipe not fully read",
        Has::Secret => "With a key or password",
        Has::Tag => "Tagged",
        Has::Note => "With a note",
        Has::Persona => "With a persona",
        Has::Edited => "Edited",
        Has::Video => "Videos",
        Has::Missing => "File missing",
        Has::Favourite => "Favourites",
        Has::Hidden => "Hidden",
        Has::Trashed => "In the trash",
        Has::Input => "Reference images",
    }
}

/// When something was done, and by whom.
pub fn when_and_who(at: Timestamp, actor: &str) -> String {
    format!("{}, {actor}", moment(at))
}

/// The way from a page back to where it came from.
pub const BACK: &str = "Back to the pictures";

/// The orders that the sort menu offers, with their names.
pub const SORTS: [(SortKey, bool, &str); 12] = [
    (SortKey::Date, true, "Newest first"),
    (SortKey::Date, false, "Oldest first"),
    (SortKey::Added, true, "Last added"),
    (SortKey::Name, false, "File name"),
    (SortKey::Model, false, "Checkpoint"),
    (SortKey::Seed, false, "Seed"),
    (SortKey::Steps, true, "Most steps"),
    (SortKey::Cfg, true, "Highest CFG"),
    (SortKey::Mp, true, "Most pixels"),
    (SortKey::Bytes, true, "Largest file"),
    (SortKey::Rank, false, "Rank in duels"),
    (SortKey::Random(1), false, "Shuffled"),
];

/// What an order is called.
pub fn sort(sort: &Sort) -> String {
    let mut name = sort_by(sort.first);
    for by in &sort.then {
        name.push_str(", then ");
        name.push_str(&sort_by(*by));
    }
    name
}

fn sort_by(by: SortBy) -> String {
    let same = |key: SortKey| match (key, by.key) {
        (SortKey::Random(_), SortKey::Random(_)) => true,
        (one, other) => one == other,
    };
    let exact = SORTS
        .iter()
        .find(|entry| same(entry.0) && entry.1 == by.descending);
    match exact.or_else(|| SORTS.iter().find(|entry| same(entry.0))) {
        Some(entry) if entry.1 == by.descending => entry.2.to_owned(),
        Some(entry) => format!("{}, reversed", entry.2),
        None => "Own order".to_owned(),
    }
}

/// What kind of file it is.
pub fn format(format: Format) -> &'static str {
    match format {
        Format::Png => "PNG",
        Format::Jpeg => "JPEG",
        Format::Webp => "WebP",
        Format::Avif => "AVIF",
        Format::Gif => "GIF",
        Format::Mp4 => "MP4 video",
        Format::Webm => "WebM video",
        Format::Mkv => "Matroska video",
        Format::Mov => "QuickTime video",
    }
}

/// What the pill says while the library is read.
pub fn reading(progress: &ScanProgress) -> String {
    let done = progress.read + progress.unchanged;
    let mut parts = Vec::with_capacity(3);
    match progress.phase {
        ScanPhase::Idle => return String::new(),
        ScanPhase::Reading => {
            parts.push(format!(
                "Reading {} of ~{}",
                count(done),
                count(progress.seen.max(done))
            ));
        }
        ScanPhase::Finishing => {
            let all = progress.finished + progress.waiting;
            parts.push(format!(
                "Thumbnails {} of {}",
                count(progress.finished),
                count(all)
            ));
        }
    }
    if progress.rate >= 1.0 {
        parts.push(format!("{}/s", count(progress.rate.round() as u64)));
    }
    if let Some(left) = progress.eta {
        parts.push(format!("{} left", seconds(left)));
    }
    parts.join(" · ")
}

/// What a watched folder's state means for its owner.
pub fn root_state(state: RootState, name: &str, images: u64, vanished: u64) -> String {
    match state {
        RootState::Online => "Online".to_owned(),
        RootState::Offline => format!(
            "{name} cannot be reached. Its {} stay in the library with everything you know about \
             them; connect it again, then scan.",
            pictures(images)
        ),
        RootState::Suspicious => format!(
            "{} of {} files are gone from {name}. Nothing was changed. If the disk is merely not \
             connected, keep them.",
            count(vanished),
            count(images)
        ),
    }
}

/// What the pill says about pictures that came meanwhile.
pub fn new_pictures(number: u64) -> String {
    format!("{} new", count(number))
}

/// Said while a file is on its way.
pub fn reading_file(name: &str) -> String {
    format!("Reading {name}…")
}

/// What a folder of the disk holds.
pub fn folder_content(listing: &FolderListing) -> String {
    match listing.pictures {
        0 => "No pictures directly in this folder; folders in it are read too.".to_owned(),
        number => {
            format!(
                "{} directly in this folder; folders in it are read too.",
                pictures(number)
            )
        }
    }
}

/// `Download 40 pictures`
pub fn download(number: u64) -> String {
    format!("Download {}", pictures(number))
}

/// Where an archive stands.
pub fn export_progress(status: &ExportStatus) -> String {
    let size = status.bytes.map(bytes);
    match (status.state, size) {
        (ExportState::Ready, Some(size)) => {
            format!(
                "Your ZIP of {} ({size}) is on its way.",
                pictures(status.pictures)
            )
        }
        (ExportState::Ready, None) => {
            format!("Your ZIP of {} is on its way.", pictures(status.pictures))
        }
        (ExportState::Failed, _) => EXPORT_FAILED.to_owned(),
        (ExportState::Preparing, _) => {
            format!(
                "Preparing {} of {}",
                count(status.prepared),
                pictures(status.pictures)
            )
        }
    }
}

/// How many pictures an archive leaves out.
pub fn left_out(number: u64) -> String {
    format!("{} left out", pictures(number))
}

/// The name that a template gives an invented picture.
pub fn example_name(template: &str) -> String {
    const PIECES: [(&str, &str); 11] = [
        ("{name}", "ComfyUI_00042_"),
        ("{folder}", "portraits"),
        ("{n}", "0001"),
        ("{date}", "2026-05-31"),
        ("{time}", "14-03-07"),
        ("{seed}", "1234567"),
        ("{model}", "juggernautXL_v9"),
        ("{tool}", "comfyui"),
        ("{width}", "832"),
        ("{height}", "1216"),
        ("{id}", "01jx4m2k9q"),
    ];
    let name = PIECES
        .iter()
        .fold(template.to_owned(), |name, (piece, value)| {
            name.replace(piece, value)
        });
    format!(
        "{}.png",
        if name.trim().is_empty() {
            "0001"
        } else {
            name.trim()
        }
    )
}

/// The lead of the page of problems.
pub fn problems(number: u64) -> String {
    format!(
        "{} could not be read. Nothing was changed; everything else is in the library.",
        many(number, "file", "files")
    )
}

/// `12 problems`
pub fn problems_short(number: u64) -> String {
    many(number, "problem", "problems")
}

/// A group of files that could not be read for the same reason.
pub fn problem_code(code: &str) -> String {
    let known = match code {
        "unreadable" => "Cannot be opened",
        "empty" => "Empty files",
        "truncated" => "Incomplete files",
        "not-an-image" => "Not pictures",
        "too-large" => "Too large",
        "not-drawn" => "Cannot be drawn",
        "bad-name" => "Unreadable names",
        "disk-full" => "No room for thumbnails",
        other => {
            let mut letters = other.chars();
            let first = letters
                .next()
                .map(|letter| letter.to_ascii_uppercase().to_string());
            return first.unwrap_or_default() + &letters.as_str().replace('-', " ");
        }
    };
    known.to_owned()
}

/// `Page 2 of 7`
pub fn page_of(page: u64, pages: u64) -> String {
    format!("Page {} of {}", count(page), count(pages))
}

/// What a watched folder holds and when it was last read.
pub fn root_facts(images: u64, missing: u64, scanned: Option<Timestamp>) -> String {
    let mut parts = vec![pictures(images)];
    if missing > 0 {
        parts.push(format!("{} missing", count(missing)));
    }
    parts.push(match scanned {
        Some(at) => format!("read to the end on {}", moment(at)),
        None => "not read to the end yet".to_owned(),
    });
    parts.join(" · ")
}

/// Asks before a folder is no longer watched.
pub fn remove_question(name: &str, images: u64) -> String {
    format!(
        "Stop showing {name}? Its {} leave the library. The files stay where they are.",
        pictures(images)
    )
}

/// The answer that does so.
pub fn remove_answer(images: u64) -> String {
    format!("Remove {} from the library", pictures(images))
}
