//! The journal of files on their way in.
//!
//! A row is there before the first byte is written, and says where the file goes. So after a crash at any
//! moment the row and the two folders tell how far it came; see the gallery's `uploads.rs`.

use domain::{
    id::{ImageId, RootId, UploadId},
    time::Timestamp,
    upload::Arrived,
};
use serde::Deserialize;

use crate::{
    Result, Store, StoreError, finish,
    record::{Batch, record},
    records, replace,
    rows::{Author, Hash, NewUpload, Recorded, ScannedFile, UploadRow},
    sql::{Arg, Tx, args},
};

/// A row, in the order of [`SELECT`].
#[derive(Deserialize)]
struct Cells {
    id: UploadId,
    root: i64,
    root_id: RootId,
    path: String,
    folder: String,
    name: String,
    size: i64,
    replaces: Option<ImageId>,
    seen: i64,
    done: i64,
    duplicate: i64,
    image: Option<ImageId>,
    attach: Option<ImageId>,
    about: Option<String>,
    measured: i64,
}

const SELECT: &str = "\
    SELECT ROWS[u.uid, r.id, r.uid, r.path, u.folder, u.name, u.size, u.replaces, u.seen_ms, u.done, u.duplicate, \
        (SELECT i.uid FROM images AS i WHERE i.id = u.image_id), \
        (SELECT i.uid FROM images AS i WHERE i.id = u.attach_id), u.about, u.measured] \
     FROM uploads AS u JOIN roots AS r ON r.id = u.root_id ";

