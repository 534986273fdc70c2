//! `candour.toml`: how one installation is set up, read once at start and checked to the last key.
//!
//! Nothing that matters has a silent default, an unknown key is refused, and a secret is read from a file of
//! its own: the configuration itself can be shown to a colleague.

mod pin;
mod reader;
mod secret;
mod sign_in;
#[cfg(test)]
mod tests;

pub use reader::ConfigError;
pub use secret::Secret;
pub use sign_in::SignIn;

use crate::{
    mail::transport::{self, Mailer, Password, Patience, Security, SmtpConfig},
    store::DbUrl,
    web::http::callers::forwarded::Network,
};
use reader::{ConfigValue, Source, Table};
use std::{
    net::{IpAddr, SocketAddr},
    path::Path,
};
use url::{Host, Url};

/// Everything `candour.toml` says.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where Candour answers.
    pub server: Server,
    /// Where records are kept.
    pub database: Database,
    /// The server that carries e-mails.
    pub mail: SmtpConfig,
    /// The ways to sign in, one or more, in the order of the sign-in page.
    pub sign_in: Vec<SignIn>,
    /// How the log is written.
    pub log: Log,
}

/// `[server]`
#[derive(Debug, Clone)]
pub struct Server {
    /// The address and port to answer on.
    pub listen: SocketAddr,
    /// The address people type: `https`, or `http` on this machine only. No path.
    pub public_url: Url,
    /// The proxies whose forwarded headers are believed; often none.
    pub trusted_proxies: Vec<Network>,
}

/// `[database]`
#[derive(Debug, Clone)]
pub struct Database {
    /// Which database, and where; holds the password, and prints none.
    pub url: DbUrl,
    /// The most connections open at once.
    pub pool: u32,
}

/// `[log]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// How a line is written.
    pub format: LogFormat,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Plain,
    /// One JSON object a line, for a log collector.
    Json,
}

impl Config {
    /// Reads and checks a file. Errors: every mistake found, in the order of the file.
    pub fn read(path: &Path) -> Result<Self, Vec<ConfigError>> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let problem = format!("cannot be read: {error}");
            vec![ConfigError { file: path.to_owned(), line: None, key: None, problem }]
        })?;
        Self::parse(path, &text)
    }

    /// Checks the text of a file. `path` names it in errors, and relative paths in it start from its folder.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Vec<ConfigError>> {
        let source = Source::new(path, text);
        let (values, malformed) = toml::de::DeTable::parse_recoverable(text);
        if !malformed.is_empty() {
            malformed.iter().for_each(|error| source.malformed(error));
            return Err(source.finish());
        }
        let config = whole(Table::root(&source, values.get_ref()));
        let errors = source.finish();
        match config {
            Some(config) if errors.is_empty() => Ok(config),
            Some(_) | None => Err(errors),
        }
    }
}

fn whole(root: Table<'_, '_>) -> Option<Config> {
    let server = root.table("server").and_then(server);
    let database = root.table("database").and_then(database);
    let hostname = match server.as_ref().and_then(|server| server.public_url.host()) {
        Some(Host::Domain(name)) => name,
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => "localhost",
    };
    let mail = root.table("mail").and_then(|table| mail(table, hostname));
    let doors = root.tables("sign_in").and_then(sign_in::all);
    let log = root.table("log").and_then(log);
    root.finish();
    Some(Config { server: server?, database: database?, mail: mail?, sign_in: doors?, log: log? })
}

