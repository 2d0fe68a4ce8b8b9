//! Making the plan of an archive.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    export::{ExportOptions, ExportState},
    id::ExportId,
    image::ImageCard,
    recipe::Recipe,
    time::Timestamp,
};
use store::rows::{FileRow, NewJobError};

use super::{
    gone,
    name::Namer,
    plan::{self, Plan, PlannedFile, Source},
    text,
};
use crate::{
    Inner,
    error::{Error, closing, media_sentence},
    files::{self, OpenFile, Place, Spool, Stat},
    images::place_of,
    pool::{Pulse, Urgency},
};

/// Pictures whose facts are fetched at a time.
const BATCH: usize = 500;
/// Most reasons that are told about pictures left out.
const REASONS: usize = 100;
/// Why a picture is left out of which only the address is known.
const NO_FILE: &str = "Only the address of this picture is known, so there is no file to take away. It stays in \
                       the library; open it where it lies, or send its file for it.";
/// Files larger than this are not stripped.
const MOST_STRIPPED: u64 = 512 << 20;

/// What came of preparing an archive.
pub(crate) struct Prepared {
    /// Pictures that were asked for and are still known.
    pub(crate) pictures: u64,
    /// Those that are not in it, each with its reason.
    pub(crate) left_out: Vec<NewJobError>,
}

/// Makes an archive ready to be fetched, and tells how many pictures of how many are. Cut off and begun again it
/// comes to the same; one that was ready stays so until the new one is.
///
/// # Errors
/// Among others [`ProblemKind::NotFound`](domain::problem::ProblemKind::NotFound) when it is not kept any more.
pub(crate) async fn prepare(
    inner: &Arc<Inner>,
    id: ExportId,
    tell: &(dyn Fn(u64, u64) + Sync),
) -> Result<Prepared, Error> {
    let mut row = inner.store.export(id).await?.ok_or_else(gone)?;
    let Plan { keys, time, .. } = plan::unpack(&row.plan).ok_or_else(gone)?;
    let (options, time) = (row.request.options.clone(), time + 1);
    let spool = inner.data.spool(&id.to_string(), time);
    let spool = Spool::create(&spool).map_err(Error::file("writing an archive's texts"))?;
    let mut work = Work {
        namer: Namer::new(&options.template, keys.len()),
        spool,
        plan: Vec::with_capacity(keys.len() * 2),
        manifest: text::MANIFEST_HEAD.to_owned(),
        now: row.created,
        options: &options,
    };
    let needs_recipe = options.text
        || options.json
        || options.manifest
        || options.template.contains("{seed}")
        || options.template.contains("{model}")
        || options.template.contains("{tool}");
    let total = keys.len() as u64;
    let mut left_out = Vec::new();
    row.prepared = 0;
    for keys in keys.chunks(BATCH) {
        let files = inner.store.files_of(keys).await?;
        let bare = bare(inner, keys, &files).await?;
        row.prepared += bare.len() as u64;
        left_out.extend(bare);
        let mut recipes = HashMap::new();
        if needs_recipe {
            recipes.extend(inner.store.recipes_of(keys).await?);
        }
        for file in files {
            let recipe = recipes.remove(&file.image).unwrap_or_default();
            row.prepared += 1;
            match measure(inner, &file, options.strip).await {
                Ok(measured) => work.add(row.prepared as usize, &file, &recipe, measured)?,
                // Not the file's fault, and another time it may be there.
                Err(_) if inner.pool.is_closed() => return Err(closing()),
                Err(error) => left_out.push(error_of(file.image, file.name, reason(&error))),
            }
            tell(row.prepared, total);
        }
    }
    let told = left_out.iter().take(REASONS);
    row.left_out = told
        .map(|error| (error.name.clone(), error.reason.clone()))
        .collect();
    if work.plan.is_empty() {
        row.state = ExportState::Failed;
    } else {
        let files = work.finish()?;
        row.bytes = Some(super::archive::layout(&files).len());
        row.plan = plan::pack(&Plan { keys, time, files });
        row.state = ExportState::Ready;
    }
    inner.store.update_export(&row).await?;
    inner.exporter.forget(id);
    Ok(Prepared {
        pictures: row.prepared,
        left_out,
    })
}

/// The pictures that have no file.
async fn bare(inner: &Inner, keys: &[i64], files: &[FileRow]) -> Result<Vec<NewJobError>, Error> {
    let held: HashSet<i64> = files.iter().map(|file| file.image).collect();
    let bare = keys.iter().copied().filter(|key| !held.contains(key));
    let cards = inner.store.cards(&bare.collect::<Vec<_>>()).await?;
    let one = |(key, card): (i64, ImageCard)| error_of(key, card.name, NO_FILE.to_owned());
    Ok(cards.into_iter().map(one).collect())
}

fn error_of(image: i64, name: String, reason: String) -> NewJobError {
    NewJobError {
        what: format!("picture {image:020}"),
        name,
        reason,
    }
}

/// Size, checksum and source of a picture's bytes.
struct Measured {
    size: u64,
    crc32: u32,
    source: Source,
}

