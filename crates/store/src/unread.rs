//! Why recipes could not be read in full.

use domain::{id::ImageId, recipe::Notice};

use crate::{Result, Store, sql::args};

/// Most different lists of notices that are looked at, the most frequent first.
const LISTS: u32 = 2_000;

impl Store {
    /// The notices of pictures whose recipe could not be read in full: each different list of them
    /// with the number of its pictures and one of these, most frequent first.
    pub async fn unread(&self) -> Result<Vec<(Vec<Notice>, u64, ImageId)>> {
        let rows: Vec<(Option<String>, i64, ImageId)> = self
            .read()
            .await?
            .list(
                "SELECT ROWS[page.notices, page.pictures, page.example] \
                 FROM (SELECT n.notices AS notices, COUNT(*) AS pictures, MAX(i.uid) AS example \
                    FROM images AS i LEFT JOIN image_notes AS n ON n.image_id = i.id \
                    WHERE i.unparsed = 1 GROUP BY n.notices \
                    ORDER BY COUNT(*) DESC, MAX(i.uid) LIMIT $1) AS page",
                args![LISTS],
            )
            .await?;
        let mut lists = Vec::with_capacity(rows.len());
        for (notices, pictures, example) in rows {
            let notices = notices.as_deref().map(serde_json::from_str).transpose()?;
            let pictures = pictures.cast_unsigned();
            lists.push((notices.unwrap_or_default(), pictures, example));
        }
        lists.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.2.cmp(&b.2)));
        Ok(lists)
    }
}
