//! What is acknowledged is on the disk: the order of the system calls, as another program saw them.
//!
//! The server runs under `strace`. For each file that it acknowledges the trace must say in this order: the journal
//! is safe, a file of its own is made, its bytes are written, they are safe, it is moved to its place, its folder is
//! safe, the database is safe, the answer goes out.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    files::upload,
    program::{Program, wait_for_address},
};

/// Files that are sent.
const SENT: u32 = 200;

/// A system call that matters, in the order in which they returned.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Call {
    /// A file that grows was made.
    Made,
    /// Some of its bytes were written.
    Wrote,
    /// They are safe.
    Synced,
    /// It was moved into this folder.
    Moved(String),
    /// This folder is safe.
    Folder(String),
    /// The database is safe.
    Database,
    /// It was acknowledged.
    Answered,
}

/// Reads a line of `strace -f -y`; calls that had to wait come in two.
fn read(line: &str, waiting: &mut HashMap<String, String>) -> Option<Call> {
    let (thread, call) = line.split_once(' ')?;
    let call = call.trim_start();
    if let Some(begun) = call.strip_suffix("<unfinished ...>") {
        waiting.insert(thread.to_owned(), begun.to_owned());
        return None;
    }
    let whole = match call.split_once(" resumed>") {
        Some((_, rest)) => waiting.remove(thread)? + rest,
        None => call.to_owned(),
    };
    understand(&whole)
}

fn understand(call: &str) -> Option<Call> {
    if call.contains(") = -1 ") {
        return None;
    }
    let (name, rest) = call.split_once('(')?;
    let file = |text: &str| {
        let (_, path) = text.split_once('<')?;
        Some(path.split_once('>')?.0.to_owned())
    };
    let first = file(rest);
    // Not the copy of the database that is made each day, which has such a name too while it grows.
    let part = first
        .as_deref()
        .is_some_and(|path| path.contains("/incoming/"));
    Some(match name {
        "openat" if call.contains(".part\"") && call.contains("O_EXCL") => Call::Made,
        "write" | "pwrite64" | "writev" if part => Call::Wrote,
        "fdatasync" | "fsync" if part => Call::Synced,
        "renameat2" if call.contains(".part\"") => Call::Moved(file(rest.split_once(".part")?.1)?),
        "fdatasync" | "fsync" if call.contains(".db-wal>") => Call::Database,
        "fdatasync" | "fsync" => Call::Folder(first?),
        "writev" | "write" | "sendto" | "sendmsg" if call.contains("\"HTTP/1.1 201") => {
            Call::Answered
        }
        _ => return None,
    })
}

/// Where in `calls` one of them is after a place.
fn after(calls: &[Call], from: usize, wanted: impl Fn(&Call) -> bool) -> Option<usize> {
    let found = calls[from..].iter().position(wanted);
    found.map(|at| from + at)
}

/// What is wrong with the calls from one answer to the next.
fn fault(calls: &[Call]) -> Option<&'static str> {
    let Some(made) = after(calls, 0, |call| *call == Call::Made) else {
        return Some("no file was made");
    };
    if after(&calls[..made], 0, |call| *call == Call::Database).is_none() {
        return Some("the journal was not safe before the file was made");
    }
    let wrote = |call: &Call| *call == Call::Wrote;
    if after(calls, 0, wrote).is_none_or(|first| first < made) {
        return Some("nothing was written into the file");
    }
    let last = calls.iter().rposition(wrote).unwrap_or(made);
    let Some(synced) = after(calls, last, |call| *call == Call::Synced) else {
        return Some("the bytes were not safe");
    };
    let Some(moved) = after(calls, synced, |call| matches!(call, Call::Moved(_))) else {
        return Some("the file was not moved after its bytes were safe");
    };
    let Call::Moved(folder) = &calls[moved] else {
        return Some("the file was not moved");
    };
    let own = Call::Folder(folder.clone());
    let Some(folder) = after(calls, moved, |call| *call == own) else {
        return Some("the folder was not safe after the file was moved");
    };
    if after(calls, folder, |call| *call == Call::Database).is_none() {
        return Some("the database was not safe after the folder was");
    }
    None
}

