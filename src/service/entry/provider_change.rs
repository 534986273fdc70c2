//! The list of a school that changes its provider: whose each account that waits is by the register, and the two yeses
//! of head and chair that let it in. Each is in the audit log, and told to those it concerns, in one transaction.

use super::account_proof;
use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        entry::{
            first_sign_in::NotLetIn,
            provider_change::{self as rules, ListAnswer, RegisteredAdult, Yes, YesStep},
        },
        kernel::{
            clock::Instant,
            ids::{AccessRequestId, PersonId, Random, SchoolId},
        },
        people::{Desk, Roster, register::offered::is_same_name},
    },
    store::{
        Tx,
        case::duties_changed,
        entry::{
            account_linking,
            accounts::{self, AccountProfile},
            provider_change,
        },
        people::staff,
        record::{audit, outbox},
    },
};
use std::collections::BTreeSet;

pub use crate::store::entry::provider_change::WaitingAccount;

/// An account on the list, with whose it is.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The account.
    pub account: WaitingAccount,
    /// Whose it is by the register.
    pub whose: PersonId,
    /// Their name.
    pub who: String,
    /// Their address.
    pub email: Option<String>,
    /// What each account of theirs shows.
    pub before: Vec<String>,
    /// What a yes of the reader does; none if it is no one's who reads.
    pub step: Option<YesStep>,
}

impl Pair {
    /// Whether the account shows another name than the person has.
    pub fn shows_another_name(&self) -> bool {
        !is_same_name(&self.account.name, &self.who)
    }
}

/// The accounts that wait: those of the list, and of the others why they are not on it.
#[derive(Debug, Clone)]
pub struct AccountList {
    /// The list, by the names the accounts show.
    pub pairs: Vec<Pair>,
    /// The others.
    pub others: Vec<(WaitingAccount, NotLetIn)>,
}

/// The list for the head and the chair; no one else has one.
pub fn list(candour: &Candour, op: &Op) -> Result<AccountList> {
    candour.read(|tx| {
        let roster = staff::roster(tx, op.viewer.school(), op.now)?;
        rules::others_of_the_two(op.viewer.standing(), &roster).ok_or(ServiceError::NotFound)?;
        theirs(tx, op, &roster)
    })
}

fn theirs(tx: &mut Tx<'_>, op: &Op, roster: &Roster) -> Result<AccountList> {
    let school = op.viewer.school();
    let register = provider_change::register(tx, school, op.now)?;
    let adults: Vec<RegisteredAdult> = register.iter().map(|one| one.adult.clone()).collect();
    let mut list = AccountList { pairs: Vec::new(), others: Vec::new() };
    for account in provider_change::waiting(tx, school)? {
        let found = rules::whose(&account.stranger, &adults);
        let adult = found.and_then(|whose| {
            register.iter().find(|one| one.adult.person == whose).ok_or(account.stranger.why)
        });
        match adult {
            Err(why) => list.others.push((account, why)),
            Ok(one) => {
                let whose = one.adult.person;
                let step = rules::say_yes(op.viewer.standing(), whose, account.yes.as_ref(), roster);
                list.pairs.push(Pair {
                    account,
                    whose,
                    who: one.name.clone(),
                    email: one.adult.email.clone(),
                    before: one.accounts.clone(),
                    step,
                });
            }
        }
    }
    Ok(list)
}

/// Tells head and chair that an account came that belongs on their list, if it does.
pub(super) fn tell_of_new(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (issuer, subject): (&str, &str),
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let adults = provider_change::register(tx, school, now)?.into_iter().map(|one| one.adult);
    let adults: Vec<RegisteredAdult> = adults.collect();
    let is_it = |one: &WaitingAccount| one.stranger.issuer == issuer && one.subject == subject;
    let account = provider_change::waiting(tx, school)?.into_iter().find(is_it);
    if account.is_some_and(|account| rules::whose(&account.stranger, &adults).is_ok()) {
        let roster = staff::roster(tx, school, now)?;
        let both: BTreeSet<PersonId> =
            [Desk::Head, Desk::Chair].into_iter().flat_map(|desk| roster.holders(desk)).collect();
        for person in both {
            outbox::ask(tx, (school, person), now, random)?;
        }
    }
    Ok(())
}

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListOutcome {
    /// It was recorded.
    Recorded,
    /// Nothing was done: one of these accounts is not on the list any more, or is another person's by now.
    Changed,
}

