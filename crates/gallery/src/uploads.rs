//! Files that somebody gives to the gallery.
//!
//! A row in the journal comes first and says where the file will go. Its bytes grow in a folder of their own
//! and are safe on the disk whenever their number is told. Once all are there they are looked at, moved to
//! their place without replacing anything, and recorded together with the end of the row. So at any moment
//! the row and the two folders tell how far it came, and [`recover`] goes on from there.

mod archive;
mod attach;
mod receive;
mod told;
mod whole;

use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use domain::{
    id::{ImageId, OperationId, UploadId},
    image::Format,
    problem::ProblemKind,
    time::{DAY, Timestamp},
    upload::{Upload, file_name, with_ending},
};
use futures::Stream;
use store::rows::{Author, Hash, NewUpload, UploadRow};

pub use self::receive::{Added, Checksum};
pub(crate) use self::{archive::forget_archive, told::start};
use crate::{
    Gallery, Inner,
    error::{Error, disk_full, not_found},
    files::{self, Incoming, OpenFile, Place, blocking, vault},
    keeper, reader, roots, scan,
};

/// Milliseconds after which a file is given up of which nothing more came.
const KEPT: i64 = 7 * DAY;
/// Most bytes of one file: 16 GiB.
pub const MOST: u64 = 16 << 30;
/// Bytes that stay free on the disk, for the database.
pub(crate) const RESERVE: u64 = 256 << 20;

/// Files on their way in.
pub struct Uploads<'a> {
    inner: &'a Arc<Inner>,
    /// What is told of those that begin, as the journal keeps it.
    about: Option<String>,
    /// Whether their first bytes come at once.
    at_once: bool,
}

/// Whose file one becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// That of a new picture.
    Own,
    /// That of a picture which has none.
    Attached(ImageId),
    /// That of a picture which has another one.
    Replaced(ImageId),
}

impl Whose {
    fn attached(self) -> Option<ImageId> {
        match self {
            Self::Attached(image) => Some(image),
            _ => None,
        }
    }

    fn replaced(self) -> Option<ImageId> {
        match self {
            Self::Replaced(image) => Some(image),
            _ => None,
        }
    }
}

/// What the uploads of a gallery share.
#[derive(Default)]
pub(crate) struct Receiver {
    /// Those that somebody works at.
    busy: Arc<Mutex<HashSet<UploadId>>>,
    /// Held while a file is compared with what is there and put to it, so that two of the same bytes become
    /// one picture.
    placing: tokio::sync::Mutex<()>,
}

/// The right to work at one upload; nobody else has it meanwhile.
struct Turn {
    busy: Arc<Mutex<HashSet<UploadId>>>,
    id: UploadId,
}

impl Receiver {
    /// Held by whoever compares files with what is there and puts them to it.
    pub(crate) async fn placing(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.placing.lock().await
    }

    fn turn(&self, id: UploadId) -> Result<Turn, Error> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if !busy.insert(id) {
            return Err(Error::told(
                ProblemKind::Conflict,
                "This file is being sent by somebody else just now. Nothing was lost; wait until that has \
                 ended, then ask how far it came.",
            ));
        }
        let busy = Arc::clone(&self.busy);
        Ok(Turn { busy, id })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.id);
    }
}

impl Gallery {
    /// Files that somebody gives to the gallery.
    pub fn uploads(&self) -> Uploads<'_> {
        Uploads {
            inner: &self.inner,
            about: None,
            at_once: false,
        }
    }
}

