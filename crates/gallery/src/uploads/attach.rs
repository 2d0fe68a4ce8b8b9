//! A file for a picture of which only the address is known.

use domain::{id::ImageId, problem::ProblemKind, upload::Upload};

use super::{Uploads, Whose};
use crate::error::{Error, not_found};

impl Uploads<'_> {
    /// Says that a file will come for a picture of which only the address is known. The picture keeps its id and
    /// everything that was done to it.
    ///
    /// # Errors
    /// When there is no such picture, when it has a file already, and as [`Uploads::begin`].
    pub async fn attach(&self, image: ImageId, name: &str, length: u64) -> Result<Upload, Error> {
        let known = self.inner.store.record(image).await?;
        if known.ok_or_else(not_found)?.has_file {
            return Err(Error::told(
                ProblemKind::Conflict,
                "This picture has a file already. Nothing was changed; send the file without attach to make it a \
                 picture of its own.",
            ));
        }
        self.begin_for(name, Some(length), Whose::Attached(image))
            .await
    }
}
