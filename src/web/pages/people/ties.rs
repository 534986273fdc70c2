//! Declared relationships: declared by hand, and set aside. For the head, the chair and the external contact,
//! each for what is theirs to decide. Not for administrators: what is recorded shortly
//! before a concern is looked at would tell them of it (`docs/decisions/0013`). No page here tells of a case.

use crate::web::pages::{go_to, mistaken, show, show_again};
use crate::{
    domain::{
        kernel::{clock::day, codes::capital, ids::PersonId, text::Line as Typed},
        people::ties::{Grounds, Origin, Otherwise, Pair, StoredTie, Tie},
    },
    service::{
        Candour, Form, ServiceError,
        clock::Randomness,
        people::{
            names::{self, TypedName, Whose},
            ties::{self, A_PAGE, Overview},
        },
    },
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        name_field::{self, FIND, NameField, Names as EntersNames, WhichPerson},
        page::{Choice, Mistakes, Shell},
        problem::FormProblem,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use std::{collections::BTreeMap, str::FromStr};

const TITLE: &str = "Declared relationships";
/// The page's own address.
const HERE: &str = links::CLOSE_TO;

/// A tie as it is read.
struct Line {
    names: String,
    how: String,
    since: String,
    otherwise: String,
    href: String,
}

#[derive(Template)]
#[template(path = "ties/page.html")]
struct Page {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    done: &'static str,
    new: Vec<(String, String)>,
    one: String,
    one_person: NameField,
    other: String,
    other_person: NameField,
    ties: Vec<Choice>,
    grounds: Vec<Choice>,
    shown: String,
    lines: Vec<Line>,
    previous: String,
    next: String,
    aside: Vec<Line>,
}

#[derive(Template)]
#[template(path = "ties/one.html")]
struct One {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    line: Line,
    reasons: Vec<Choice>,
    ties: Vec<Choice>,
    grounds: Vec<Choice>,
}

type Names = BTreeMap<PersonId, String>;

fn line(kept: &StoredTie, names: &Names) -> Line {
    let name = |person: PersonId| names.get(&person).map_or("A person", String::as_str);
    let [one, other] = kept.pair.both();
    let mut both = [name(one), name(other)];
    both.sort_unstable();
    let since = match kept.origin {
        Origin::List(source) => format!("From a list ({}), {}", source.words(), day(kept.since)),
        Origin::Recorded(by, grounds) => {
            format!("Recorded by {}, {}: {}", name(by), day(kept.since), grounds.words())
        }
    };
    let otherwise = kept.set_aside.map_or_else(String::new, |aside| {
        format!("Decided by {}, {}: {}", name(aside.by), day(aside.at), aside.why.words())
    });
    Line {
        names: both.join(" and "),
        how: capital(kept.tie.words()),
        since,
        otherwise,
        href: format!("{HERE}/{one}.{other}"),
    }
}

fn ties(fields: &Fields) -> Vec<Choice> {
    let all = Tie::BY_HAND.iter().map(|tie| Choice::new(tie.code(), capital(tie.words())));
    Choice::mark(all, &[fields.get("tie")])
}

fn grounds(fields: &Fields) -> Vec<Choice> {
    let all = Grounds::ALL.iter().map(|grounds| Choice::new(grounds.code(), capital(grounds.words())));
    Choice::mark(all, &[fields.get("grounds")])
}

/// What the address asks for beside the page itself.
#[derive(Default)]
struct TiesQuery {
    done: &'static str,
    page: usize,
}

impl TiesQuery {
    fn of(query: &str) -> Self {
        let done = match query {
            "recorded" => "It has been declared.",
            "otherwise" => "It has been set aside.",
            _ => "",
        };
        let page = query.strip_prefix("page=").and_then(|page| page.parse().ok()).unwrap_or(1usize);
        // No school has so many.
        Self { done, page: page.clamp(1, 10_000) - 1 }
    }
}

async fn drawn(
    by: &SignedIn,
    query: TiesQuery,
    fields: &Fields,
    (mistakes, which): (Mistakes, &[WhichPerson]),
) -> Result<Page, PageError> {
    let (op, page) = (by.op.clone(), query.page);
    let Overview { ties: kept, all, set_aside, names } =
        by.app.run(move |candour| ties::overview(candour, &op, page)).await?;
    let first = page.saturating_mul(A_PAGE);
    let to = |page: usize| format!("{HERE}?page={page}");
    let person = |name: &str, whose: &'static str| {
        NameField::of(Some(fields), name, whose).entered(EntersNames::of(by)).asking(which)
    };
    let mut shell = by.shell(TITLE, HERE);
    shell.state = mistakes.state();
    Ok(Page {
        shell,
        key: by.form_key(),
        mistakes,
        done: query.done,
        new: name_field::questions(which),
        one: fields.get("one").to_owned(),
        one_person: person("one", "the first person"),
        other: fields.get("other").to_owned(),
        other_person: person("other", "the other person"),
        ties: ties(fields),
        grounds: grounds(fields),
        shown: format!("Showing {} to {} of {all}, the latest first.", first + 1, first + kept.len()),
        lines: kept.iter().map(|kept| line(kept, &names)).collect(),
        previous: if page > 0 { to(page) } else { String::new() },
        next: if first + kept.len() < all { to(page + 2) } else { String::new() },
        aside: set_aside.iter().map(|kept| line(kept, &names)).collect(),
    })
}