impl Uploads<'_> {
    /// The first bytes of files come together with the word that they will: nobody goes on with one of which none came,
    /// so it is not made sure of before they are.
    #[must_use]
    pub fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// Says that a file of so many bytes will come, under a name that its sender gives it.
    ///
    /// # Errors
    /// When it is empty, larger than [`MOST`] bytes or than the room on the disk.
    pub async fn begin(&self, name: &str, length: u64) -> Result<Upload, Error> {
        self.begin_for(name, Some(length), Whose::Own).await
    }

    /// The same for a file that becomes the file of a picture: the picture keeps its id and everything that
    /// people made of it, and what it was goes into the trash, from where it can be restored.
    ///
    /// # Errors
    /// Also when there is no such picture.
    pub async fn replace(&self, image: ImageId, name: &str, length: u64) -> Result<Upload, Error> {
        if self.inner.keeper.snapshot().index.key_of(image).is_none() {
            return Err(not_found());
        }
        let told = self.inner.store.record(image).await?;
        if told.is_some_and(|told| !told.has_file) {
            // There is nothing that would go into the trash.
            return self.attach(image, name, length).await;
        }
        self.begin_for(name, Some(length), Whose::Replaced(image))
            .await
    }

    async fn begin_for(
        &self,
        name: &str,
        length: Option<u64>,
        whose: Whose,
    ) -> Result<Upload, Error> {
        if length == Some(0) {
            return Err(empty());
        }
        if length.is_some_and(|length| length > MOST) {
            return Err(too_large());
        }
        let incoming = self.inner.data.incoming();
        let data = self.inner.data.path().to_owned();
        // None of these waits for another.
        let (expired, free, root) = tokio::join!(
            self.expire(),
            blocking(move || files::space(&data)),
            roots::managed(self.inner)
        );
        expired?;
        // A system that does not tell is not asked further: writing says it then.
        let wanted = length.unwrap_or(0).saturating_add(RESERVE);
        if free?.is_ok_and(|(free, _)| free < wanted) {
            return Err(Error::Told(disk_full()));
        }
        let root = root?;
        let clock = &self.inner.options.clock;
        let now = clock.now();
        let id = UploadId(clock.mint());
        let new = NewUpload {
            id,
            root: root.id,
            folder: now.day_text(),
            name: file_name(name),
            size: length,
            replaces: whose.replaced(),
            at: now,
            attach: whose.attached(),
            about: self.about.clone(),
        };
        let row = self.inner.store.begin_upload(new).await?;
        // One without a length comes in one piece.
        let at_once = self.at_once || length.is_none();
        let made = blocking(move || {
            if at_once {
                incoming.begin(id).map(drop)
            } else {
                incoming.create(id)
            }
        });
        let made = made.await?;
        if let Err(error) = made {
            // Nobody learns its id, so nobody can go on with it.
            forget(self.inner, id).await?;
            return Err(Error::file("making a file for an upload")(error));
        }
        Ok(told(&row, 0))
    }

    /// How far one came.
    pub async fn find(&self, id: UploadId) -> Result<Upload, Error> {
        let row = self.inner.store.upload(id).await?;
        let offset = self.offset(&row).await?;
        Ok(told(&row, offset))
    }

    /// Adds bytes at an offset, which is where it ends. What came of them is safe on the disk when it returns,
    /// and also when the sender goes away. With the last byte the file is looked at and becomes a picture.
    ///
    /// # Errors
    /// When it ends elsewhere, somebody else sends it too, more comes than was said, or it is no picture; then
    /// nothing of it is kept.
    pub async fn add<S>(
        &self,
        id: UploadId,
        offset: u64,
        body: S,
        checksum: Option<Checksum>,
    ) -> Result<Added, Error>
    where
        S: Stream<Item = Result<Bytes, io::Error>> + Send + Unpin,
    {
        let turn = self.inner.receiver.turn(id)?;
        let row = self.inner.store.upload(id).await?;
        let size = row.size.ok_or_else(not_found)?;
        let here = self.offset(&row).await?;
        if here != offset {
            return Err(Error::told(
                ProblemKind::Conflict,
                format!(
                    "Of this file {here} bytes are here, so nothing can be added at {offset}. Nothing was \
                     changed; go on at {here}."
                ),
            ));
        }
        let turn = if here < size {
            let incoming = self.inner.data.incoming();
            let received = receive::receive(incoming, turn, (offset, size), body, checksum).await?;
            let added = match received {
                receive::Received::Whole(turn) => Ok(turn),
                receive::Received::Part(_, length) => Err(Added::Kept(told(&row, length))),
                receive::Received::Garbled => Err(Added::Garbled),
            };
            match added {
                Ok(turn) => turn,
                Err(added) => {
                    let now = self.inner.options.clock.now();
                    self.inner.store.see_upload(id, now).await?;
                    return Ok(added);
                }
            }
        } else {
            turn
        };
        if row.done {
            return Ok(Added::Kept(told(&row, size)));
        }
        finish(self.inner, &turn, row).await.map(Added::Kept)
    }

    /// Gives one up; what came of it is removed. A picture that it became stays.
    pub async fn give_up(&self, id: UploadId) -> Result<(), Error> {
        let _turn = self.inner.receiver.turn(id)?;
        self.inner.store.upload(id).await?;
        forget(self.inner, id).await
    }

    /// Gives up those of which nothing came for a week.
    async fn expire(&self) -> Result<(), Error> {
        let before = Timestamp(self.inner.options.clock.now().0 - KEPT);
        let gone = self.inner.store.expire_uploads(before).await?;
        let incoming = self.inner.data.incoming();
        let removed =
            blocking(move || gone.into_iter().try_for_each(|id| incoming.remove(id))).await?;
        removed.map_err(Error::file("removing an upload that was given up"))
    }

    /// How many bytes of one are here.
    async fn offset(&self, row: &UploadRow) -> Result<u64, Error> {
        if let Some(size) = row.size.filter(|_| row.done) {
            return Ok(size);
        }
        let (incoming, id) = (self.inner.data.incoming(), row.id);
        let length = blocking(move || incoming.length(id)).await?;
        length
            .map_err(Error::file("looking at an upload"))?
            .ok_or_else(not_found)
    }
}

