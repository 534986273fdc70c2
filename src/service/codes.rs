//! One-time codes: made, handed over in person, entered; and who waits for one.

use super::{
    Op, Result, ServiceError,
    sign_in::{Opened, hash, start},
};
use crate::{
    domain::{
        arrival::OneTimeCode,
        case::Detail,
        clock::Instant,
        duty,
        ids::{AccountId, ArrivalId, PersonId, Random, SchoolId},
    },
    store::{
        Db, StoreError, Tx,
        arrivals::{self, Arrival},
        knocks,
        sessions::{self, Came},
        staff, trail,
    },
};

/// What came of a code.
#[derive(Debug)]
pub enum CodeEntered {
    /// It was right, and this is their session.
    In(Opened),
    /// It was not a code that serves.
    Wrong,
    /// They tried too often, or waited too long: they have to sign in again first.
    TooLate,
}

/// Takes a one-time code from somebody who waits outside.
pub fn enter_code(
    db: &Db,
    (token, typed): (&str, &str),
    device: &str,
    now: Instant,
    random: &mut dyn Random,
) -> Result<CodeEntered> {
    let waiting = hash(token);
    db.write(|tx| {
        let knock = match knocks::who_knocked(tx, &waiting, now) {
            Ok(knock) => knock,
            Err(StoreError::NotFound) => return Ok(CodeEntered::TooLate),
            Err(other) => return Err(other.into()),
        };
        let who = (knock.issuer.as_str(), knock.subject.as_str());
        let account = arrivals::account(tx, who, &knock.name, now, random)?;
        let Some((school, person)) = spend(tx, typed, account, now)? else {
            knocks::wrong_code(tx, &waiting)?;
            return Ok(CodeEntered::Wrong);
        };
        let places = sessions::places(tx, account)?;
        let place = places.iter().find(|place| (place.school, place.person) == (school, person));
        let place = place.ok_or(ServiceError::NotFound)?;
        knocks::come_in(tx, &waiting)?;
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

/// Takes a one-time code from somebody signed in whose duty waits for it. Whether it served.
pub fn confirm_with_code(db: &Db, op: &Op, typed: &str) -> Result<bool> {
    db.write(|tx| {
        let spent = spend(tx, typed, op.viewer.account(), op.now)?;
        Ok(spent.is_some())
    })
}

/// Uses a code, if it is one that serves, and keeps on the trail that it was used.
fn spend(
    tx: &mut Tx<'_>,
    typed: &str,
    account: AccountId,
    now: Instant,
) -> Result<Option<(SchoolId, PersonId)>> {
    let Some(code) = OneTimeCode::parse(typed) else { return Ok(None) };
    let used = tx.attempt(|tx| arrivals::use_code(tx, &hash(code.letters()), account, now));
    match used {
        Ok((school, person)) => {
            let facts = vec![("Person".to_owned(), Detail::Person(person))];
            trail::write_act_without_viewer(tx, school, Some(person), now, "entered_code", facts)?;
            Ok(Some((school, person)))
        }
        Err(StoreError::NotFound | StoreError::Duplicate) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Makes a code for somebody of the viewer's school, to be handed over in person. Who may, the rule of duties says; the
/// code is shown once and kept nowhere.
pub fn make_code(
    db: &Db,
    op: &Op,
    person: PersonId,
    random: &mut dyn Random,
) -> Result<(OneTimeCode, Instant)> {
    db.write(|tx| {
        let school = op.viewer.school();
        let kinds = staff::duties_of(tx, school, person, op.now)?;
        let (seats, offices) = staff::split(&kinds);
        duty::may_hand_over_code(op.viewer.standing(), person, &seats, &offices)?;
        if !staff::are_current(tx, &op.viewer, &[person].into_iter().collect())? {
            return Err(ServiceError::NotFound);
        }
        let code = OneTimeCode::draw(random);
        let made_by = Some(op.viewer.person());
        let ends_at =
            arrivals::make_code(tx, (school, person), &hash(code.letters()), made_by, op.now, random)?;
        let facts = vec![("Person".to_owned(), Detail::Person(person))];
        trail::write_school_act(tx, &op.viewer, "made_code", facts)?;
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
    arrivals::make_code(tx, (school, person), &hash(code.letters()), None, now, random)?;
    match spend(tx, &code.as_handed_over(), account, now)? {
        Some(_) => Ok(()),
        None => Err(ServiceError::NotFound),
    }
}

/// What somebody who lets people in sees.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Who knocked at the school and is not in yet, the latest first.
    pub arrivals: Vec<Arrival>,
    /// The adults of its register, for whom a code may be made, by name.
    pub adults: Vec<staff::Person>,
}

/// Who waits at the viewer's school, and for whom a code may be made.
pub fn who_waits(db: &Db, op: &Op) -> Result<Waiting> {
    db.read(|tx| {
        let adults = staff::adults(tx, op.viewer.school())?;
        Ok(Waiting { arrivals: arrivals::waiting(tx, &op.viewer)?, adults })
    })
}

/// Takes somebody off the list of those who wait, and keeps on the trail that it was done.
pub fn dismiss(db: &Db, op: &Op, arrival: ArrivalId) -> Result<()> {
    db.write(|tx| {
        arrivals::dismiss(tx, &op.viewer, arrival)?;
        Ok(trail::write_school_act(tx, &op.viewer, "dismissed_arrival", Vec::new())?)
    })
}
