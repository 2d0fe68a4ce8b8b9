//! Taking over what another gallery left.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Subcommand};
use domain::import::{Defaults, Imported, Step};
use gallery::{Gallery, ImportHow};

use super::told;
use crate::{
    cli::{Failure, Outcome, block_on, open, out, prepare, progress},
    config::{Config, Settings},
};

/// Who does it, in the history.
const ACTOR: &str = "proofsheet import";

/// What another gallery left.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum What {
    /// The pictures of all ZIP and RAR archives below a folder, each archive as a photoset
    Archives(Archives),
    /// What JSON files say of photosets: source, date, year, actors, tags
    Metadata(Metadata),
    /// Archives and metadata in one go, then thumbnails
    All(All),
    /// A file of JSON that says what is known of single pictures: prompt, model, rating, tags, notes
    Json(Json),
    /// Pictures of which only the address is known, from a file of JSON as POST /records takes it
    Records(super::records::Records),
    /// Copies of all pictures below a folder
    Folder(Folder),
    /// Look whether everything is there: files, photosets, thumbnails, the database
    Verify(Verify),
}

/// What each of them can be told.
#[derive(Debug, Args)]
struct Common {
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Go on with an interrupted import without reading what came in already: a file of the right size in its
    /// place is the right one
    #[arg(long)]
    resume: bool,
    /// Leave drawing thumbnails to the server
    #[arg(long)]
    skip_thumbnails: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Arguments of `import archives`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet import archives old/archives --dry-run
  proofsheet import archives old/archives

The same command again goes on where it was interrupted, and makes nothing twice.")]
pub(in crate::cli) struct Archives {
    /// The folder with the archives
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    common: Common,
}

/// Arguments of `import metadata`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  proofsheet import metadata old/metadata

Only what a photoset lacks is filled in.")]
pub(in crate::cli) struct Metadata {
    /// The folder with the JSON files
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    common: Common,
}

/// Arguments of `import all`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet import all --archives old/archives --metadata old/metadata --dry-run
  proofsheet import all --archives old/archives --metadata old/metadata --resume")]
pub(in crate::cli) struct All {
    /// The folder with the archives
    #[arg(long, value_name = "DIR")]
    archives: PathBuf,
    /// The folder with the JSON files
    #[arg(long, value_name = "DIR")]
    metadata: PathBuf,
    /// Only take the metadata; the archives came in before
    #[arg(long)]
    skip_extraction: bool,
    #[command(flatten)]
    common: Common,
}

/// Arguments of `import json`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet import json metadata.json                    about pictures of the library
  proofsheet import json metadata.json --images images    these pictures come in first")]
pub(in crate::cli) struct Json {
    /// A list of objects, or an object with a list `images`, each with `file_name`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder with the pictures that it speaks of
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// Arguments of `import folder`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  proofsheet import folder ~/Downloads/renders
  proofsheet import folder renders --photoset 'Summer in Oslo' --tag sea --tag 2024 --rating 3

The folder stays as it is. To show a folder without copying it: proofsheet serve --library DIR")]
pub(in crate::cli) struct Folder {
    /// The folder with the pictures
    #[arg(value_name = "DIR")]
    pictures: PathBuf,
    /// The photoset that they go into; it is made where it is not there
    #[arg(long, value_name = "NAME")]
    photoset: Option<String>,
    /// A tag for all of them; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Stars for those that have none
    #[arg(long, value_name = "0-5")]
    rating: Option<u8>,
    #[command(flatten)]
    common: Common,
}

/// Arguments of `import verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  proofsheet import verify --json

Exit code 1 means that something is wrong.")]
pub(in crate::cli) struct Verify {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Does it and says how it went.
pub(in crate::cli) fn run(what: What, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let (common, job) = match what {
        What::Verify(arguments) => return verify(arguments, matches),
        What::Records(arguments) => return super::records::run(arguments, matches),
        What::Archives(Archives { folder, common }) => (common, Job::Archives(folder, None)),
        What::Metadata(Metadata { folder, common }) => (common, Job::Metadata(folder)),
        What::All(all) if all.skip_extraction => (all.common, Job::Metadata(all.metadata)),
        What::All(all) => (all.common, Job::Archives(all.archives, Some(all.metadata))),
        What::Json(Json {
            file,
            images,
            common,
        }) => (common, Job::Records(file, images)),
        What::Folder(arguments) => {
            let defaults = Defaults {
                photoset: arguments.photoset,
                tags: arguments.tags,
                rating: arguments.rating,
            };
            (arguments.common, Job::Folder(arguments.pictures, defaults))
        }
    };
    let config = prepare(common.settings, matches)?.config;
    let how = ImportHow {
        actor: ACTOR.to_owned(),
        dry: common.dry_run,
        trusting: common.resume,
    };
    let imported = block_on(import(&config, job, &how, !common.skip_thumbnails))?;
    if common.json {
        out::json(&imported);
    } else {
        told::imported(&imported).into_iter().for_each(out::say);
    }
    Ok(Outcome::of(imported.has_troubles()))
}

/// What is to be done.
enum Job {
    Archives(PathBuf, Option<PathBuf>),
    Metadata(PathBuf),
    Records(PathBuf, Option<PathBuf>),
    Folder(PathBuf, Defaults),
}

async fn import(
    config: &Config,
    job: Job,
    how: &ImportHow,
    thumbnails: bool,
) -> Result<Imported, Failure> {
    let gallery = open(config, quiet(config)).await?;
    let imported = carry_out(&gallery, job, how).await;
    gallery.close().await;
    drop(gallery);
    let imported = imported?;
    if thumbnails && imported.taken > 0 && !how.dry {
        let finishing = gallery::Options {
            finish: true,
            ..quiet(config)
        };
        let gallery = open(config, finishing).await?;
        let drawn = progress::during(&gallery, async {
            gallery.scans().run().await?;
            gallery.scans().finished().await
        })
        .await;
        gallery.close().await;
        drawn?;
    }
    Ok(imported)
}

async fn carry_out(gallery: &Gallery, job: Job, how: &ImportHow) -> Result<Imported, Failure> {
    let bar = progress::named_bar();
    let told = |step: &Step| {
        bar.set_length(step.of);
        bar.set_position(step.done);
        let (number, of) = step.archive;
        let counted = if of > 1 {
            format!(" ({number} of {of})")
        } else {
            String::new()
        };
        bar.set_message(format!("{}{counted}", step.name));
    };
    let imports = gallery.imports();
    let imported = match job {
        Job::Archives(archives, metadata) => {
            let metadata = metadata.as_deref();
            imports.archives(&archives, metadata, how, &told).await
        }
        Job::Metadata(folder) => imports.metadata(&folder, how).await,
        Job::Records(file, images) => {
            let images: Option<&Path> = images.as_deref();
            imports.records(&file, images, how, &told).await
        }
        Job::Folder(folder, defaults) => imports.folder(&folder, &defaults, how, &told).await,
    };
    bar.finish_and_clear();
    Ok(imported?)
}

/// Nothing runs beside it.
pub(super) fn quiet(config: &Config) -> gallery::Options {
    gallery::Options {
        watch: false,
        finish: false,
        logs: Vec::new(),
        ..config.gallery()
    }
}

fn verify(arguments: Verify, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let config = prepare(arguments.settings, matches)?.config;
    let found = block_on(async {
        let gallery = Gallery::open(quiet(&config)).await?;
        let found = gallery.imports().verify().await;
        gallery.close().await;
        Ok(found?)
    })?;
    if arguments.json {
        out::json(&found);
    } else {
        told::verified(&found).into_iter().for_each(out::say);
    }
    Ok(Outcome::of(found.is_wrong()))
}