fn told(row: &UploadRow, offset: u64) -> Upload {
    Upload {
        id: row.id,
        name: row.name.clone(),
        length: row.size.unwrap_or(offset),
        offset,
        expires: Timestamp(row.seen.0 + KEPT),
        arrived: row.arrived,
        unpacks: None,
    }
}

/// Makes a picture of a file of which all bytes are here.
async fn finish(inner: &Arc<Inner>, _turn: &Turn, row: UploadRow) -> Result<Upload, Error> {
    let (incoming, id) = (inner.data.incoming(), row.id);
    let looking = Arc::clone(inner);
    let looked = blocking(move || look(&looking, &incoming, id)).await?;
    let (format, hash) = match looked {
        Ok(Looked::Picture(format, hash)) => (format, hash),
        Ok(Looked::Archive) if row.replaces.is_none() && row.attach.is_none() => {
            return archive::unpack(inner, &row).await;
        }
        Ok(Looked::Archive) => {
            forget(inner, id).await?;
            return Err(no_picture());
        }
        Err(error @ Error::Told(_)) => {
            forget(inner, id).await?;
            return Err(error);
        }
        Err(other) => return Err(other),
    };
    let _one_at_a_time = inner.receiver.placing().await;
    let same = match row.attach {
        // It was sent for a picture of its own, whatever else has its bytes.
        Some(_) => None,
        None => same(inner, hash).await?,
    };
    if let Some(image) = same {
        if let Err(refusal) = refuse_another(inner, &row, image) {
            forget(inner, id).await?;
            return Err(refusal);
        }
        inner.store.finish_upload_as(id, image).await?;
        remove(inner, id).await?;
    } else {
        let row = put(inner, row, format).await?;
        record(inner, &row, hash).await?;
    }
    let row = inner.store.upload(id).await?;
    told::tell(inner, &row).await?;
    Ok(told(&row, row.size.unwrap_or(0)))
}

fn empty() -> Error {
    Error::told(
        ProblemKind::Invalid,
        "This file has 0 bytes, so there is no picture in it. Nothing was kept; make the picture again.",
    )
}

fn too_large() -> Error {
    Error::told(
        ProblemKind::TooLarge,
        "This file is larger than 16 GiB, which is more than Proofsheet takes in. Nothing was kept.",
    )
}

