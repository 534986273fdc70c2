//! People: the adults of the school as administrators keep them by hand. Never a pupil, and nothing of a case.
//!
//! A name is posted, never asked for in an address: those stand in the logs of every proxy. Pages of a list go on from
//! a person's id.

pub mod add;
pub mod correct;
pub mod one;
pub mod import;
pub mod duties;
pub mod suggest;
pub mod ties;
pub mod names;

use super::{show, show_again};
use crate::{
    domain::{
        kernel::{clock::day, codes::capital, ids::PersonId},
        people::{PersonKind, adults::KINDS, register::keys::NameQuery},
    },
    service::people::adults::{self, Account, Adult, AdultNames, AdultsPage, HowAdded, More, Which},
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        links,
        page::{Choice, Mistakes, Place, Shell},
        problem::FormProblem,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Where the menu entry of all these pages leads.
const HERE: &str = "/admin/people";
const LEFT: &str = "/admin/people/left";
const TITLE: &str = "People";

/// One adult in a list.
struct Line {
    href: String,
    name: String,
    kind: &'static str,
    email: String,
    came: String,
    duties: String,
    account: &'static str,
    left: String,
}

impl Line {
    fn of(adult: &Adult, by: &SignedIn) -> Self {
        Self {
            href: links::person(adult.id),
            name: adult.name.clone(),
            kind: adult.kind.words(),
            email: adult.email.clone().unwrap_or_default(),
            came: came(adult),
            duties: duties(adult, by),
            account: match (adult.left_at, adult.account) {
                (Some(_), _) => "",
                (None, Account::Theirs) => "Can sign in",
                (None, Account::None) => "No account yet",
            },
            left: adult.left_at.map(day).unwrap_or_default(),
        }
    }
}

/// Where a person came from, in words.
fn came(adult: &Adult) -> String {
    let lists: Vec<&str> = adult.lists.iter().map(|source| source.words()).collect();
    match (lists.is_empty(), adult.added) {
        (false, _) => format!("Came with {}", lists.join(" and ")),
        (true, HowAdded::BySignIn) => "Came by the school’s sign-in".to_owned(),
        (true, HowAdded::ByHand) => "Entered by hand".to_owned(),
    }
}

/// A person's duties, in words.
fn duties(adult: &Adult, by: &SignedIn) -> String {
    let said = |(what, from): &(crate::domain::people::duty::DutyKind, _)| match *from > by.op.now {
        true => format!("{} from {}", what.words(), day(*from)),
        false => what.words(),
    };
    capital(&adult.duties.iter().map(said).collect::<Vec<_>>().join(", "))
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct Page {
    shell: Shell,
    mistakes: Mistakes,
    /// Which list it is, as its heading says.
    heading: &'static str,
    filters: Vec<(&'static str, &'static str, bool)>,
    typed: String,
    showing: &'static str,
    empty: &'static str,
    first: &'static str,
    next: String,
    lines: Vec<Line>,
}

/// What the address of a list says: the last person on the page before.
#[derive(Deserialize)]
pub struct ListQuery {
    after: Option<String>,
}

impl ListQuery {
    fn after(&self) -> Result<Option<PersonId>, PageError> {
        let id = |typed: &String| typed.parse().map_err(|_| PageError::not_found());
        self.after.as_ref().map(id).transpose()
    }
}

fn drawn(by: &SignedIn, listed: &AdultsPage) -> Page {
    Page {
        shell: by.shell(TITLE, HERE),
        mistakes: Mistakes::none(),
        heading: TITLE,
        filters: vec![("Here now", HERE, true), ("Who has left", LEFT, false)],
        typed: String::new(),
        showing: "",
        empty: "No one is here.",
        first: "",
        next: String::new(),
        lines: listed.adults.iter().map(|adult| Line::of(adult, by)).collect(),
    }
}

/// Where a list goes on.
fn next(listed: &AdultsPage, below: &str) -> String {
    match (listed.more, listed.adults.last()) {
        (More::Yes, Some(last)) => format!("{below}?{}", links::query("after", &last.id.to_string())),
        (More::Yes | More::No, _) => String::new(),
    }
}

async fn listed(by: &SignedIn, which: Which) -> Result<AdultsPage, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| adults::list(candour, &op, &which)).await?)
}

