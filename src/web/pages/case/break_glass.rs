//! Emergency access: a restricted or sealed case is opened for 24 hours by typing its reference, since people who need
//! this page cannot see the case. A reference that leads nowhere is answered alike, whatever the reason.

use crate::web::pages::{go_to, show, show_again};
use crate::{
    domain::{
        case::lifecycle::workflow::Move,
        kernel::{
            ids::Reference,
            text::{Summary, TextError},
        },
    },
    service::{ServiceError, case::act, clock::Randomness},
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        page::{Mistakes, Shell},
        problem::{FormProblem, Written},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "break_glass.html")]
struct Page {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    reference: String,
    reason: String,
}

/// What the address says: a reference to fill in, after a case was restricted.
#[derive(Debug, Deserialize)]
pub struct EmergencyQuery {
    reference: Option<String>,
}

/// The page.
pub async fn page(by: SignedIn, query: web::Query<EmergencyQuery>) -> Result<HttpResponse, PageError> {
    let reference = query.reference.as_deref().and_then(|typed| typed.parse::<Reference>().ok());
    show(&Page {
        shell: by.shell(TITLE, "/queue"),
        key: by.form_key(),
        mistakes: Mistakes::none(),
        reference: reference.map_or_else(String::new, |reference| reference.to_string()),
        reason: String::new(),
    })
}

const TITLE: &str = "Emergency access to a restricted or sealed case";

/// Opens the case, or shows the form again.
pub async fn open(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let (reference, reason) = match read(&fields) {
        Ok(read) => read,
        Err(mistakes) => return again(&by, &fields, mistakes),
    };
    let (op, of) = (by.op.clone(), reference.clone());
    let opened =
        by.app.run(move |candour| act::break_glass(candour, &op, &of, &reason, &form, &mut Randomness)).await;
    match opened {
        Ok(()) => {
            let done = links::query("done", Move::BreakGlass.code());
            Ok(go_to(&format!("{}?{done}", links::case(&reference))))
        }
        Err(ServiceError::Invalid(errors)) => {
            let mistakes = errors.into_iter().collect();
            again(&by, &fields, mistakes)
        }
        Err(other) => Err(other.into()),
    }
}

fn read(fields: &Fields) -> Result<(Reference, Summary), Mistakes> {
    let mut mistakes = Mistakes::none();
    let reference = fields.get("reference").trim().parse::<Reference>().ok();
    if reference.is_none() {
        mistakes.add("reference", FormProblem::NotAReference);
    }
    let reason = match Summary::parse(fields.get("reason")) {
        Ok(reason) => Some(reason),
        Err(TextError::Empty) => {
            mistakes.add("reason", FormProblem::WhyOpen);
            None
        }
        Err(TextError::TooLong { limit }) => {
            mistakes.add("reason", FormProblem::TooLong { what: Written::Words, limit });
            None
        }
    };
    match (reference, reason) {
        (Some(reference), Some(reason)) => Ok((reference, reason)),
        (None | Some(_), None | Some(_)) => Err(mistakes),
    }
}

fn again(by: &SignedIn, fields: &Fields, mistakes: Mistakes) -> Result<HttpResponse, PageError> {
    let mut shell = by.shell(TITLE, "/queue");
    shell.state = mistakes.state();
    show_again(&Page {
        shell,
        key: by.form_key(),
        mistakes,
        reference: fields.get("reference").to_owned(),
        reason: fields.get("reason").to_owned(),
    })
}
