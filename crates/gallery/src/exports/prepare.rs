//! Making the plan of an archive.

use std::{collections::HashSet, sync::Arc};

use domain::{
    export::{ExportOptions, ExportState},
    id::ExportId,
    recipe::Recipe,
    time::Timestamp,
};
use store::rows::{ExportRow, FileRow};

use super::{
    name::Namer,
    plan::{self, PlannedFile, Source},
    text,
};
use crate::{
    Inner,
    error::{Error, media_sentence},
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

/// Prepares an export; a failure is kept as its state.
pub(super) async fn run(inner: &Arc<Inner>, id: ExportId) {
    let Ok(Some(mut row)) = inner.store.export(id).await else {
        return;
    };
    if let Err(error) = prepare(inner, &mut row).await {
        tracing::error!(error = %error.chain(), "an archive could not be prepared");
        row.state = ExportState::Failed;
        row.left_out = vec![("the archive".to_owned(), error.problem().message)];
    }
    if let Err(error) = inner.store.update_export(&row).await {
        tracing::error!(%error, "the state of an archive could not be kept");
    }
    inner.exporter.moved.send_replace(());
}

async fn prepare(inner: &Arc<Inner>, row: &mut ExportRow) -> Result<(), Error> {
    let keys = plan::unpack_keys(&row.plan).ok_or(Error::Worker)?;
    let options = row.request.options.clone();
    let spool = inner.data.spool(&row.id.to_string());
    let spool = Spool::create(&spool).map_err(Error::file("writing an archive's texts"))?;
    let mut work = Work {
        namer: Namer::new(&options.template, keys.len()),
        spool,
        plan: Vec::with_capacity(keys.len() * 2),
        manifest: text::MANIFEST_HEAD.to_owned(),
        now: inner.options.clock.now(),
        options: &options,
    };
    let needs_recipe = options.text
        || options.json
        || options.manifest
        || options.template.contains("{seed}")
        || options.template.contains("{model}")
        || options.template.contains("{tool}");
    row.plan = Vec::new();
    for keys in keys.chunks(BATCH) {
        let files = inner.store.files_of(keys).await?;
        leave_out(inner, keys, &files, row).await?;
        let mut recipes = std::collections::HashMap::new();
        if needs_recipe {
            recipes.extend(inner.store.recipes_of(keys).await?);
        }
        for file in files {
            let recipe = recipes.remove(&file.image).unwrap_or_default();
            row.prepared += 1;
            match measure(inner, &file, options.strip).await {
                Ok(measured) => work.add(row.prepared as usize, &file, &recipe, measured)?,
                Err(error) if row.left_out.len() < REASONS => {
                    row.left_out.push((file.name, reason(&error)));
                }
                Err(_) => {}
            }
        }
        inner.store.update_export(row).await?;
    }
    if work.plan.is_empty() {
        row.state = ExportState::Failed;
        return Ok(());
    }
    let plan = work.finish()?;
    let layout = super::archive::layout(&plan);
    row.bytes = Some(layout.len());
    row.plan = plan::pack(&plan);
    row.state = ExportState::Ready;
    Ok(())
}

/// Tells of the pictures that have no file.
async fn leave_out(
    inner: &Inner,
    keys: &[i64],
    files: &[FileRow],
    row: &mut ExportRow,
) -> Result<(), Error> {
    let held: HashSet<i64> = files.iter().map(|file| file.image).collect();
    let bare = keys.iter().copied().filter(|key| !held.contains(key));
    let cards = inner.store.cards(&bare.collect::<Vec<_>>()).await?;
    for (_, card) in cards {
        row.prepared += 1;
        if row.left_out.len() < REASONS {
            row.left_out.push((card.name, NO_FILE.to_owned()));
        }
    }
    Ok(())
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
