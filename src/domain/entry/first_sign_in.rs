//! Who a person is who arrives through the school's sign-in for the first time: what the provider's claims may settle
//! by themselves, and what needs a one-time code handed over in person.
//!
//! Claims never give a desk, a deputy's seat, cover or an administrator's office.

use crate::domain::kernel::{
    codes::codes,
    document::DocumentVersion,
    ids::{PersonId, Random},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// How an account came to be a person of a school.
    BoundBy {
        Code = "code", "a one-time code handed over in person";
        Vouched = "vouched", "what the school's sign-in says of them";
        List = "list", "the list that the headteacher and the chair of governors confirmed";
    }
}

codes! {
    /// Why a person who arrived was not let in.
    NotLetIn {
        Unknown = "unknown", "the register has no one like them";
        NoSuchId = "no_such_id", "no adult on the register has the id that the sign-in sent";
        Several = "several", "more than one adult on the register has the id or address that the sign-in sent";
        Unmarked = "unmarked", "the sign-in does not say that they are staff";
        Unsaid = "unsaid", "the sign-in sent no claim that marks staff or pupils, or an empty one";
        NoKey = "no_key", "the sign-in did not send what people are known by: an id, or a verified address of the school";
        HasRole = "has_role", "they have a role, so they need a one-time code";
        Removed = "removed", "this account was removed from the person, so they need a one-time code";
        NeedsCode = "needs_code", "nothing that this sign-in says settles who a person is, so they need a one-time code";
        PerhapsThere = "perhaps_there", "no adult on the register has the id or address that the sign-in sent, and one with this name or address may be them, so they need a one-time code";
        NameOfRole = "name_of_role", "no adult on the register has the id or address that the sign-in sent, and their name means a person with a role, so two people add them under People";
        Taken = "taken", "another account is this person already, so they need a one-time code";
        Left = "left", "the register says that they have left; an administrator brings them back under People, or a list that has them does";
    }
}

/// What a provider says of a person beyond their name: claims by name, each with its values.
pub type Claims = BTreeMap<String, Vec<String>>;

/// The pretend claim that holds the part after the @ of a verified e-mail address.
pub const EMAIL_DOMAIN: &str = "email_domain";

/// A claim that has to have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The claim, or [`EMAIL_DOMAIN`].
    pub claim: String,
    /// The value, or one of the values, it has to have: letter for letter.
    pub value: String,
}

impl Mark {
    /// Reads `claim=value`.
    pub fn parse(typed: &str) -> Option<Self> {
        let (claim, value) = typed.split_once('=')?;
        let (claim, value) = (claim.trim().to_owned(), value.trim().to_owned());
        (!claim.is_empty() && !value.is_empty()).then_some(Self { claim, value })
    }

    fn is_on(&self, claims: &Claims) -> bool {
        claims.get(&self.claim).is_some_and(|values| values.contains(&self.value))
    }

    /// Whether the claim was sent at all, with this value or others.
    fn is_said(&self, claims: &Claims) -> bool {
        claims.contains_key(&self.claim)
    }
}

/// What a provider is pinned to, and so what it can be believed about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pin {
    /// Nothing: everybody needs a code.
    Unpinned,
    /// Google Workspace, if `hd` is this domain and the e-mail address is verified.
    Google {
        /// The school's domain.
        domain: String,
    },
    /// Microsoft Entra ID, if `tid` is this tenant; the person's `oid` is the id from the import.
    Entra {
        /// The school's tenant.
        tenant: String,
    },
    /// Any other, by the claim that the school names as vouched for.
    Vouched {
        /// The claim that holds the id from the import.
        claim: String,
    },
}

/// Whether a provider may add staff to the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adding {
    /// Staff the register does not have are added when they arrive.
    Staff,
    /// Only people of the register get in.
    Nobody,
}

/// The rules of one way to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// What it is pinned to.
    pub pin: Pin,
    /// What marks staff. Without it no account is bound by what the provider says.
    pub staff: Option<Mark>,
    /// What marks pupils, who are always refused.
    pub pupils: Option<Mark>,
    /// What marks teaching staff.
    pub teaching: Option<Mark>,
    /// What marks governors.
    pub governors: Option<Mark>,
    /// Whether it may add staff to the register.
    pub adding: Adding,
}

