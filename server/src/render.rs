//! Pages are rendered on threads of their own, each from its first line to its last on one thread.
//!
//! The reactive graph behind a page is a web of small locks. When two threads work on one page, the
//! effect that waits for its data lets go of a resource (graph lock, then the resource's) while the
//! resource tells the effect that it is ready (its own lock, then the graph's): each holds what the
//! other wants, and both threads stand still for ever (`reactive_graph` 0.2.16, `clear_sources` in
//! `effect/inner.rs` against `pending_suspenses` in `arc_async_derived.rs`). On one thread these two
//! follow each other. The threads also have the deep stacks that views need, so others need none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::problem::Problem;
use futures::FutureExt;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::middleware::panicked;
use crate::problem::Refusal;

/// Most threads that render; a page takes milliseconds, and only the first of a visit is rendered.
const MOST_THREADS: usize = 4;

/// Bytes of stack: views are rendered by value, one inside the other.
const STACK: usize = 64 << 20;

/// Most bytes of one page; the largest is a tenth of this.
const MOST_PAGE: usize = 16 << 20;

/// The threads that render pages. They end when this is dropped.
#[derive(Debug)]
pub(crate) struct Renderers {
    threads: Vec<Renderer>,
    next: AtomicUsize,
}

#[derive(Debug)]
struct Renderer {
    handle: Handle,
    /// Dropped with this, which ends the thread.
    _alive: oneshot::Sender<()>,
}

impl Renderers {
    /// As many threads as the machine can use at once, within bounds.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub(crate) fn start() -> std::io::Result<Arc<Self>> {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let threads = (0..count.min(MOST_THREADS))
            .map(|_| Renderer::start())
            .collect::<Result<_, _>>()?;
        Ok(Arc::new(Self {
            threads,
            next: AtomicUsize::new(0),
        }))
    }

    /// The thread whose turn it is.
    fn next(&self) -> &Handle {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        &self.threads[turn % self.threads.len()].handle
    }
}

impl Renderer {
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (alive, ended) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("render".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                // Nothing is ever sent: the channel closes when the other end is dropped.
                let _ = runtime.block_on(ended);
            })?;
        Ok(Self {
            handle,
            _alive: alive,
        })
    }
}

/// Moves whatever renders a page to one of the threads, and takes the page back in one piece.
pub(crate) async fn render(
    State(renderers): State<Arc<Renderers>>,
    request: Request,
    next: Next,
) -> Response {
    // Leptos registers its server functions with the pages; they touch no reactive graph.
    if request.uri().path().starts_with("/fn/") {
        return next.run(request).await;
    }
    let page = std::panic::AssertUnwindSafe(whole(next, request)).catch_unwind();
    match renderers.next().spawn(page).await {
        Ok(Ok(response)) => response,
        Ok(Err(cause)) => panicked(cause),
        Err(error) => {
            tracing::error!(%error, "a page was not rendered");
            Refusal::from(Problem::internal()).into_response()
        }
    }
}

/// The answer with its whole body: whatever made it is over when this returns.
async fn whole(next: Next, request: Request) -> Response {
    let (head, body) = next.run(request).await.into_parts();
    match to_bytes(body, MOST_PAGE).await {
        Ok(body) => Response::from_parts(head, Body::from(body)),
        Err(error) => {
            tracing::error!(%error, "a page broke off");
            Refusal::from(Problem::internal()).into_response()
        }
    }
}
