//! The adults of a school as its administrators keep them by hand: who may be added, corrected, and recorded as having
//! left or come back. Pupils come from lists alone.
//!
//! None of it gives a duty, and none of it ends one: `docs/decisions/0014`.

use super::{
    case::{FieldError, Refusal},
    duty::DutyKind,
    ids::PersonId,
    people::{Office, PersonKind, Standing},
    register::{
        keys::fold,
        known::Record,
        name::{Name, NotAName},
        values::{Email, NotAValue},
    },
};

/// What an adult may be, in the order shown to people.
pub const KINDS: [PersonKind; 4] =
    [PersonKind::Staff, PersonKind::GovernorOnly, PersonKind::Visitor, PersonKind::Outside];

/// Reads what an adult is from the code of a form. A pupil is nothing that a form can make.
pub fn kind(code: &str) -> Option<PersonKind> {
    KINDS.into_iter().find(|kind| kind.code() == code)
}

/// What is kept of an adult by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Their name as it is shown.
    pub name: Name,
    /// What they are.
    pub kind: PersonKind,
    /// Where letters go.
    pub email: Option<Email>,
}

impl Details {
    /// Reads what was typed, with an error for each answer that is wrong.
    pub fn read(name: &str, code: &str, email: &str) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut refuse = |field, words: &str| wrong.push(FieldError { field, words: words.to_owned() });
        let name = Name::parse(name).map_err(|why| refuse("name", words_of_name(why))).ok();
        let kind = kind(code);
        if kind.is_none() {
            refuse("kind", "Select what they are");
        }
        // Without knowing what they are nobody can say whether they need one.
        let email = address(kind.unwrap_or(PersonKind::Visitor), email).map_err(|error| wrong.push(error));
        match (name, kind, email) {
            (Some(name), Some(kind), Ok(email)) => Ok(Self { name, kind, email }),
            (None | Some(_), None | Some(_), Ok(_) | Err(())) => Err(wrong),
        }
    }
}

fn words_of_name(why: NotAName) -> &'static str {
    match why {
        NotAName::Empty => "Enter their name",
        NotAName::TooLong => "Their name must be 100 characters or fewer",
        NotAName::Character | NotAName::Beginning => {
            "Enter their name with letters, spaces, hyphens and apostrophes only"
        }
    }
}

/// Reads where letters go. Only a visitor can do without: everybody else is told that something needs them.
pub fn address(kind: PersonKind, typed: &str) -> Result<Option<Email>, FieldError> {
    let wrong = |words: &str| FieldError { field: "email", words: words.to_owned() };
    if typed.trim().is_empty() {
        return match kind {
            PersonKind::Visitor => Ok(None),
            PersonKind::Staff | PersonKind::GovernorOnly | PersonKind::Outside | PersonKind::Pupil => {
                Err(wrong("Enter their work e-mail address: letters go there"))
            }
        };
    }
    typed.parse().map(Some).map_err(|why| match why {
        NotAValue::TooLong(_) => wrong("Their e-mail address must be 254 characters or fewer"),
        NotAValue::NotAnAddress | NotAValue::Character => {
            wrong("Enter an e-mail address in the correct format, like name@example.com")
        }
    })
}

/// Whether a duty is one that an administrator alone cannot take away: any but a governor's, who sees published numbers
/// and nothing else.
fn takes_two_to_end(duty: &DutyKind) -> bool {
    match duty {
        DutyKind::Seat(..) | DutyKind::Office(Office::Administrator | Office::Inspector) => true,
        DutyKind::Office(Office::Governor) => false,
    }
}

fn refused(words: &str) -> Refusal {
    Refusal::Refused(words.to_owned())
}

/// Whether somebody keeps the adults of the school: sees them, adds them, and records who is back. None of that gives a
/// duty or an office, whatever they are.
pub fn may_keep(by: &Standing) -> Result<(), Refusal> {
    match by.is(Office::Administrator) {
        true => Ok(()),
        false => Err(refused("Only an administrator keeps the people of the school.")),
    }
}

/// Whether somebody may record that a person with these duties, of today and to come, has left.
///
/// Never of themselves, and never of somebody with a duty: leaving ends every duty, and an administrator alone ends
/// nothing, since who can cut off the DSL can keep her from a case (decision 9). So no administrator goes this way
/// either, the last one least of all.
pub fn may_record_leaving(by: &Standing, person: PersonId, duties: &[DutyKind]) -> Result<(), Refusal> {
    may_keep(by)?;
    if by.person == person {
        return Err(refused("Nobody records of themselves that they have left. Ask another administrator."));
    }
    if duties.iter().any(takes_two_to_end) {
        return Err(refused(
            "They have a duty. End it first, under Duties: no administrator ends one alone. Then record that they have left.",
        ));
    }
    Ok(())
}

/// Whether somebody may correct what is kept of a person with these duties. What they **are** says what they reach
/// (members of staff are shown names while they type, and may be given a case): nobody changes that of themselves, and
/// an administrator alone not of somebody with a duty.
pub fn may_correct(
    by: &Standing,
    (person, duties): (PersonId, &[DutyKind]),
    (from, to): (PersonKind, PersonKind),
) -> Result<(), Refusal> {
    may_keep(by)?;
    if from == to {
        return Ok(());
    }
    if by.person == person {
        return Err(Refusal::field(
            "kind",
            "Nobody changes what they are themselves. Ask another administrator",
        ));
    }
    if duties.iter().any(takes_two_to_end) {
        return Err(Refusal::field(
            "kind",
            "They have a duty. End it under Duties before you change what they are",
        ));
    }
    Ok(())
}

/// Whether somebody goes by this name, as it is shown or legally; capitals, accents and hyphens make no difference.
pub fn goes_by(record: &Record, name: &str) -> bool {
    let asked = fold(name);
    record.names().iter().any(|one| fold(one) == asked)
}

#[cfg(test)]
mod tests;
