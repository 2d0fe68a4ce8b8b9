//! `proofsheet jobs`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use app::words::jobs as said;
use clap::{ArgMatches, Args, ValueEnum};
use domain::{
    id::RootId,
    job::{Job, JobChange},
};
use futures::StreamExt as _;
use gallery::{Jobs, Task};

use super::{Failure, Outcome, block_on, out, prepare};
use crate::config::Settings;

/// Watch, pause and retry long work
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet jobs                           what goes on, what waits, what ended
  proofsheet jobs start verify              also: thumbnails, recipes, hashes
  proofsheet jobs start scan                look through all watched folders, or one: scan FOLDER
  proofsheet jobs start backup /mnt/backup  also what lies in your own folders: --linked
  proofsheet jobs start import /old/zips    the pictures of all archives below a folder
  proofsheet jobs pause 5kx2q               also: resume, cancel, retry
  proofsheet jobs log 5kx2q
  proofsheet jobs failed 5kx2q --csv > failed.csv

A job is named by the end of its id. The work itself is done by `proofsheet serve`, beside which this may
run; the server notices within five seconds. Exit code 1 after `failed` means that something failed.")]
pub(super) struct Arguments {
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Asked {
    /// What to do
    #[arg(value_enum, default_value_t = What::List)]
    what: What,
    /// The job, by its id or the end of it; after `start`, what work to begin
    #[arg(value_name = "JOB")]
    job: Option<String>,
    /// The folder of a backup, of archives to import, or a watched one to look through
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Back up also what lies in your own folders
    #[arg(long)]
    linked: bool,
    /// Print what failed as a table with commas
    #[arg(long)]
    csv: bool,
    /// Print JSON objects, one a line
    #[arg(long, conflicts_with = "csv")]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// List all jobs
    List,
    /// Begin work
    Start,
    /// Let a job rest
    Pause,
    /// Let it go on
    Resume,
    /// End it
    Cancel,
    /// Try again what failed of it
    Retry,
    /// What happened with it
    Log,
    /// What of it failed
    Failed,
}

impl What {
    /// What a person wants of a job.
    fn change(self) -> Option<JobChange> {
        match self {
            Self::Pause => Some(JobChange::Pause),
            Self::Resume => Some(JobChange::Resume),
            Self::Cancel => Some(JobChange::Cancel),
            Self::Retry => Some(JobChange::Retry),
            Self::List | Self::Start | Self::Log | Self::Failed => None,
        }
    }
}

/// Letters of an id in the list.
const SHORT: usize = 6;

pub(super) fn run(arguments: Arguments, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    block_on(async {
        let jobs = Jobs::open(&config.gallery()).await?;
        let came = answer(&jobs, &arguments.asked).await;
        jobs.close().await;
        came
    })
}

async fn answer(jobs: &Jobs, asked: &Asked) -> Result<Outcome, Failure> {
    let json = asked.json;
    if let Some(change) = asked.what.change() {
        let job = find(jobs, asked.job.as_deref()).await?;
        show(&jobs.change(job.id, change).await?, json);
        return Ok(Outcome::Fine);
    }
    match asked.what {
        What::Start => {
            let job = match asked.job.as_deref() {
                Some("scan") => jobs.look(watched(jobs, asked).await?).await?,
                _ => jobs.ask(task(asked)?).await?,
            };
            show(&job, json);
        }
        What::Log => {
            let job = find(jobs, asked.job.as_deref()).await?;
            for line in jobs.detail(job.id).await?.log {
                if json {
                    out::json(&line);
                } else {
                    out::say(format!("{}  {}", line.at.minute_text(), line.text));
                }
            }
        }
        What::Failed => {
            let job = find(jobs, asked.job.as_deref()).await?;
            failed(jobs, &job, asked).await?;
            return Ok(Outcome::of(job.failed > 0));
        }
        _ => {
            let list = jobs.list().await?;
            if list.is_empty() && !json {
                out::say("No jobs.");
            }
            for job in list {
                show(&job, json);
            }
        }
    }
    Ok(Outcome::Fine)
}

fn show(job: &Job, json: bool) {
    if json {
        out::json(job);
        return;
    }
    let id = job.id.to_string();
    let short = &id[id.len() - SHORT..];
    let (state, name) = (said::state(job), said::name(job));
    out::say(format!("{short}  {state:<13}{name}"));
    out::say(format!("        {}", said::progress(job)));
    if !job.message.is_empty() {
        out::say(format!("        {}", job.message));
    }
}

async fn failed(jobs: &Jobs, job: &Job, asked: &Asked) -> Result<(), Failure> {
    if asked.csv {
        let mut pieces = std::pin::pin!(jobs.failed(job.id).await?);
        while let Some(piece) = pieces.next().await {
            // A reader that went away is no failure.
            let _ = std::io::stdout().lock().write_all(&piece?);
        }
        return Ok(());
    }
    let mut pieces = std::pin::pin!(jobs.errors(job.id).await?);
    while let Some(piece) = pieces.next().await {
        for error in piece? {
            if asked.json {
                out::json(&error);
            } else {
                out::say(format!("{}\n        {}", error.name, error.reason));
            }
        }
    }
    Ok(())
}

/// The job that was named.
async fn find(jobs: &Jobs, named: Option<&str>) -> Result<Job, Failure> {
    let Some(named) = named else {
        return Err(Failure(
            "Which job? Name it by the end of its id, as `proofsheet jobs` lists it.".to_owned(),
        ));
    };
    let ending = named.to_lowercase();
    let list = jobs.list().await?;
    let fits = |job: &Job| job.id.to_string().ends_with(&ending);
    let mut found = list.into_iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(job), None) => Ok(job),
        (Some(_), Some(_)) => Err(Failure(format!(
            "Several jobs end in {named}. Nothing was changed; give more letters of the id."
        ))),
        _ => Err(Failure(format!(
            "No job ends in {named}. Nothing was changed; `proofsheet jobs` lists them."
        ))),
    }
}

