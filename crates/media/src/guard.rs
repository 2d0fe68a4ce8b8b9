//! Where a panic of a decoder ends.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::image::Format;

use crate::error::MediaError;

/// Runs `work` on a file of `format`; a panic inside becomes [`MediaError::Panicked`].
///
/// `work` owns whatever it builds, so nothing half made is seen afterwards.
pub(crate) fn guarded<T>(
    format: Format,
    work: impl FnOnce() -> Result<T, MediaError>,
) -> Result<T, MediaError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(MediaError::Panicked { format }))
}
