//! A proxy on the loopback that puts other answers in the place of the server's: what a server that lies says.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

type Change = Box<dyn FnMut(&str, Vec<u8>) -> Vec<u8> + Send>;

/// The proxy. Connections are for one question each.
pub struct Proxy {
    port: u16,
    change: Arc<Mutex<Change>>,
}

impl Proxy {
    /// In front of the server on a port of the loopback; says the truth until it is told otherwise.
    ///
    /// # Panics
    /// If there is no free port.
    pub fn start(to: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let change: Arc<Mutex<Change>> = Arc::new(Mutex::new(Box::new(|_, answer| answer)));
        let shared = Arc::clone(&change);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let change = Arc::clone(&shared);
                std::thread::spawn(move || pass(stream, to, &change));
            }
        });
        Self { port, change }
    }

    /// What to type.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// From now on whole answers, header and body, are changed, each by what was asked for: the target of the request.
    ///
    /// # Panics
    /// If an earlier change panicked.
    pub fn change(&self, change: impl FnMut(&str, Vec<u8>) -> Vec<u8> + Send + 'static) {
        *self.change.lock().expect("no change panicked") = Box::new(change);
    }

    /// From now on the JSON answers of one path are changed.
    ///
    /// # Panics
    /// As [`Self::change`].
    pub fn change_json<T: Serialize + DeserializeOwned>(
        &self,
        path: &'static str,
        mut change: impl FnMut(&mut T) + Send + 'static,
    ) {
        self.change(move |target, answer| {
            let asked = target.split('?').next() == Some(path);
            if asked { with_json(&answer, &mut change) } else { answer }
        });
    }
}

/// An answer with another body.
///
/// # Panics
/// If it is no answer.
pub fn with_body(answer: &[u8], body: &[u8]) -> Vec<u8> {
    let (head, _) = parted(answer);
    let lines = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("content-length:"));
    let head: String = lines.map(|line| format!("{line}\r\n")).collect();
    [format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// Header, and body as it came.
///
/// # Panics
/// If it is no answer.
pub fn parted(answer: &[u8]) -> (String, &[u8]) {
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n").expect("an answer");
    (String::from_utf8(answer[..end].to_vec()).expect("a header"), &answer[end + 4..])
}

/// An answer with its JSON changed; what is another answer goes through as it is.
///
/// # Panics
/// If it is no answer.
pub fn with_json<T: Serialize + DeserializeOwned>(answer: &[u8], change: &mut impl FnMut(&mut T)) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice(parted(answer).1) else { return answer.to_vec() };
    change(&mut value);
    with_body(answer, &serde_json::to_vec(&value).expect("JSON"))
}

fn pass(mut client: TcpStream, to: u16, change: &Mutex<Change>) {
    let Some(request) = request(&mut client) else { return };
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", to)) else { return };
    let mut answer = Vec::new();
    if server.write_all(&request).and_then(|()| server.read_to_end(&mut answer)).is_err() {
        return;
    }
    let head = String::from_utf8_lossy(&request);
    let target = head.split(' ').nth(1).unwrap_or_default();
    let answer = (change.lock().expect("no change panicked"))(target, answer);
    let _ = client.write_all(&answer);
}

fn request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut request, mut piece) = (Vec::new(), [0; 64 * 1024]);
    loop {
        if let Some(end) = request.windows(4).position(|it| it == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let body: usize = length.map_or(Some(0), |length| length.trim().parse().ok())?;
            if request.len() >= end + 4 + body {
                return Some(request);
            }
        }
        match client.read(&mut piece) {
            Ok(read @ 1..) => request.extend_from_slice(&piece[..read]),
            _ => return None,
        }
    }
}