#[test]
#[ignore = "needs strace; cargo xtask torture installs it and runs this"]
fn what_is_acknowledged_is_on_the_disk() {
    let data = tempfile::tempdir().unwrap();
    let trace = data.path().join("trace");
    let mut command = Command::new("strace");
    command
        .env("PROOFSHEET_CONFIG", "/dev/null")
        .env("PROOFSHEET_BALLAST", "0")
        // The server is the child, so that ending it ends both.
        .args(["-D", "-f", "-y", "-qq", "-e", "signal=none", "-e"])
        .arg("trace=openat,write,pwrite64,writev,sendto,sendmsg,fsync,fdatasync,renameat2")
        .arg("-o")
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_proofsheet"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--prepare=false",
            "--data-dir",
        ])
        .arg(data.path().join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("strace can be started");
    let address = wait_for_address(&mut child);
    let program = Program { child, address };
    for seed in 1..=SENT {
        upload(&program.address, &format!("{seed}.png"), seed, None).expect("a file is taken");
    }
    drop(program);
    check(&trace);
}

fn check(trace: &Path) {
    let mut waiting = HashMap::new();
    let text = fs::read_to_string(trace).unwrap();
    let calls: Vec<Call> = text
        .lines()
        .filter_map(|line| read(line, &mut waiting))
        .collect();
    let mut answers = calls.split(|call| *call == Call::Answered);
    let answered: Vec<&[Call]> = answers.by_ref().collect();
    assert_eq!(
        answered.len(),
        SENT as usize + 1,
        "each file is answered for"
    );
    for (number, calls) in answered.iter().take(SENT as usize).enumerate() {
        assert_eq!(fault(calls), None, "file {number}: {calls:?}");
    }
}

#[test]
fn a_trace_in_another_order_is_told() {
    let own = Call::Folder("/a".to_owned());
    let right = [
        Call::Database,
        Call::Made,
        Call::Wrote,
        Call::Synced,
        Call::Moved("/a".to_owned()),
        own,
        Call::Database,
    ];
    assert_eq!(fault(&right), None);
    // Each of them is needed, and none may come later than the next one.
    for left_out in 0..right.len() {
        let mut calls = right.to_vec();
        calls.remove(left_out);
        assert!(fault(&calls).is_some(), "without {:?}", right[left_out]);
    }
    for place in 1..right.len() {
        let mut calls = right.to_vec();
        calls.swap(place - 1, place);
        assert!(fault(&calls).is_some(), "{calls:?}");
    }
    let mut waiting = HashMap::new();
    let lines = [
        r#"1 openat(AT_FDCWD</>, "/d/incoming/x.part", O_WRONLY|O_CREAT|O_EXCL, 0644) = 26</d/incoming/x.part>"#,
        "1 fdatasync(26</d/incoming/x.part> <unfinished ...>",
        "2 fsync(13</d/proofsheet.db-wal>) = 0",
        "1 <... fdatasync resumed>) = 0",
        r#"1 renameat2(2</d/incoming>, "x.part", 3</d/o/day>, "a.png", RENAME_NOREPLACE) = 0"#,
        "1 fsync(3</d/o/day>) = -1 EIO (Input/output error)",
        r#"3 writev(25<socket:[2]>, [{iov_base="HTTP/1.1 201 Created\r\n"..., iov_len=753}], 1) = 753"#,
    ];
    let calls: Vec<Call> = lines
        .iter()
        .filter_map(|line| read(line, &mut waiting))
        .collect();
    let expected = [
        Call::Made,
        Call::Database,
        Call::Synced,
        Call::Moved("/d/o/day".to_owned()),
        Call::Answered,
    ];
    assert_eq!(calls, expected);
}
