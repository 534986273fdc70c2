//! Which database: `sqlite:PATH` or `postgres://..`.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

/// The address of a database. Neither `Debug` nor `Display` prints a password.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// A PostgreSQL server, as libpq reads it.
    Postgres(String),
    /// A file on this machine.
    Sqlite(PathBuf),
}

/// What was given is not the address of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be sqlite:PATH, such as sqlite:/var/lib/candour/candour.db, or begin with postgres://")]
pub struct NotADatabase;

impl FromStr for DbUrl {
    type Err = NotADatabase;

    fn from_str(text: &str) -> Result<Self, NotADatabase> {
        match text.split_once(':') {
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            Some(("sqlite", path)) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                // A database in memory would be a different one on every connection, and gone at the end.
                if path.is_empty() || path.starts_with(':') {
                    Err(NotADatabase)
                } else {
                    Ok(Self::Sqlite(path.into()))
                }
            }
            _ => Err(NotADatabase),
        }
    }
}

impl fmt::Display for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => match url::Url::parse(url) {
                Ok(url) => write!(f, "postgres://{}{}", url.host_str().unwrap_or_default(), url.path()),
                Err(_) => f.write_str("postgres://"),
            },
        }
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a SQLite file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum FileMode {
    ReadOnly,
    /// Opens a file that exists, since a wrong path must not become an empty school.
    Existing,
}

/// The URI under which SQLite opens a file, whatever characters its path holds.
pub(in crate::store) fn file_uri(path: &Path, mode: FileMode) -> String {
    let mode = match mode {
        FileMode::ReadOnly => "ro",
        FileMode::Existing => "rw",
    };
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(char::from(*byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri + "?mode=" + mode
}

/// The address with a limit on the time to connect, unless it names its own.
pub(in crate::store) fn with_connect_timeout(url: &str, seconds: u32) -> String {
    if url.contains("connect_timeout=") {
        return url.to_owned();
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}connect_timeout={seconds}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        assert_eq!("sqlite:a/b.db".parse(), Ok(DbUrl::Sqlite("a/b.db".into())));
        assert_eq!("sqlite:///a/b.db".parse(), Ok(DbUrl::Sqlite("/a/b.db".into())));
        assert_eq!("postgres:///x".parse(), Ok(DbUrl::Postgres("postgres:///x".into())));
        for wrong in ["", "sqlite:", "sqlite::memory:", "mysql://x", "/a/b.db", "postgres:x"] {
            assert_eq!(wrong.parse::<DbUrl>(), Err(NotADatabase), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        let url: DbUrl = "postgres://ann:canary@host:5432/db?password=canary".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), "postgres://host/db postgres://host/db");
    }

    #[test]
    fn any_path_is_one_file() {
        assert_eq!(
            file_uri(Path::new("/a b/c?d#%.db"), FileMode::ReadOnly),
            "file:/a%20b/c%3Fd%23%25.db?mode=ro"
        );
    }
}
