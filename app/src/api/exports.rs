//! Taking pictures away.

use domain::{
    export::{ExportRequest, ExportStatus},
    id::ExportId,
    selection::Selection,
};
use leptos::{prelude::*, server_fn::codec::Json};

use super::ApiError;

/// Begins an archive of a selection; it can be fetched once its status says that it is ready.
#[server(name = CreateExportRequest, prefix = "/fn", endpoint = "exports/create", input = Json)]
pub async fn create_export(request: ExportRequest) -> Result<ExportStatus, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.exports().create(request).await)
}

/// How far an archive is.
#[server(name = ExportStatusRequest, prefix = "/fn", endpoint = "exports/status", input = Json)]
pub async fn export_status(id: ExportId) -> Result<ExportStatus, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.exports().status(id).await)
}

/// Bytes of the files of a selection, before an archive of it is asked for.
#[server(name = WeighRequest, prefix = "/fn", endpoint = "exports/weigh", input = Json)]
pub async fn weigh(selection: Selection) -> Result<u64, ApiError> {
    use super::server::{answer, gallery};
    answer(gallery()?.exports().weigh(&selection).await)
}
