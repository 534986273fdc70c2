//! One-time codes: made, handed over in person, entered; and who waits for one.

use super::sign_in::{Opened, hash, start};
use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        entry::first_sign_in::{NotTheirs, OneTimeCode, Vouched},
        kernel::{
            audit::{SchoolAct, SchoolFact},
            clock::Instant,
            ids::{AccessRequestId, AccountId, PersonId, Random, SchoolId},
        },
        people::duty,
    },
    store::{
        StoreError, Tx,
        entry::{
            account_linking::{self, AccessRequest},
            accounts::{self, Shows},
            codes::{self, Became, Good},
            pending_sign_ins,
            sessions::{self, Came},
        },
        people::{duties, staff},
        record::{audit, outbox},
    },
};

/// What somebody says of a code they entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Nothing yet: they are told whom it is for, and asked.
    Nothing,
    /// It is for them.
    ThatIsMe,
}

/// Whom a code is for: shown to whoever holds it, and asked, before it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForWhom {
    /// The person's name.
    pub name: String,
    /// Their school.
    pub school: String,
    /// The name of the account it was entered with.
    pub account: String,
}

/// What came of a code entered outside.
#[derive(Debug)]
pub enum CodeEntered {
    /// It serves, and they are asked whether they are the person it is for. Nothing was used.
    Asks(ForWhom),
    /// It was right, and this is their session.
    In(Opened),
    /// It was not a code that serves.
    Wrong,
    /// It serves, and is for somebody else. Nothing was used.
    NotTheirs(NotTheirs),
    /// They tried too often, or waited too long: they have to sign in again first.
    TooLate,
}

/// What came of a code entered by somebody signed in.
#[derive(Debug)]
pub enum CodeConfirmed {
    /// It serves, and they are asked whether they are the person it is for. Nothing was used.
    Asks(ForWhom),
    /// It was right, and they are its person in this school.
    In(SchoolId),
    /// It was not a code that serves.
    Wrong,
    /// It serves, and is for somebody else. Nothing was used.
    NotTheirs(NotTheirs),
}

/// Takes a one-time code from somebody who waits outside.
pub fn enter_code(
    candour: &Candour,
    (token, typed, said): (&str, &str, Said),
    device: &str,
    now: Instant,
    random: &mut dyn Random,
) -> Result<CodeEntered> {
    let waiting = hash(token);
    candour.write(|tx| {
        let knock = match pending_sign_ins::of_token(tx, &waiting, now) {
            Ok(knock) => knock,
            Err(StoreError::NotFound) => return Ok(CodeEntered::TooLate),
            Err(other) => return Err(other.into()),
        };
        let known = sessions::account(tx, &knock.issuer, &knock.subject)?;
        let code = match weigh(tx, typed, (known, knock.vouched.as_ref()), now)? {
            Weighed::Good(code) => code,
            Weighed::Wrong => {
                pending_sign_ins::wrong_code(tx, &waiting)?;
                return Ok(CodeEntered::Wrong);
            }
            Weighed::NotTheirs(why) => return Ok(CodeEntered::NotTheirs(why)),
        };
        if said == Said::Nothing {
            return Ok(CodeEntered::Asks(for_whom(code, knock.name)));
        }
        let who = (knock.issuer.as_str(), knock.subject.as_str());
        let account = account_linking::account(tx, who, &knock.name, now, random)?;
        let shows = Shows {
            name: &knock.name,
            email: knock.email.as_deref(),
            provider: &knock.provider,
            vouched: knock.vouched.as_ref(),
        };
        accounts::show(tx, account, &shows)?;
        spend(tx, &code, account, now, random)?;
        let places = sessions::places(tx, account)?;
        let place = places.iter().find(|place| (place.school, place.person) == (code.school, code.person));
        let place = place.ok_or(ServiceError::NotFound)?;
        pending_sign_ins::come_in(tx, &waiting)?;
        let came = Came {
            provider_session: knock.provider_session.as_deref(),
            id_token: knock.id_token.as_deref(),
            device,
            fresh_at: None,
        };
        let token = start(tx, account, place, (&knock.provider, came), now, random)?;
        Ok(CodeEntered::In(Opened { token, return_to: knock.return_to }))
    })
}

