//! People who come through the school's sign-in for the first time, and what their provider's word settles by
//! itself: whose account it is, or why it waits.

use super::{
    account_proof::tell_of_new,
    sign_in::{FirstSignIn, shown_name},
};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        entry::first_sign_in::{Adding, HoldsRole, Key, LeftBy, NotLetIn},
        kernel::{
            clock::Instant,
            ids::{AccountId, PersonId, Random, SchoolId},
        },
        people::PersonKind,
    },
    service::{Result, people::renaming},
    sso::client::Identity,
    store::{
        Tx,
        entry::{
            account_linking::{self, KeyHolder},
            accounts, sessions,
        },
        people::{reactivation, staff},
        record::audit,
    },
};

/// Binds a new account in each school whose rules allow it, and says of each of the others why not.
pub(super) fn bind_what_is_new(
    tx: &mut Tx<'_>,
    first_sign_in: &FirstSignIn<'_>,
    schools: &[SchoolId],
    key: &Key,
    now: Instant,
    random: &mut dyn Random,
) -> Result<Vec<(SchoolId, NotLetIn)>> {
    let FirstSignIn { identity, provider, .. } = first_sign_in;
    let (name, who) = (shown_name(identity), (identity.issuer.as_str(), identity.subject.as_str()));
    let account = sessions::account(tx, who.0, who.1)?;
    let bound: Vec<SchoolId> = match account {
        Some(account) => sessions::places(tx, account)?.into_iter().map(|place| place.school).collect(),
        None => Vec::new(),
    };
    let mut waits = Vec::new();
    for school in schools.iter().filter(|school| !bound.contains(school)) {
        // No one said in which of several schools a newcomer works.
        let adding = if schools.len() == 1 { provider.rules.adding } else { Adding::Nobody };
        let (person, account, how) =
            match newcomer(tx, first_sign_in, (*school, adding), account, key, now, random)? {
                Newcomer::Waits(why) => {
                    waits.push((*school, why));
                    continue;
                }
                Newcomer::Back(account, person) => {
                    reactivation::is_back(tx, *school, (account, person), now)?;
                    (person, account, SchoolAct::BackBySignIn)
                }
                Newcomer::Is(person) => {
                    let account = account_linking::account(tx, who, &name, now, random)?;
                    let let_in = account_linking::bind_vouched(tx, *school, account, person, now)?;
                    tell_of_new(tx, (*school, person), (account, let_in), now, random)?;
                    (person, account, SchoolAct::BoundBySignIn)
                }
            };
        let facts = [SchoolFact::Person(person), SchoolFact::Account(account)];
        audit::write_act_without_viewer(tx, *school, Some(person), now, how, &facts)?;
    }
    Ok(waits)
}

/// Whom a new account may belong to in a school.
enum Newcomer {
    /// This person of the register, just added or there before.
    Is(PersonId),
    /// The account and person are as before, and the provider had deactivated them.
    Back(AccountId, PersonId),
    /// No one by the provider's word alone.
    Waits(NotLetIn),
}

fn newcomer(
    tx: &mut Tx<'_>,
    first_sign_in: &FirstSignIn<'_>,
    (school, adding): (SchoolId, Adding),
    account: Option<AccountId>,
    key: &Key,
    now: Instant,
    random: &mut dyn Random,
) -> Result<Newcomer> {
    let (identity, name) = (first_sign_in.identity, shown_name(first_sign_in.identity));
    if let Some(account) = account {
        match reactivation::was_once(tx, school, account, &identity.issuer)? {
            Some((person, LeftBy::SignIn)) => return Ok(Newcomer::Back(account, person)),
            Some((_, LeftBy::Register)) => return Ok(Newcomer::Waits(NotLetIn::Left)),
            None => {}
        }
    }
    let shown = (name.as_str(), identity.email.as_deref());
    Ok(match account_linking::candidate(tx, school, (key, account), now)? {
        KeyHolder::Several => Newcomer::Waits(NotLetIn::Several),
        KeyHolder::One(person, _) if accounts::was_taken_away(tx, school, account, person)? => {
            Newcomer::Waits(NotLetIn::Removed)
        }
        KeyHolder::One(person, candidate) if candidate.binds_by_itself() => Newcomer::Is(person),
        KeyHolder::One(_, candidate) => Newcomer::Waits(match candidate.entrusted {
            HoldsRole::Yes => NotLetIn::HasRole,
            HoldsRole::No => NotLetIn::Taken,
        }),
        KeyHolder::No if account_linking::may_be_there_already(tx, school, shown, &identity.issuer)? => {
            Newcomer::Waits(NotLetIn::PerhapsThere)
        }
        KeyHolder::No if reactivation::has_left(tx, school, key, &name)? => Newcomer::Waits(NotLetIn::Left),
        KeyHolder::No => match adding {
            // A name that means a person with a role takes two people, who add them under People.
            Adding::Staff if renaming::takes_two_to_add(tx, school, &name, now)? => {
                Newcomer::Waits(NotLetIn::NameOfRole)
            }
            Adding::Staff => Newcomer::Is(add_staff(tx, school, identity, key, now, random)?),
            Adding::Nobody => Newcomer::Waits(key.of_no_one()),
        },
    })
}

fn add_staff(
    tx: &mut Tx<'_>,
    school: SchoolId,
    identity: &Identity,
    key: &Key,
    now: Instant,
    random: &mut dyn Random,
) -> Result<PersonId> {
    let id = PersonId::draw(now, random);
    let person = staff::Person {
        id,
        kind: PersonKind::Staff,
        name: shown_name(identity),
        year_group: None,
        post: None,
        email: identity.email.clone().filter(|_| identity.email_verified),
    };
    staff::add_people(tx, school, &[person], now)?;
    let directory_id = match key {
        Key::Directory(id) => Some(id.as_str()),
        Key::Email(_) => None,
    };
    account_linking::added_by(tx, (school, id), &identity.issuer, directory_id)?;
    Ok(id)
}
