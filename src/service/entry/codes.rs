//! One-time codes: made, handed over in person, entered; and the people who need one.

use super::{
    account_proof::tell_of_new,
    sign_in::{SessionStart, hash, start},
};
use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        entry::{
            account_proof::LetIn,
            first_sign_in::{DirectoryIdentity, NotTheirs, OneTimeCode},
            session::CODE_TRIES,
        },
        kernel::{
            clock::Instant,
            ids::{AccessRequestId, AccountId, PersonId, Random, SchoolId},
        },
        people::{duty, register::choosing::ToChoose},
    },
    store::{
        StoreError, Tx, Viewer,
        entry::{
            account_linking::{self, AccessRequest},
            accounts::{self, AccountProfile},
            codes::{self, ValidCode},
            pending_sign_ins,
            sessions::{self, SignInContext},
        },
        people::staff,
        record::{audit, paces},
    },
};

/// What a person says of a code they entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityAnswer {
    /// Nothing yet: they are told whom it is for, and asked.
    Nothing,
    /// It is for them.
    ThatIsMe,
}

/// Whom a code is for: shown to the person who holds it, and asked, before it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForWhom {
    /// The person's name.
    pub name: String,
    /// Their school.
    pub school: String,
    /// The name of the account it was entered with.
    pub account: String,
}

/// What came of a code entered with a pending sign-in.
#[derive(Debug)]
pub enum CodeEntered {
    /// It serves, and they are asked whether they are the person it is for. Nothing was used.
    Asks(ForWhom),
    /// It was right, and this is their session.
    In(SessionStart),
    /// It was not a code that serves.
    Wrong,
    /// It serves, and is for another person. Nothing was used.
    NotTheirs(NotTheirs),
    /// They tried too often, or waited too long: they have to sign in again first.
    TooLate,
}

/// What came of a code entered by a person signed in.
#[derive(Debug)]
pub enum CodeConfirmed {
    /// It serves, and they are asked whether they are the person it is for. Nothing was used.
    Asks(ForWhom),
    /// It was right, and they are its person in this school.
    In(SchoolId),
    /// It was not a code that serves.
    Wrong,
    /// It serves, and is for another person. Nothing was used.
    NotTheirs(NotTheirs),
    /// They tried too often: even a code that serves is not looked at for now.
    TooOften,
}

/// Receives a one-time code for a pending sign-in.
pub fn enter_code(
    candour: &Candour,
    (token, typed, said): (&str, &str, IdentityAnswer),
    device: &str,
    now: Instant,
    random: &mut dyn Random,
) -> Result<CodeEntered> {
    let waiting = hash(token);
    candour.write(|tx| {
        let pending = match pending_sign_ins::of_token(tx, &waiting, now) {
            Ok(pending) => pending,
            Err(StoreError::NotFound) => return Ok(CodeEntered::TooLate),
            Err(other) => return Err(other.into()),
        };
        let known = sessions::account(tx, &pending.issuer, &pending.subject)?;
        let code = match check_code(tx, typed, (known, pending.vouched.as_ref()), None, now)? {
            CodeCheck::Good(code) => code,
            CodeCheck::Wrong => {
                pending_sign_ins::wrong_code(tx, &waiting)?;
                return Ok(CodeEntered::Wrong);
            }
            CodeCheck::NotTheirs(why) => return Ok(CodeEntered::NotTheirs(why)),
        };
        if said == IdentityAnswer::Nothing {
            return Ok(CodeEntered::Asks(for_whom(code, pending.name)));
        }
        let who = (pending.issuer.as_str(), pending.subject.as_str());
        let account = account_linking::account(tx, who, &pending.name, now, random)?;
        let profile = AccountProfile {
            name: &pending.name,
            email: pending.email.as_deref(),
            provider: &pending.provider,
            vouched: pending.vouched.as_ref(),
        };
        accounts::set_profile(tx, account, &profile)?;
        spend_and_tell(tx, &code, (account, None), now, random)?;
        let places = sessions::places(tx, account)?;
        let place = places.iter().find(|place| (place.school, place.person) == (code.school, code.person));
        let place = place.ok_or(ServiceError::NotFound)?;
        pending_sign_ins::remove(tx, &waiting)?;
        let context = SignInContext {
            provider_session: pending.provider_session.as_deref(),
            id_token: pending.id_token.as_deref(),
            device,
            fresh_at: None,
        };
        let token = start(tx, account, place, (&pending.provider, context), now, random)?;
        Ok(CodeEntered::In(SessionStart { token, return_to: pending.return_to }))
    })
}

/// Receives a one-time code from a person signed in: a role of theirs waits for it, or another school. How many wrong ones
/// an account may enter is counted over all its sessions.
pub fn confirm_with_code(
    candour: &Candour,
    op: &Op,
    (typed, said): (&str, IdentityAnswer),
    random: &mut dyn Random,
) -> Result<CodeConfirmed> {
    candour.write(|tx| {
        let account = op.viewer.account();
        if paces::count_code(tx, account, op.now)? > CODE_TRIES {
            return Ok(CodeConfirmed::TooOften);
        }
        let (name, vouched) = accounts::profile(tx, account)?;
        let known = (Some(account), vouched.as_ref());
        let code = match check_code(tx, typed, known, Some(&op.viewer), op.now)? {
            CodeCheck::Good(code) => code,
            CodeCheck::Wrong => return Ok(CodeConfirmed::Wrong),
            CodeCheck::NotTheirs(why) => return Ok(CodeConfirmed::NotTheirs(why)),
        };
        paces::take_code_back(tx, account)?;
        if said == IdentityAnswer::Nothing {
            return Ok(CodeConfirmed::Asks(for_whom(code, name)));
        }
        spend_and_tell(tx, &code, (account, Some(&op.viewer)), op.now, random)?;
        Ok(CodeConfirmed::In(code.school))
    })
}

