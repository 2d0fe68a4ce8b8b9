//! Bars for work that takes a while.

use std::time::Duration;

use domain::scan::{ScanPhase, ScanProgress};
use gallery::Gallery;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar for a known number of things; invisible where nobody looks.
pub(super) fn bar(total: u64, things: &str) -> ProgressBar {
    let template =
        format!("{{bar:32}} {{human_pos}} of {{human_len}} {things}, {{per_sec}}, {{eta}} left");
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}

/// The same for a number that is told on the way, with what tells it: how many are done, and of how many.
pub(super) fn told_bar(things: &str) -> (ProgressBar, impl Fn(u64, u64)) {
    let bar = bar(0, things);
    let shown = bar.clone();
    let told = move |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    };
    (bar, told)
}

/// A bar for the files of one archive or folder after the other.
pub(super) fn named_bar() -> ProgressBar {
    let template = "{bar:32} {human_pos} of {human_len} pictures, {per_sec}  {wide_msg}";
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}

/// Shows how far a scan is until `work` is done.
pub(super) async fn during<T>(gallery: &Gallery, work: impl Future<Output = T>) -> T {
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(120));
    let mut changes = gallery.scans().subscribe();
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                spinner.finish_and_clear();
                return done;
            }
            next = changes.changed() => {
                if next.is_err() {
                    let done = work.await;
                    spinner.finish_and_clear();
                    return done;
                }
                let text = sentence(&changes.borrow_and_update());
                spinner.set_message(text);
            }
        }
    }
}

/// One line that says where a scan is.
pub(super) fn sentence(progress: &ScanProgress) -> String {
    let known = progress.read + progress.unchanged;
    let problems = match progress.problems {
        0 => String::new(),
        1 => ", 1 problem".to_owned(),
        many => format!(", {many} problems"),
    };
    match progress.phase {
        ScanPhase::Finishing => {
            let all = progress.finished + progress.waiting;
            format!(
                "{} of {all} finished, {:.0}/s{problems}",
                progress.finished, progress.rate
            )
        }
        ScanPhase::Reading | ScanPhase::Idle => {
            format!(
                "{known} of {} read, {:.0}/s{problems}",
                progress.seen, progress.rate
            )
        }
    }
}