/// Takes what the head or the chair says of accounts of the list, each as the page showed whose it is. An account to
/// which both said yes is let in, and opens what is its person's.
pub fn answer(
    candour: &Candour,
    op: &Op,
    ticked: &[(AccessRequestId, PersonId)],
    answer: ListAnswer,
    random: &mut dyn Random,
) -> Result<ListOutcome> {
    candour.write(|tx| {
        let school = op.viewer.school();
        // Roles stay as they are meanwhile, the two answer one after the other, and so does whoever takes one's account
        // away.
        duties_changed::hold(tx, school)?;
        if !accounts::is_still_in(tx, &op.viewer)? {
            return Err(ServiceError::NotFound);
        }
        let roster = staff::roster(tx, school, op.now)?;
        let others = rules::others_of_the_two(op.viewer.standing(), &roster).ok_or(ServiceError::NotFound)?;
        let pairs = theirs(tx, op, &roster)?.pairs;
        let is_it = |pair: &&Pair| ticked.contains(&(pair.account.id, pair.whose));
        let chosen: Vec<&Pair> = pairs.iter().filter(is_it).collect();
        let asked: BTreeSet<AccessRequestId> = ticked.iter().map(|(id, _)| *id).collect();
        if chosen.len() != asked.len() {
            return Ok(ListOutcome::Changed);
        }
        let mut is_asked = false;
        for pair in chosen {
            match answer {
                ListAnswer::Confirm => is_asked |= confirm(tx, op, pair, random)? == YesStep::First,
                ListAnswer::Remove => {
                    account_linking::dismiss(tx, &op.viewer, pair.account.id)?;
                    let facts = [SchoolFact::Person(pair.whose)];
                    audit::write_school_act(tx, &op.viewer, SchoolAct::DismissedSignIn, &facts)?;
                }
            }
        }
        if is_asked {
            for person in others {
                outbox::ask(tx, (school, person), op.now, random)?;
            }
        }
        Ok(ListOutcome::Recorded)
    })
}

fn confirm(tx: &mut Tx<'_>, op: &Op, pair: &Pair, random: &mut dyn Random) -> Result<YesStep> {
    let step = pair.step.ok_or(ServiceError::NotFound)?;
    match step {
        YesStep::Again => {}
        YesStep::First => {
            provider_change::keep_yes(tx, &op.viewer, pair.account.id, pair.whose)?;
            let facts = [SchoolFact::Person(pair.whose)];
            audit::write_school_act(tx, &op.viewer, SchoolAct::ProposedAccount, &facts)?;
        }
        YesStep::Second => let_in(tx, op, pair, random)?,
    }
    Ok(step)
}

fn let_in(tx: &mut Tx<'_>, op: &Op, pair: &Pair, random: &mut dyn Random) -> Result<()> {
    let Pair { account: waiting, whose, .. } = pair;
    let (school, now) = (op.viewer.school(), op.now);
    let who = (waiting.stranger.issuer.as_str(), waiting.subject.as_str());
    let account = account_linking::account(tx, who, &waiting.name, now, random)?;
    let profile = AccountProfile {
        name: &waiting.name,
        email: waiting.email.as_deref(),
        provider: &waiting.provider,
        // Its next sign-in says it anew.
        vouched: None,
    };
    accounts::set_profile(tx, account, &profile)?;
    let let_in = account_linking::bind_listed(tx, school, account, *whose, now)?;
    account_proof::tell_of_new(tx, (school, *whose), (account, let_in), now, random)?;
    let first = waiting.yes.as_ref().map(|yes: &Yes| SchoolFact::ProposedBy(yes.by));
    let facts: Vec<SchoolFact> =
        [SchoolFact::Person(*whose), SchoolFact::Account(account)].into_iter().chain(first).collect();
    Ok(audit::write_school_act(tx, &op.viewer, SchoolAct::ConfirmedAccount, &facts)?)
}
