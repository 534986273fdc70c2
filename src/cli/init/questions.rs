//! What `candour init` and `candour school add` ask, one line each: the key in an answers file, the question
//! as it is asked, the usual answer, and how an answer is read.

use super::answers::AnswerSheet;
use crate::{
    domain::{
        entry::{
            first_sign_in::Mark,
            founding::{EmailAddress, ShortName, one_line},
        },
        kernel::clock::Nation,
        school::settings::Phone,
    },
    web::http::callers::forwarded::Network,
};
use Usual::{Follows, LeftOut, Needed, This};
use chrono::NaiveTime;
use std::net::SocketAddr;
use url::Url;

/// One question.
pub(in crate::cli) struct Question {
    /// Its key in an answers file.
    pub(in crate::cli) key: &'static str,
    /// As it is asked.
    pub(in crate::cli) words: &'static str,
    /// What no answer means.
    pub(in crate::cli) usual: Usual,
    /// Reads an answer, or says what was expected.
    pub(in crate::cli) read: fn(&str) -> Result<String, &'static str>,
    /// Whether it is asked, after what was answered before.
    pub(in crate::cli) when: fn(&AnswerSheet) -> bool,
}

/// What no answer to a question means.
#[derive(Clone, Copy)]
pub(in crate::cli) enum Usual {
    /// Nothing: there has to be one.
    Needed,
    /// That there is none.
    LeftOut,
    /// This answer.
    This(&'static str),
    /// An answer that follows from those before.
    Follows(fn(&AnswerSheet) -> String),
}

const fn ask(
    key: &'static str,
    words: &'static str,
    usual: Usual,
    read: fn(&str) -> Result<String, &'static str>,
) -> Question {
    Question { key, words, usual, read, when: |_| true }
}

impl Question {
    /// The usual answer, after what was answered before; an empty one if it may be left out.
    pub(in crate::cli) fn usual_after(&self, sheet: &AnswerSheet) -> Option<String> {
        match self.usual {
            Usual::Needed => None,
            Usual::LeftOut => Some(String::new()),
            Usual::This(usual) => Some(usual.to_owned()),
            Usual::Follows(usual) => Some(usual(sheet)),
        }
    }

