//! The smallest HTTP/1.1 client that can measure: one kept connection, lengths and chunks.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// A kept connection to the server.
pub(super) struct Client {
    port: u16,
    stream: BufReader<TcpStream>,
}

/// An answer and how long it took.
pub(super) struct Answer {
    /// Its status.
    pub(super) status: u16,
    /// Its body.
    pub(super) body: Vec<u8>,
    /// Until its first byte.
    pub(super) first: Duration,
    /// Until its last byte.
    pub(super) whole: Duration,
    /// Whether it says when to try again.
    pub(super) retry_after: bool,
}

impl Client {
    /// Connects to a port of this machine.
    pub(super) fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(2)))?;
        Ok(Self {
            port,
            stream: BufReader::with_capacity(256 << 10, stream),
        })
    }

    /// Fetches a page or file.
    pub(super) fn get(&mut self, path: &str) -> Result<Answer> {
        let port = self.port;
        self.ask(format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes())
    }

    /// Sends the first bytes of a file of so many, all in one request.
    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<Answer> {
        let (port, length) = (self.port, bytes.len());
        let head = format!(
            "POST /uploads HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nTus-Resumable: \
             1.0.0\r\nUpload-Length: {length}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: \
             {length}\r\n\r\n"
        );
        self.ask(&[head.as_bytes(), bytes].concat())
    }

    /// Calls a server function, whatever it answers.
    pub(super) fn post(&mut self, endpoint: &str, arguments: &Value) -> Result<Answer> {
        let (port, body) = (self.port, arguments.to_string());
        let request = format!(
            "POST /fn/{endpoint} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: \
             http://127.0.0.1:{port}\r\nContent-Type: application/json\r\nAccept: \
             application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.ask(request.as_bytes())
    }

    /// Calls a server function and reads its JSON answer.
    pub(super) fn call(&mut self, endpoint: &str, arguments: &Value) -> Result<(Value, Duration)> {
        let answer = self.post(endpoint, arguments)?;
        let text = String::from_utf8_lossy(&answer.body);
        ensure!(
            answer.status == 200,
            "{endpoint} answered {}: {text}",
            answer.status
        );
        Ok((
            serde_json::from_slice(&answer.body).context("an answer is not JSON")?,
            answer.whole,
        ))
    }

    fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let start = Instant::now();
        self.stream.get_mut().write_all(request)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let first = start.elapsed();
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.with_context(|| format!("not an HTTP answer: {line:?}"))?;
        let (mut length, mut chunked, mut retry_after) = (None, false, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = Some(value.trim().parse::<u64>()?);
            }
            retry_after |= header.starts_with("retry-after:");
            chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
        }
        let body = match length {
            _ if chunked => self.chunks()?,
            Some(length) => {
                let mut body = Vec::new();
                (&mut self.stream).take(length).read_to_end(&mut body)?;
                ensure!(body.len() as u64 == length, "the answer ended early");
                body
            }
            None => bail!("an answer without a length"),
        };
        Ok(Answer {
            status,
            body,
            first,
            whole: start.elapsed(),
            retry_after,
        })
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let length = u64::from_str_radix(line.trim(), 16)?;
            (&mut self.stream).take(length).read_to_end(&mut body)?;
            line.clear();
            self.stream.read_line(&mut line)?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
}
