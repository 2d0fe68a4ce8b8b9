//! What a bulk action applies to, without lists of a hundred thousand ids.

use serde::{Deserialize, Serialize};

use crate::id::{ImageId, ResultId};

/// How many pictures one request may ask about by their ids.
pub const ASKED_LIMIT: usize = 2000;

/// A set of pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// Exactly these.
    These(Vec<ImageId>),
    /// Everything in a held result but these.
    AllBut {
        /// The held result.
        result: ResultId,
        /// The query that made it, in its canonical form: asked again when the result expired.
        query: String,
        /// Left out.
        except: Vec<ImageId>,
    },
}
