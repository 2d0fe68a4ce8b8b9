//! The colour of a tag as a dot before its name.

use domain::tag::TagColour;
use leptos::prelude::*;

/// A dot; a ring for a tag without a colour. The name beside it says what it is.
pub fn tag_dot(colour: Option<TagColour>) -> impl IntoView {
    let class = match colour {
        None => "tag-dot",
        Some(TagColour::Red) => "tag-dot is-red",
        Some(TagColour::Orange) => "tag-dot is-orange",
        Some(TagColour::Yellow) => "tag-dot is-yellow",
        Some(TagColour::Green) => "tag-dot is-green",
        Some(TagColour::Blue) => "tag-dot is-blue",
        Some(TagColour::Purple) => "tag-dot is-purple",
    };
    view! { <span class=class aria-hidden="true"></span> }
}
