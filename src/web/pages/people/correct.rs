//! Correcting the name, the address or the kind of a person who is here.

use super::{
    super::{go_to, mistaken, show, show_again},
    HERE, below, id_of, kinds,
};
use crate::{
    domain::people::adults::{Details, Problem, Refusal},
    service::{
        ServiceError,
        clock::Randomness,
        people::adults::{self, Adult, AdultWithNamesakes, CorrectOutcome, HowAdded},
    },
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        page::{Choice, Mistakes, Shell},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "people/correct.html")]
struct Page {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    back: String,
    action: String,
    overwritten: String,
    called: String,
    kinds: Vec<Choice>,
    email: String,
}

fn drawn(by: &SignedIn, adult: &Adult, fields: &Fields, mistakes: Mistakes) -> Page {
    let mut shell = below(by, "Correct a person’s record");
    shell.state = mistakes.state();
    Page {
        shell,
        key: by.form_key(),
        mistakes,
        back: links::person(adult.id),
        action: links::person_act(adult.id, "correct"),
        overwritten: overwritten(adult),
        called: fields.get("name").to_owned(),
        kinds: kinds(fields.get("kind")),
        email: fields.get("email").to_owned(),
    }
}

/// Who writes over a correction, as a sentence; nothing if no one does.
pub(super) fn overwritten(adult: &Adult) -> String {
    let lists: Vec<&str> = adult.lists.iter().map(|source| source.words()).collect();
    match (lists.is_empty(), adult.added) {
        (false, _) => format!(
            "The next list from {} writes its own name and address again, and has them as a member of staff: correct \
             it there, too.",
            lists.join(" or ")
        ),
        (true, HowAdded::BySignIn) => {
            "The school’s sign-in gives their name again each time they sign in, and it waits for a second person \
             then: correct it there, too."
                .to_owned()
        }
        (true, HowAdded::ByHand) => String::new(),
    }
}

async fn opened(by: &SignedIn, id: &str) -> Result<Adult, PageError> {
    let (op, id) = (by.op.clone(), id_of(id)?);
    let AdultWithNamesakes { adult, .. } = by.app.run(move |candour| adults::one(candour, &op, id)).await?;
    match adult.left_at {
        None => Ok(adult),
        Some(_) => Err(ServiceError::WrongState(Problem::LeftComesBack.into()).into()),
    }
}

/// The form, as it is now.
pub async fn page(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let adult = opened(&by, &id).await?;
    let email = adult.email.clone().unwrap_or_default();
    let now =
        Fields::of([("name", adult.name.as_str()), ("kind", adult.kind.code()), ("email", email.as_str())]);
    show(&drawn(&by, &adult, &now, Mistakes::none()))
}

/// Corrects it.
pub async fn correct(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let person = id_of(&id)?;
    let (name, kind, email) = (fields.get("name"), fields.get("kind"), fields.get("email"));
    let corrected = match Details::read(name, kind, email) {
        Err(wrong) => Err(Refusal::Invalid(wrong).into()),
        Ok(details) => {
            let op = by.op.clone();
            by.app
                .run(move |candour| adults::correct(candour, &op, person, &details, &form, &mut Randomness))
                .await
        }
    };
    match corrected {
        Ok(CorrectOutcome::Corrected) => Ok(go_to(&format!("{}?corrected", links::person(person)))),
        Ok(CorrectOutcome::Waits) => Ok(go_to(&format!("{}?waits", links::person(person)))),
        Err(error) => {
            let mut mistakes = Mistakes::none();
            mistaken(&by, &mut mistakes, (HERE, "name"), error).await?;
            show_again(&drawn(&by, &opened(&by, &id).await?, &fields, mistakes))
        }
    }
}
