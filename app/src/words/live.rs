//! What is said of pictures that arrive while the page is open.

use domain::{
    live::{Generator, Work},
    time::Timestamp,
};

use super::{count, many, moment, pictures};

/// Names the switch.
pub const FOLLOW: &str = "Follow new pictures";
/// What the switch does.
pub const FOLLOW_HOW: &str = "Follow: new pictures go on top by themselves";
/// Said when somebody follows where the newest do not come first.
pub const ORDER: &str = "New pictures go on top by themselves where the newest come first. Choose that order to follow them.";
/// Names the session: what has come since somebody opened the gallery.
pub const SESSION: &str = "This session";
/// What the session is.
pub const SESSION_ABOUT: &str =
    "What arrives while you generate, newest first. P, X, U and stars judge the newest picture.";
/// Begins a session without script.
pub const FROM_NOW: &str = "Show what arrives from now on";
/// Begins another session.
pub const ANEW: &str = "Begin anew";
/// What that does.
pub const ANEW_ABOUT: &str =
    "Shows only what arrives from now on. What is there stays in the library.";
/// Said while nothing has come in a session.
pub const WAITING: &str = "Waiting for the first picture";

/// What the pill says: `24 new`.
pub fn pill(fresh: u64) -> String {
    format!("{} new", count(fresh))
}

/// The same for screen readers.
pub fn waiting(fresh: u64) -> String {
    many(fresh, "new picture", "new pictures")
}

/// Said to screen readers when pictures came on top: `2 new pictures on top, 26 pictures in all`.
pub fn came(fresh: u64, total: u64) -> String {
    format!("{} on top, {} in all", waiting(fresh), pictures(total))
}

/// Heads a session: `New since 31 May 2026, 14:03 UTC`.
pub fn since(begun: Timestamp) -> String {
    format!("New since {} UTC", moment(begun))
}

/// Where the first picture is expected: `Watching 3 folders.`
pub fn watching(folders: u64) -> String {
    match folders {
        0 => "No folder is watched yet.".to_owned(),
        folders => format!("Watching {}.", many(folders, "folder", "folders")),
    }
}

/// Describes the newest picture.
pub fn newest(caption: &str) -> String {
    format!("Newest: {caption}")
}

/// What ComfyUI is doing: `ComfyUI: 3 waiting, step 12 of 30`. Where there are several, each by its address. Unless
/// `all` is told, only of those that work; `None` when there is nothing to tell.
pub fn making(generators: &[Generator], all: bool) -> Option<String> {
    let several = generators.len() > 1;
    let one = |generator: &Generator| {
        let doing = match generator.work {
            None if all => "not reachable".to_owned(),
            Some(work) if work.is_idle() && all => "nothing to do".to_owned(),
            Some(work) if !work.is_idle() => busy(work),
            _ => return None,
        };
        Some(if several {
            format!("ComfyUI at {}: {doing}", generator.name)
        } else {
            format!("ComfyUI: {doing}")
        })
    };
    let told: Vec<String> = generators.iter().filter_map(one).collect();
    (!told.is_empty()).then(|| told.join(" · "))
}

fn busy(work: Work) -> String {
    let waiting = (work.waiting > 0).then(|| format!("{} waiting", count(work.waiting)));
    let step = work.step.map(|(step, of)| format!("step {step} of {of}"));
    let working = step.or_else(|| work.running.then(|| "working".to_owned()));
    let parts: Vec<String> = waiting.into_iter().chain(working).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_is_counted_in_words() {
        assert_eq!(pill(1_024), "1,024 new");
        assert_eq!(came(1, 26), "1 new picture on top, 26 pictures in all");
        assert_eq!(since(Timestamp(0)), "New since 1 Jan 1970, 00:00 UTC");
        assert_eq!(watching(1), "Watching 1 folder.");
        assert_eq!(watching(3), "Watching 3 folders.");
        assert_eq!(came(2, 26), "2 new pictures on top, 26 pictures in all");
    }

    #[test]
    fn what_comfyui_does_is_told_in_a_few_words() {
        let generator = |work| Generator {
            name: "forge:8188".to_owned(),
            work,
        };
        let work = |waiting, step| Work {
            running: true,
            waiting,
            step,
        };
        let said = |work, all| making(&[generator(work)], all);
        let one = |text: &str| Some(text.to_owned());
        assert_eq!(
            said(Some(work(3, Some((12, 30)))), false),
            one("ComfyUI: 3 waiting, step 12 of 30")
        );
        assert_eq!(said(Some(work(0, None)), false), one("ComfyUI: working"));
        assert_eq!(said(Some(Work::default()), false), None);
        assert_eq!(
            said(Some(Work::default()), true),
            one("ComfyUI: nothing to do")
        );
        assert_eq!(said(None, false), None);
        assert_eq!(said(None, true), one("ComfyUI: not reachable"));
        assert_eq!(making(&[], true), None);
        let two = [generator(None), generator(Some(work(1, None)))];
        assert_eq!(
            making(&two, true),
            one("ComfyUI at forge:8188: not reachable · ComfyUI at forge:8188: 1 waiting, working")
        );
    }
}