/// The watched folder that is to be looked through; none means all.
async fn watched(jobs: &Jobs, asked: &Asked) -> Result<Option<RootId>, Failure> {
    let Some(folder) = asked.folder.as_deref() else {
        return Ok(None);
    };
    Ok(Some(jobs.watched(&whole(folder)?).await?))
}

/// The work that was asked for.
fn task(asked: &Asked) -> Result<Task, Failure> {
    let folder = || {
        let Some(folder) = asked.folder.as_deref() else {
            return Err(Failure(
                "This needs a folder, named after it. Nothing was started.".to_owned(),
            ));
        };
        whole(folder)
    };
    match asked.job.as_deref() {
        Some("verify") => Ok(Task::Verify),
        Some("thumbnails") => Ok(Task::Thumbnails),
        Some("recipes") => Ok(Task::Recipes),
        Some("hashes") => Ok(Task::Hashes),
        Some("backup") => Ok(Task::Backup {
            folder: folder()?,
            linked: asked.linked,
        }),
        Some("import") => Ok(Task::Import {
            folder: folder()?,
            sent: None,
        }),
        _ => Err(Failure(
            "What shall begin? Say scan, verify, thumbnails, recipes, hashes, backup FOLDER or import FOLDER. Nothing was \
             started."
                .to_owned(),
        )),
    }
}

/// A folder from the top, because whoever works may stand elsewhere.
fn whole(folder: &Path) -> Result<String, Failure> {
    let path = std::path::absolute(folder).ok();
    let text = path.and_then(|path| path.into_os_string().into_string().ok());
    text.ok_or_else(|| {
        Failure(format!(
            "The name of the folder {} is not readable text. Rename it, then try again.",
            folder.display()
        ))
    })
}
