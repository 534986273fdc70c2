//! A newtype for every identifier, and the reference people read out over the phone.

use super::clock::Instant;
use super::codes::Worded;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Where random bytes come from; a parameter so that the demo and the tests can be repeated.
pub trait Random {
    /// Fills the whole slice.
    fn fill(&mut self, bytes: &mut [u8]);
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new version 7 identifier for something made at `now`.
            pub fn draw(now: Instant, random: &mut dyn Random) -> Self { Self(draw_uuid(now, random)) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl Worded for $name {
            fn worded(&self) -> Cow<'static, str> { self.to_string().into() }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(typed: &str) -> Result<Self, uuid::Error> { typed.parse().map(Self) }
        }
    )+ };
}

ids! {
    /// One school of an installation.
    SchoolId,
    /// A person's sign-in, known by issuer and subject; belongs to the installation.
    AccountId,
    /// A person of one school, staff or pupil.
    PersonId,
    /// One role one person has, from one day to another.
    DutyId,
    /// A proposal that a role should begin or end.
    DutyProposalId,
    /// A proposal that a name should change, or that a person is added under one that takes two people.
    NameProposalId,
    /// A live sign-in.
    SessionId,
    /// A person who came through the school's sign-in and is not in its register yet.
    AccessRequestId,
    /// A one-time code handed over in person.
    CodeId,
    /// What one member of staff reported.
    ConcernId,
    /// What the school manages.
    CaseId,
    /// A person in a case.
    SubjectId,
    /// Words that can name a person.
    TextId,
    /// A referral, or a refusal to refer.
    ReferralId,
    /// Something to be done.
    TaskId,
    /// An e-mail waiting to be sent.
    LetterId,
    /// A proposed change of a school's settings.
    ProposalId,
    /// A list of people that was sent and waits to be looked through.
    SentListId,
    /// One request for a page; names a refusal to the person who met it.
    RequestId,
}

fn draw_uuid(now: Instant, random: &mut dyn Random) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A case's reference, `CAN-7KQ4-M2XB`: seven random Crockford base 32 characters and a check character.
///
/// It carries no order, count or year, so a gap between two of them tells nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(String);

impl Reference {
    /// Draws a new one. The caller draws again if the school has it already.
    pub fn draw(random: &mut dyn Random) -> Self {
        let mut bytes = [0; 7];
        random.fill(&mut bytes);
        let values = bytes.map(|byte| byte % 32);
        Self::from_values(values)
    }

    fn from_values(values: [u8; 7]) -> Self {
        let mut letters: String = values.iter().map(|v| char::from(ALPHABET[usize::from(*v)])).collect();
        letters.push(char::from(ALPHABET[usize::from(check(&values))]));
        Self(format!("CAN-{}-{}", &letters[..4], &letters[4..]))
    }

    /// The reference as people write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A weighted sum modulo 31 (a prime), which notices any one wrong character and any two swapped.
fn check(values: &[u8; 7]) -> u8 {
    let sum: u32 = values.iter().zip(1u32..).map(|(value, weight)| u32::from(*value) * weight).sum();
    u8::try_from(sum % 31).unwrap_or(0)
}

/// What was typed is not a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Check the reference letter by letter: it is like CAN-7KQ4-M2XB")]
pub struct NotAReference;

impl FromStr for Reference {
    type Err = NotAReference;

    /// Reads one as typed: any case, with or without dashes; O is zero, I and L are one.
    fn from_str(typed: &str) -> Result<Self, NotAReference> {
        let letters: Vec<u8> = typed.to_ascii_uppercase().bytes().filter(u8::is_ascii_alphanumeric).collect();
        let body = letters.strip_prefix(b"CAN").filter(|rest| rest.len() == 8).unwrap_or(&letters);
        let values: Vec<u8> = body.iter().filter_map(|letter| value_of(*letter)).collect();
        let values: [u8; 8] = values.try_into().map_err(|_| NotAReference)?;
        let [a, b, c, d, e, f, g, given] = values;
        let seven = [a, b, c, d, e, f, g];
        if body.len() == 8 && check(&seven) == given {
            Ok(Self::from_values(seven))
        } else {
            Err(NotAReference)
        }
    }
}

fn value_of(letter: u8) -> Option<u8> {
    let letter = match letter {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.iter().position(|known| *known == letter).and_then(|at| u8::try_from(at).ok())
}

impl TryFrom<String> for Reference {
    type Error = NotAReference;
    fn try_from(text: String) -> Result<Self, NotAReference> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct FixedRandom(u8);
    impl Random for FixedRandom {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_mul(5).wrapping_add(7);
                *byte = self.0;
            }
        }
    }

    #[test]
    fn a_reference_is_read_back_however_it_is_typed() {
        let reference = Reference::draw(&mut FixedRandom(3));
        let bare = reference.as_str().replace('-', "").to_lowercase();
        assert_eq!(bare.parse(), Ok(reference.clone()));
        assert_eq!(bare[3..].parse(), Ok(reference));
    }

    #[test]
    fn one_wrong_character_is_noticed() {
        let reference = Reference::draw(&mut FixedRandom(9));
        let mut letters: Vec<char> = reference.as_str().chars().collect();
        letters[4] = if letters[4] == '2' { '3' } else { '2' };
        let wrong: String = letters.into_iter().collect();
        assert_eq!(wrong.parse::<Reference>(), Err(NotAReference));
    }
}
