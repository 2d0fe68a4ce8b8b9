//! Files with the same content.

use domain::{
    id::ImageId,
    insight::{Copied, Copies},
};

use crate::{Result, Store, sql::args};

impl Store {
    /// What several present files hold in common, as far as their content is known, with up to
    /// `limit` of those that take most bytes.
    pub async fn copies(&self, limit: u32) -> Result<Copies> {
        // Only pictures with several files, or with the content of another, are looked at closely:
        // both are told by an index alone.
        let rows: Vec<(u64, u64, u64, ImageId, String, u64, u64)> = self
            .read_once()
            .await?
            .list(
                "SELECT ROWS[page.contents, page.more, page.spare, page.example, page.name, \
                    page.files, page.bytes] \
                 FROM (SELECT COUNT(*) OVER () AS contents, \
                    CAST(SUM(held.files - 1) OVER () AS BIGINT) AS more, \
                    CAST(SUM(held.bytes) OVER () AS BIGINT) AS spare, \
                    held.example, held.name, held.files, held.bytes \
                    FROM (SELECT MIN(i.uid) AS example, MIN(l.name) AS name, COUNT(*) AS files, \
                        CAST(SUM(l.size) - MAX(l.size) AS BIGINT) AS bytes \
                        FROM (SELECT image_id FROM locations GROUP BY image_id \
                                HAVING COUNT(*) > 1 \
                            UNION SELECT id FROM images WHERE content_hash IN ( \
                                SELECT content_hash FROM images WHERE content_hash IS NOT NULL \
                                GROUP BY content_hash HAVING COUNT(*) > 1)) AS several \
                        JOIN images AS i ON i.id = several.image_id \
                        JOIN locations AS l ON l.image_id = i.id \
                        WHERE l.missing_since_ms IS NULL \
                        GROUP BY COALESCE(i.content_hash, i.uid) HAVING COUNT(*) > 1) AS held \
                    ORDER BY held.bytes DESC, held.example LIMIT $1) AS page",
                args![limit],
            )
            .await?;
        let (contents, files, bytes) = rows.first().map_or((0, 0, 0), |row| (row.0, row.1, row.2));
        let mut largest: Vec<Copied> = rows
            .into_iter()
            .map(|(_, _, _, image, name, files, bytes)| Copied {
                image,
                name,
                files,
                bytes,
            })
            .collect();
        largest.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.image.cmp(&b.image)));
        Ok(Copies {
            contents,
            files,
            bytes,
            largest,
        })
    }
}