fn server(table: Table<'_, '_>) -> Option<Server> {
    const LISTEN: &str = "an address and port such as \"127.0.0.1:8080\"";
    const PUBLIC: &str = "the address people type, such as \"https://candour.school.example\"";
    const PROXIES: &str = "a list of addresses or networks such as [\"10.0.0.0/8\"], or [] if there is none";
    let listen: Option<SocketAddr> = table.text("listen", LISTEN).and_then(|setting| {
        setting.value.parse().ok().or_else(|| setting.wrong(format!("expected {LISTEN}")))
    });
    let public_url = table.text("public_url", PUBLIC).and_then(|setting| public_url(&setting, PUBLIC));
    let trusted_proxies = table
        .texts("trusted_proxies", PROXIES)
        .and_then(|setting| setting.into_iter().map(trusted_network).collect());
    let trusted_proxies = match (listen, trusted_proxies) {
        (Some(listen), Some(proxies)) => behind_tls(&table, listen, proxies),
        (_, proxies) => proxies,
    };
    table.finish();
    Some(Server { listen: listen?, public_url: public_url?, trusted_proxies: trusted_proxies? })
}

/// A proxy or a network of proxies. Strangers in it could say that they are anyone, so it must not hold most of the Internet.
fn trusted_network(setting: ConfigValue<'_, '_, String>) -> Option<Network> {
    let network: Option<Network> = setting.value.parse().ok();
    match network {
        None => setting.wrong("expected an address or a network such as \"10.0.0.0/8\""),
        Some(network) if network.is_wide_open() => setting.wrong(format!(
            "{network} trusts strangers to say where they come from. Name the proxy's own address, such as \
             \"10.0.0.5\", or a network of /8 or smaller (IPv6 on the Internet: /24)"
        )),
        Some(network) => Some(network),
    }
}

/// Candour has no TLS of its own, so other machines have to reach it through a proxy that has, and the proxy
/// has to be named.
fn behind_tls(table: &Table<'_, '_>, listen: SocketAddr, proxies: Vec<Network>) -> Option<Vec<Network>> {
    if listen.ip().to_canonical().is_loopback() || proxies.iter().any(|proxy| !proxy.is_this_machine()) {
        return Some(proxies);
    }
    table.wrong(
        "trusted_proxies",
        &format!(
            "names no proxy on another machine, and server.listen = \"{listen}\" answers other machines \
             without TLS. Name the proxy with the certificate here, such as [\"10.0.0.5\"], or, if it runs \
             on this machine, listen on 127.0.0.1"
        ),
    )
}

/// An address with `https`, or `http` if it does not leave this machine.
fn private_url(setting: &ConfigValue<'_, '_, String>, expected: &str) -> Option<Url> {
    let Ok(url) = Url::parse(&setting.value) else {
        return setting.wrong(format!("expected {expected}"));
    };
    match url.scheme() {
        "https" => Some(url),
        "http" if is_loopback(&url) => Some(url),
        "http" => setting.wrong("must start https:// because it is not an address of this machine alone"),
        _ => setting.wrong(format!("expected {expected}")),
    }
}

