//! Pictures as the grid, the lightbox and the file server ask for them.

use std::collections::HashMap;

use domain::{
    id::ImageId,
    image::{Format, ImageCard},
    overlay::{Part, date_text, parse_date},
    record::name_of,
    text::excerpt,
    time::Timestamp,
};
use serde::Deserialize;

use crate::{
    Result, Store,
    edits::{self, edited_value},
    finish,
    judge::{judgement, judgement_code},
    recipes, records,
    rows::{CompressedChunk, DetailRow, FileRow},
    sql::{Tx, args, json},
};

/// Longest caption in characters.
const CAPTION: usize = 160;

/// A card, in the order of `select_cards!`.
#[derive(Deserialize)]
struct CardRow {
    key: i64,
    id: ImageId,
    width: u32,
    height: u32,
    format: String,
    stamp: String,
    placeholder: String,
    /// The name of its file behind a digit, which is 0 when the file is there.
    file: Option<String>,
    /// Where it lies, if somebody told.
    address: Option<String>,
    prompt: Option<String>,
    date: i64,
    edited_date: Option<String>,
    seconds: Option<f64>,
    judgement: i64,
}

/// The columns of a card. A picture is where its first file is that is there, else where its first
/// is that is gone. What is asked of that file is one value, so that it is looked for once.
macro_rules! select_cards {
    ($images:literal, $filter:literal) => {
        concat!(
            "SELECT ROWS[i.id, i.uid, i.width, i.height, i.format, i.stamp, i.placeholder, ",
            "(SELECT CASE WHEN b.missing_since_ms IS NULL THEN '0' ELSE '1' END || b.name ",
            "FROM locations AS b WHERE b.image_id = i.id ",
            "ORDER BY CASE WHEN b.missing_since_ms IS NULL THEN 0 ELSE 1 END, b.id LIMIT 1), x.url, ",
            "substr(COALESCE(",
            edited_value!("prompt"),
            ", t.body, NULLIF(x.refined, ''), NULLIF(x.original, '')), 1, 400), i.date_ms, ",
            edited_value!("date"),
            ", i.seconds, COALESCE(",
            judgement_code!("j"),
            ", 0)] FROM ",
            $images,
            " AS i LEFT JOIN texts AS t ON t.id = i.positive_id ",
            "LEFT JOIN judgements AS j ON j.image_id = i.id ",
            "LEFT JOIN records AS x ON x.image_id = i.id ",
            $filter,
        )
    };
}

/// A file, in the order of [`SELECT_FILES`].
#[derive(Deserialize)]
struct FileCells {
    image: i64,
    id: ImageId,
    root_path: String,
    root_name: String,
    folder: String,
    name: String,
    size: i64,
    stamp: String,
    format: String,
    width: u32,
    height: u32,
    date: i64,
    edited_date: Option<String>,
    content_hash: Option<String>,
    crc32: Option<u32>,
    missing: i64,
    added: i64,
    modified: i64,
    state: i64,
}

/// What is told of a picture's file with all the rest of it.
struct Place {
    root_name: String,
    folder: String,
    size: i64,
    date: i64,
    content_hash: Option<String>,
    added: i64,
    modified: i64,
    state: i64,
}

impl From<FileCells> for Place {
    fn from(cells: FileCells) -> Self {
        Self {
            root_name: cells.root_name,
            folder: cells.folder,
            size: cells.size,
            date: cells.date,
            content_hash: cells.content_hash,
            added: cells.added,
            modified: cells.modified,
            state: cells.state,
        }
    }
}

/// Where the bytes of pictures are, by the same rule as for cards.
const SELECT_FILES: &str = concat!(
    "\
    SELECT ROWS[i.id, i.uid, r.path, r.name, l.folder, l.name, l.size, i.stamp, i.format, \
        i.width, i.height, i.date_ms, ",
    edited_value!("date"),
    ", i.content_hash, i.crc32, \
        CASE WHEN l.missing_since_ms IS NULL THEN 0 ELSE 1 END, i.added_ms, i.modified_ms, \
        i.state] \
    FROM images AS i JOIN locations AS l ON l.id = (SELECT b.id FROM locations AS b \
        WHERE b.image_id = i.id ORDER BY CASE WHEN b.missing_since_ms IS NULL THEN 0 \
        ELSE 1 END, b.id LIMIT 1) \
    JOIN roots AS r ON r.id = l.root_id \
    WHERE i.id IN KEYS($1)"
);