impl Store {
    /// Notes that a file will come. Where its name is taken already it gets another one, which the answer
    /// tells.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when its root is not watched.
    pub async fn begin_upload(&self, new: NewUpload) -> Result<UploadRow> {
        self.write(move |tx| Box::pin(async move { begin(tx, &new).await }))
            .await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id, or no longer.
    pub async fn upload(&self, id: UploadId) -> Result<UploadRow> {
        one(&mut self.read_once().await?, id).await
    }

    /// All of which bytes are still to come, and those that were not brought to their end.
    pub async fn open_uploads(&self) -> Result<Vec<UploadRow>> {
        let text = format!("{SELECT} WHERE u.done = 0");
        list(&mut self.read_once().await?, &text, Vec::new()).await
    }

    /// Those that became a picture of which something is still to be told.
    pub async fn untold_uploads(&self) -> Result<Vec<UploadRow>> {
        let text = format!("{SELECT} WHERE u.about IS NOT NULL AND u.done = 1");
        list(&mut self.read_once().await?, &text, Vec::new()).await
    }

    /// Notes that nothing more is to be told of the picture that one became.
    pub async fn tell_upload(&self, id: UploadId) -> Result<()> {
        self.change_upload(
            "UPDATE uploads SET about = NULL WHERE uid = $1",
            args![id.to_string()],
        )
        .await
    }

    /// Notes how many bytes one has, once all have come.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id, or no longer.
    pub async fn measure_upload(&self, id: UploadId, size: u64) -> Result<UploadRow> {
        self.write(move |tx| {
            Box::pin(async move {
                let text = "UPDATE uploads SET size = $2, measured = 1 WHERE uid = $1";
                tx.execute(text, args![id.to_string(), size]).await?;
                one(tx, id).await
            })
        })
        .await
    }

    /// Notes that more bytes of one came.
    pub async fn see_upload(&self, id: UploadId, at: Timestamp) -> Result<()> {
        let text = "UPDATE uploads SET seen_ms = $2 WHERE uid = $1";
        self.change_upload(text, args![id.to_string(), at.0]).await
    }

    /// Gives one that is still to come another name, or one like it where that is taken. Answers it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id, or no longer.
    pub async fn rename_upload(&self, id: UploadId, name: String) -> Result<UploadRow> {
        self.write(move |tx| {
            Box::pin(async move {
                let row = one(tx, id).await?;
                let name = free_name(tx, row.root, &row.folder, &name, id).await?;
                let text = "UPDATE uploads SET name = $2 WHERE uid = $1";
                tx.execute(text, args![id.to_string(), name]).await?;
                one(tx, id).await
            })
        })
        .await
    }

    /// Records the file that one became, with the hash of its bytes, and ends it: all of that or nothing. The
    /// picture that it was sent for gets it, as long as that has none. Where it replaces the file of a picture it
    /// becomes that picture, with everything that people made of it; what the picture was goes into the trash, as
    /// an operation of the author. A picture that is no more by then is not replaced: the file becomes one of its
    /// own.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none with this id, or no longer.
    pub async fn finish_upload(
        &self,
        id: UploadId,
        file: ScannedFile,
        hash: Hash,
        author: Author,
    ) -> Result<Recorded> {
        self.write(move |tx| {
            Box::pin(async move {
                let replaces = one(tx, id).await?.replaces;
                records::give_place(tx, id, &file).await?;
                let batch = Batch::from(vec![file]);
                let mut recorded = record(tx, batch).await?;
                let image = recorded.rows.first().map(|row| row.image);
                if let Some((uid, image)) = replaces.zip(image)
                    && let Some(change) = replace::take_over(tx, &author, image, uid).await?
                {
                    recorded.change = change;
                    // It is not what was recorded any more.
                    recorded.fresh = None;
                }
                let text = "UPDATE images SET content_hash = $2 WHERE id = $1";
                tx.execute(text, args![image, finish::print_hash(&hash)])
                    .await?;
                let text = "UPDATE uploads SET done = 1, image_id = $2 WHERE uid = $1";
                match tx.execute(text, args![id.to_string(), image]).await? {
                    0 => Err(StoreError::NotFound("upload")),
                    _ => Ok(recorded),
                }
            })
        })
        .await
    }

    /// Ends one whose bytes the gallery has already.
    pub async fn finish_upload_as(&self, id: UploadId, image: i64) -> Result<()> {
        let text = "UPDATE uploads SET done = 1, duplicate = 1, image_id = $2 WHERE uid = $1";
        self.change_upload(text, args![id.to_string(), image]).await
    }

    /// Forgets one.
    pub async fn end_upload(&self, id: UploadId) -> Result<()> {
        self.change_upload("DELETE FROM uploads WHERE uid = $1", args![id.to_string()])
            .await
    }

    /// Forgets those of which nothing came since a moment, and tells which.
    pub async fn expire_uploads(&self, before: Timestamp) -> Result<Vec<UploadId>> {
        // Asked before each upload, and hardly ever is there one: then nobody waits for who writes.
        let text = "SELECT COUNT(*) FROM uploads WHERE seen_ms < $1";
        if self
            .read_once()
            .await?
            .number(text, args![before.0])
            .await?
            == 0
        {
            return Ok(Vec::new());
        }
        self.write(move |tx| {
            Box::pin(async move {
                let text = format!("{SELECT} WHERE u.seen_ms < $1");
                let rows = list(tx, &text, args![before.0]).await?;
                let text = "DELETE FROM uploads WHERE seen_ms < $1";
                tx.execute(text, args![before.0]).await?;
                Ok(rows.into_iter().map(|row| row.id).collect())
            })
        })
        .await
    }

    async fn change_upload(&self, text: &'static str, args: Vec<Arg>) -> Result<()> {
        self.write(move |tx| {
            Box::pin(async move {
                tx.execute(text, args).await?;
                Ok(())
            })
        })
        .await
    }
}

async fn begin(tx: &mut Tx, new: &NewUpload) -> Result<UploadRow> {
    let text = "SELECT id FROM roots WHERE uid = $1";
    let root: Option<(i64,)> = tx.row(text, args![new.root.to_string()]).await?;
    let (root,) = root.ok_or(StoreError::NotFound("root"))?;
    let name = free_name(tx, root, &new.folder, &new.name, new.id).await?;
    let text = "INSERT INTO uploads \
            (uid, root_id, folder, name, size, seen_ms, replaces, attach_id, about, measured) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT i.id FROM images AS i WHERE i.uid = $8), $9, $10)";
    let words = |id: Option<ImageId>| id.map(|id| id.to_string());
    let (replaces, attach) = (words(new.replaces), words(new.attach));
    let (id, folder, at) = (new.id.to_string(), new.folder.as_str(), new.at.0);
    let (size, measured) = (new.size.unwrap_or(1), i64::from(new.size.is_some()));
    let about = new.about.clone();
    let row = args![
        id, root, folder, name, size, at, replaces, attach, about, measured
    ];
    tx.execute(text, row).await?;
    one(tx, new.id).await
}

/// A name that no file and no upload of a folder has: the one that is wished for, or one with the end of the
/// upload's id before its ending.
async fn free_name(
    tx: &mut Tx,
    root: i64,
    folder: &str,
    name: &str,
    id: UploadId,
) -> Result<String> {
    // Two at once must not get the same one.
    tx.lock_library().await?;
    let uid = id.to_string();
    let (stem, ending) = name
        .rsplit_once('.')
        .map_or((name, String::new()), |(stem, ending)| {
            (stem, format!(".{ending}"))
        });
    let text = "SELECT (SELECT COUNT(*) FROM uploads \
            WHERE root_id = $1 AND folder = $2 AND name = $3 AND done = 0 AND uid <> $4) \
         + (SELECT COUNT(*) FROM locations WHERE root_id = $1 AND folder = $2 AND name = $3)";
    // The last letters of an id are chance; all of them are it for certain.
    for letters in [0, 6, 26] {
        let name = match letters {
            0 => name.to_owned(),
            _ => format!("{stem}-{}{ending}", &uid[uid.len() - letters..]),
        };
        let taken = args![root, folder, name.as_str(), uid.as_str()];
        if tx.number(text, taken).await? == 0 {
            return Ok(name);
        }
    }
    Err(StoreError::Conflict("a name that no file has".to_owned()))
}

async fn one(tx: &mut Tx, id: UploadId) -> Result<UploadRow> {
    let text = format!("{SELECT} WHERE u.uid = $1");
    let rows = list(tx, &text, args![id.to_string()]).await?;
    rows.into_iter()
        .next()
        .ok_or(StoreError::NotFound("upload"))
}

async fn list(tx: &mut Tx, text: &str, args: Vec<Arg>) -> Result<Vec<UploadRow>> {
    let cells: Vec<Cells> = tx.list(text, args).await?;
    let mut rows: Vec<UploadRow> = cells.into_iter().map(row).collect();
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

fn row(cells: Cells) -> UploadRow {
    UploadRow {
        id: cells.id,
        root: cells.root,
        root_id: cells.root_id,
        path: cells.path,
        folder: cells.folder,
        name: cells.name,
        size: (cells.measured != 0).then(|| cells.size.cast_unsigned()),
        replaces: cells.replaces,
        seen: Timestamp(cells.seen),
        done: cells.done != 0,
        arrived: cells.image.map(|image| Arrived {
            image,
            duplicate: cells.duplicate != 0,
        }),
        attach: cells.attach,
        about: cells.about,
    }
}
