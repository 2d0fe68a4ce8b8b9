//! Files that could not be read, and why: at most one entry for each path.

use std::collections::HashMap;

use domain::{scan::ScanProblem, time::Timestamp};
use serde::Serialize;

use crate::{
    Result, Store,
    rows::NewProblem,
    sql::{Tx, args, json},
};

#[derive(Serialize)]
struct ProblemBody<'a> {
    path: &'a str,
    code: &'a str,
    message: &'a str,
    at: i64,
}

impl Store {
    /// Notes problems with files of a root; a newer problem of a path replaces the older one.
    pub async fn set_problems(&self, root: i64, problems: Vec<NewProblem>) -> Result<()> {
        self.write_bulk(move |tx| Box::pin(async move { upsert(tx, root, &problems).await }))
            .await
    }

    /// Forgets the problems of these paths of a root.
    pub async fn clear_problems(&self, root: i64, paths: &[String]) -> Result<()> {
        // Each in a list of its own: `->>` takes texts out of lists on both engines.
        let paths: Vec<[&String; 1]> = paths.iter().map(|path| [path]).collect();
        let paths = json(&paths)?;
        self.write(move |tx| {
            Box::pin(async move {
                let text = "DELETE FROM scan_problems WHERE root_id = $2 \
                     AND path IN (SELECT item.value ->> 0 FROM EACH($1))";
                tx.execute(text, args![paths, root]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Part of all problems, newest first, and how many there are in all.
    pub async fn problems(&self, offset: u64, limit: u32) -> Result<(u64, Vec<ScanProblem>)> {
        let mut tx = self.read().await?;
        let total = tx
            .number("SELECT COUNT(*) FROM scan_problems", Vec::new())
            .await?;
        let mut rows: Vec<(i64, String, String, String, String)> = tx
            .list(
                "SELECT ROWS[page.at_ms, r.name, page.path, page.code, page.message] \
                 FROM (SELECT * FROM scan_problems ORDER BY at_ms DESC, root_id, path \
                    LIMIT $1 OFFSET $2) AS page \
                 JOIN roots AS r ON r.id = page.root_id",
                args![limit, offset],
            )
            .await?;
        rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (&a.1, &a.2).cmp(&(&b.1, &b.2))));
        let problems = rows.into_iter().map(|(at, root, path, code, message)| {
            let at = Timestamp(at);
            ScanProblem {
                root,
                path,
                code,
                message,
                at,
            }
        });
        Ok((total.cast_unsigned(), problems.collect()))
    }

    /// The paths of a root that have a problem, each with its code.
    pub async fn problem_paths(&self, root: i64) -> Result<Vec<(String, String)>> {
        let text = "SELECT ROWS[path, code] FROM scan_problems WHERE root_id = $1";
        let mut rows: Vec<(String, String)> =
            self.read_once().await?.list(text, args![root]).await?;
        rows.sort_unstable();
        Ok(rows)
    }
}

/// Writes problems inside a transaction.
pub(crate) async fn upsert(tx: &mut Tx, root: i64, problems: &[NewProblem]) -> Result<()> {
    // A statement may touch each row only once: the last problem of a path counts.
    let last: HashMap<&str, &NewProblem> = problems
        .iter()
        .map(|problem| (problem.path.as_str(), problem))
        .collect();
    let bodies: Vec<ProblemBody<'_>> = last
        .values()
        .map(|problem| ProblemBody {
            path: &problem.path,
            code: &problem.code,
            message: &problem.message,
            at: problem.at.0,
        })
        .collect();
    tx.execute(
        "INSERT INTO scan_problems (root_id, path, code, message, at_ms) \
         SELECT $2, item.value ->> 'path', item.value ->> 'code', item.value ->> 'message', \
            CAST(item.value ->> 'at' AS BIGINT) \
         FROM EACH($1) WHERE TRUE \
         ON CONFLICT (root_id, path) DO UPDATE SET code = excluded.code, \
            message = excluded.message, at_ms = excluded.at_ms",
        args![json(&bodies)?, root],
    )
    .await?;
    Ok(())
}
