//! A server in a process of its own, and questions to it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

/// A server of its own process.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until a server says where it is.
pub(crate) fn wait_for_address(child: &mut Child) -> String {
    let said = BufReader::new(child.stdout.take().unwrap());
    let address = said.lines().map_while(Result::ok).find_map(|line| {
        let (_, rest) = line.split_once("http://")?;
        Some(rest.trim_end_matches('/').trim().to_owned())
    });
    address.expect("the server says where it is")
}

impl Program {
    /// Starts one that watches a folder.
    pub(crate) fn start(data: &Path, pictures: &Path, database: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proofsheet"));
        command
            .env("PROOFSHEET_CONFIG", "/dev/null")
            .env("PROOFSHEET_BALLAST", "0")
            .args(["serve", "--listen", "127.0.0.1:0", "--prepare=false"])
            .arg("--data-dir")
            .arg(data)
            .arg("--library")
            .arg(pictures)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        let mut child = command.spawn().unwrap();
        let address = wait_for_address(&mut child);
        Self { child, address }
    }

    /// Ends it at once, whatever it is doing.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks a server function; `None` when there is no whole answer that something was done.
    pub(crate) fn ask(address: &str, endpoint: &str, body: &Value) -> Option<Value> {
        let said = Self::post(address, endpoint, body)?;
        (said.status == 200).then(|| serde_json::from_slice(&said.body).ok())?
    }

    /// The same, where nothing but a fall of the server may keep it from being done.
    pub(crate) fn done(address: &str, endpoint: &str, body: &Value) -> Option<Value> {
        let said = Self::post(address, endpoint, body)?;
        let words = String::from_utf8_lossy(&said.body);
        assert_eq!(said.status, 200, "{endpoint} {body}: {words}");
        serde_json::from_slice(&said.body).ok()
    }

    fn post(address: &str, endpoint: &str, body: &Value) -> Option<Said> {
        let headers = [
            ("accept", "application/json"),
            ("content-type", "application/json"),
        ];
        let path = format!("/fn/{endpoint}");
        let body = body.to_string();
        Self::send(address, ("POST", &path), &headers, body.as_bytes())
    }

    /// Sends a request; `None` when there is no whole answer.
    pub(crate) fn send(
        address: &str,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Said> {
        let mut stream = TcpStream::connect(address).ok()?;
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).ok()?;
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
             sec-fetch-site: same-origin\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut said = Vec::new();
        stream.read_to_end(&mut said).ok()?;
        let end = said.windows(4).position(|four| four == b"\r\n\r\n")?;
        let body = said.split_off(end + 4);
        let head = String::from_utf8(said).ok()?;
        let said = Said {
            status: head.split(' ').nth(1)?.parse().ok()?,
            head,
            body,
        };
        // An answer that was cut off is none.
        let length = said
            .header("content-length")
            .and_then(|length| length.parse().ok());
        let whole = length.is_none_or(|length: usize| length == said.body.len());
        whole.then_some(said)
    }
}

/// An answer.
pub(crate) struct Said {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Said {
    /// What one of its headers says.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(own, _)| own.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }
}
