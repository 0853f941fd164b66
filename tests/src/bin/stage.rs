//! The stage of the browser tests: a server, an SMTP sink and a small control on the loopback.
//!
//! Prints one line of JSON, `{url, setup_link, data_dir, secrets, log, mails_dir, control_url}`, and ends when
//! its standard input does. The sink drops each mail as it came into `mails_dir`.
//!
//! Control (POST, answers when it is done): `/kill` ends the server at once, `/start` starts it again over the
//! same data and port, `/stop` ends it gracefully, `/refuse/451/a@b.de` refuses the next mail to
//! an address.

use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use tests::ServerProcess;
use tests::server::Settings;
use tests::smtp::{Demands, SmtpSink};

struct Stage {
    server: Mutex<ServerProcess>,
    sink: SmtpSink,
}

fn main() {
    let dir = tempfile::Builder::new().prefix("kbs-stage-").tempdir().expect("a temporary directory");
    let mails = dir.path().join("mails");
    std::fs::create_dir(&mails).expect("a directory for mails");
    let sink = SmtpSink::demanding(Demands { copies: Some(mails.clone()), ..Demands::default() });
    let server = Settings::default().in_dir(dir.path().join("server")).mail_to(sink.port()).start();
    let control = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let line = json!({
        "url": server.url(),
        "setup_link": server.set_up_link(),
        "data_dir": server.data_dir(),
        "secrets": server.secrets_file(),
        "log": server.log_file(),
        "mails_dir": mails,
        "control_url": format!("http://{}", control.local_addr().expect("bound")),
    });
    println!("{line}");
    let stage = std::sync::Arc::new(Stage { server: Mutex::new(server), sink });
    let controlled = std::sync::Arc::clone(&stage);
    std::thread::spawn(move || {
        control.incoming().map_while(Result::ok).for_each(|stream| controlled.answer(stream))
    });
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    stage.server.lock().expect("not poisoned").kill();
}

impl Stage {
    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(&stream);
        let mut request = String::new();
        let _ = reader.read_line(&mut request);
        let mut header = String::new();
        while reader.read_line(&mut header).is_ok_and(|read| read > 2) {
            header.clear();
        }
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (status, body) = match self.act(path) {
            Some(body) => ("200 OK", body),
            None => ("404 Not Found", String::new()),
        };
        let length = body.len();
        let _ = stream.write_all(
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
                .as_bytes(),
        );
    }

    /// What there is to say of what was done.
    fn act(&self, path: &str) -> Option<String> {
        let mut server = self.server.lock().expect("not poisoned");
        match path {
            "/kill" => server.kill(),
            "/start" => server.start(),
            "/stop" => drop(server.stop()),
            "/administrator-link" => {
                server.stop();
                let link = server.administrator_link();
                server.start();
                return Some(link);
            }
            _ => {
                let (code, address) = path.strip_prefix("/refuse/")?.split_once('/')?;
                self.sink.refuse_next_to(address, code.parse().ok()?);
            }
        }
        Some(String::new())
    }
}
