//! The processes behind a browser: its driver, started on a free port and ended when dropped, and Chromium itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

const INSTALL: &str = "install Chromium and its driver (Debian: apt install chromium chromium-driver)";

/// The driver's process, ended when dropped.
pub(super) struct Driver {
    child: Child,
    pub(super) port: u16,
}

impl Driver {
    /// Starts it on a port of its choosing, which it says on its standard output.
    pub(super) fn start() -> Self {
        let started =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = started.unwrap_or_else(|e| panic!("chromedriver did not start ({e}): {INSTALL}"));
        let mut said = BufReader::new(child.stdout.take().expect("its output was asked for"));
        let port = port(&mut said);
        // It goes on talking; nobody reading would stop it once the pipe is full.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, port }
    }

    /// Asks it to end a session, and with it the browser, and waits for the answer.
    pub(super) fn end(&self, session: &str) -> std::io::Result<()> {
        let mut line = TcpStream::connect(("127.0.0.1", self.port))?;
        line.set_read_timeout(Some(Duration::from_secs(20)))?;
        write!(line, "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        line.read(&mut [0; 64]).map(|_| ())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn port(said: &mut BufReader<ChildStdout>) -> u16 {
    for line in said.lines() {
        let line = line.expect("chromedriver speaks text");
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("chromedriver ended without naming its port")
}

pub(super) fn chromium() -> String {
    let folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("chromium was not found: {INSTALL}")).display().to_string()
}
