//! The reader and the instant: made only when a session is resumed. Work that no reader asks for has a
//! [`Steward`](crate::store::case::steward::Steward) instead.

use crate::domain::{
    entry::{account_proof::AccountProof, session::FRESH},
    kernel::{
        clock::{Calendar, Instant},
        ids::{AccountId, PersonId, SchoolId, SessionId},
    },
    people::{Desk, Office, PersonKind, Seat, Standing},
    school::settings::Editions,
};
use std::sync::Arc;

/// A person signed in, in one school, at one instant: the school the session is in, or the one whose page a form in hand is
/// of. Its fields are private: nothing outside the store can
/// make one.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub(in crate::store) standing: Standing,
    pub(in crate::store) account: AccountId,
    pub(in crate::store) session: SessionId,
    pub(in crate::store) proof: AccountProof,
    pub(in crate::store) kind: PersonKind,
    pub(in crate::store) name: String,
    pub(in crate::store) school_name: String,
    pub(in crate::store) editions: Arc<Editions>,
    pub(in crate::store) calendar: Arc<Calendar>,
    pub(in crate::store) csrf: String,
    pub(in crate::store) started_at: Instant,
    pub(in crate::store) last_seen: Instant,
    pub(in crate::store) fresh_at: Option<Instant>,
    pub(in crate::store) waits_for_code: bool,
    pub(in crate::store) has_duty_news: bool,
    pub(in crate::store) works_elsewhere: bool,
    pub(in crate::store) accounts_wait: bool,
}

impl Viewer {
    /// The plain data that policy reasons over.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }
    /// The school.
    pub fn school(&self) -> SchoolId {
        self.standing.school
    }
    /// The person.
    pub fn person(&self) -> PersonId {
        self.standing.person
    }
    /// The account signed in.
    pub fn account(&self) -> AccountId {
        self.account
    }
    /// The session.
    pub fn session(&self) -> SessionId {
        self.session
    }
    /// Whether their account is proven to be theirs. Until it is they have no role, read no case, and of their own
    /// reports and drafts only what this account wrote.
    pub fn proof(&self) -> AccountProof {
        self.proof
    }
    /// Their kind in the register.
    pub fn kind(&self) -> PersonKind {
        self.kind
    }
    /// The person's name, for the header.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The school's name, for the header.
    pub fn school_name(&self) -> &str {
        &self.school_name
    }
    /// The school's rules, at every instant, as they stood when the request came.
    pub fn editions(&self) -> &Arc<Editions> {
        &self.editions
    }
    /// The school's calendar, as it stood when the request came.
    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }
    /// The session's secret for forms.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }
    /// How long ago the session was last noted as in use.
    pub fn unnoted_for(&self) -> chrono::TimeDelta {
        self.standing.at - self.last_seen
    }

    /// Whether the person signed in just now, not only at some time today.
    pub fn is_fresh(&self) -> bool {
        self.fresh_at.is_some_and(|at| self.standing.at - at < FRESH)
    }

    /// Whether they have a role that begins to count once they entered a one-time code.
    pub fn waits_for_code(&self) -> bool {
        self.waits_for_code
    }

    /// Whether roles changed that concern them, and they have not looked since.
    pub fn has_duty_news(&self) -> bool {
        self.has_duty_news
    }

    /// Whether the account belongs to a person in another school too: only then is there a school to change
    /// to.
    pub fn works_elsewhere(&self) -> bool {
        self.works_elsewhere
    }

    /// Whether an account of a person of their school waits to be confirmed.
    pub fn accounts_wait(&self) -> bool {
        self.accounts_wait
    }

    /// The account that must have written what they read of their own, if not everything is open to it.
    pub(in crate::store) fn written_with(&self) -> Option<AccountId> {
        match self.proof {
            AccountProof::Proven => None,
            AccountProof::Awaited => Some(self.account),
        }
    }

    /// What they may read: the SQL side of `Case::sight`. Nothing is open to an account that is not proven.
    pub fn reach(&self) -> Reach {
        let nobody = Standing::nobodys(self.standing.school, self.standing.at);
        let standing = match self.proof {
            AccountProof::Proven => &self.standing,
            AccountProof::Awaited => &nobody,
        };
        let (reads, any_seat, holder) = if standing.is(Office::Inspector) {
            (Reads::WhatWasSelected, Vec::new(), Vec::new())
        } else {
            let any_seat = standing.desks().into_iter().collect();
            (Reads::WhatTheirDutyIs, any_seat, seats(standing, Seat::Holder))
        };
        Reach { school: standing.school, person: standing.person, reads, any_seat, holder, at: standing.at }
    }
}

fn seats(standing: &Standing, seat: Seat) -> Vec<Desk> {
    standing.seats.iter().filter(|(_, at)| *at == seat).map(|(desk, _)| *desk).collect()
}

/// By what a person reads cases at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Reads {
    /// Desks, case ownership and shares.
    WhatTheirDutyIs,
    /// What was selected for them, as an inspector; nothing else.
    WhatWasSelected,
}

/// What a person may read, as plain values for one SQL predicate.
#[derive(Debug, Clone)]
pub struct Reach {
    pub(in crate::store) school: SchoolId,
    pub(in crate::store) person: PersonId,
    pub(in crate::store) reads: Reads,
    pub(in crate::store) any_seat: Vec<Desk>,
    pub(in crate::store) holder: Vec<Desk>,
    pub(in crate::store) at: Instant,
}
