//! One adult: what is kept of them, and recording that they have left or are back.

use super::{
    super::{go_to, mistaken, show, show_again},
    HERE, Line, Namesake, below, correct, id_of, namesakes,
};
use crate::{
    domain::{
        kernel::codes::capital,
        people::adults::{Problem, may_record_leaving},
    },
    service::{
        clock::Randomness,
        people::adults::{self, Account, AdultWithNamesakes},
    },
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        links,
        page::{Mistakes, Shell},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "people/one.html")]
struct Page {
    shell: Shell,
    done: &'static str,
    name: String,
    facts: Vec<(&'static str, String)>,
    overwritten: String,
    is_here: bool,
    /// Whether they still need a one-time code to come in.
    needs_letting_in: bool,
    correct: String,
    leave: String,
    back: String,
}

async fn opened(by: &SignedIn, id: &str) -> Result<AdultWithNamesakes, PageError> {
    let (op, id) = (by.op.clone(), id_of(id)?);
    Ok(by.app.run(move |candour| adults::one(candour, &op, id)).await?)
}

/// What is kept of an adult.
pub async fn page(
    by: SignedIn,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let AdultWithNamesakes { adult, former, .. } = opened(&by, &id).await?;
    let line = Line::of(&adult, &by);
    let or = |said: String, otherwise: &str| if said.is_empty() { otherwise.to_owned() } else { said };
    let mut facts = vec![
        ("What they are", capital(line.kind)),
        ("E-mail address", or(line.email, "None")),
        ("How they came", line.came),
        ("Roles", or(line.duties, "None")),
    ];
    facts.push(match adult.left_at {
        None => ("Signing in", line.account.to_owned()),
        Some(_) => ("Left on", line.left),
    });
    if !former.is_empty() {
        facts.push(("Names before", former.join(", ")));
    }
    let is_here = adult.left_at.is_none();
    show(&Page {
        shell: below(&by, "A person"),
        done: match request.query_string() {
            "added" => "They have been added.",
            "corrected" => "It has been corrected.",
            "waits" => {
                "What takes two people waits for the second one to confirm it, under Roles. Everything else has \
                 been saved."
            }
            "left" => "It has been recorded that they have left.",
            "back" => "It has been recorded that they are back.",
            _ => "",
        },
        name: line.name,
        facts,
        overwritten: correct::overwritten(&adult),
        is_here,
        needs_letting_in: is_here && adult.account == Account::None,
        correct: links::person_act(adult.id, "correct"),
        leave: links::person_act(adult.id, "leave"),
        back: links::person_act(adult.id, "back"),
    })
}

#[derive(Template)]
#[template(path = "people/leave.html")]
struct Leave {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    back: String,
    action: String,
    name: String,
    duties: String,
    is_on_a_list: bool,
    /// Why it cannot be recorded; nothing if it can.
    stays: String,
}

fn leaving(by: &SignedIn, opened: &AdultWithNamesakes, mistakes: Mistakes) -> Leave {
    let adult = &opened.adult;
    let mut shell = below(by, "Record that a person has left");
    shell.state = mistakes.state();
    let may = match adult.left_at {
        None => may_record_leaving(by.op.viewer.standing(), adult.id, &adult.duties()),
        Some(_) => Err(Problem::Left),
    };
    Leave {
        shell,
        key: by.form_key(),
        mistakes,
        back: links::person(adult.id),
        action: links::person_act(adult.id, "leave"),
        name: adult.name.clone(),
        duties: super::duties(adult, by),
        is_on_a_list: !adult.lists.is_empty(),
        stays: may.err().map(|why| why.words()).unwrap_or_default(),
    }
}

/// What follows when a person has left, and the button that records it.
pub async fn leave(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let opened = opened(&by, &id).await?;
    show(&leaving(&by, &opened, Mistakes::none()))
}

/// Records that a person has left.
pub async fn record_leaving(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, form, .. } = posted;
    let (person, op) = (id_of(&id)?, by.op.clone());
    let left = by.app.run(move |candour| adults::leave(candour, &op, person, &form, &mut Randomness)).await;
    match left {
        Ok(()) => Ok(go_to(&format!("{}?left", links::person(person)))),
        Err(error) => {
            let mut mistakes = Mistakes::none();
            mistaken(&by, &mut mistakes, (HERE, "leave"), error).await?;
            show_again(&leaving(&by, &opened(&by, &id).await?, mistakes))
        }
    }
}

#[derive(Template)]
#[template(path = "people/back.html")]
struct Back {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    back: String,
    action: String,
    name: String,
    email: String,
    namesakes: Vec<Namesake>,
}

fn returning(by: &SignedIn, opened: &AdultWithNamesakes, email: &str, mistakes: Mistakes) -> Back {
    let mut shell = below(by, "Record that a person is back");
    shell.state = mistakes.state();
    let here: Vec<_> = opened.namesakes.iter().filter(|one| one.left_at.is_none()).cloned().collect();
    Back {
        shell,
        key: by.form_key(),
        mistakes,
        back: links::person(opened.adult.id),
        action: links::person_act(opened.adult.id, "back"),
        name: opened.adult.name.clone(),
        email: email.to_owned(),
        namesakes: namesakes(&here),
    }
}

/// What follows when a person is back, and the form that records it.
pub async fn back(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let opened = opened(&by, &id).await?;
    let email = opened.adult.email.clone().unwrap_or_default();
    show(&returning(&by, &opened, &email, Mistakes::none()))
}

/// Records that a person is back.
pub async fn record_return(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let (person, op, email) = (id_of(&id)?, by.op.clone(), fields.get("email").to_owned());
    let back = by.app.run(move |candour| adults::is_back(candour, &op, person, &email, &form)).await;
    match back {
        Ok(()) => Ok(go_to(&format!("{}?back", links::person(person)))),
        Err(error) => {
            let mut mistakes = Mistakes::none();
            mistaken(&by, &mut mistakes, (HERE, "email"), error).await?;
            show_again(&returning(&by, &opened(&by, &id).await?, fields.get("email"), mistakes))
        }
    }
}
