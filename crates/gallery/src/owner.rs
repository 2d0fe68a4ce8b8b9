//! The owner of the gallery: one passphrase, and the browsers that are signed in with it.
//!
//! The passphrase is kept as an argon2id hash in the database's settings, and a session as the hash
//! of a random token: both are the same for every process of a gallery, and neither lets anybody in
//! who reads them. What one process believes of them it asks again after a second, so that a
//! passphrase that the command line changes holds for a running server too.

mod patience;

use std::{
    collections::HashMap,
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use domain::{
    problem::ProblemKind,
    time::{DAY, Timestamp},
};
use store::{Store, rows::SessionRow};
use tokio::sync::Semaphore;

use self::patience::Patience;
use crate::{Clock, Gallery, Options, error::Error, files};

/// Fewest characters of a passphrase. Guessing is slow (see `patience`), so four words are plenty.
const FEWEST: usize = 12;

/// Most bytes of a passphrase; nobody types more.
const MOST: usize = 1024;

/// Milliseconds after which a session ends that nobody used.
const FORGOTTEN: i64 = 30 * DAY;

/// Milliseconds for which the database is not asked again whether something still holds.
const BELIEVED: i64 = 1_000;

/// How many passphrases are hashed at once; each takes 19 MiB.
const AT_ONCE: usize = 2;

/// Most characters that are kept of what a browser says it is.
const MOST_DEVICE: usize = 200;

/// What proves that a browser is signed in: 256 random bits as 64 hexadecimal digits. Known to that
/// browser alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Its text, for the cookie.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token")
    }
}

/// How trying a passphrase went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// It was right, and a session has begun.
    Welcome(Token),
    /// It was not right.
    Wrong,
    /// Too many were not right: it was not looked at, and the next may be tried after this time.
    Wait(Duration),
    /// No passphrase is set, so there is none to be right.
    NotSet,
}

/// What is known of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// It is no session, or one that has ended.
    None,
    /// It is signed in.
    SignedIn,
    /// It is signed in, and its 30 days begin anew, which its browser has to be told.
    Renewed,
}

/// The owner's passphrase and sessions. Cloning is cheap and gives the same ones.
#[derive(Clone)]
pub struct Owner {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Clock,
    believed: Mutex<Believed>,
    patience: Mutex<Patience>,
    hashing: Semaphore,
}

/// What the database said lately, and when.
#[derive(Default)]
struct Believed {
    set: Option<(bool, Timestamp)>,
    /// Sessions that hold, by the hash of their token.
    sessions: HashMap<String, Timestamp>,
}

impl Gallery {
    /// The passphrase, and who is signed in with it.
    pub fn owner(&self) -> &Owner {
        &self.inner.owner
    }
}

/// The database of the gallery with these options, which may be open in another process meanwhile, unless that is
/// of another version.
pub(crate) async fn open_beside(options: &Options) -> Result<Store, Error> {
    // Held while the database opens. Who does not get it leaves the schema as it is: whoever has
    // it knows that schema.
    let folder = match files::DataFolder::open(&options.data_dir) {
        Ok(folder) => Some(folder),
        Err(Error::Told(_)) => None,
        Err(error) => return Err(error),
    };
    let open = store::OpenOptions {
        connections: Some(1),
        schema_version: folder.is_none().then_some(0),
        on_full: None,
    };
    let store = Store::open(&options.database(), open).await?;
    if store.schema_version().await? < store::newest_schema() {
        store.close().await;
        return Err(Error::told(
            ProblemKind::Conflict,
            "An older Proofsheet works with this data right now. Nothing was changed; stop it, \
             then try again.",
        ));
    }
    Ok(store)
}