/// The list, and the form to record a tie.
pub async fn page(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let query = TiesQuery::of(request.query_string());
    show(&drawn(&by, query, &Fields::default(), (Mistakes::none(), &[])).await?)
}

/// Records that two people are close.
pub async fn record(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    if fields.has(FIND) {
        let which = name_field::find(&by, &fields).await?;
        return show(&drawn(&by, TiesQuery::default(), &fields, (Mistakes::none(), &which)).await?);
    }
    let (mut mistakes, mut which) = (Mistakes::none(), Vec::new());
    let one = person(&by, &fields, (&mut mistakes, &mut which), "one").await?;
    let other = person(&by, &fields, (&mut mistakes, &mut which), "other").await?;
    let how = read_how(&fields, &mut mistakes);
    let pair = match (one, other) {
        (Some(one), Some(other)) => {
            let pair = Pair::of(one, other);
            if pair.is_none() {
                mistakes.add("other", FormProblem::SamePerson);
            }
            pair
        }
        (None | Some(_), None | Some(_)) => None,
    };
    if mistakes.is_empty() && !which.is_empty() {
        return show(&drawn(&by, TiesQuery::default(), &fields, (mistakes, &which)).await?);
    }
    let outcome = match (pair, how) {
        (Some(pair), Some(how)) => recorded(&by, pair, how, form).await,
        (None | Some(_), None | Some(_)) => Err(ServiceError::Invalid(Vec::new())),
    };
    match outcome {
        Ok(()) => Ok(go_to("/admin/ties?recorded")),
        Err(error) => {
            mistaken(&by, &mut mistakes, (HERE, "other"), error).await?;
            show_again(&drawn(&by, TiesQuery::default(), &fields, (mistakes, &which)).await?)
        }
    }
}

async fn recorded(by: &SignedIn, pair: Pair, how: (Tie, Grounds), form: Form) -> Result<(), ServiceError> {
    let op = by.op.clone();
    by.app.run(move |candour| ties::record(candour, &op, pair, how, &form, &mut Randomness)).await
}

