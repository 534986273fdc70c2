//! A name typed in the form of an act: which of several people it means is a question, and no mistake.

use crate::{
    service::{
        ServiceError,
        people::names::{self, TypedName, Whose},
    },
    web::http::{extract::SignedIn, name_field::WhichPerson},
};

/// The question which of several people a typed name means; nothing if it means one, or no one.
pub async fn who_is_meant(
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
