//! What is thought of a picture, as small signs.

use domain::judgement::{Judgement, Verdict};
use leptos::prelude::*;

use super::icon::Icon;

/// The signs of a judgement, for the eye: whoever shows them says them in words elsewhere. Nothing for a
/// picture as it came.
pub fn signs(judgement: Judgement) -> Option<impl IntoView + use<>> {
    let Judgement {
        verdict,
        rating,
        favourite,
        label,
        ..
    } = judgement;
    if verdict == Verdict::Undecided && rating == 0 && !favourite && label.is_none() {
        return None;
    }
    let verdict = match verdict {
        Verdict::Undecided => None,
        Verdict::Approved => Some(("sign-approved", "check")),
        Verdict::Rejected => Some(("sign-rejected", "close")),
    };
    Some(view! {
        <span class="signs" aria-hidden="true">
            {label.map(|label| view! { <span class=format!("sign-label is-{}", label.word())></span> })}
            {favourite.then(|| view! { <span class="sign-favourite"><Icon name="heart" /></span> })}
            {(rating > 0).then(|| view! { <span class="sign-stars">{"★".repeat(rating.into())}</span> })}
            {verdict.map(|(class, icon)| view! { <span class=class><Icon name=icon /></span> })}
        </span>
    })
}
