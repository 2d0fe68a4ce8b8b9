//! Where the open picture stands in its result.

use domain::{id::ImageId, image::ImageCard, judgement::Judgement, window::FirstPage};
use leptos::prelude::*;

use crate::state::grid::GridState;

/// The open picture's place in the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Who it is.
    pub id: ImageId,
    /// Its card, as soon as it is known.
    pub card: Option<ImageCard>,
    /// Its position, when it is in the result.
    pub position: Option<u64>,
    /// Number of pictures in the result.
    pub total: Option<u64>,
    /// The picture before it.
    pub before: Option<ImageCard>,
    /// The picture after it.
    pub after: Option<ImageCard>,
}

/// In the grid behind; `known` is its card when it was opened by its address.
pub(super) fn in_grid(grid: &GridState, id: ImageId, known: Option<ImageCard>) -> Standing {
    let position = grid.result.position(id);
    let at = |position: Option<u64>| {
        let position = position?;
        grid.result
            .windows
            .with(|windows| windows.get(position).map(|card| (**card).clone()))
    };
    Standing {
        id,
        card: at(position).filter(|card| card.id == id).or(known),
        position,
        total: grid.result.head.with(|head| head.total),
        before: at(position.and_then(|position| position.checked_sub(1))),
        after: at(position.map(|position| position + 1)),
    }
}

/// In the first page, while there is no living grid.
pub(super) fn in_first(first: &FirstPage, id: ImageId, known: Option<ImageCard>) -> Standing {
    let cards = &first.page.cards;
    let Some(index) = cards.iter().position(|card| card.id == id) else {
        return Standing {
            total: first.head.total,
            ..alone(id, known)
        };
    };
    Standing {
        id,
        card: cards.get(index).cloned().or(known),
        position: Some(first.page.offset + index as u64),
        total: first.head.total,
        before: index
            .checked_sub(1)
            .and_then(|before| cards.get(before))
            .cloned(),
        after: cards.get(index + 1).cloned(),
    }
}

/// In no result.
pub(super) fn alone(id: ImageId, card: Option<ImageCard>) -> Standing {
    Standing {
        id,
        card,
        position: None,
        total: None,
        before: None,
        after: None,
    }
}

/// Stands in where no card is known, which the stage never shows.
pub fn empty_card() -> ImageCard {
    ImageCard {
        id: ImageId(0),
        width: 0,
        height: 0,
        format: domain::image::Format::Png,
        stamp: String::new(),
        placeholder: String::new(),
        name: String::new(),
        caption: String::new(),
        date: domain::time::Timestamp(0),
        seconds: None,
        missing: false,
        address: String::new(),
        judgement: Judgement::default(),
    }
}