/// The person a typed name belongs to, as on a case's page for a person; none if it is a mistake or a question.
async fn person(
    by: &SignedIn,
    fields: &Fields,
    (mistakes, which): (&mut Mistakes, &mut Vec<WhichPerson>),
    field: &'static str,
) -> Result<Option<PersonId>, PageError> {
    let Ok(words) = Typed::parse(fields.get(field)) else {
        mistakes.add(field, FormProblem::EnterName);
        return Ok(None);
    };
    let (op, name) = (by.op.clone(), TypedName { words, picks: name_field::picks(fields, field) });
    Ok(match by.app.run(move |candour| names::whose(candour, &op, &name)).await? {
        Whose::Person(person) => Some(person),
        Whose::Several(offers) => {
            which.push(WhichPerson::new(field, fields.get(field), &offers));
            None
        }
        Whose::Words => {
            mistakes.add(field, FormProblem::NotInRegister);
            None
        }
    })
}

fn chosen<T: FromStr>(
    fields: &Fields,
    mistakes: &mut Mistakes,
    field: &'static str,
    missing: FormProblem,
) -> Option<T> {
    let chosen = fields.get(field).parse().ok();
    if chosen.is_none() {
        mistakes.add(field, missing);
    }
    chosen
}

fn read_how(fields: &Fields, mistakes: &mut Mistakes) -> Option<(Tie, Grounds)> {
    let tie = chosen(fields, mistakes, "tie", FormProblem::Relationship);
    let grounds = chosen(fields, mistakes, "grounds", FormProblem::HowKnown);
    tie.filter(|tie| Tie::BY_HAND.contains(tie)).zip(grounds)
}

/// The two people of an address.
fn pair_of(id: &str) -> Result<Pair, PageError> {
    let both = id.split_once('.').and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
    both.and_then(|(one, other)| Pair::of(one, other)).ok_or_else(PageError::not_found)
}

async fn one_drawn(by: &SignedIn, pair: Pair, fields: &Fields, mistakes: Mistakes) -> Result<One, PageError> {
    let op = by.op.clone();
    let (kept, names) = by.app.run(move |candour| ties::one(candour, &op, pair)).await?;
    let title = if kept.set_aside.is_some() { "Declare a relationship again" } else { "Set aside" };
    let mut shell = by.shell(title, HERE);
    shell.state = mistakes.state();
    let reasons = Otherwise::ALL.iter().map(|why| Choice::new(why.code(), capital(why.words())));
    Ok(One {
        shell,
        key: by.form_key(),
        mistakes,
        line: line(&kept, &names),
        reasons: Choice::mark(reasons, &[fields.get("why")]),
        ties: ties(fields),
        grounds: grounds(fields),
    })
}

/// One tie: the form to decide otherwise, or to record it again.
pub async fn one(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    show(&one_drawn(&by, pair_of(&id)?, &Fields::default(), Mistakes::none()).await?)
}

/// Decides otherwise, or records a tie again.
pub async fn decide(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let pair = pair_of(&id)?;
    let mut mistakes = Mistakes::none();
    let op = by.op.clone();
    // A page has one of two forms, as the tie was when it was opened.
    let (outcome, field, done) = if fields.get("act") == "again" {
        let outcome = match read_how(&fields, &mut mistakes) {
            Some(how) => match recorded(&by, pair, how, form).await {
                // Nothing was typed: another person recorded it first.
                Err(ServiceError::Invalid(_)) => Err(ServiceError::Stale),
                other => other,
            },
            None => Err(ServiceError::Invalid(Vec::new())),
        };
        (outcome, "tie", "/admin/ties?recorded")
    } else {
        let outcome = match chosen::<Otherwise>(&fields, &mut mistakes, "why", FormProblem::ChooseWhy) {
            Some(why) => {
                let done = move |candour: &Candour| {
                    ties::decide_otherwise(candour, &op, pair, why, &form, &mut Randomness)
                };
                by.app.run(done).await
            }
            None => Err(ServiceError::Invalid(Vec::new())),
        };
        (outcome, "why", "/admin/ties?otherwise")
    };
    match outcome {
        Ok(()) => Ok(go_to(done)),
        Err(error) => {
            mistaken(&by, &mut mistakes, (HERE, field), error).await?;
            show_again(&one_drawn(&by, pair, &fields, mistakes).await?)
        }
    }
}