fn for_whom(code: ValidCode, account: String) -> ForWhom {
    ForWhom { name: code.name, school: code.school_name, account }
}

/// A code as it was entered, checked without using it.
enum CodeCheck {
    Good(ValidCode),
    Wrong,
    NotTheirs(NotTheirs),
}

fn check_code(
    tx: &mut Tx<'_>,
    typed: &str,
    (account, vouched): (Option<AccountId>, Option<&DirectoryIdentity>),
    signed_in: Option<&Viewer>,
    now: Instant,
) -> Result<CodeCheck> {
    let Some(typed) = OneTimeCode::parse(typed) else { return Ok(CodeCheck::Wrong) };
    let code = match codes::find(tx, &hash(typed.letters()), now) {
        Ok(code) => code,
        Err(StoreError::NotFound) => return Ok(CodeCheck::Wrong),
        Err(other) => return Err(other.into()),
    };
    Ok(match codes::may_let_in(tx, &code, account, vouched)? {
        Ok(()) => CodeCheck::Good(code),
        Err(why) => {
            // Its maker can learn that it came into other hands.
            let facts = [SchoolFact::Person(code.person)];
            let no_one = (code.school, None);
            audit::write_act_in(tx, no_one, signed_in, now, SchoolAct::RefusedCode, &facts)?;
            CodeCheck::NotTheirs(why)
        }
    })
}

/// Uses a code, records that in the audit log, and tells those whom it concerns: no one else would notice another
/// account in a person's name.
fn spend_and_tell(
    tx: &mut Tx<'_>,
    code: &ValidCode,
    (account, signed_in): (AccountId, Option<&Viewer>),
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    match spend(tx, code, (account, signed_in), now)? {
        Some(let_in) => tell_of_new(tx, (code.school, code.person), (account, let_in), now, random),
        None => Ok(()),
    }
}

fn spend(
    tx: &mut Tx<'_>,
    code: &ValidCode,
    (account, signed_in): (AccountId, Option<&Viewer>),
    now: Instant,
) -> Result<Option<LetIn>> {
    let (school, person) = (code.school, code.person);
    let let_in = codes::use_up(tx, code, account, now)?;
    let facts = [SchoolFact::Person(person), SchoolFact::Account(account)];
    let they = (school, Some(person));
    audit::write_act_in(tx, they, signed_in, now, SchoolAct::EnteredCode, &facts)?;
    Ok(let_in)
}

/// Makes a code for an adult of the viewer's school, to be handed over in person: never for a pupil. The rule of roles
/// says who may; the code is shown once and stored nowhere.
pub fn make_code(
    candour: &Candour,
    op: &Op,
    person: PersonId,
    random: &mut dyn Random,
) -> Result<(OneTimeCode, Instant)> {
    candour.write(|tx| {
        let school = op.viewer.school();
        let kinds = staff::duties_of(tx, school, person, op.now)?;
        let (seats, offices) = staff::split(&kinds);
        duty::may_hand_over_code(op.viewer.standing(), person, &seats, &offices)?;
        if !staff::adults(tx, school)?.iter().any(|adult| adult.id == person) {
            return Err(ServiceError::NotFound);
        }
        let code = OneTimeCode::draw(random);
        let made_by = Some(op.viewer.person());
        let ends_at = codes::make_code(tx, (school, person), &hash(code.letters()), made_by, op.now, random)?;
        let facts = [SchoolFact::Person(person)];
        audit::write_school_act(tx, &op.viewer, SchoolAct::MadeCode, &facts)?;
        Ok((code, ends_at))
    })
}

/// Makes a code and enters it at once, as two people do who sit beside one another: for the past of the
/// demonstration, whose people are bound the way a school's are.
pub fn hand_over_and_enter(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    account: AccountId,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let code = OneTimeCode::draw(random);
    codes::make_code(tx, (school, person), &hash(code.letters()), None, now, random)?;
    let code = codes::find(tx, &hash(code.letters()), now)?;
    spend(tx, &code, (account, None), now).map(drop)
}

/// What a person who handles access requests sees.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The sign-ins at the school that are not let in yet, the latest first.
    pub requests: Vec<AccessRequest>,
    /// The adults of its register, for whom a code may be made, by name.
    pub adults: Vec<ToChoose>,
}

/// The access requests of the viewer's school, and for whom a code may be made.
pub fn who_waits(candour: &Candour, op: &Op) -> Result<Waiting> {
    candour.read(|tx| {
        let adults = staff::adults_to_choose(tx, &op.viewer)?;
        Ok(Waiting { requests: account_linking::waiting(tx, &op.viewer)?, adults })
    })
}

/// Dismisses an access request, and records that in the audit log.
pub fn dismiss(candour: &Candour, op: &Op, id: AccessRequestId) -> Result<()> {
    candour.write(|tx| {
        account_linking::dismiss(tx, &op.viewer, id)?;
        Ok(audit::write_school_act(tx, &op.viewer, SchoolAct::DismissedSignIn, &[])?)
    })
}
