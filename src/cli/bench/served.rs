//! A real `candour serve` in a process of its own: how long until it answers, what a first page weighs, what
//! it holds.

use super::{NotMeasured, table};
use crate::{
    cli::console::say,
    store::{DbUrl, db::migrate},
    web::http::assets,
};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant as Stopwatch},
};

/// Longer than this and it does not start at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts it on a new database of its own, and prints what was seen.
pub fn measure(folder: &Path) -> Result<(), NotMeasured> {
    let address = free_address()?;
    let config = configured(folder, address)?;
    let start = Stopwatch::now();
    let mut server = Command::new(std::env::current_exe()?)
        .args(["serve", "--config"])
        .arg(config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let seen = first_answer(address, start, &mut server);
    let memory = table::resident(&server.id().to_string());
    server.kill()?;
    server.wait()?;
    let (after, page) = seen?;
    say!("- start of `candour serve` to its first answer: {} ms", after.as_millis())?;
    say!("- resident memory of that server: {memory}")?;
    let assets = first_assets();
    say!(
        "- first page: {:.1} KB (assets as sent, brotli: {:.1} KB; its HTML, not compressed: {:.1} KB)",
        kilobytes(assets + page),
        kilobytes(assets),
        kilobytes(page)
    )?;
    Ok(())
}

fn kilobytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1024.0
}

fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

fn configured(folder: &Path, address: SocketAddr) -> Result<std::path::PathBuf, NotMeasured> {
    let database = folder.join("served.db");
    migrate::run(&DbUrl::Sqlite(database))?;
    let secret = folder.join("secret");
    fs::write(&secret, "made for measuring, and thrown away")?;
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600))?;
    let text = format!(
        "[server]\nlisten = \"{address}\"\npublic_url = \"http://{address}\"\ntrusted_proxies = []\n\
         [database]\nurl = \"sqlite:served.db\"\npool = 4\n\
         [mail]\nhost = \"127.0.0.1\"\nport = 2525\nsecurity = \"none\"\nfrom = \"candour@school.example\"\n\
         [[sign_in]]\nname = \"your school account\"\nissuer = \"https://login.school.example/\"\n\
         client_id = \"candour\"\nclient_secret_file = \"secret\"\nscopes = [\"openid\"]\nbind = \"code\"\n\
         [log]\nformat = \"plain\"\n"
    );
    let config = folder.join("candour.toml");
    fs::write(&config, text)?;
    Ok(config)
}

/// When the sign-in page came back, and how long it is.
fn first_answer(
    address: SocketAddr,
    start: Stopwatch,
    server: &mut Child,
) -> Result<(Duration, usize), NotMeasured> {
    while start.elapsed() < PATIENCE && server.try_wait()?.is_none() {
        if let Ok(page) = asked(address) {
            return Ok((start.elapsed(), page));
        }
        std::thread::yield_now();
    }
    Err(NotMeasured::NotServed)
}

fn asked(address: SocketAddr) -> std::io::Result<usize> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /signin HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, page)) if head.starts_with("HTTP/1.1 200") => Ok(page.len()),
        Some(_) | None => Err(std::io::ErrorKind::InvalidData.into()),
    }
}

fn first_assets() -> usize {
    let wanted =
        [assets::APP_CSS, assets::APP_JS, assets::BOOT_JS, assets::ATKINSON_NEXT_WOFF2, assets::MARK_SVG];
    let small = |path| assets::find(path).map_or(0, |asset| asset.br.unwrap_or(asset.raw).len());
    wanted.into_iter().map(small).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::config::{Config, ConfigError};

    #[test]
    fn the_server_takes_its_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let config = configured(folder.path(), free_address().unwrap()).unwrap();
        let wrong = Config::read(&config).err().unwrap_or_default();
        assert_eq!(wrong.iter().map(ConfigError::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    }
}