/// The adults who are here, by name.
pub async fn page(by: SignedIn, query: web::Query<ListQuery>) -> Result<HttpResponse, PageError> {
    let after = query.after()?;
    let listed = listed(&by, Which::Here(after)).await?;
    let first = if after.is_some() { HERE } else { "" };
    show(&Page { next: next(&listed, HERE), first, ..drawn(&by, &listed) })
}

/// The adults who have left, the latest first.
pub async fn left(by: SignedIn, query: web::Query<ListQuery>) -> Result<HttpResponse, PageError> {
    let after = query.after()?;
    let listed = listed(&by, Which::Left(after)).await?;
    let mut page = drawn(&by, &listed);
    page.shell = below(&by, "Who has left");
    page.heading = "Who has left";
    page.filters = vec![("Here now", HERE, false), ("Who has left", LEFT, true)];
    page.empty = "No one has left.";
    page.first = if after.is_some() { LEFT } else { "" };
    page.next = next(&listed, LEFT);
    show(&page)
}

/// Looks for adults by what their names begin with.
pub async fn find(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, .. } = posted;
    let typed = fields.get("find").to_owned();
    let Some(wanted) = NameQuery::parse(&typed) else {
        let mut page = drawn(&by, &listed(&by, Which::Here(None)).await?);
        page.typed = typed;
        page.mistakes.add("find", FormProblem::TwoLetters);
        page.shell.state = page.mistakes.state();
        return show_again(&page);
    };
    let op = by.op.clone();
    let found = by.app.run(move |candour| adults::find(candour, &op, &wanted)).await?;
    show(&Page {
        typed,
        filters: vec![("Here now", HERE, false), ("Who has left", LEFT, false)],
        showing: match found.more {
            More::Yes => "These are the first of many. Enter more of the name to see others.",
            More::No => "These go by that name, whether they are here or have left.",
        },
        empty: "No one has that name. Pupils are not listed here.",
        ..drawn(&by, &found)
    })
}

/// The frame of a page below these.
fn below(by: &SignedIn, title: &str) -> Shell {
    let mut shell = by.shell(title, HERE);
    for item in &mut shell.nav {
        if item.href == HERE {
            item.place = Place::Within;
        }
    }
    shell
}

/// The answers to what a person is.
fn kinds(given: &str) -> Vec<Choice> {
    let choice = |kind: PersonKind| {
        let hint = match kind {
            PersonKind::Staff => "Works at the school. Can be a case owner.",
            PersonKind::GovernorOnly => "Sees nothing by that alone: reports to governors need a role.",
            PersonKind::Visitor => "Works here for a time. Needs no address if they never sign in.",
            PersonKind::Outside | PersonKind::Pupil => {
                "Such as the external contact. Their role is given under Roles."
            }
        };
        Choice::new(kind.code(), capital(kind.words())).hint(hint)
    };
    Choice::mark(KINDS.map(choice), &[given])
}

/// A person who goes by the same name.
struct Namesake {
    href: String,
    says: String,
}

fn namesakes(found: &[AdultNames]) -> Vec<Namesake> {
    let one = |named: &AdultNames| {
        let email = named.email.as_ref().map(|email| format!(", {email}")).unwrap_or_default();
        let left = named.left_at.map(|at| format!(", left on {}", day(at))).unwrap_or_default();
        let before = match named.former.is_empty() {
            true => String::new(),
            false => format!(", before: {}", named.former.join(", ")),
        };
        let says = format!("{}, {}{email}{left}{before}", named.record.name, named.kind.words());
        Namesake { href: links::person(named.id), says }
    };
    found.iter().map(one).collect()
}

fn id_of(typed: &str) -> Result<PersonId, PageError> {
    typed.parse().map_err(|_| PageError::not_found())
}