impl Store {
    /// Cards of pictures in the order asked for; unknown keys are left out.
    pub async fn cards(&self, keys: &[i64]) -> Result<Vec<(i64, ImageCard)>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        cards(&mut self.read_once().await?, keys).await
    }

    /// The newest pictures by `date` and then id, without reference images: the first page while the index still
    /// loads.
    pub async fn first_cards(&self, limit: u32) -> Result<Vec<(i64, ImageCard)>> {
        // A value for each picture: for an EXISTS PostgreSQL would read all locations first.
        let text = select_cards!(
            "(SELECT * FROM images AS p \
             WHERE COALESCE((SELECT j.hidden + j.trashed_ms FROM judgements AS j \
                    WHERE j.image_id = p.id), 0) = 0 \
             AND COALESCE((SELECT MIN(CASE WHEN r.role = 'input' THEN 1 ELSE 0 END) \
                    FROM locations AS b JOIN roots AS r ON r.id = b.root_id \
                    WHERE b.image_id = p.id), 0) = 0 \
             ORDER BY date_ms DESC, uid DESC LIMIT $1)",
            ""
        );
        let rows: Vec<CardRow> = self.read_once().await?.list(text, args![limit]).await?;
        let mut cards: Vec<(i64, ImageCard)> = rows.into_iter().map(card).collect();
        cards.sort_unstable_by_key(|(_, card)| std::cmp::Reverse((card.date, card.id)));
        Ok(cards)
    }

    /// Number of pictures in the library, also of those whose files are gone for now.
    pub async fn total(&self) -> Result<u64> {
        let text = "SELECT COUNT(*) FROM images";
        Ok(self
            .read_once()
            .await?
            .number(text, Vec::new())
            .await?
            .cast_unsigned())
    }

    /// Everything that is kept of one picture.
    pub async fn detail(&self, id: ImageId) -> Result<Option<DetailRow>> {
        let mut tx = self.read().await?;
        let key = key_of(&mut tx, id).await?;
        let Some((key, card)) = cards(&mut tx, &[key]).await?.pop() else {
            return Ok(None);
        };
        let record = records::of(&mut tx, &json(&[key])?).await?.remove(&key);
        let file = match file_cells(&mut tx, &[key]).await?.pop() {
            Some(cells) => cells.into(),
            None if record.is_some() => without_file(&mut tx, key).await?,
            None => return Ok(None),
        };
        let (mut recipe, notices) = recipes::read(&mut tx, &[key])
            .await?
            .remove(&key)
            .unwrap_or_default();
        if let Some(record) = &record {
            records::fill(&mut recipe, record);
        }
        let mut edited = edits::lay_over(&mut tx, key, &mut recipe).await?;
        for one in edited.iter_mut().filter(|one| one.part == Part::Date) {
            one.parsed = date_text(Timestamp(file.date));
        }
        let chunks: Vec<(String, String, String, Vec<u8>)> = tx
            .rows(
                "SELECT c.place, c.keyword, c.hash, r.bytes \
                 FROM image_chunks AS c JOIN raw_chunks AS r ON r.hash = c.hash \
                 WHERE c.image_id = $1 ORDER BY c.ordinal",
                args![key],
            )
            .await?;
        let chunks = chunks.into_iter().map(|(place, keyword, hash, bytes)| {
            let hash = finish::parse_hash(&hash).unwrap_or_default();
            CompressedChunk {
                place,
                key: keyword,
                hash,
                bytes,
            }
        });
        Ok(Some(DetailRow {
            image: key,
            card,
            recipe,
            edited,
            notices,
            added: Timestamp(file.added),
            modified: Timestamp(file.modified),
            unreadable: file.state == 2,
            content_hash: file.content_hash.as_deref().and_then(finish::parse_hash),
            bytes: file.size.cast_unsigned(),
            root: file.root_name,
            folder: file.folder,
            chunks: chunks.collect(),
            record,
        }))
    }

    /// Where a picture's bytes are.
    pub async fn file_of(&self, id: ImageId) -> Result<Option<FileRow>> {
        let mut tx = self.read().await?;
        let key = key_of(&mut tx, id).await?;
        Ok(file_cells(&mut tx, &[key]).await?.pop().map(file))
    }

    /// Where the bytes of pictures are, in the order asked for; unknown keys are left out.
    pub async fn files_of(&self, keys: &[i64]) -> Result<Vec<FileRow>> {
        let found = file_cells(&mut self.read_once().await?, keys).await?;
        let mut found: HashMap<i64, FileCells> = found
            .into_iter()
            .map(|cells| (cells.image, cells))
            .collect();
        Ok(keys
            .iter()
            .filter_map(|key| Some(file(found.remove(key)?)))
            .collect())
    }
}

