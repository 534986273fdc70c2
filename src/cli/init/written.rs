//! `candour.toml` as `candour init` writes it: every key with what it is for, so that it can be read and
//! changed later.

use super::answers::AnswerSheet;
use std::{
    fmt::Write as _,
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Where the secrets are, from the folder of the configuration: a file each, made by the people who know
/// them.
pub(super) const CLIENT_SECRET: &str = "secrets/sign-in";
pub(super) const MAIL_PASSWORD: &str = "secrets/mail";

/// The text of the configuration.
pub(super) fn configuration(sheet: &AnswerSheet) -> String {
    let mut text = String::from(
        "# How this installation of Candour is set up, as `candour init` wrote it. Change it, then run\n\
         #   candour check-config --config candour.toml\n\
         # which names every mistake by line and key. docs/candour.example.toml and docs/SSO.md tell every key.\n\
         # No password or secret stands here: each is the only text of a file of its own (chmod 600).\n",
    );
    let line = |text: &mut String, comment: &str, key: &str, value: String| {
        // Writing to a string cannot fail.
        let comment = if comment.is_empty() { String::new() } else { format!("# {comment}\n") };
        let _ = writeln!(text, "{comment}{key} = {value}");
    };
    let of = |key: &str| quoted(sheet.get(key));
    text.push_str("\n[server]\n");
    line(
        &mut text,
        "The address and port to answer on. Other machines are answered through a proxy with TLS alone, named below.",
        "listen",
        of("server.listen"),
    );
    line(&mut text, "The address people type.", "public_url", of("server.public_url"));
    line(
        &mut text,
        "Proxies whose X-Forwarded-For is believed, such as [\"127.0.0.1\"]; [] if there is none.",
        "trusted_proxies",
        list(sheet.get("server.trusted_proxies")),
    );
    text.push_str("\n[database]\n");
    line(&mut text, "A file, enough for most schools, or a PostgreSQL server.", "url", of("database.url"));
    if !sheet.get("database.password_file").is_empty() {
        line(&mut text, "", "password_file", of("database.password_file"));
    }
    line(&mut text, "The most connections open at once, 1 to 200.", "pool", "8".to_owned());
    text.push_str("\n[mail]\n");
    line(&mut text, "", "host", of("mail.host"));
    line(&mut text, "", "port", sheet.get("mail.port").to_owned());
    line(
        &mut text,
        "\"tls\" (usually port 465), \"starttls\" (usually port 587), or \"none\" on this machine only.",
        "security",
        of("mail.security"),
    );
    if !sheet.get("mail.username").is_empty() {
        line(&mut text, "", "username", of("mail.username"));
        line(&mut text, "Its only text is the password.", "password_file", quoted(MAIL_PASSWORD));
    }
    line(&mut text, "The address e-mails come from.", "from", of("mail.from"));
    text.push_str("\n# One of these for each place people sign in.\n[[sign_in]]\n");
    sign_in(sheet, |comment, key, value| line(&mut text, comment, key, value));
    text.push_str("\n[log]\n");
    line(&mut text, "\"plain\" for people, \"json\" for a log collector.", "format", quoted("plain"));
    text
}

fn sign_in(sheet: &AnswerSheet, mut line: impl FnMut(&str, &str, String)) {
    let of = |key: &str| quoted(sheet.get(key));
    let (tenant, domain) = (sheet.get("sign_in.tenant"), sheet.get("sign_in.domain"));
    let bind = sheet.get("sign_in.bind");
    let issuer = match bind {
        "entra" => format!("https://login.microsoftonline.com/{tenant}/v2.0"),
        "google" => "https://accounts.google.com".to_owned(),
        _ => sheet.get("sign_in.issuer").to_owned(),
    };
    let scopes = match sheet.get("sign_in.scopes") {
        "" => "openid profile email",
        asked => asked,
    };
    line("What its button says.", "name", of("sign_in.name"));
    line("Exactly as the provider writes it: a final slash counts.", "issuer", quoted(&issuer));
    line("", "client_id", of("sign_in.client_id"));
    line("Its only text is the client secret.", "client_secret_file", quoted(CLIENT_SECRET));
    line("What is asked for: the scopes that bring the claims named below.", "scopes", list(scopes));
    if !sheet.get("sign_in.claims_from").is_empty() {
        line(
            "Where the provider sends those claims: \"id_token\", or \"userinfo\".",
            "claims_from",
            of("sign_in.claims_from"),
        );
    }
    line(
        "How a person of the register is known when they first sign in. People with a role always enter a \
         code.",
        "bind",
        quoted(bind),
    );
    match bind {
        "entra" => line("The tenant whose accounts are believed.", "tenant", quoted(tenant)),
        "google" => line("The domain whose accounts are believed.", "domain", quoted(domain)),
        "claim" => {
            line("The claim that holds the id from the import.", "bind_claim", of("sign_in.bind_claim"))
        }
        _ => {}
    }
    let staff = match bind {
        "google" => format!("email_domain={domain}"),
        _ => sheet.get("sign_in.staff").to_owned(),
    };
    if !staff.is_empty() {
        line("What marks staff. Without it no one is matched by itself.", "staff", quoted(&staff));
    }
    if !sheet.get("sign_in.pupils").is_empty() {
        line("What marks pupils, who are always refused.", "pupils", of("sign_in.pupils"));
    }
    if sheet.get("sign_in.add_staff") == "yes" {
        line(
            "Staff the register does not have are added at their first sign-in.",
            "add_staff",
            quoted("yes"),
        );
    }
    match bind {
        // docs/SSO.md: Entra dates its tokens five minutes back; Google never says when a password was typed.
        "entra" => line("Entra dates its tokens back.", "issued_within", "360".to_owned()),
        "google" => line(
            "Google does not say when a person last typed a password.",
            "fresh_sign_in",
            quoted("round_trip"),
        ),
        _ => {}
    }
}

/// Words as TOML writes a list of texts.
fn list(words: &str) -> String {
    let each: Vec<String> = words.split_whitespace().map(quoted).collect();
    format!("[{}]", each.join(", "))
}

/// A value as TOML writes text.
fn quoted(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Writes the configuration whole or not at all, and never over an existing one; makes the folder for the
/// secrets.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder.join("secrets"))?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o640).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A name can be linked once only: a file that is there already stays.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_was_typed_stays_text() {
        assert_eq!(quoted(r#"a "b" \ c"#), r#""a \"b\" \\ c""#);
        let line = format!("a = {}", quoted("x\"\n[server]\ny = 1 \u{7f}\u{1F600}"));
        let read: toml::Table = toml::from_str(&line).unwrap();
        assert_eq!(read["a"].as_str(), Some("x\"\n[server]\ny = 1 \u{7f}\u{1F600}"));
    }
}
