//! Giving back memory that nobody uses any more.

use std::time::Duration;

use domain::scan::ScanPhase;
use gallery::Gallery;
use tokio::runtime::Handle;

/// How often. Threads that have nothing to do end after ten seconds, and leave what they kept.
const EVERY: Duration = Duration::from_secs(15);

/// Gives back, while nothing is read or drawn, what the allocator keeps for further work. It keeps it
/// for each thread, so every thread has to do it; on the first one also what ended threads left.
pub(crate) async fn give_back(gallery: &Gallery) {
    loop {
        tokio::time::sleep(EVERY).await;
        if gallery.scans().progress().phase != ScanPhase::Idle {
            continue;
        }
        collect();
        trim();
        for _ in 0..Handle::current().metrics().num_workers() {
            tokio::spawn(async { collect() });
        }
    }
}

#[expect(unsafe_code, reason = "allocators have no other interface for it")]
fn collect() {
    // SAFETY: it only touches the allocator's own memory, from any thread at any time.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

/// The same for what SQLite's connections left: C code has the system's allocator.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "allocators have no other interface for it")]
fn trim() {
    // SAFETY: as above.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Other systems' allocators have no such call.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn trim() {}
