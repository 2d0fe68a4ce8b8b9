//! A server that does nothing, which `cargo xtask bench` compares the gallery with: prints its port, and
//! ends with its input.
#![expect(clippy::print_stdout, reason = "it is there to tell its port")]

use std::{error::Error, io::Read as _};

use axum::{
    Router,
    routing::get,
    serve::{ListenerExt as _, serve},
};
use tokio::{net::TcpListener, task::spawn_blocking};

/// Letters of its answer.
const ANSWER: usize = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let router = Router::new().route("/", get(async || "x".repeat(ANSWER)));
    let end = spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        served = serve(listener, router) => served?,
        end = end => drop(end??),
    }
    Ok(())
}
