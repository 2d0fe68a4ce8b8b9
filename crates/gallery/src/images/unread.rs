//! Why recipes could not be read in full.

use std::collections::HashMap;

use domain::recipe::{Notice, Unread};

use super::Images;
use crate::error::Error;

impl Images<'_> {
    /// What stood in the way of reading recipes in full, most frequent first: for each class of node
    /// that is not understood, and for each other reason, the number of pictures and one of them.
    pub async fn unread(&self) -> Result<Vec<Unread>, Error> {
        let mut reasons: HashMap<(String, Option<String>), Unread> = HashMap::new();
        for (notices, pictures, example) in self.inner.store.unread().await? {
            let about = |notice: &&Notice| metadata::RENEWED.contains(&notice.code.as_str());
            let mut told: Vec<Notice> = notices.iter().filter(about).cloned().collect();
            if told.is_empty() {
                told.push(Notice::new("", SILENT));
            }
            for Notice {
                code,
                message,
                about,
            } in told
            {
                let reason = (code.clone(), about.clone());
                let reason = reasons.entry(reason).or_insert_with(|| Unread {
                    code,
                    about,
                    message,
                    pictures: 0,
                    example,
                });
                reason.pictures += pictures;
            }
        }
        let mut reasons: Vec<Unread> = reasons.into_values().collect();
        reasons.sort_by(|a, b| {
            let names = || (&a.about, &a.code).cmp(&(&b.about, &b.code));
            b.pictures.cmp(&a.pictures).then_with(names)
        });
        Ok(reasons)
    }
}

/// For records that are recognised and say nothing.
const SILENT: &str = "A record was recognised, but it has neither a prompt nor a sampler.";
