//! A ComfyUI that is there, goes away, talks nonsense, is slow, and floods: the gallery stays calm.

use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::live::{Generator, Work};
use futures::{SinkExt, StreamExt};
use server::comfyui::{self, Address, Pace};
use testkit::{Library, picture};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use crate::client::Site;

/// Nothing here takes this long.
const LOST: Duration = Duration::from_secs(30);

/// How a fake ComfyUI answers `/history`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Well,
    /// Never.
    Slow,
    /// With something that is not JSON.
    Nonsense,
    /// With more than is read.
    Huge,
    /// With a place elsewhere.
    Elsewhere,
}

/// A program that talks like ComfyUI.
struct Comfy {
    address: SocketAddr,
    say: broadcast::Sender<Message>,
    history: Arc<Mutex<String>>,
    /// How often `/history` was asked for.
    asked: Arc<AtomicUsize>,
    /// Who listens.
    listening: watch::Receiver<usize>,
    tasks: JoinSet<()>,
}

impl Comfy {
    async fn at(address: &str, manner: Manner) -> Self {
        Self::holding(address, manner, "{}").await
    }

    /// One whose history is this from the first moment.
    async fn holding(address: &str, manner: Manner, history: &str) -> Self {
        let mut listener = TcpListener::bind(address).await;
        for _ in 0..200 {
            if listener.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            listener = TcpListener::bind(address).await;
        }
        let listener = listener.unwrap();
        let address = listener.local_addr().unwrap();
        let (say, _) = broadcast::channel(1 << 16);
        let history = Arc::new(Mutex::new(history.to_owned()));
        let asked = Arc::new(AtomicUsize::new(0));
        let (listeners, listening) = watch::channel(0);
        let mut tasks = JoinSet::new();
        let (said, told, count) = (say.clone(), Arc::clone(&history), Arc::clone(&asked));
        tasks.spawn(async move {
            let mut guests = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (said, told, count) = (said.clone(), Arc::clone(&told), Arc::clone(&count));
                let listeners = listeners.clone();
                guests.spawn(async move {
                    let mut head = [0; 16];
                    let len = stream.peek(&mut head).await.unwrap_or_default();
                    if head[..len].starts_with(b"GET /ws?clientId") {
                        talk(stream, said, listeners).await;
                    } else {
                        answer(stream, &told, manner).await;
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        Self {
            address,
            say,
            history,
            asked,
            listening,
            tasks,
        }
    }

    async fn new(manner: Manner) -> Self {
        Self::at("127.0.0.1:0", manner).await
    }

    /// Waits until somebody listens.
    async fn heard(&mut self) {
        self.again(1).await;
    }

    /// Waits until somebody has come to listen so many times.
    async fn again(&mut self, times: usize) {
        let listens = self.listening.wait_for(|listeners| *listeners >= times);
        tokio::time::timeout(LOST, listens).await.unwrap().unwrap();
    }

    /// Waits until it was asked for its history so often, and has answered.
    async fn asked(&self, times: usize) {
        let asked = async {
            while self.asked.load(Ordering::Relaxed) < times {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(LOST, asked).await.unwrap();
    }

    /// What it answers from now on.
    fn tells(&self, history: &str) {
        history.clone_into(&mut self.history.lock().unwrap());
    }

    fn status(&self, left: u32) {
        let text = format!(
            r#"{{"type":"status","data":{{"status":{{"exec_info":{{"queue_remaining":{left}}}}}}}}}"#
        );
        self.say.send(Message::text(text)).unwrap();
    }

    /// Ends, connections and all; gives where it was.
    async fn away(mut self) -> String {
        self.tasks.shutdown().await;
        self.address.to_string()
    }
}

/// Says to one listener what is said to all.
async fn talk(
    stream: TcpStream,
    said: broadcast::Sender<Message>,
    listeners: watch::Sender<usize>,
) {
    let mut said = said.subscribe();
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    listeners.send_modify(|count| *count += 1);
    loop {
        tokio::select! {
            message = said.recv() => {
                let Ok(message) = message else { return };
                if socket.send(message).await.is_err() {
                    return;
                }
            }
            heard = socket.next() => if !matches!(heard, Some(Ok(_))) {
                return;
            },
        }
    }
}

async fn answer(mut stream: TcpStream, history: &Mutex<String>, manner: Manner) {
    let mut asked = vec![0; 4_096];
    let _ = stream.read(&mut asked).await;
    let body = match manner {
        Manner::Slow => return std::future::pending().await,
        Manner::Nonsense => "<html>".to_owned(),
        Manner::Huge => format!("{{\"p\":{{\"prompt\":\"{}\"}}}}", "x".repeat(33 << 20)),
        Manner::Well | Manner::Elsewhere => history.lock().unwrap().clone(),
    };
    let head = match manner {
        Manner::Elsewhere => {
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/history\r\ncontent-length: 0\r\n\r\n".to_owned()
        }
        _ => format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()),
    };
    let _ = stream.write_all(head.as_bytes()).await;
}

/// A gallery and what it knows of a ComfyUI.
struct Following {
    library: Library,
    told: watch::Receiver<Vec<Generator>>,
    stop: CancellationToken,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Following {
    async fn of(address: &str) -> Self {
        let library = Library::of_pictures(1).await;
        Self::with(library, address)
    }

    fn with(library: Library, address: &str) -> Self {
        let stop = CancellationToken::new();
        let address = Address::parse(&format!("http://{address}")).unwrap();
        let pace = Pace {
            tick: Duration::from_millis(20),
            look: Duration::from_millis(20),
            retry: Duration::from_millis(20),
            most: Duration::from_millis(200),
            patience: Duration::from_secs(2),
            silence: Duration::from_secs(2),
        };
        let told = comfyui::follow(&library.gallery, vec![address], pace, &stop);
        Self {
            library,
            told,
            stop,
        }
    }

    async fn until(&mut self, work: Option<Work>) {
        let told = self.told.wait_for(|all| all[0].work == work);
        let came = tokio::time::timeout(LOST, told).await.is_ok();
        assert!(came, "{:?}", self.told.borrow());
    }

    /// Waits until a picture is in the library that nobody scanned for.
    async fn has(&self, name: &str) {
        let came = async {
            while !self.library.names("").await.contains(&name.to_owned()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LOST, came).await.unwrap();
    }
}

fn busy(waiting: u64, step: Option<(u32, u32)>) -> Work {
    Work {
        running: true,
        waiting,
        step,
    }
}

fn prompt(id: &str, folder: &str, name: &str) -> String {
    format!(
        r#"{{"{id}":{{"prompt":[],"outputs":{{"9":{{"images":[{{"filename":"{name}","subfolder":"{folder}","type":"output"}}]}}}}}}}}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn its_queue_is_told_and_what_it_wrote_is_read_at_once() {
    let mut comfy = Comfy::new(Manner::Well).await;
    let mut following = Following::of(&comfy.address.to_string()).await;
    comfy.heard().await;
    comfy.status(4);
    following.until(Some(busy(3, None))).await;
    let step = r#"{"type":"progress","data":{"value":12,"max":30,"node":"3"}}"#;
    comfy.say.send(Message::text(step)).unwrap();
    following.until(Some(busy(3, Some((12, 30))))).await;
    // The first answer tells what had ended before.
    comfy.asked(1).await;
    following
        .library
        .write("day/new.png", &picture::a1111("a lighthouse", 2));
    comfy.tells(&prompt("p1", "day", "new.png"));
    // Nothing but ComfyUI tells of the file: nobody watches the folder.
    comfy.status(0);
    following.has("new.png").await;
    following.until(Some(Work::default())).await;
    let direct = r#"{"type":"executed","data":{"output":{"images":[{"filename":"direct.png","subfolder":"","type":"output"},{"filename":"../../etc/passwd","subfolder":"..","type":"output"}]}}}"#;
    following
        .library
        .write("direct.png", &picture::a1111("a pier", 3));
    comfy.say.send(Message::text(direct)).unwrap();
    following.has("direct.png").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_goes_away_is_asked_again_until_it_is_back() {
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let mut following = Following::of(&nobody).await;
    following.until(None).await;
    for left in [2, 3] {
        let mut comfy = Comfy::at(&nobody, Manner::Well).await;
        comfy.heard().await;
        comfy.status(left);
        following.until(Some(busy(u64::from(left) - 1, None))).await;
        comfy.away().await;
        following.until(None).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_passed_over() {
    for manner in [Manner::Nonsense, Manner::Huge, Manner::Elsewhere] {
        let mut comfy = Comfy::new(manner).await;
        let mut following = Following::of(&comfy.address.to_string()).await;
        comfy.heard().await;
        for text in [
            "",
            "{}",
            "[[[[",
            "{\"type\":\"status\",\"data\":[]}",
            "{\"type\":\"progress\"}",
        ] {
            comfy.say.send(Message::text(text)).unwrap();
        }
        comfy.say.send(Message::binary(vec![0; 1 << 20])).unwrap();
        comfy.say.send(Message::text("x".repeat(1 << 20))).unwrap();
        comfy.status(1);
        following.until(Some(busy(0, None))).await;
        assert!(
            comfy.listening.borrow().eq(&1),
            "nobody had to connect again"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_one_holds_nothing_up_and_a_silent_one_is_left() {
    let mut comfy = Comfy::new(Manner::Slow).await;
    let mut following = Following::of(&comfy.address.to_string()).await;
    comfy.heard().await;
    for left in 1..20_u32 {
        comfy.status(left);
        following.until(Some(busy(u64::from(left) - 1, None))).await;
    }
    // One that takes connections and then says nothing, not even that it is there.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut silent = Following::of(&listener.local_addr().unwrap().to_string()).await;
    let (stream, _) = listener.accept().await.unwrap();
    let mut socket = accept_async(stream).await.unwrap();
    let text = r#"{"type":"status","data":{"status":{"exec_info":{"queue_remaining":1}}}}"#;
    socket.send(Message::text(text)).await.unwrap();
    silent.until(Some(busy(0, None))).await;
    silent.until(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_read_at_our_own_pace() {
    let mut comfy = Comfy::new(Manner::Well).await;
    let mut following = Following::of(&comfy.address.to_string()).await;
    comfy.heard().await;
    for step in 0..20_000_u32 {
        let text = format!(
            r#"{{"type":"progress","data":{{"value":{},"max":30}}}}"#,
            step % 30
        );
        comfy.say.send(Message::text(text)).unwrap();
    }
    comfy.status(8);
    let before = comfy.asked.load(Ordering::Relaxed);
    following
        .until(Some(busy(7, Some((19_999 % 30, 30)))))
        .await;
    let looks = comfy.asked.load(Ordering::Relaxed) - before;
    assert!(looks < 200, "{looks} looks");
    fs::write(
        following.library.path("after.png"),
        picture::a1111("a quay", 9),
    )
    .unwrap();
    following.library.scan().await;
    following.has("after.png").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_while_it_could_not_be_reached_is_read_with_all_its_outputs() {
    let mut comfy = Comfy::new(Manner::Well).await;
    let mut following = Following::of(&comfy.address.to_string()).await;
    comfy.heard().await;
    comfy.status(2);
    following.until(Some(busy(1, None))).await;
    comfy.asked(1).await;
    // That this one is read shows that the first answer was taken in.
    following
        .library
        .write("first.png", &picture::a1111("a ford", 2));
    comfy.tells(&prompt("p1", "", "first.png"));
    comfy.status(1);
    following.has("first.png").await;
    let place = comfy.away().await;
    following.until(None).await;
    for (name, prompt) in [
        ("x/one.png", "a mill"),
        ("two.png", "a barn"),
        ("three.png", "a well"),
    ] {
        let number = u32::try_from(name.len()).unwrap();
        following
            .library
            .write(name, &picture::a1111(prompt, number));
    }
    following
        .library
        .write("kept.png", &picture::a1111("nobody tells of it", 40));
    let mut comfy = Comfy::holding(
        &place,
        Manner::Well,
        r#"{"p1":{"outputs":{}},
            "p2":{"outputs":{"9":{"images":[{"filename":"one.png","subfolder":"x","type":"output"},
                                           {"filename":"two.png","subfolder":"","type":"output"}]},
                             "12":{"images":[{"filename":"three.png","subfolder":"","type":"output"}],"text":["done"]}}}}"#,
    )
    .await;
    comfy.heard().await;
    comfy.status(0);
    for name in ["one.png", "two.png", "three.png"] {
        following.has(name).await;
    }
    assert!(
        !following
            .library
            .names("")
            .await
            .contains(&"kept.png".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_large_ends_the_connection_and_no_more() {
    let mut comfy = Comfy::new(Manner::Well).await;
    let mut following = Following::of(&comfy.address.to_string()).await;
    comfy.heard().await;
    comfy.status(1);
    following.until(Some(busy(0, None))).await;
    comfy.say.send(Message::binary(vec![0; 17 << 20])).unwrap();
    following.until(None).await;
    comfy.again(2).await;
    comfy.status(2);
    following.until(Some(busy(1, None))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_greeting_that_leads_elsewhere_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut following = Following::of(&listener.local_addr().unwrap().to_string()).await;
    let to = elsewhere.local_addr().unwrap();
    // It comes back to the address that it was given, time after time.
    for _ in 0..3 {
        let (mut stream, _) = tokio::time::timeout(LOST, listener.accept())
            .await
            .unwrap()
            .unwrap();
        let mut asked = vec![0; 4_096];
        let _ = stream.read(&mut asked).await;
        let answer =
            format!("HTTP/1.1 302 Found\r\nlocation: ws://{to}/ws\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
    following.until(None).await;
    let asked = tokio::time::timeout(Duration::ZERO, elsewhere.accept()).await;
    assert!(asked.is_err(), "nobody asked elsewhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_galleries_listen_to_one_and_stop_at_once() {
    let mut comfy = Comfy::new(Manner::Slow).await;
    let place = comfy.address.to_string();
    let mut all = [Following::of(&place).await, Following::of(&place).await];
    comfy.again(2).await;
    comfy.status(3);
    for following in &mut all {
        following.until(Some(busy(2, None))).await;
        following.stop.cancel();
        // Also while an answer is waited for.
        let ended = following.told.wait_for(|_| false);
        let ended = tokio::time::timeout(LOST, ended).await;
        assert!(ended.is_ok_and(|told| told.is_err()), "it goes on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_told() {
    let mut comfy = Comfy::new(Manner::Well).await;
    let place = comfy.address.to_string();
    let following = Following::of(&place).await;
    let site = Site::beside(Library::of_pictures(1).await, following.told.clone());
    comfy.heard().await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream
        .write_all(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    comfy.status(3);
    let name = comfy.address;
    let wanted =
        format!(r#"data: [{{"name":"{name}","work":{{"running":true,"waiting":2,"step":null}}}}]"#);
    let mut said = String::new();
    let heard = async {
        while !said.contains(&wanted) {
            let mut part = [0; 4096];
            let count = stream.read(&mut part).await.unwrap();
            assert!(count > 0, "{said}");
            said.push_str(&String::from_utf8_lossy(&part[..count]));
        }
    };
    tokio::time::timeout(LOST, heard).await.unwrap();
    assert!(said.contains("event: comfyui\n"), "{said}");
    assert!(said.contains("event: progress\n"), "{said}");
}
