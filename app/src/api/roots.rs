//! Watched folders and how far reading them is.

use domain::{
    id::RootId,
    scan::{FolderListing, Root, RootRole, ScanProblem, ScanProgress},
    time::Timestamp,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// All watched folders.
#[server(name = RootsRequest, prefix = "/fn", endpoint = "roots/roots", input = Json)]
pub async fn roots() -> Result<Vec<Root>, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().all().await)
}

/// Watches a folder that somebody chose and begins to read it; it holds what was made unless said otherwise. Its
/// files are never changed.
#[server(name = AddRootRequest, prefix = "/fn", endpoint = "roots/add", input = Json)]
pub async fn add_root(path: String, role: Option<RootRole>) -> Result<Root, ApiError> {
    use super::server::{answer, gallery};
    answer(
        gallery()?
            .roots()
            .choose(&path, role.unwrap_or_default())
            .await,
    )
}

/// Stops watching a folder. Its files stay where they are.
#[server(name = RemoveRootRequest, prefix = "/fn", endpoint = "roots/remove", input = Json)]
pub async fn remove_root(id: RootId) -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().remove(id).await)
}

/// Calls a watched folder otherwise.
#[server(name = RenameRootRequest, prefix = "/fn", endpoint = "roots/rename", input = Json)]
pub async fn rename_root(id: RootId, name: String) -> Result<(), ApiError> {
    use super::server::{ACTOR, answer, gallery};
    answer(gallery()?.roots().rename(id, &name, ACTOR).await)
}

/// Leaves a watched folder alone, or goes on with it.
#[server(name = PauseRootRequest, prefix = "/fn", endpoint = "roots/pause", input = Json)]
pub async fn pause_root(id: RootId, paused: bool) -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().pause(id, paused).await)
}

/// What the pictures of a watched folder are: what was made, or what others were made from.
#[server(name = SetRoleRequest, prefix = "/fn", endpoint = "roots/set_role", input = Json)]
pub async fn set_role(id: RootId, role: RootRole) -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().set_role(id, role).await)
}

/// Looks for new and changed files in one watched folder now.
#[server(name = RescanRequest, prefix = "/fn", endpoint = "roots/rescan", input = Json)]
pub async fn rescan(id: RootId) -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().rescan(id).await)
}

/// Follows a watched folder that was moved to another place.
#[server(name = RelocateRequest, prefix = "/fn", endpoint = "roots/relocate", input = Json)]
pub async fn relocate(id: RootId, path: String) -> Result<Root, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().relocate(id, &path).await)
}

/// Whether emptying the trash may delete the files of a folder.
#[server(name = AllowDeleteRequest, prefix = "/fn", endpoint = "roots/allow_delete", input = Json)]
pub async fn allow_delete(root: RootId, allowed: bool) -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().allow_delete(root, allowed).await)
}

/// Whether XMP files may be written beside the pictures of a folder.
#[server(name = AllowSidecarsRequest, prefix = "/fn", endpoint = "roots/allow_sidecars", input = Json)]
pub async fn allow_sidecars(root: RootId, allowed: bool) -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().allow_sidecars(root, allowed).await)
}

/// Answers a suspicious scan: `gone` believes that the files were removed, else nothing changes.
#[server(name = DecideRequest, prefix = "/fn", endpoint = "roots/decide", input = Json)]
pub async fn decide(root: RootId, gone: bool) -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().decide(root, gone).await)
}

/// A folder of the server's disk for the folder picker; the home folder when no path is given.
#[server(name = BrowseRequest, prefix = "/fn", endpoint = "roots/browse", input = Json)]
pub async fn browse(path: Option<String>) -> Result<FolderListing, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().browse(path.as_deref()).await)
}

/// Asks for a look through every watched folder, which is a job.
#[server(name = ScanNowRequest, prefix = "/fn", endpoint = "roots/scan_now", input = Json)]
pub async fn scan_now() -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.scans().start().await.map(|_| ()))
}

/// How far reading is.
#[server(name = ProgressRequest, prefix = "/fn", endpoint = "roots/progress", input = Json)]
pub async fn progress() -> Result<ScanProgress, ApiError> {
    use super::server::gallery;
    Ok(gallery()?.scans().progress())
}

/// The moment by the clock that dates what comes in from now on.
#[server(name = MomentRequest, prefix = "/fn", endpoint = "roots/moment", input = Json)]
pub async fn moment() -> Result<Timestamp, ApiError> {
    use super::server::gallery;
    Ok(gallery()?.scans().moment())
}

/// Files that could not be read, newest first, from a position: how many in all, and up to 100.
#[server(name = ProblemsRequest, prefix = "/fn", endpoint = "roots/problems", input = Json)]
pub async fn problems(offset: u64) -> Result<(u64, Vec<ScanProblem>), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.scans().problems(offset).await)
}

/// Paints the demo pictures into the data folder and watches them.
#[server(name = LoadDemoRequest, prefix = "/fn", endpoint = "roots/load_demo", input = Json)]
pub async fn load_demo() -> Result<(), ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.roots().load_demo().await)
}