/// The key of a picture; 0, which no picture has, when there is none.
async fn key_of(tx: &mut Tx, id: ImageId) -> Result<i64> {
    tx.number(
        "SELECT id FROM images WHERE uid = $1",
        args![id.to_string()],
    )
    .await
}

async fn cards(tx: &mut Tx, keys: &[i64]) -> Result<Vec<(i64, ImageCard)>> {
    let text = select_cards!("images", "WHERE i.id IN KEYS($1)");
    let rows: Vec<CardRow> = tx.list(text, args![json(keys)?]).await?;
    let mut found: HashMap<i64, ImageCard> = rows.into_iter().map(card).collect();
    Ok(keys
        .iter()
        .filter_map(|key| Some((*key, found.remove(key)?)))
        .collect())
}

fn card(row: CardRow) -> (i64, ImageCard) {
    let elsewhere = if row.file.is_none() {
        row.address
    } else {
        None
    };
    let file = row.file.unwrap_or_default();
    let (missing, name) = match (file.strip_prefix('0'), &elsewhere) {
        (Some(name), _) => (false, name.to_owned()),
        (None, Some(address)) => (false, name_of(address).to_owned()),
        // A picture without a file is no longer missing one; it is about to go.
        (None, None) => (file.starts_with('1'), file.chars().skip(1).collect()),
    };
    let prompt = row.prompt.as_deref().map(|prompt| excerpt(prompt, CAPTION));
    let caption = prompt
        .filter(|prompt| !prompt.is_empty())
        .unwrap_or_else(|| name.clone());
    let card = ImageCard {
        id: row.id,
        width: row.width,
        height: row.height,
        format: format(&row.format),
        stamp: row.stamp,
        placeholder: row.placeholder,
        name,
        caption,
        date: dated(row.date, row.edited_date.as_deref()),
        seconds: row.seconds.map(|seconds| seconds.round() as u32),
        missing,
        address: elsewhere.unwrap_or_default(),
        judgement: judgement(row.judgement),
    };
    (row.key, card)
}

/// The date that somebody set, else the file's.
fn dated(date: i64, edited: Option<&str>) -> Timestamp {
    edited.and_then(parse_date).unwrap_or(Timestamp(date))
}

/// A stored format; one that only a newer program knows is served as the most common one.
pub(crate) fn format(word: &str) -> Format {
    Format::from_word(word).unwrap_or(Format::Png)
}

/// The same of a picture of which only the address is known.
async fn without_file(tx: &mut Tx, key: i64) -> Result<Place> {
    let text = "SELECT date_ms, added_ms, state FROM images WHERE id = $1";
    let row: Option<(i64, i64, i64)> = tx.row(text, args![key]).await?;
    let (date, added, state) = row.unwrap_or_default();
    Ok(Place {
        root_name: String::new(),
        folder: String::new(),
        size: 0,
        date,
        content_hash: None,
        added,
        // Nothing was written that could have changed.
        modified: 0,
        state,
    })
}

async fn file_cells(tx: &mut Tx, keys: &[i64]) -> Result<Vec<FileCells>> {
    tx.list(SELECT_FILES, args![json(keys)?]).await
}

fn file(cells: FileCells) -> FileRow {
    FileRow {
        image: cells.image,
        id: cells.id,
        root_path: cells.root_path,
        root_name: cells.root_name,
        folder: cells.folder,
        name: cells.name,
        size: cells.size.cast_unsigned(),
        stamp: cells.stamp,
        format: format(&cells.format),
        width: cells.width,
        height: cells.height,
        date: dated(cells.date, cells.edited_date.as_deref()),
        content_hash: cells.content_hash.as_deref().and_then(finish::parse_hash),
        crc32: cells.crc32,
        missing: cells.missing != 0,
    }
}
