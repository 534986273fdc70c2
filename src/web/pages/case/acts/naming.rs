//! The people that the form of an act names: which of several is meant is a question, and no mistake.

use super::{Needs, Where, form::Doing, open};
use crate::{
    service::{
        ServiceError,
        people::names::{self, TypedName, Whose},
    },
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        name_field::{self, WhichPerson},
        page::Mistakes,
        person_field::{self, Chosen, PersonChoice},
        problem::FormProblem,
    },
};

/// What a form asks for once it is known whom it names.
pub(super) enum Settled {
    /// This, if it is right.
    To(Option<Doing>),
    /// Nothing yet: this is asked first.
    Ask(WhichPerson),
}

/// Finds out whom a form names.
pub(super) async fn settle(
    posted: &CheckedForm,
    at: &Where,
    doing: Option<Doing>,
    mistakes: &mut Mistakes,
) -> Result<Settled, ServiceError> {
    match doing {
        Some(Doing::Named(field, name, then)) if mistakes.is_empty() => {
            Ok(match who_is_meant(&posted.by, field, &name).await? {
                Some(which) => Settled::Ask(which),
                None => Settled::To(Some(Doing::Named(field, name, then))),
            })
        }
        Some(Doing::GivingTo(field, to, then)) if mistakes.is_empty() => {
            Ok(match chosen(posted, at, field, to).await? {
                Chosen::Person(person) => {
                    Settled::To(Some(Doing::Act([person].into_iter().collect(), then(person))))
                }
                Chosen::OneOf(which) => Settled::Ask(which),
                Chosen::NoOne => {
                    mistakes.add(field, FormProblem::NotAmongThem);
                    Settled::To(None)
                }
            })
        }
        other => Ok(Settled::To(other)),
    }
}

/// Whom a form gives the case to, of those it offers.
async fn chosen(
    posted: &CheckedForm,
    at: &Where,
    field: &str,
    to: PersonChoice,
) -> Result<Chosen, ServiceError> {
    match to {
        PersonChoice::Listed(person) => Ok(Chosen::Person(person)),
        typed @ PersonChoice::Typed(_) => {
            let (_, people, _) = open(&posted.by, at).await?;
            Ok(typed.among(field, &people))
        }
    }
}

/// People to choose from for the field whose button "Find" was pressed.
pub(super) async fn find(posted: &CheckedForm, at: &Where) -> Result<Vec<WhichPerson>, PageError> {
    match at.page.needs {
        Needs::Case | Needs::People => name_field::find(&posted.by, &posted.fields).await,
        Needs::Staff | Needs::Inspectors => {
            let (_, people, _) = open(&posted.by, at).await?;
            Ok(person_field::find(&posted.fields, &people))
        }
    }
}

/// The question which of several people a typed name means; nothing if it means one, or no one.
async fn who_is_meant(
    by: &SignedIn,
    field: &str,
    name: &TypedName,
) -> Result<Option<WhichPerson>, ServiceError> {
    let (op, asked) = (by.op.clone(), name.clone());
    Ok(match by.app.run(move |candour| names::whose(candour, &op, &asked)).await? {
        Whose::Several(offers) => Some(WhichPerson::new(field, name.words.as_str(), &offers)),
        Whose::Person(_) | Whose::Words => None,
    })
}
