//! Counts the bytes that a run holds: the limit of libFuzzer looks at the whole process once a
//! second, and only at memory that was touched.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    io::Write,
    process::abort,
    sync::atomic::{AtomicUsize, Ordering},
};

/// The most bytes that one reading may hold at a time. Twenty at once have to fit a small machine.
const LIMIT: usize = 256 << 20;

static HELD: AtomicUsize = AtomicUsize::new(0);
static ALLOWED: AtomicUsize = AtomicUsize::new(usize::MAX);

#[global_allocator]
static COUNTED: Counted = Counted;

/// Does the work and ends the program when it holds more than [`LIMIT`] at any time.
pub(crate) fn bounded(work: impl FnOnce()) {
    let before = HELD.load(Ordering::Relaxed);
    ALLOWED.store(before + LIMIT, Ordering::Relaxed);
    work();
    ALLOWED.store(usize::MAX, Ordering::Relaxed);
}

struct Counted;

// SAFETY: every call goes to the system's allocator as it came; only sizes are counted.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        take(size);
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

fn take(size: usize) {
    let held = HELD.fetch_add(size, Ordering::Relaxed) + size;
    if held > ALLOWED.load(Ordering::Relaxed) {
        // What is written here must not allocate, and a panic would.
        ALLOWED.store(usize::MAX, Ordering::Relaxed);
        let _ = std::io::stderr().write_all(b"more memory than one reading may hold\n");
        abort();
    }
}