/// Takes a one-time code from somebody signed in: a duty of theirs waits for it, or another school.
pub fn confirm_with_code(
    candour: &Candour,
    op: &Op,
    (typed, said): (&str, Said),
    random: &mut dyn Random,
) -> Result<CodeConfirmed> {
    candour.write(|tx| {
        let account = op.viewer.account();
        let (name, vouched) = accounts::shown(tx, account)?;
        let code = match weigh(tx, typed, (Some(account), vouched.as_ref()), op.now)? {
            Weighed::Good(code) => code,
            Weighed::Wrong => return Ok(CodeConfirmed::Wrong),
            Weighed::NotTheirs(why) => return Ok(CodeConfirmed::NotTheirs(why)),
        };
        if said == Said::Nothing {
            return Ok(CodeConfirmed::Asks(for_whom(code, name)));
        }
        spend(tx, &code, account, op.now, random)?;
        Ok(CodeConfirmed::In(code.school))
    })
}

fn for_whom(code: Good, account: String) -> ForWhom {
    ForWhom { name: code.name, school: code.school_name, account }
}

/// A code as it was entered, looked at without using it.
enum Weighed {
    Good(Good),
    Wrong,
    NotTheirs(NotTheirs),
}

fn weigh(
    tx: &mut Tx<'_>,
    typed: &str,
    (account, vouched): (Option<AccountId>, Option<&Vouched>),
    now: Instant,
) -> Result<Weighed> {
    let Some(typed) = OneTimeCode::parse(typed) else { return Ok(Weighed::Wrong) };
    let code = match codes::find(tx, &hash(typed.letters()), now) {
        Ok(code) => code,
        Err(StoreError::NotFound) => return Ok(Weighed::Wrong),
        Err(other) => return Err(other.into()),
    };
    Ok(match codes::may_let_in(tx, &code, account, vouched)? {
        Ok(()) => Weighed::Good(code),
        Err(why) => {
            // Whoever made it can learn that it came into other hands.
            let facts = [SchoolFact::Person(code.person)];
            audit::write_act_without_viewer(tx, code.school, None, now, SchoolAct::RefusedCode, &facts)?;
            Weighed::NotTheirs(why)
        }
    })
}

/// Uses a code, and keeps in the audit log that it was used. Somebody with a duty is told where it let in another account as
/// them: nobody else would notice one in their name.
fn spend(
    tx: &mut Tx<'_>,
    code: &Good,
    account: AccountId,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let (school, person) = (code.school, code.person);
    let became = codes::use_up(tx, code, account, now)?;
    if became == Became::Another && !staff::duties_of(tx, school, person, now)?.is_empty() {
        duties::tell(tx, school, &[person].into_iter().collect(), now)?;
        outbox::ask(tx, (school, person), now, random)?;
    }
    let facts = [SchoolFact::Person(code.person)];
    Ok(audit::write_act_without_viewer(
        tx,
        code.school,
        Some(code.person),
        now,
        SchoolAct::EnteredCode,
        &facts,
    )?)
}

/// Makes a code for somebody of the viewer's school, to be handed over in person. Who may, the rule of duties says; the
/// code is shown once and kept nowhere.
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
        if !staff::are_current(tx, &op.viewer, &[person].into_iter().collect())? {
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

/// Makes a code and enters it at once, as two people do who sit beside one another: for the past of the demonstration,
/// whose people are bound the way a school's are.
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
    spend(tx, &code, account, now, random)
}

/// What somebody who lets people in sees.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Who knocked at the school and is not in yet, the latest first.
    pub requests: Vec<AccessRequest>,
    /// The adults of its register, for whom a code may be made, by name.
    pub adults: Vec<staff::Person>,
}

/// Who waits at the viewer's school, and for whom a code may be made.
pub fn who_waits(candour: &Candour, op: &Op) -> Result<Waiting> {
    candour.read(|tx| {
        let adults = staff::adults(tx, op.viewer.school())?;
        Ok(Waiting { requests: account_linking::waiting(tx, &op.viewer)?, adults })
    })
}

/// Takes somebody off the list of those who wait, and keeps in the audit log that it was done.
pub fn dismiss(candour: &Candour, op: &Op, arrival: AccessRequestId) -> Result<()> {
    candour.write(|tx| {
        account_linking::dismiss(tx, &op.viewer, arrival)?;
        Ok(audit::write_school_act(tx, &op.viewer, SchoolAct::DismissedSignIn, &[])?)
    })
}
