//! Adding an adult: a name, what they are, an address. It gives no duty, no office and no account.

use super::{
    super::{go_to, mistaken, show, show_again},
    HERE, Namesake, below, kinds, namesakes,
};
use crate::{
    domain::{
        kernel::ids::PersonId,
        people::adults::{Details, Problem, Refusal},
    },
    service::{
        clock::Randomness,
        people::adults::{self, AddOutcome, AdultNames},
    },
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        page::{Choice, Mistakes, Shell},
    },
};
use actix_web::HttpResponse;
use askama::Template;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "people/add.html")]
struct Page {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    called: String,
    kinds: Vec<Choice>,
    email: String,
    namesakes: Vec<Namesake>,
    another: Vec<Choice>,
}

fn drawn(by: &SignedIn, fields: &Fields, found: &[AdultNames], mistakes: Mistakes) -> Page {
    let mut shell = below(by, "Add a person");
    shell.state = mistakes.state();
    // What is confirmed is that it is none of these; a person who came meanwhile is asked about again.
    let these = found.iter().map(|one| one.id.to_string()).collect::<Vec<_>>().join(" ");
    Page {
        shell,
        key: by.form_key(),
        mistakes,
        called: fields.get("name").to_owned(),
        kinds: kinds(fields.get("kind")),
        email: fields.get("email").to_owned(),
        namesakes: namesakes(found),
        another: vec![Choice::new(these, "This is another person of the same name")],
    }
}

/// The form.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    show(&drawn(&by, &Fields::default(), &[], Mistakes::none()))
}

/// Adds the person.
pub async fn add(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let mut mistakes = Mistakes::none();
    let (name, kind, email) = (fields.get("name"), fields.get("kind"), fields.get("email"));
    let added = match Details::read(name, kind, email) {
        Err(wrong) => Err(Refusal::Invalid(wrong).into()),
        Ok(details) => {
            let others: BTreeSet<PersonId> =
                fields.get("another").split(' ').filter_map(|id| id.parse().ok()).collect();
            let op = by.op.clone();
            by.app
                .run(move |candour| adults::add(candour, &op, &details, &others, &form, &mut Randomness))
                .await
        }
    };
    match added {
        Ok(AddOutcome::As(id)) => Ok(go_to(&format!("{}?added", links::person(id)))),
        Ok(AddOutcome::Waits) => Ok(go_to(&format!("{}?proposed", links::NAMES))),
        Ok(AddOutcome::Namesakes(found)) => {
            mistakes.add("another", Problem::KnownAlready);
            show_again(&drawn(&by, &fields, &found, mistakes))
        }
        Err(error) => {
            mistaken(&by, &mut mistakes, (HERE, "name"), error).await?;
            show_again(&drawn(&by, &fields, &[], mistakes))
        }
    }
}
