#![allow(clippy::all, clippy::pedantic, clippy::allow_attributes, unused_variables, missing_docs)]
use domain::{id::{ExportId, ImageId, RootId}, image::ImageCard, recipe::{Notice, Recipe, RawChunk}, scan::{RootState, ScanProblem}, time::Timestamp};
use crate::{rows::*, Engine, OpenOptions, Result, Store};

impl Store {
    /// `sqlite:PATH` or `postgres://user@host/database?sslmode=require`
    pub async fn open(url: &str, options: OpenOptions) -> Result<Self> { unimplemented!() }
    pub fn engine(&self) -> Engine { unimplemented!() }
    pub async fn schema_version(&self) -> Result<i64> { unimplemented!() }
    /// Sentences about damage; empty when all is well.
    pub async fn quick_check(&self) -> Result<Vec<String>> { unimplemented!() }
    /// Removes texts and chunks that nothing refers to any more.
    pub async fn tidy(&self) -> Result<()> { unimplemented!() }
    pub async fn close(&self) { unimplemented!() }

    pub async fn setting(&self, key: &str) -> Result<Option<String>> { unimplemented!() }
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<()> { unimplemented!() }

    /// Conflict when the path is watched already.
    pub async fn add_root(&self, root: NewRoot) -> Result<RootRow> { unimplemented!() }
    pub async fn roots(&self) -> Result<Vec<RootRow>> { unimplemented!() }
    pub async fn update_root_state(&self, id: RootId, state: RootState, vanished: u64) -> Result<()> { unimplemented!() }
    pub async fn set_root_identity(&self, id: RootId, identity: RootIdentity) -> Result<()> { unimplemented!() }
    pub async fn set_root_scanned(&self, id: RootId, at: Timestamp) -> Result<()> { unimplemented!() }
    /// Number of the change.
    pub async fn remove_root(&self, id: RootId) -> Result<i64> { unimplemented!() }
    pub async fn root_counts(&self) -> Result<Vec<RootCount>> { unimplemented!() }

    /// Files of a root with location key > after, ascending; page on with the last one's key.
    pub async fn known_files(&self, root: i64, after: i64, limit: u32) -> Result<Vec<KnownFile>> { unimplemented!() }
    pub async fn record_files(&self, files: Vec<ScannedFile>) -> Result<Recorded> { unimplemented!() }
    /// Change number if any picture came back, else None.
    pub async fn touch_seen(&self, root: i64, locations: &[i64]) -> Result<Option<i64>> { unimplemented!() }
    /// Change number if any file turned missing (second scan in a row), else None.
    pub async fn mark_missing(&self, locations: &[i64], at: Timestamp) -> Result<Option<i64>> { unimplemented!() }
    /// Points the locations of `new_image` to `old_image` and removes `new_image`. Number of the change.
    pub async fn adopt(&self, new_image: i64, old_image: i64) -> Result<i64> { unimplemented!() }

    pub async fn unfinished(&self, limit: u32) -> Result<Vec<Unfinished>> { unimplemented!() }
    /// How many are unfinished.
    pub async fn waiting(&self) -> Result<u64> { unimplemented!() }
    /// Change number (placeholders changed), or None when nothing applied.
    pub async fn finish(&self, finished: Vec<Finished>) -> Result<Option<i64>> { unimplemented!() }
    /// Number of strikes now; the third marks it unreadable and writes a scan problem.
    pub async fn strike(&self, image: i64, reason: &str, at: Timestamp) -> Result<u32> { unimplemented!() }
    pub async fn images_with_hash(&self, hash: &Hash) -> Result<Vec<SameContent>> { unimplemented!() }

    pub async fn set_problems(&self, root: i64, problems: Vec<NewProblem>) -> Result<()> { unimplemented!() }
    pub async fn clear_problems(&self, root: i64, paths: &[String]) -> Result<()> { unimplemented!() }
    /// Newest first, with the total.
    pub async fn problems(&self, offset: u64, limit: u32) -> Result<(u64, Vec<ScanProblem>)> { unimplemented!() }
    /// Paths inside the root that have a problem now.
    pub async fn problem_paths(&self, root: i64) -> Result<Vec<String>> { unimplemented!() }

    /// Cards in the order asked; unknown keys are left out.
    pub async fn cards(&self, keys: &[i64]) -> Result<Vec<(i64, ImageCard)>> { unimplemented!() }
    pub async fn first_cards(&self, limit: u32) -> Result<Vec<(i64, ImageCard)>> { unimplemented!() }
    pub async fn total(&self) -> Result<u64> { unimplemented!() }
    pub async fn detail(&self, id: ImageId) -> Result<Option<DetailRow>> { unimplemented!() }
    /// Recipes in the order asked, for text files beside exported pictures.
    pub async fn recipes_of(&self, keys: &[i64]) -> Result<Vec<(i64, Recipe)>> { unimplemented!() }
    pub async fn file_of(&self, id: ImageId) -> Result<Option<FileRow>> { unimplemented!() }
    pub async fn files_of(&self, keys: &[i64]) -> Result<Vec<FileRow>> { unimplemented!() }

    pub async fn change_now(&self) -> Result<i64> { unimplemented!() }
    /// Rows with key > after, ascending.
    pub async fn index_rows(&self, after: i64, limit: u32) -> Result<Vec<FeedRow>> { unimplemented!() }
    pub async fn index_rows_of(&self, keys: &[i64]) -> Result<Vec<FeedRow>> { unimplemented!() }
    pub async fn changes_since(&self, n: i64) -> Result<Changes> { unimplemented!() }
    /// Keeps the newest `keep` records.
    pub async fn trim_log(&self, keep: u32) -> Result<()> { unimplemented!() }

    pub async fn save_export(&self, export: &ExportRow) -> Result<()> { unimplemented!() }
    pub async fn export(&self, id: ExportId) -> Result<Option<ExportRow>> { unimplemented!() }
    /// NotFound when it is gone.
    pub async fn update_export(&self, export: &ExportRow) -> Result<()> { unimplemented!() }
    pub async fn exports_before(&self, at: Timestamp) -> Result<Vec<ExportId>> { unimplemented!() }
    pub async fn remove_export(&self, id: ExportId) -> Result<()> { unimplemented!() }
}
