//! Giving back memory that nobody uses any more.

use std::{ffi::c_long, time::Duration};

use domain::scan::ScanPhase;
use gallery::Gallery;
use tokio::runtime::Handle;

/// How often. Threads that have nothing to do end after ten seconds, and leave what they kept.
const EVERY: Duration = Duration::from_secs(15);

/// How long the allocator keeps memory that was freed before it gives that back by itself, in
/// milliseconds, while nothing is read. Each question to a million pictures needs some megabytes for a
/// moment, and to get them anew costs a fifth of its time: the system clears every page.
const KEPT: c_long = 1000;

/// The same while files are read or drawn, which is also what the allocator does by default. What
/// they needed would add up to a hundred megabytes in a second.
const KEPT_AT_WORK: c_long = 10;

/// `mi_option_purge_delay` of mimalloc 2, which its bindings leave out; it counts from
/// `mi_option_eager_commit_delay`, its neighbour in the list.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = libmimalloc_sys::mi_option_eager_commit_delay + 1;

#[expect(unsafe_code, reason = "allocators have no other interface for it")]
fn keep_for(milliseconds: c_long) {
    // SAFETY: it only sets a number of the allocator, at any time.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, milliseconds) }
}

/// Gives back, while nothing is read or drawn, what the allocator keeps for further work. It keeps it
/// for each thread, so every thread has to do it; on the first one also what ended threads left.
pub(crate) async fn give_back(gallery: &Gallery) {
    loop {
        tokio::time::sleep(EVERY).await;
        if gallery.scans().progress().phase != ScanPhase::Idle {
            keep_for(KEPT_AT_WORK);
            continue;
        }
        keep_for(KEPT);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_is_the_one_that_is_meant() {
        // Only this option has ten as its default.
        #[expect(unsafe_code, reason = "allocators have no other interface for it")]
        // SAFETY: as above.
        let option = || unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        assert_eq!(option(), KEPT_AT_WORK);
        keep_for(KEPT);
        assert_eq!(option(), KEPT);
    }
}
