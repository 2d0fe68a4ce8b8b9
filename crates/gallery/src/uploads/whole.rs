//! A file that comes in one piece, of which nobody says before how long it is.

use std::io;

use bytes::Bytes;
use domain::upload::Upload;
use futures::Stream;

use super::{MOST, Uploads, Whose, empty, finish, forget, receive, too_large};
use crate::error::Error;

impl Uploads<'_> {
    /// Takes a file in. It is a picture when this returns; of one that breaks off or is none, nothing is kept.
    ///
    /// # Errors
    /// When it is empty, larger than [`MOST`] bytes or than the room on the disk, does not come whole, or is no
    /// picture.
    pub async fn take<S>(&self, name: &str, body: S) -> Result<Upload, Error>
    where
        S: Stream<Item = Result<Bytes, io::Error>> + Send + Unpin,
    {
        let begun = self.begin_for(name, None, Whose::Own).await?;
        let id = begun.id;
        let turn = self.inner.receiver.turn(id)?;
        let incoming = self.inner.data.incoming();
        let received = receive::receive(incoming, turn, (0, MOST), body, None).await;
        let (turn, length) = match received {
            Ok(receive::Received::Part(turn, length)) if length > 0 => (turn, length),
            other => {
                forget(self.inner, id).await?;
                return Err(match other {
                    Err(error) => error,
                    Ok(receive::Received::Part(..)) => empty(),
                    // Only that much is looked at, and it may have more.
                    Ok(_) => too_large(),
                });
            }
        };
        let row = self.inner.store.measure_upload(id, length).await?;
        finish(self.inner, &turn, row).await
    }
}
