//! The example that is handed out is right, and every mistake is named by file, line and key.

use super::*;
use std::{fs, os::unix::fs::PermissionsExt};

const EXAMPLE: &str = include_str!("../../../docs/candour.example.toml");

/// A folder with the secrets the example names.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("secrets")).unwrap();
    for name in ["mail", "sign-in", "database", "empty", "open"] {
        let path = folder.path().join("secrets").join(name);
        fs::write(&path, if name == "empty" { "\n".into() } else { format!("canary-{name} +%\n") }).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(if name == "open" { 0o644 } else { 0o600 }))
            .unwrap();
    }
    folder
}

/// What is said about the example after each `(from, to)` has been put in it.
fn said(changes: &[(&str, &str)]) -> String {
    let folder = folder();
    let mut text = EXAMPLE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the example has no {from}");
        text = text.replacen(from, to, 1);
    }
    let errors = Config::parse(&folder.path().join("candour.toml"), &text).unwrap_err();
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n").replace(&folder.path().display().to_string(), "DIR")
}

fn parsed(changes: &[(&str, &str)]) -> Config {
    let folder = folder();
    let text = changes.iter().fold(EXAMPLE.to_owned(), |text, (from, to)| text.replacen(from, to, 1));
    Config::parse(&folder.path().join("candour.toml"), &text).unwrap()
}

/// Holds the words of errors to `snapshots/`.
fn golden(name: &str, words: &str) {
    insta::assert_snapshot!(name, words);
}

#[test]
fn the_example_is_right() {
    let config = parsed(&[]);
    assert_eq!(config.server.public_url.as_str(), "https://candour.school.example/");
    assert_eq!((config.mail.port, config.mail.security), (587, Security::Starttls));
    assert_eq!(config.mail.username.as_deref(), Some("candour"));
    assert_eq!(config.mail.hostname, "candour.school.example");
    let provider = config.sign_in[0].provider("https://candour.school.example/back".parse().unwrap());
    assert_eq!(provider.client_secret, "canary-sign-in +%");
    assert_eq!(config.sign_in[0].issuer, "https://login.school.example/");
    assert_eq!(config.database.pool, 8);
    assert!(matches!(config.database.url, DbUrl::Sqlite(path) if path.ends_with("candour.sqlite3")));
}

#[test]
fn a_password_reaches_postgres_and_nothing_prints_it() {
    let config = parsed(&[
        ("sqlite:candour.sqlite3", "postgres:///candour?host=/var/run/postgresql&user=candour"),
        ("# password_file = \"secrets/database\"", "password_file = \"secrets/database\""),
    ]);
    let DbUrl::Postgres(url) = &config.database.url else { panic!("not PostgreSQL") };
    let encoded: String = "canary-database +%".bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(*url, format!("postgres:///candour?host=/var/run/postgresql&user=candour&password={encoded}"));
    let printed = format!("{config:?}");
    assert!(!printed.contains("canary") && !printed.contains(&encoded), "{printed}");
    assert!(printed.contains("Secret(..)"), "{printed}");
}

#[test]
fn a_typo_names_the_key_and_the_nearest() {
    golden(
        "typos",
        &said(&[
            ("listen =", "lisen ="),
            ("[log]\n", "[logs]\n"),
            ("client_secret_file", "client_secret"),
            ("pool = 8", "pool = 8\nzebra = 1"),
        ]),
    );
}

#[test]
fn what_is_missing_is_named_with_what_was_expected() {
    golden(
        "missing",
        &said(&[
            ("pool = 8", ""),
            ("trusted_proxies = [\"127.0.0.1\"]", ""),
            ("password_file = \"secrets/mail\"", ""),
            ("scopes = [\"openid\", \"profile\", \"email\"]", ""),
            ("format = \"plain\"", ""),
        ]),
    );
}

#[test]
fn an_empty_file_names_every_table() {
    let errors = Config::parse(Path::new("candour.toml"), "").unwrap_err();
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    golden("empty", &lines.join("\n"));
}

#[test]
fn wrong_values_are_named() {
    golden(
        "values",
        &said(&[
            ("\"127.0.0.1:8080\"", "\"127.0.0.1\""),
            ("https://candour.school.example", "http://candour.school.example"),
            ("[\"127.0.0.1\"]", "[\"127.0.0.1\", \"everywhere\", 5]"),
            ("sqlite:candour.sqlite3", "mysql://db/candour"),
            ("pool = 8", "pool = 0"),
            ("port = 587", "port = \"587\""),
            ("\"starttls\"\n", "\"ssl\"\n"),
            ("Candour <candour@school.example>", "Candour"),
            ("https://login.school.example/", "login.school.example"),
            ("\"openid\", \"profile\"", "\"profile\""),
            ("format = \"plain\"", "format = \"xml\""),
        ]),
    );
}