/// Uses the checksum that is known when the file is unchanged, else reads the file.
async fn measure(inner: &Inner, file: &FileRow, strip: bool) -> Result<Measured, Error> {
    let place = place_of(file)?;
    let (known, format) = (file.crc32, file.format);
    let stat = {
        let path = place.path();
        tokio::task::spawn_blocking(move || files::stat(&path)).await
    };
    let stat = stat
        .map_err(|_| Error::Worker)?
        .map_err(Error::file("looking at a picture"))?;
    let stamp = stat.stamp();
    if let (false, true, Some(crc32)) = (strip, stamp == file.stamp, known) {
        let source = Source::Original { place, stamp };
        return Ok(Measured {
            size: stat.size,
            crc32,
            source,
        });
    }
    let read = move |pulse: &Pulse| {
        if strip {
            strip_and_measure(place, format, pulse)
        } else {
            read_and_measure(place, pulse)
        }
    };
    inner.pool.run_reading(Urgency::Now, read).await?
}

fn read_and_measure(place: Place, pulse: &Pulse) -> Result<Measured, Error> {
    pulse.reads().map_err(Error::file("opening a picture"))?;
    let (file, stat) = OpenFile::open(&place).map_err(Error::file("opening a picture"))?;
    let mut check = media::archive::Crc32::new();
    pulse
        .read(&file, stat.size, |part| check.update(part))
        .map_err(Error::file("reading a picture"))?;
    let source = Source::Original {
        place,
        stamp: stat.stamp(),
    };
    Ok(Measured {
        size: stat.size,
        crc32: check.finalize(),
        source,
    })
}

fn strip_and_measure(
    place: Place,
    format: domain::image::Format,
    pulse: &Pulse,
) -> Result<Measured, Error> {
    let (bytes, stat) = stripped(&place, format, Some(pulse))?;
    let crc32 = media::archive::crc32(&bytes);
    let source = Source::Stripped {
        place,
        stamp: stat.stamp(),
        format,
    };
    Ok(Measured {
        size: bytes.len() as u64,
        crc32,
        source,
    })
}

/// A picture reduced to its pixels, and the file as it was when it was read. Whoever does this on the
/// pool shows a pulse.
pub(super) fn stripped(
    place: &Place,
    format: domain::image::Format,
    pulse: Option<&Pulse>,
) -> Result<(Vec<u8>, Stat), Error> {
    let (file, stat) = OpenFile::open(place).map_err(Error::file("opening a picture"))?;
    let bytes = match pulse {
        Some(pulse) => pulse.read_all(&file, stat.size, MOST_STRIPPED),
        None => file.read_all(MOST_STRIPPED),
    };
    let bytes = bytes.map_err(Error::file("reading a picture"))?;
    Ok((media::strip(&bytes, format)?, stat))
}

/// Why a picture was left out, in words for people.
fn reason(error: &Error) -> String {
    match error {
        Error::Media(media::MediaError::Unsupported { .. }) => "This kind of file cannot be \
             reduced to its pixels yet, so it was left out rather than given away with its data. \
             Download it as an original instead."
            .to_owned(),
        Error::Media(error) => media_sentence(error),
        other => other.problem().message,
    }
}

/// The plan as it grows.
struct Work<'a> {
    namer: Namer<'a>,
    spool: Spool,
    plan: Vec<PlannedFile>,
    manifest: String,
    now: Timestamp,
    options: &'a ExportOptions,
}

impl Work<'_> {
    fn add(
        &mut self,
        number: usize,
        file: &FileRow,
        recipe: &Recipe,
        measured: Measured,
    ) -> Result<(), Error> {
        let (stem, name) = self.namer.name(number, file, recipe);
        if self.options.manifest {
            self.manifest
                .push_str(&text::manifest_line(&name, file, recipe));
        }
        let modified = if self.options.strip {
            self.now
        } else {
            file.date
        };
        let Measured {
            size,
            crc32,
            source,
        } = measured;
        self.plan.push(PlannedFile {
            name,
            size,
            crc32,
            modified,
            source,
        });
        if self.options.text {
            let name = self.namer.beside(&stem, "txt");
            self.write(name, text::infotext(file, recipe).as_bytes())?;
        }
        if self.options.json {
            let name = self.namer.beside(&stem, "json");
            self.write(name, text::json(file, recipe).as_bytes())?;
        }
        Ok(())
    }

    fn write(&mut self, name: String, bytes: &[u8]) -> Result<(), Error> {
        let offset = self
            .spool
            .add(bytes)
            .map_err(Error::file("writing an archive's texts"))?;
        self.plan.push(PlannedFile {
            name,
            size: bytes.len() as u64,
            crc32: media::archive::crc32(bytes),
            modified: self.now,
            source: Source::Spool { offset },
        });
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<PlannedFile>, Error> {
        if self.options.manifest {
            let manifest = std::mem::take(&mut self.manifest);
            let name = self.namer.beside("manifest", "csv");
            self.write(name, manifest.as_bytes())?;
        }
        self.spool
            .finish()
            .map_err(Error::file("writing an archive's texts"))?;
        Ok(self.plan)
    }
}
