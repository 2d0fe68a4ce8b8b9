//! The passphrase, and who is signed in with it.

use std::net::IpAddr;

use domain::{problem::ProblemKind, time::DAY};
use gallery::{Owner, Session, SignIn, Token};
use testkit::Library;

const RIGHT: &str = "four quiet grey herons";

fn tablet() -> IpAddr {
    [192, 168, 0, 7].into()
}

async fn library() -> Library {
    Library::new(|_| {}).await
}

async fn signed_in(owner: &Owner) -> Token {
    match owner.sign_in(RIGHT, tablet(), "a tablet").await.unwrap() {
        SignIn::Welcome(token) => token,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_the_passphrase_begins_a_session() {
    let library = library().await;
    let owner = library.gallery.owner();
    assert!(!owner.is_set().await.unwrap());
    let before = owner.sign_in(RIGHT, tablet(), "").await.unwrap();
    assert_eq!(before, SignIn::NotSet);
    owner.set_passphrase(RIGHT).await.unwrap();
    assert!(owner.is_set().await.unwrap());
    for wrong in ["", "four quiet grey heron", "Four quiet grey herons"] {
        let tried = owner.sign_in(wrong, tablet(), "").await.unwrap();
        assert_eq!(tried, SignIn::Wrong, "{wrong}");
    }
    let token = signed_in(owner).await;
    assert_eq!(token.text().len(), 64);
    let known = owner.session(token.text()).await.unwrap();
    assert_eq!(known, Session::SignedIn);
    for other in ["", "x", &token.text()[1..], &"0".repeat(64)] {
        let known = owner.session(other).await.unwrap();
        assert_eq!(known, Session::None, "{other}");
    }
    let listed = owner.sessions().await.unwrap();
    assert_eq!((listed.len(), listed[0].device.as_str()), (1, "a tablet"));
    assert_ne!(listed[0].token_hash, token.text(), "the token is kept");
}

#[tokio::test]
async fn a_passphrase_that_is_too_short_or_too_long_changes_nothing() {
    let library = library().await;
    let owner = library.gallery.owner();
    owner.set_passphrase(RIGHT).await.unwrap();
    for refused in ["", "elevenchars", &"x".repeat(1025)] {
        let problem = owner.set_passphrase(refused).await.unwrap_err().problem();
        assert_eq!(problem.kind, ProblemKind::Invalid);
        assert!(problem.message.contains("Nothing was changed"), "{problem}");
    }
    signed_in(owner).await;
}

#[tokio::test]
async fn a_new_passphrase_and_signing_out_end_sessions_at_once() {
    let library = library().await;
    let owner = library.gallery.owner();
    owner.set_passphrase(RIGHT).await.unwrap();
    let (first, second) = (signed_in(owner).await, signed_in(owner).await);
    owner.sign_out(first.text()).await.unwrap();
    assert_eq!(owner.session(first.text()).await.unwrap(), Session::None);
    let other = owner.session(second.text()).await.unwrap();
    assert_eq!(other, Session::SignedIn);
    let ended = owner.set_passphrase("another one of these").await.unwrap();
    assert_eq!(ended, 1);
    assert_eq!(owner.session(second.text()).await.unwrap(), Session::None);
    let tried = owner.sign_in(RIGHT, tablet(), "").await.unwrap();
    assert_eq!(tried, SignIn::Wrong);
}

#[tokio::test]
async fn what_another_process_changes_holds_within_a_second() {
    let library = Library::new(|_| {}).await;
    let owner = library.gallery.owner();
    let mut options = gallery::Options::new(library.data());
    options.clock = library.clock.clone();
    let other = Owner::open(&options).await.unwrap();
    assert!(!owner.is_set().await.unwrap());
    other.set_passphrase(RIGHT).await.unwrap();
    library.clock.advance(1_000);
    assert!(owner.is_set().await.unwrap());
    let token = signed_in(owner).await;
    assert_eq!(
        owner.session(token.text()).await.unwrap(),
        Session::SignedIn
    );
    assert_eq!(other.end_all().await.unwrap(), 1);
    library.clock.advance(1_000);
    assert_eq!(owner.session(token.text()).await.unwrap(), Session::None);
    other.remove_passphrase().await.unwrap();
    library.clock.advance(1_000);
    assert!(!owner.is_set().await.unwrap());
    other.close().await;
}

#[tokio::test]
async fn a_session_lasts_thirty_days_after_it_was_last_used() {
    let library = library().await;
    let owner = library.gallery.owner();
    owner.set_passphrase(RIGHT).await.unwrap();
    let token = signed_in(owner).await;
    for (days, expected) in [
        (29, Session::Renewed),
        (0, Session::SignedIn),
        (29, Session::Renewed),
        (31, Session::None),
        (0, Session::None),
    ] {
        library.clock.advance(days * DAY + 2_000);
        let known = owner.session(token.text()).await.unwrap();
        assert_eq!(known, expected, "after {days} more days");
    }
    assert!(owner.sessions().await.unwrap().is_empty());
}

#[tokio::test]
async fn many_guesses_at_once_are_counted_before_they_are_looked_at() {
    let library = library().await;
    let owner = library.gallery.owner();
    owner.set_passphrase(RIGHT).await.unwrap();
    let guesses = (0..40).map(|_| owner.sign_in("a wrong passphrase", tablet(), ""));
    let outcomes = futures::future::join_all(guesses).await;
    let looked_at = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(SignIn::Wrong)));
    assert_eq!(looked_at.count(), 5);
    let refused = owner.sign_in(RIGHT, tablet(), "").await.unwrap();
    assert!(
        matches!(refused, SignIn::Wait(wait) if wait.as_secs() <= 1),
        "{refused:?}"
    );
    library.clock.advance(1_000);
    signed_in(owner).await;
}