    const fn when(self, when: fn(&AnswerSheet) -> bool) -> Self {
        Self { when, ..self }
    }
}

/// About the installation: they make `candour.toml`.
pub(in crate::cli) const INSTALLATION: &[Question] = &[
    ask("server.public_url", "Which address will people type?", Needed, address),
    ask("server.listen", "On which address and port does Candour answer?", This("127.0.0.1:8080"), listen),
    ask(
        "server.trusted_proxies",
        "Which proxies with TLS stand in front, by address or network?",
        Needed,
        proxies,
    )
    .when(|sheet| !is_this_machine(sheet.get("server.listen"))),
    ask("database.url", "Which database?", This("sqlite:candour.sqlite3"), some),
    ask("database.password_file", "Which file holds the database's password, if it has one?", LeftOut, any)
        .when(|sheet| sheet.get("database.url").starts_with("postgres")),
    ask("mail.host", "What is the mail server called?", Needed, some),
    ask("mail.port", "Its port?", This("587"), port),
    ask("mail.security", "\"tls\", \"starttls\", or \"none\" on this machine?", This("starttls"), security),
    ask("mail.username", "The name to sign in there, if it asks for one?", LeftOut, any),
    ask("mail.from", "Which address do e-mails come from?", Needed, some),
    ask("sign_in.name", "What does the button to sign in say?", This("your school account"), some),
    ask(
        "sign_in.bind",
        "How is a person known who first signs in: \"entra\", \"google\", \"claim\" or \"code\"?",
        Needed,
        bind,
    ),
    ask("sign_in.tenant", "The tenant's id, as Entra shows it under Overview?", Needed, some)
        .when(|sheet| sheet.get("sign_in.bind") == "entra"),
    ask("sign_in.domain", "The school's Google Workspace domain?", Needed, some)
        .when(|sheet| sheet.get("sign_in.bind") == "google"),
    ask("sign_in.issuer", "The provider's issuer, letter for letter?", Needed, address).when(any_provider),
    ask("sign_in.bind_claim", "The claim that holds the id from the import?", Needed, some)
        .when(|sheet| sheet.get("sign_in.bind") == "claim"),
    ask("sign_in.client_id", "The name the provider gave Candour?", Needed, some),
    ask("sign_in.staff", "Which claim marks staff, as groups=staff?", Needed, mark)
        .when(|sheet| matches!(sheet.get("sign_in.bind"), "entra" | "claim")),
    ask("sign_in.pupils", "Which claim marks pupils, if one does?", LeftOut, mark_or_nothing),
    // Asked after the claims: the person who answers knows by then which they are, and the usual answer
    // follows from them.
    ask(
        "sign_in.scopes",
        "Which scopes to ask the provider for, so that it sends these claims?",
        Follows(scopes),
        scopes_with_openid,
    )
    .when(any_provider),
    ask(
        "sign_in.claims_from",
        "Where does it send them: in the \"id_token\", or only from \"userinfo\"?",
        This("id_token"),
        claims_from,
    )
    .when(decides_by_claims),
    ask(
        "sign_in.add_staff",
        "Are staff added at their first sign-in, \"yes\" or \"no\"?",
        This("no"),
        yes_no,
    )
    .when(|sheet| sheet.get("sign_in.bind") != "code"),
];

/// About a school.
pub(in crate::cli) const SCHOOL: &[Question] = &[
    ask("school.name", "What is the school called?", Needed, line),
    ask("school.short_name", "A short name for command lines, such as upton?", Needed, short_name),
    ask(
        "school.nation",
        "Where is it: \"england\", \"wales\", \"scotland\" or \"northern_ireland\"?",
        This("england"),
        nation,
    ),
    ask("school.opens", "When does the school day begin?", This("08:30"), time),
    ask("school.closes", "When does it end?", This("15:30"), time),
    ask("school.duty_phone", "Which number reaches the safeguarding lead on call?", Needed, phone),
    ask("school.out_of_hours_phone", "And when the school is closed?", LeftOut, phone_or_nothing),
    ask("school.lado_phone", "The number of the local authority designated officer (LADO)?", Needed, phone),
    ask("administrator.name", "Who will administer Candour?", Needed, line),
    ask("administrator.email", "Their e-mail address?", Needed, email),
    ask("head.name", "Who is the headteacher?", Needed, line),
    ask("head.email", "Their e-mail address?", Needed, email),
    ask("chair.name", "Who is the chair of governors?", Needed, line),
    ask("chair.email", "Their e-mail address?", Needed, email),
];

fn any_provider(sheet: &AnswerSheet) -> bool {
    matches!(sheet.get("sign_in.bind"), "claim" | "code")
}

/// Whether a claim decides something at a provider of which nothing is known beforehand: Entra and Google
/// are.
fn decides_by_claims(sheet: &AnswerSheet) -> bool {
    any_provider(sheet)
        && ["sign_in.bind_claim", "sign_in.staff", "sign_in.pupils"]
            .iter()
            .any(|key| !sheet.get(key).is_empty())
}

/// Scopes by the name of the claim they bring, by a custom many providers share. Only the people who run the
/// provider know which scope brings any other claim.
const NAMED_AS_THEIR_CLAIM: [&str; 2] = ["groups", "roles"];

fn scopes(sheet: &AnswerSheet) -> String {
    let marks = ["sign_in.staff", "sign_in.pupils"].map(|key| Mark::parse(sheet.get(key)));
    let is_needed = |scope: &&str| marks.iter().flatten().any(|mark| mark.claim == **scope);
    let more = NAMED_AS_THEIR_CLAIM.into_iter().filter(is_needed);
    ["openid", "profile", "email"].into_iter().chain(more).collect::<Vec<_>>().join(" ")
}

type Read = Result<String, &'static str>;

fn any(typed: &str) -> Read {
    Ok(typed.trim().to_owned())
}

fn some(typed: &str) -> Read {
    if typed.trim().is_empty() { Err("expected an answer") } else { any(typed) }
}

fn line(typed: &str) -> Read {
    one_line(typed).map(|line| line.as_str().to_owned()).map_err(|_| "expected 1 to 300 characters")
}

fn address(typed: &str) -> Read {
    let typed = some(typed)?;
    let is_one =
        Url::parse(&typed).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    is_one.then_some(typed).ok_or("expected an address that starts https://")
}

fn listen(typed: &str) -> Read {
    let read = typed.trim().parse::<SocketAddr>();
    read.map(|address| address.to_string()).map_err(|_| "expected an address and port such as 127.0.0.1:8080")
}

fn is_this_machine(listen: &str) -> bool {
    listen.parse::<SocketAddr>().is_ok_and(|address| address.ip().to_canonical().is_loopback())
}

fn proxies(typed: &str) -> Read {
    let each: Vec<&str> = typed.split([',', ' ']).filter(|one| !one.is_empty()).collect();
    let is_network = |one: &&str| one.parse::<Network>().is_ok_and(|network| !network.is_wide_open());
    let are_networks = !each.is_empty() && each.iter().all(is_network);
    if are_networks {
        Ok(each.join(" "))
    } else {
        Err("expected the proxies' own addresses, or networks of /8 or smaller, such as 10.0.0.5 10.1.0.0/16")
    }
}

fn port(typed: &str) -> Read {
    let number = typed.trim().parse::<u16>().ok().filter(|port| *port > 0);
    number.map(|port| port.to_string()).ok_or("expected a port from 1 to 65535")
}

fn one_of(typed: &str, known: &[&str], expected: &'static str) -> Read {
    let typed = typed.trim().to_lowercase();
    if known.contains(&typed.as_str()) { Ok(typed) } else { Err(expected) }
}

fn security(typed: &str) -> Read {
    one_of(typed, &["tls", "starttls", "none"], "expected tls, starttls or none")
}

fn bind(typed: &str) -> Read {
    one_of(typed, &["entra", "google", "claim", "code"], "expected entra, google, claim or code")
}

fn scopes_with_openid(typed: &str) -> Read {
    let has_it = typed.split_whitespace().any(|scope| scope == "openid");
    if has_it {
        any(typed)
    } else {
        Err("expected scopes with openid among them, such as openid profile email groups")
    }
}

fn claims_from(typed: &str) -> Read {
    one_of(typed, &["id_token", "userinfo"], "expected id_token or userinfo")
}

fn yes_no(typed: &str) -> Read {
    one_of(typed, &["yes", "no"], "expected yes or no")
}

fn nation(typed: &str) -> Read {
    let read = Nation::parse(&typed.trim().to_lowercase().replace(' ', "_"));
    read.map(|nation| nation.as_str().to_owned())
        .map_err(|_| "expected england, wales, scotland or northern_ireland")
}

fn mark(typed: &str) -> Read {
    Mark::parse(typed).ok_or("expected a claim and its value such as groups=staff")?;
    any(typed)
}

fn mark_or_nothing(typed: &str) -> Read {
    if typed.trim().is_empty() { Ok(String::new()) } else { mark(typed) }
}

fn time(typed: &str) -> Read {
    let read = NaiveTime::parse_from_str(typed.trim(), "%H:%M");
    read.map(|time| time.format("%H:%M").to_string()).map_err(|_| "expected a time such as 08:30")
}

fn short_name(typed: &str) -> Read {
    let read = ShortName::parse(typed).map(|name| name.as_str().to_owned());
    read.ok_or("expected small letters, figures and dashes, such as upton")
}

fn phone(typed: &str) -> Read {
    let read = Phone::parse(typed).map(|phone| phone.as_str().to_owned());
    read.map_err(|_| "expected a phone number such as 01632 960 001")
}

fn phone_or_nothing(typed: &str) -> Read {
    if typed.trim().is_empty() { Ok(String::new()) } else { phone(typed) }
}

fn email(typed: &str) -> Read {
    let read = EmailAddress::parse(typed).map(|address| address.as_str().to_owned());
    read.ok_or("expected an address such as name@school.example")
}