/// Refuses bytes that are another picture's where they should become the file of one.
fn refuse_another(inner: &Inner, row: &UploadRow, image: i64) -> Result<(), Error> {
    let index = inner.keeper.snapshot().index;
    match row.replaces {
        Some(replaces) if index.key_of(replaces) != Some(image) => Err(Error::told(
            ProblemKind::Invalid,
            "This file is another picture of the library already, perhaps one in the trash. Nothing was \
             replaced and nothing of it was kept; look for it by its name.",
        )),
        _ => Ok(()),
    }
}

fn no_picture() -> Error {
    Error::told(
        ProblemKind::Invalid,
        "This file is none of PNG, JPEG, WebP, AVIF, GIF, MP4, WebM, MKV or MOV, so nothing of it was \
         kept. Choose a picture, a video or an archive of such.",
    )
}

/// What a file that came in is.
enum Looked {
    /// A picture of this format, and the hash of its bytes.
    Picture(Format, Hash),
    /// An archive, in which pictures may be.
    Archive,
}

/// What a file is. What is neither a picture nor an archive is refused in words.
fn look(inner: &Inner, incoming: &Incoming, id: UploadId) -> Result<Looked, Error> {
    let opened = incoming
        .open(id)
        .map_err(Error::file("reading an upload"))?;
    let reading = reader::read(&opened, &incoming.place(id), &inner.reader.rules());
    let Some(format) = reading.format else {
        let archive = archive::is_one(&opened).map_err(Error::file("reading an upload"))?;
        return if archive {
            Ok(Looked::Archive)
        } else {
            Err(no_picture())
        };
    };
    if !reading.complete {
        return Err(Error::told(
            ProblemKind::Invalid,
            "This file ends too early, so a part of the picture is missing. Nothing of it was kept; copy it \
             anew from where it was made, then send it again.",
        ));
    }
    let hash = hash(&opened).map_err(Error::file("reading an upload"))?;
    Ok(Looked::Picture(format, hash))
}

fn hash(file: &OpenFile) -> io::Result<Hash> {
    vault::hash_of(file.reader()).map(|(hash, _)| hash)
}

/// A picture that has these bytes, by reading its file anew: a file that is gone or was changed is none.
pub(crate) async fn same(inner: &Arc<Inner>, hash_wanted: Hash) -> Result<Option<i64>, Error> {
    let same = inner.store.images_with_hash(&hash_wanted).await?;
    let keys: Vec<i64> = same.iter().map(|same| same.image).collect();
    let files = inner.store.files_of(&keys).await?;
    let found = blocking(move || {
        files.into_iter().find(|file| {
            let place = Place::new(Path::new(&file.root_path), &file.folder, &file.name);
            let opened = place.and_then(|place| OpenFile::open(&place).ok());
            opened.is_some_and(|(file, _)| hash(&file).is_ok_and(|hash| hash == hash_wanted))
        })
    });
    Ok(found.await?.map(|file| file.image))
}

/// Moves a file to its place, under another name where its own is taken or promises another format.
async fn put(inner: &Arc<Inner>, mut row: UploadRow, format: Format) -> Result<UploadRow, Error> {
    let name = with_ending(&row.name, format);
    if name != row.name {
        row = inner.store.rename_upload(row.id, name).await?;
    }
    for _ in 0..TRIES {
        let incoming = inner.data.incoming();
        let place = place(&row)?;
        let id = row.id;
        match blocking(move || incoming.move_to(id, &place)).await? {
            Ok(()) => return Ok(row),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let (stem, ending) = row.name.rsplit_once('.').unwrap_or((&row.name, "bin"));
                let name = format!("{stem} 2.{ending}");
                row = inner.store.rename_upload(row.id, name).await?;
            }
            Err(error) => return Err(Error::file("moving an upload to its place")(error)),
        }
    }
    Err(Error::told(
        ProblemKind::Conflict,
        "Files of this name are in the folder for uploads already. Nothing was lost and nothing was \
         replaced; send it under another name.",
    ))
}