#[test]
fn secrets_are_only_taken_from_files_that_are_closed() {
    golden(
        "secrets",
        &[
            said(&[("secrets/mail", "secrets/open")]),
            said(&[("secrets/mail", "secrets/empty")]),
            said(&[("secrets/mail", "secrets/nowhere")]),
            said(&[("secrets/sign-in", "")]),
            said(&[("sqlite:candour.sqlite3", "postgres://candour:hunter2@db/candour")]),
            said(&[("sqlite:candour.sqlite3", "postgres://candour@db/candour?password=hunter2")]),
            said(&[("# password_file = \"secrets/database\"", "password_file = \"secrets/database\"")]),
            said(&[("username = \"candour\"\n", "")]),
            said(&[("security = \"starttls\"", "security = \"none\"")]),
        ]
        .join("\n"),
    );
}

#[test]
fn a_file_that_is_not_toml_names_the_line() {
    golden(
        "malformed",
        &[
            said(&[("port = 587", "port = ")]),
            said(&[("port = 587", "port = 587\nport = 25")]),
            said(&[("[log]", "[log")]),
            said(&[("[[sign_in]]", "[sign_in]")]),
        ]
        .join("\n"),
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::read(Path::new("/nowhere/candour.toml")).unwrap_err();
    assert_eq!(
        error[0].to_string(),
        "/nowhere/candour.toml: cannot be read: No such file or directory (os error 2)"
    );
}

#[test]
fn http_is_taken_for_this_machine_alone() {
    for address in ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"] {
        parsed(&[("https://candour.school.example", address)]);
    }
    for address in
        ["http://localhost.evil.example", "http://10.0.0.1", "ftp://localhost", "https://a.example/path"]
    {
        assert!(
            said(&[("https://candour.school.example", address)]).contains("server.public_url"),
            "{address}"
        );
    }
}

#[test]
fn other_machines_are_answered_through_a_named_proxy_alone() {
    let listens = |address: &'static str| ("127.0.0.1:8080", address);
    let proxies = |list: &'static str| ("trusted_proxies = [\"127.0.0.1\"]", list);
    for address in ["127.0.0.1:8080", "127.8.8.8:80", "[::1]:8080", "[::ffff:127.0.0.1]:8080"] {
        parsed(&[listens(address), proxies("trusted_proxies = []")]);
    }
    for address in ["0.0.0.0:8795", "10.0.0.4:8795", "[::]:8795"] {
        for list in ["[]", "[\"127.0.0.1\"]", "[\"127.0.0.0/8\", \"::1\"]"] {
            let list = format!("trusted_proxies = {list}");
            let said = said(&[("127.0.0.1:8080", address), ("trusted_proxies = [\"127.0.0.1\"]", &list)]);
            assert!(said.contains(": server.trusted_proxies: names no proxy on another machine"), "{said}");
            assert!(said.contains(&format!("server.listen = \"{address}\"")), "{said}");
        }
        let named = parsed(&[listens(address), proxies("trusted_proxies = [\"10.0.0.5\"]")]);
        assert_eq!(named.server.trusted_proxies.len(), 1);
    }
}

#[test]
fn a_network_of_strangers_is_no_proxy() {
    for wide in ["0.0.0.0/0", "::/0", "10.0.0.0/7"] {
        let list = format!("trusted_proxies = [\"10.0.0.5\", \"{wide}\"]");
        let said = said(&[("trusted_proxies = [\"127.0.0.1\"]", &list)]);
        let names = said.contains("server.trusted_proxies") && said.contains(wide);
        assert!(names && said.contains("trusts strangers to say where they come from"), "{said}");
    }
    let small =
        parsed(&[("trusted_proxies = [\"127.0.0.1\"]", "trusted_proxies = [\"10.0.0.0/8\", \"fd00::/8\"]")]);
    assert_eq!(small.server.trusted_proxies.len(), 2);
}

/// The changes that make Entra the example's provider, with this issuer and this tenant.
fn entra(issuer: &str, tenant: &str) -> Vec<(&'static str, String)> {
    let bind = format!("bind = \"entra\"\ntenant = \"{tenant}\"\nstaff = \"groups=staff\"\n");
    vec![("https://login.school.example/", issuer.to_owned()), ("bind = \"code\"\n", bind)]
}