impl Owner {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                clock,
                believed: Mutex::default(),
                patience: Mutex::default(),
                hashing: Semaphore::new(AT_ONCE),
            }),
        }
    }

    /// The owner of the gallery with these options, without opening all of it. It may be open in
    /// another process meanwhile, unless that is of another version.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        let store = open_beside(options).await?;
        Ok(Self::new(store, options.clock.clone()))
    }

    /// Whether a passphrase is set, so that one has to sign in.
    pub async fn is_set(&self) -> Result<bool, Error> {
        let now = self.inner.clock.now();
        if let Some((set, at)) = self.believed().set
            && is_fresh(at, now)
        {
            return Ok(set);
        }
        let set = self.inner.store.passphrase().await?.is_some();
        self.believed().set = Some((set, now));
        Ok(set)
    }

    /// Sets the passphrase and ends every session. Tells how many those were.
    ///
    /// # Errors
    /// When it is too short or too long; nothing was changed then.
    pub async fn set_passphrase(&self, passphrase: &str) -> Result<u64, Error> {
        if passphrase.chars().count() < FEWEST || passphrase.len() > MOST {
            return Err(Error::told(
                ProblemKind::Invalid,
                format!(
                    "A passphrase has at least {FEWEST} characters and at most {MOST} bytes. \
                     Nothing was changed; four or five words are easy to remember and hard to guess."
                ),
            ));
        }
        let passphrase = passphrase.to_owned();
        let hash = self.hashing(move || hash(&passphrase)).await??;
        self.change(Some(&hash)).await
    }

    /// Takes the passphrase away, so that nobody has to sign in, and ends every session.
    pub async fn remove_passphrase(&self) -> Result<u64, Error> {
        self.change(None).await
    }

    async fn change(&self, hash: Option<&str>) -> Result<u64, Error> {
        let ended = self.inner.store.set_passphrase(hash).await?;
        *self.believed() = Believed::default();
        Ok(ended)
    }

    /// Tries a passphrase that came from an address, and begins a session when it is the right one.
    /// `device` is what the browser says it is.
    pub async fn sign_in(
        &self,
        passphrase: &str,
        from: IpAddr,
        device: &str,
    ) -> Result<SignIn, Error> {
        let Some(right) = self.inner.store.passphrase().await? else {
            return Ok(SignIn::NotSet);
        };
        // Counted before it is looked at, so that many at once are counted too.
        let now = self.inner.clock.now();
        if let Err(wait) = self.patience().begin(from, now) {
            return Ok(SignIn::Wait(wait));
        }
        let (tried, kept) = (passphrase.to_owned(), right.clone());
        if tried.len() > MOST || !self.hashing(move || is_right(&tried, &kept)).await? {
            tracing::warn!(%from, "somebody tried a wrong passphrase");
            return Ok(SignIn::Wrong);
        }
        self.patience().succeed(from);
        let token = Clock::random().map(|bits| hexadecimal(&bits))?;
        let session = SessionRow {
            token_hash: token_hash(&token),
            began: now,
            seen: now,
            device: device.chars().take(MOST_DEVICE).collect(),
            address: from.to_string(),
        };
        let begun = self.inner.store.begin_session(&session, &right).await?;
        Ok(if begun {
            tracing::info!(%from, "somebody signed in");
            SignIn::Welcome(Token(token))
        } else {
            // It was changed in this very moment.
            SignIn::Wrong
        })
    }

    /// What is known of the token that a browser sent.
    pub async fn session(&self, token: &str) -> Result<Session, Error> {
        let hash = token_hash(token);
        let now = self.inner.clock.now();
        let known = self.believed().sessions.get(&hash).copied();
        if known.is_some_and(|at| is_fresh(at, now)) {
            return Ok(Session::SignedIn);
        }
        let Some(row) = self.inner.store.session(&hash).await? else {
            self.believed().sessions.remove(&hash);
            return Ok(Session::None);
        };
        let rested = now.0 - row.seen.0;
        if rested > FORGOTTEN {
            self.end(&hash).await?;
            return Ok(Session::None);
        }
        {
            let mut believed = self.believed();
            believed.sessions.retain(|_, at| is_fresh(*at, now));
            believed.sessions.insert(hash.clone(), now);
        }
        if rested < DAY {
            return Ok(Session::SignedIn);
        }
        self.inner.store.see_session(&hash, now).await?;
        Ok(Session::Renewed)
    }

    /// Whether the session of a token still holds, without using it.
    pub async fn holds(&self, token: &str) -> Result<bool, Error> {
        let kept = self.inner.store.session(&token_hash(token)).await?;
        Ok(kept.is_some())
    }

    /// Ends the session of a token; nothing happens when it is none.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        self.end(&token_hash(token)).await
    }

    async fn end(&self, hash: &str) -> Result<(), Error> {
        self.inner.store.end_session(hash).await?;
        self.believed().sessions.remove(hash);
        Ok(())
    }

    /// Everybody who is signed in, the one that was seen last first.
    pub async fn sessions(&self) -> Result<Vec<SessionRow>, Error> {
        self.forget().await?;
        Ok(self.inner.store.sessions().await?)
    }

    /// Ends every session and tells how many those were.
    pub async fn end_all(&self) -> Result<u64, Error> {
        let ended = self
            .inner
            .store
            .end_sessions_before(Timestamp(i64::MAX))
            .await?;
        self.believed().sessions.clear();
        Ok(ended)
    }

    /// Ends the sessions that nobody used for 30 days.
    async fn forget(&self) -> Result<u64, Error> {
        let before = Timestamp(self.inner.clock.now().0 - FORGOTTEN);
        Ok(self.inner.store.end_sessions_before(before).await?)
    }

    /// Closes the database of an owner that was opened without a gallery.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }

    /// Does what takes time on a thread where it may, when it is its turn.
    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = self.inner.hashing.acquire().await;
        let turn = turn.map_err(|_| Error::Worker)?;
        let done = tokio::task::spawn_blocking(work).await;
        drop(turn);
        done.map_err(|_| Error::Worker)
    }

    fn believed(&self) -> MutexGuard<'_, Believed> {
        // A map that was being changed is a map.
        let believed = self.inner.believed.lock();
        believed.unwrap_or_else(PoisonError::into_inner)
    }

    fn patience(&self) -> MutexGuard<'_, Patience> {
        let patience = self.inner.patience.lock();
        patience.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends forgotten sessions in the background.
pub(crate) fn start(inner: &Arc<crate::Inner>) {
    let owner = inner.owner.clone();
    tokio::spawn(async move {
        if let Err(error) = owner.forget().await {
            tracing::error!(error = %error.chain(), "forgotten sessions could not be ended");
        }
    });
}

/// A clock that was set back makes nothing fresh for ever.
fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    (0..BELIEVED).contains(&(now.0 - at.0))
}

/// The hash that is kept of a passphrase: argon2id with 19 MiB, two passes and one lane (OWASP's
/// smallest), and a random salt.
fn hash(passphrase: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(passphrase.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| {
        tracing::error!(%error, "a passphrase could not be hashed");
        Error::Worker
    })
}

/// Compares in constant time. A hash that cannot be read lets nobody in.
fn is_right(tried: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        let right = Argon2::default().verify_password(tried.as_bytes(), &hash);
        right.is_ok()
    })
}

fn token_hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

fn hexadecimal(bits: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*bits).to_hex().to_string()
}