/// Who puts into the trash what was replaced.
const SENDER: &str = "somebody who sent another file";

/// How many names are tried for a file beside others that the gallery does not know.
const TRIES: usize = 8;

fn place(row: &UploadRow) -> Result<Place, Error> {
    Place::new(Path::new(&row.path), &row.folder, &row.name).ok_or_else(not_found)
}

/// Records a file that lies in its place, and shows it.
async fn record(inner: &Arc<Inner>, row: &UploadRow, hash: Hash) -> Result<(), Error> {
    let reading = Arc::clone(inner);
    let (root, path) = (row.root, PathBuf::from(&row.path));
    let (folder, name) = (row.folder.clone(), row.name.clone());
    let file =
        blocking(move || scan::read_whole(&reading, (root, &path), &folder, &name)).await??;
    let author = Author {
        // Whoever finishes it, and however often.
        operation: OperationId(row.id.0),
        ..inner.author(SENDER)
    };
    let recorded = inner
        .store
        .finish_upload(row.id, file, hash, author)
        .await?;
    if let Some(fresh) = recorded.fresh {
        keeper::offer(inner, recorded.change, fresh);
    }
    keeper::catch_up(inner).await?;
    scan::wake(inner);
    Ok(())
}

/// Removes what came of a file, then its row.
async fn forget(inner: &Arc<Inner>, id: UploadId) -> Result<(), Error> {
    remove(inner, id).await?;
    Ok(inner.store.end_upload(id).await?)
}

async fn remove(inner: &Arc<Inner>, id: UploadId) -> Result<(), Error> {
    let incoming = inner.data.incoming();
    let removed = blocking(move || incoming.remove(id)).await?;
    removed.map_err(Error::file("removing an upload"))
}

/// Goes on with what the last run left: files that lie in their place are recorded, those that are whole
/// become pictures, the others wait for the rest of their bytes. What belongs to nobody is removed.
pub(crate) async fn recover(inner: &Arc<Inner>) -> Result<(), Error> {
    let open = inner.store.open_uploads().await?;
    let incoming = inner.data.incoming();
    let known: HashSet<UploadId> = open.iter().map(|row| row.id).collect();
    let swept = incoming.clone();
    let sweep = blocking(move || {
        let all = swept.all()?;
        let strange = all.into_iter().filter(|id| !known.contains(id));
        strange.into_iter().try_for_each(|id| swept.remove(id))
    });
    sweep
        .await?
        .map_err(Error::file("sweeping the folder of uploads"))?;
    for row in open {
        let id = row.id;
        if let Err(error) = recover_one(inner, row).await {
            // The others go on; its row and its bytes stay for the next start.
            tracing::error!(%id, error = %error.chain(), "an upload could not be brought to its end");
        }
    }
    archive::sweep(inner).await
}

async fn recover_one(inner: &Arc<Inner>, row: UploadRow) -> Result<(), Error> {
    let turn = inner.receiver.turn(row.id)?;
    let (incoming, id) = (inner.data.incoming(), row.id);
    let length = blocking(move || incoming.length(id)).await?;
    let length = length.map_err(Error::file("looking at an upload"))?;
    let Some(size) = row.size else {
        // Nobody can go on with it.
        return forget(inner, id).await;
    };
    match length {
        Some(length) if length == size => match finish(inner, &turn, row).await {
            // It was no picture, and is gone.
            Err(Error::Told(_)) => Ok(()),
            other => other.map(drop),
        },
        Some(length) if length < size => Ok(()),
        Some(_) => forget(inner, id).await,
        None if archive::recover(inner, &row).await? => Ok(()),
        None => {
            let placed = place(&row)?;
            let lies = blocking(move || {
                let (file, stat) = OpenFile::open(&placed).ok()?;
                (stat.size == size).then(|| hash(&file).ok())?
            });
            match lies.await? {
                Some(hash) => record(inner, &row, hash).await,
                None => forget(inner, id).await,
            }
        }
    }
}