fn public_url(setting: &ConfigValue<'_, '_, String>, expected: &str) -> Option<Url> {
    let url = private_url(setting, expected)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if bare && url.username().is_empty() && url.password().is_none() {
        Some(url)
    } else {
        setting.wrong("must be a scheme and a name only, with nothing after the name or port")
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn database(table: Table<'_, '_>) -> Option<Database> {
    const URL: &str = "\"sqlite:PATH\" or \"postgres://USER@HOST/NAME\"";
    const PASSWORD: &str = "the path of a file that holds the password";
    let setting = table.text("url", URL);
    let password = table.optional_text("password_file", PASSWORD);
    let given = password.is_some();
    let password = password.map(|setting| secret::read(&setting));
    let url = setting.and_then(|setting| database_url(&setting, URL, given, password.flatten()));
    let pool = table.number("pool", 1..201, "a number of connections from 1 to 200");
    table.finish();
    Some(Database { url: url?, pool: pool? })
}

fn database_url(
    setting: &ConfigValue<'_, '_, String>,
    expected: &str,
    given: bool,
    password: Option<Secret>,
) -> Option<DbUrl> {
    let url = match setting.value.parse() {
        Err(_) => return setting.wrong(format!("expected {expected}")),
        Ok(DbUrl::Sqlite(_)) if given => {
            return setting.wrong("a file has no password: take password_file out");
        }
        Ok(DbUrl::Sqlite(path)) => return Some(DbUrl::Sqlite(setting.source().folder().join(path))),
        Ok(DbUrl::Postgres(address)) => Url::parse(&address),
    };
    let Ok(url) = url else { return setting.wrong(format!("expected {expected}")) };
    if url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password") {
        return setting
            .wrong("must not hold a password: put it in a file and name the file in password_file");
    }
    if url.path().len() < 2 {
        return setting.wrong(format!("names no database; expected {expected}"));
    }
    Some(DbUrl::Postgres(secret::with_password(&url, password.as_ref())))
}

fn mail(table: Table<'_, '_>, hostname: &str) -> Option<SmtpConfig> {
    const SECURITY: &str = "\"tls\", \"starttls\" or \"none\"";
    const HOST: &str = "the name of the mail server such as \"mail.school.example\", without its port";
    const FROM: &str = "a mailbox such as \"Candour <candour@school.example>\"";
    let host = table.text("host", HOST).and_then(|setting| match is_host(&setting.value) {
        true => Some(setting),
        false => setting.wrong(format!("expected {HOST}")),
    });
    let port = table.number("port", 1..65536, "a port from 1 to 65535, usually 465 or 587");
    let security = table.text("security", SECURITY).and_then(|setting| match setting.value.as_str() {
        "tls" => Some(Security::Tls),
        "starttls" => Some(Security::Starttls),
        "none" => Some(Security::None),
        _ => setting.wrong(format!("expected {SECURITY}")),
    });
    let username = table.optional_text("username", "the name to sign in with");
    let password = table.optional_text("password_file", "the path of a file that holds the password");
    let account = match (username, password) {
        (None, None) => Some((None, None)),
        (Some(name), Some(file)) => secret::read(&file)
            .map(|password| (Some(name.value), Some(Password::new(password.expose().to_owned())))),
        (Some(name), None) => {
            name.wrong("needs password_file as well; leave both out if the server asks for neither")
        }
        (None, Some(file)) => {
            file.wrong("needs username as well; leave both out if the server asks for neither")
        }
    };
    let from = table.text("from", FROM);
    let is_complete = account.is_some();
    let complete = || {
        // A password that is not there yet hides no mistake in anything else.
        let (host, from, (username, password)) = (host?.value, from?.value, account.unwrap_or_default());
        let (hostname, patience) = (hostname.to_owned(), Patience::default());
        Some(SmtpConfig {
            host,
            port: port?,
            security: security?,
            username,
            password,
            from,
            hostname,
            patience,
        })
    };
    let checked = complete().and_then(|config| match Mailer::new(config.clone()) {
        Ok(_) => Some(config),
        Err(transport::ConfigError::NotPrivate) => table.wrong(
            "security",
            "\"none\" is only for a mail server on this machine; expected \"tls\" or \"starttls\"",
        ),
        Err(transport::ConfigError::From) => table.wrong("from", &format!("expected {FROM}")),
        Err(transport::ConfigError::Host) => table.wrong("host", "TLS cannot be set up for this name"),
        // Both are settled above; they are reported all the same, should the mailer come to see them
        // otherwise.
        Err(other @ (transport::ConfigError::HalfSignIn | transport::ConfigError::Hostname)) => {
            table.wrong("host", &other.to_string())
        }
    });
    table.finish();
    checked.filter(|_| is_complete)
}

/// A name or an address of a machine, as far as the text alone can tell.
fn is_host(typed: &str) -> bool {
    typed.parse::<IpAddr>().is_ok() || Host::parse(typed).is_ok_and(|_| !typed.contains(['[', ']', '%']))
}

fn log(table: Table<'_, '_>) -> Option<Log> {
    const FORMAT: &str = "\"plain\" or \"json\"";
    let format = table.text("format", FORMAT).and_then(|setting| match setting.value.as_str() {
        "plain" => Some(LogFormat::Plain),
        "json" => Some(LogFormat::Json),
        _ => setting.wrong(format!("expected {FORMAT}")),
    });
    table.finish();
    Some(Log { format: format? })
}
