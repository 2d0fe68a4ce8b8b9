//! A log of executions beside a running program, and without one.

#![expect(clippy::unwrap_used, reason = "a test that cannot ask has failed")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use testkit::picture;

fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofsheet"));
    command.env("PROOFSHEET_CONFIG", "/dev/null");
    command.env("PROOFSHEET_BALLAST", "0");
    command.env("PROOFSHEET_DATA_DIR", data);
    command
}

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a page or file of the server holds.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    said
}

fn until(address: &str, path: &str, part: &str) {
    let mut said = String::new();
    for _ in 0..200 {
        said = get(address, path);
        if said.contains(part) {
            return;
        }
        thread::sleep(Duration::from_millis(150));
    }
    panic!("{path} never told {part:?}: {said}");
}

#[test]
fn a_running_server_follows_a_log_and_a_command_imports_one() {
    let folder = tempfile::tempdir().unwrap();
    let (data, pictures) = (folder.path().join("data"), folder.path().join("pictures"));
    fs::create_dir(&pictures).unwrap();
    fs::write(pictures.join("a.png"), picture::a1111("a fox", 1)).unwrap();
    let log = folder.path().join("log.csv");
    fs::write(
        &log,
        "file,persona,execution_id\na.png,Ada,e-1\nb.png,Bo,e-2\n",
    )
    .unwrap();
    let mut child = program(&data)
        .args(["serve", "--listen", "127.0.0.1:0", "--prepare=false"])
        .arg("--library")
        .arg(&pictures)
        .arg("--watch")
        .arg(&log)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let running = Running(child);
    let address = said.lines().map_while(Result::ok).find_map(|line| {
        let (_, rest) = line.split_once("http://")?;
        Some(rest.trim_end_matches('/').trim().to_owned())
    });
    let address = address.expect("the server says where it is");
    until(&address, "/exchange/pictures.json?persona=Ada", "a.png");
    until(&address, "/exchange", "1 waits for its picture");
    fs::write(pictures.join("b.png"), picture::a1111("a heron", 2)).unwrap();
    until(&address, "/exchange/pictures.json?persona=Bo", "b.png");
    // Two programs on one library are one too many.
    let import = |words: &[&str]| {
        let mut command = program(&data);
        command.arg("import").args(words).arg(&log);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), said)
    };
    assert_eq!(import(&[]), (Some(3), String::new()));
    drop(running);
    fs::write(
        &log,
        "file,persona,execution_id,mood\na.png,Cy,e-1,blue\nc.png,Bo,e-3,red\n",
    )
    .unwrap();
    let (code, said) = import(&["--dry-run", "--json"]);
    let told: Value = serde_json::from_str(&said).unwrap();
    let counts = [
        "matched",
        "unmatched",
        "personas",
        "executions",
        "parameters",
    ];
    let counts = counts.map(|name| told[name].as_u64().unwrap());
    assert_eq!((code, counts), (Some(1), [1, 1, 1, 0, 1]));
    let (_, said) = import(&[]);
    assert!(said.contains("Sets 1 persona."), "{said}");
    let (_, again) = import(&[]);
    assert!(again.contains("Everything in it is so already."), "{again}");
}
