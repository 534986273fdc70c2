//! The adults of a school as its administrators keep them by hand: who may be added, corrected, and recorded as having
//! left or come back. Pupils come from lists alone.
//!
//! None of it gives a role, and none of it ends one: `docs/decisions/0014`.

use super::{
    Office, PersonKind, ShownName, Standing,
    duty::DutyKind,
    register::{
        keys::fold,
        known::Record,
        name::{Name, NotAName},
        values::{Email, NotAValue},
    },
};
use crate::domain::kernel::{codes::problems, ids::PersonId, refusal};

/// Why nothing was done about an adult.
pub type Refusal = refusal::Refusal<Problem>;

/// Something to put right in what is said of an adult.
pub type FieldError = refusal::FieldError<Problem>;

problems! {
    /// Why nothing was done about an adult, or what is wrong with what is said of them.
    Problem {
        NameMissing = "name_missing", "Enter their name";
        NameTooLong { limit: usize } = "name_too_long", "Their name must be {limit} characters or fewer";
        NotAName = "not_a_name", "Enter their name with letters, spaces, hyphens and apostrophes only";
        KindMissing = "kind_missing", "Select what they are";
        EmailMissing = "email_missing", "Enter their work e-mail address: e-mails from Candour go there";
        EmailTooLong { limit: usize } = "email_too_long", "Their e-mail address must be {limit} characters or fewer";
        NotAnEmail = "not_an_email", "Enter an e-mail address in the correct format, like name@example.com";
        EmailOfAnother { name: ShownName } = "email_of_another", "{name} has this address. Enter another one, or correct theirs first";
        KnownAlready = "known_already", "A person with this name is known already. Say if this is another person";

        AdministratorKeeps = "administrator_keeps", "Only an administrator can change the people of the school.";
        OwnLeaving = "own_leaving", "You cannot record that you have left yourself. Ask another administrator.";
        HasRole = "has_role", "They have a role. End it first, under Roles: no administrator ends one alone. Then record that they have left.";
        OwnKind = "own_kind", "You cannot change what you are yourself. Ask another administrator";
        KindWithRole = "kind_with_role", "They have a role. End it under Roles before you change what they are";
        Left = "left", "This person has left already.";
        LeftComesBack = "left_comes_back", "This person has left. Record that they are back first.";
        Here = "here", "This person is here already.";
    }
}

/// What an adult may be, in the order shown to people.
pub const KINDS: [PersonKind; 4] =
    [PersonKind::Staff, PersonKind::GovernorOnly, PersonKind::Visitor, PersonKind::Outside];

/// Reads what an adult is from the code of a form, which cannot make a pupil.
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
    /// Where e-mails go.
    pub email: Option<Email>,
}

impl Details {
    /// Reads what was typed, with an error for each answer that is wrong.
    pub fn read(name: &str, code: &str, email: &str) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut refuse = |field, problem| wrong.push(FieldError { field, problem });
        let name = Name::parse(name).map_err(|why| refuse("name", problem_with_name(why))).ok();
        let kind = kind(code);
        if kind.is_none() {
            refuse("kind", Problem::KindMissing);
        }
        // Whether they need one depends on what they are.
        let email = address(kind.unwrap_or(PersonKind::Visitor), email).map_err(|error| wrong.push(error));
        match (name, kind, email) {
            (Some(name), Some(kind), Ok(email)) => Ok(Self { name, kind, email }),
            (None | Some(_), None | Some(_), Ok(_) | Err(())) => Err(wrong),
        }
    }
}

fn problem_with_name(why: NotAName) -> Problem {
    match why {
        NotAName::Empty => Problem::NameMissing,
        NotAName::TooLong => Problem::NameTooLong { limit: Name::LIMIT },
        NotAName::Character | NotAName::Beginning => Problem::NotAName,
    }
}

/// Reads where e-mails go. Only a visitor can do without: all others are told that something needs them.
pub fn address(kind: PersonKind, typed: &str) -> Result<Option<Email>, FieldError> {
    let wrong = |problem| FieldError { field: "email", problem };
    if typed.trim().is_empty() {
        return match kind {
            PersonKind::Visitor => Ok(None),
            PersonKind::Staff | PersonKind::GovernorOnly | PersonKind::Outside | PersonKind::Pupil => {
                Err(wrong(Problem::EmailMissing))
            }
        };
    }
    typed.parse().map(Some).map_err(|why| match why {
        NotAValue::TooLong { limit } => wrong(Problem::EmailTooLong { limit }),
        NotAValue::NotAnAddress | NotAValue::Character => wrong(Problem::NotAnEmail),
    })
}

/// Whether a role is one that an administrator alone cannot remove: any but a governor's, who sees published numbers
/// alone.
fn takes_two_to_end(duty: &DutyKind) -> bool {
    match duty {
        DutyKind::Seat(..) | DutyKind::Office(Office::Administrator | Office::Inspector) => true,
        DutyKind::Office(Office::Governor) => false,
    }
}

/// Whether a person keeps the adults of the school: sees them, adds them, and records who is back. None of that gives
/// a role, no matter what the adults are.
pub fn may_keep(by: &Standing) -> Result<(), Refusal> {
    match by.is(Office::Administrator) {
        true => Ok(()),
        false => Err(Refusal::Refused(Problem::AdministratorKeeps)),
    }
}

/// Whether an administrator may record that a person with these roles, of today and to come, has left.
///
/// Never of themselves, and never of a person with a role: leaving ends every role, and an administrator alone ends
/// none, since one who can cut off the DSL can keep her from a case (decision 9). So no administrator leaves this way
/// either, least of all the last one.
pub fn may_record_leaving(by: &Standing, person: PersonId, duties: &[DutyKind]) -> Result<(), Problem> {
    if !by.is(Office::Administrator) {
        return Err(Problem::AdministratorKeeps);
    }
    if by.person == person {
        return Err(Problem::OwnLeaving);
    }
    if duties.iter().any(takes_two_to_end) {
        return Err(Problem::HasRole);
    }
    Ok(())
}

/// Whether an administrator may correct what is kept of a person with these roles. What they **are** says what they
/// reach (members of staff are shown names while they type, and may be given a case): an administrator cannot change
/// that of themselves, nor alone of a person with a role.
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
        return Err(Refusal::field("kind", Problem::OwnKind));
    }
    if duties.iter().any(takes_two_to_end) {
        return Err(Refusal::field("kind", Problem::KindWithRole));
    }
    Ok(())
}

/// Whether a person goes by this name, as it is shown or legally; capitals, accents and hyphens make no difference.
pub fn goes_by(record: &Record, name: &str) -> bool {
    let asked = fold(name);
    record.names().iter().any(|one| fold(one) == asked)
}

#[cfg(test)]
mod tests;