#[test]
fn entra_is_pinned_to_the_schools_own_tenant() {
    const OWN: &str = "11111111-2222-3333-4444-5555555555ab";
    let own_issuer = format!("https://login.microsoftonline.com/{OWN}/v2.0");
    let with = |issuer: &str, tenant: &str| {
        let changes = entra(issuer, tenant);
        let changes: Vec<(&str, &str)> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
        let folder = folder();
        let text = changes.iter().fold(EXAMPLE.to_owned(), |text, (from, to)| text.replacen(from, to, 1));
        let errors = Config::parse(&folder.path().join("candour.toml"), &text).err().unwrap_or_default();
        errors.into_iter().map(|error| (error.key.unwrap_or_default(), error.problem)).collect::<Vec<_>>()
    };
    assert_eq!(with(&own_issuer, OWN), []);
    assert_eq!(with(&own_issuer, &OWN.to_uppercase()), []);
    for (issuer, tenant, key, said) in [
        (own_issuer.as_str(), "common", "sign_in.tenant", "every tenant at once"),
        (&own_issuer, "Organizations", "sign_in.tenant", "every tenant at once"),
        (&own_issuer, "9188040d-6c67-4c5b-b112-36a304b66dad", "sign_in.tenant", "every tenant at once"),
        (&own_issuer, "school.onmicrosoft.com", "sign_in.tenant", "a domain is not enough"),
        (&own_issuer, "99999999-2222-3333-4444-555555555555", "sign_in.tenant", "the same id in both"),
        ("https://login.microsoftonline.com/common/v2.0", OWN, "sign_in.issuer", "your own tenant's id"),
        ("https://login.microsoftonline.us/consumers/v2.0", OWN, "sign_in.issuer", "your own tenant's id"),
    ] {
        let wrong = with(issuer, tenant);
        assert!(
            wrong.iter().any(|(at, problem)| at == key && problem.contains(said)),
            "{issuer} {tenant}: {wrong:?}"
        );
    }
    // It is refused however people are bound: at that address anybody is greeted.
    let anybody = ("https://login.school.example/", "https://login.microsoftonline.com/common/v2.0");
    assert!(said(&[anybody]).contains("sign_in.issuer: lets anyone with a Microsoft account sign in"));
}

#[test]
fn a_claim_that_people_change_themselves_binds_no_one() {
    for claim in ["email", "preferred_username", "name", "upn", "nickname", "unique_name", "UPN"] {
        let bind = format!("bind = \"claim\"\nbind_claim = \"{claim}\"\n");
        let said = said(&[("bind = \"code\"\n", &bind)]);
        assert!(
            said.contains("sign_in.bind_claim: names") && said.contains("bind = \"code\""),
            "{claim}: {said}"
        );
    }
    parsed(&[(
        "bind = \"code\"\n",
        "bind = \"claim\"\nbind_claim = \"employee_number\"\nstaff = \"groups=staff\"\n",
    )]);
}

#[test]
fn what_marks_pupils_marks_no_staff_or_governors() {
    for other in ["staff", "teaching", "governors"] {
        let marks =
            format!("bind = \"code\"\n{other} = \"groups=everybody\"\npupils = \"groups=everybody\"\n");
        let said = said(&[("bind = \"code\"\n", &marks)]);
        assert!(said.contains("sign_in.pupils: marks staff or governors as well"), "{other}: {said}");
    }
    parsed(&[(
        "bind = \"code\"\n",
        "bind = \"code\"\nstaff = \"groups=staff\"\npupils = \"groups=pupils\"\n",
    )]);
}

#[test]
fn a_mail_server_has_a_name_also_where_its_password_is_not_there_yet() {
    for host in
        ["mail host example", "mail.school.example:587", "smtp://mail.school.example", "me@school.example"]
    {
        let host = format!("\"{host}\"");
        let said = said(&[("\"mail.school.example\"", &host), ("secrets/mail", "secrets/nowhere")]);
        assert!(said.contains("mail.host: expected the name of the mail server"), "{host}: {said}");
    }
    let said = said(&[("Candour <candour@school.example>", "Candour"), ("secrets/mail", "secrets/nowhere")]);
    assert!(said.contains("mail.from: expected") && said.contains("cannot be read"), "{said}");
    for host in ["mail", "mail.school.example.", "10.0.0.25", "fe80::1"] {
        parsed(&[("\"mail.school.example\"", &format!("\"{host}\""))]);
    }
}

#[test]
fn two_ways_to_sign_in_need_two_names() {
    let second = EXAMPLE[EXAMPLE.find("[[sign_in]]").unwrap()..EXAMPLE.find("[log]").unwrap()].to_owned();
    let both = format!("{second}\n[log]");
    assert!(said(&[("[log]", &both)]).contains("sign_in.name: is the name of another one"));
    assert_eq!(parsed(&[("[log]", &both.replace("your school", "your trust"))]).sign_in.len(), 2);
}