impl Rules {
    /// A provider that settles nothing: everybody needs a code.
    pub fn by_code_only() -> Self {
        Self {
            pin: Pin::Unpinned,
            staff: None,
            pupils: None,
            teaching: None,
            governors: None,
            adding: Adding::Nobody,
        }
    }
}

/// How a person of the register is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// By the e-mail address of the register, capitals aside.
    Email(String),
    /// By the id that the import gave them in the school's directory.
    Directory(String),
}

impl Key {
    /// What it is called that the register has no one for it.
    pub const fn of_no_one(&self) -> NotLetIn {
        match self {
            Self::Directory(_) => NotLetIn::NoSuchId,
            Self::Email(_) => NotLetIn::Unknown,
        }
    }
}

/// What may be done with a person who arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A pupil: always refused.
    Pupil,
    /// Not marked as staff: nothing is settled by itself, a code may.
    NotStaff,
    /// The claim that marks staff was not sent at all: treated as not marked, and said, since the provider may be set
    /// up wrongly.
    StaffUnsaid,
    /// Marked as staff, but the claim that marks pupils was not sent at all: they may be a pupil, so that only a code
    /// settles it.
    PupilUnsaid,
    /// Marked as staff, and known by this key if the register has exactly one such person.
    Known(Key),
    /// Marked as staff, yet nothing the provider says may be believed about who they are: a code may settle it.
    ByCode,
    /// Marked as staff, and what people are known by at this provider did not come: a code may settle it.
    KeyUnsaid,
}

/// The person a school's register has for a key, without words: what the rule of binding asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Whether another account is them already.
    pub taken: OtherAccount,
    /// Whether they sit at a desk or administer, today or at any time to come.
    pub entrusted: HoldsRole,
}

/// The source that says a person has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftBy {
    /// The sign-in that added them stopped marking them as staff: its mark brings the same person back.
    SignIn,
    /// The register, from an import: what a sign-in says does not change that.
    Register,
}

/// Whether another account is a person already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherAccount {
    /// No account yet.
    Free,
    /// Another account: an e-mail address may have passed to a newcomer.
    ByAnother,
}

/// Whether a person has a role: a seat at a desk, or an administrator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldsRole {
    /// Neither.
    No,
    /// At least one: a code is always needed.
    Yes,
}

impl Candidate {
    /// Whether an arrival may be this person by what the provider says alone.
    pub fn binds_by_itself(self) -> bool {
        self.taken == OtherAccount::Free && self.entrusted == HoldsRole::No
    }
}

/// What the provider's claims say of a person who arrives.
pub fn judge(rules: &Rules, claims: &Claims, email: Option<&str>, verified: EmailCheck) -> Verdict {
    let claims = &with_domain(claims, email, verified);
    if rules.pupils.as_ref().is_some_and(|mark| mark.is_on(claims)) {
        return Verdict::Pupil;
    }
    let Some(staff) = &rules.staff else { return Verdict::NotStaff };
    if !staff.is_said(claims) {
        return Verdict::StaffUnsaid;
    }
    if !staff.is_on(claims) {
        return Verdict::NotStaff;
    }
    if rules.pupils.as_ref().is_some_and(|mark| !mark.is_said(claims)) {
        return Verdict::PupilUnsaid;
    }
    match (key(&rules.pin, claims, email, verified), &rules.pin) {
        (Some(key), _) => Verdict::Known(key),
        (None, Pin::Unpinned) => Verdict::ByCode,
        (None, Pin::Google { .. } | Pin::Entra { .. } | Pin::Vouched { .. }) => Verdict::KeyUnsaid,
    }
}

/// Whether the provider says that it checked an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailCheck {
    /// It does.
    Yes,
    /// It does not say so.
    No,
}

fn with_domain(claims: &Claims, email: Option<&str>, verified: EmailCheck) -> Claims {
    let mut claims = claims.clone();
    // A claim of that name from outside would be believed otherwise.
    claims.remove(EMAIL_DOMAIN);
    if let (Some((_, domain)), EmailCheck::Yes) = (email.and_then(|email| email.rsplit_once('@')), verified) {
        claims.insert(EMAIL_DOMAIN.to_owned(), vec![domain.to_ascii_lowercase()]);
    }
    claims
}

fn key(pin: &Pin, claims: &Claims, email: Option<&str>, verified: EmailCheck) -> Option<Key> {
    let only = |claim: &str| match claims.get(claim).map(Vec::as_slice) {
        Some([one]) => Some(one.as_str()),
        Some(_) | None => None,
    };
    match pin {
        Pin::Unpinned => None,
        Pin::Google { domain } => {
            (only("hd") == Some(domain.as_str()) && verified == EmailCheck::Yes).then_some(())?;
            Some(Key::Email(email?.to_lowercase()))
        }
        Pin::Entra { tenant } => {
            (only("tid") == Some(tenant.as_str())).then_some(())?;
            Some(Key::Directory(only("oid")?.to_owned()))
        }
        Pin::Vouched { claim } => Some(Key::Directory(only(claim)?.to_owned())),
    }
}

/// Who an account is in the directory of a school, said by a provider that is pinned to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryIdentity {
    /// In which form it is kept.
    pub document_version: DocumentVersion<1>,
    /// Their id in the directory.
    pub directory_id: String,
    /// The short names of the schools whose directory it is; every school if there are none.
    pub schools: Vec<String>,
}

impl DirectoryIdentity {
    /// Whether it says anything about the people of a school.
    pub fn counts_in(&self, slug: &str) -> bool {
        self.schools.is_empty() || self.schools.iter().any(|school| school == slug)
    }
}

/// The id by which a provider vouches for a person, staff or not. An address is no id: it passes on to newcomers.
pub fn vouched_id(rules: &Rules, claims: &Claims) -> Option<String> {
    match key(&rules.pin, claims, None, EmailCheck::No)? {
        Key::Directory(id) => Some(id),
        Key::Email(_) => None,
    }
}

codes! {
    /// Why a code that serves does not let in the account it was entered with.
    NotTheirs {
        /// The account is another person of that school already.
        IsAnother = "is_another", "This code is for another person. The account you signed in with belongs to another person at that school already. Give the code back to the person who handed it to you: it was not used";
        /// The school's sign-in vouches that the account is another person of that school.
        SaidToBeAnother = "said_to_be_another", "This code is for another person. Your school’s sign-in says that the account you signed in with is not theirs. Give the code back to the person who handed it to you: it was not used";
    }
}

/// Whether an account may become the person a code is for: in one school an account is one person, and a code handed
/// to the wrong one must not make them another person. `is` is who the account is there now, `said` the people the
/// directory's id means there.
pub fn may_become(person: PersonId, is: Option<PersonId>, said: &[PersonId]) -> Result<(), NotTheirs> {
    if is.is_some_and(|is| is != person) {
        return Err(NotTheirs::IsAnother);
    }
    if !said.is_empty() && !said.contains(&person) {
        return Err(NotTheirs::SaidToBeAnother);
    }
    Ok(())
}

/// A one-time code: twelve letters and digits in threes that cannot be mistaken for one another, 60 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: usize = 12;

impl OneTimeCode {
    /// Draws a new one.
    pub fn draw(random: &mut dyn Random) -> Self {
        let mut bytes = [0; LETTERS];
        random.fill(&mut bytes);
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// Reads one as people type it: small letters, blanks and dashes do no harm, nor does an O for a nought.
    pub fn parse(typed: &str) -> Option<Self> {
        let letters: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        let known = letters.bytes().all(|letter| ALPHABET.contains(&letter));
        (letters.len() == LETTERS && known).then_some(Self(letters))
    }

    /// The letters alone, to be hashed.
    pub fn letters(&self) -> &str {
        &self.0
    }

    /// As it is handed over, `7KQ-4M2-XD9-0AB`.
    pub fn as_handed_over(&self) -> String {
        let threes: Vec<&str> = (0..LETTERS).step_by(3).map(|at| &self.0[at..at + 3]).collect();
        threes.join("-")
    }
}

impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode")
    }
}

/// The audiences that claims may set: who rules and documents are meant for, never what a person may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audiences {
    /// Whether they teach.
    pub teaching: bool,
    /// Whether they are a governor.
    pub governor: bool,
}

/// The audiences the claims say, or nothing if the school asked for none.
pub fn audiences(rules: &Rules, claims: &Claims) -> Audiences {
    let on = |mark: &Option<Mark>| mark.as_ref().is_some_and(|mark| mark.is_on(claims));
    Audiences { teaching: on(&rules.teaching), governor: on(&rules.governors) }
}

#[cfg(test)]
mod tests;
