//! Who may read a case, and as what: a Rust predicate here, and a SQL filter in the store that says exactly as much.

use crate::domain::case::{
    AboutAdult, Asking, Case, DeskKind, Question, Restriction, Task, record::act::people_at,
};
use crate::domain::{
    case::{
        lifecycle::workflow::{Status, Who},
        work::referral::Body,
    },
    kernel::{clock::Instant, ids::PersonId},
    people::{Desk, Office, Seat, Standing, subject::SubjectKind},
    school::{
        categories::Decision,
        routing::{AdultLead, CouldBeAnyone, ExclusionScope, NobodyReached},
    },
};

/// What a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// The whole case, to read only and with names as initials: for an inspector it was selected for.
    Inspected,
    /// The technical view only: for the network manager who is copied.
    Technical,
    /// The whole case.
    Full,
}

/// Which seats at a desk a grant reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sits {
    /// Holders, deputies and cover.
    AnySeat,
    /// Holders alone: the case is sealed.
    HoldersOnly,
}

/// Who sight is granted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// A desk.
    Desk(Desk, Sits),
    /// A person.
    Person(PersonId),
}

/// One line of the list of who may read a case: what the store keeps and joins to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The desk or person.
    pub principal: Principal,
    /// As what.
    pub sight: Sight,
    /// Until when, if it ends.
    pub until: Option<Instant>,
}

/// How a reader comes to a case in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A desk they sit at leads.
    Leads,
    /// A desk they sit at is copied.
    Copied,
    /// A desk they sit at may read it, and is not told.
    Oversees,
    /// By name: they own it, or it was shared with them.
    ByName,
}

impl Case {
    /// How a reader comes to it: by the desk of theirs that has most to do with it.
    pub fn part_of(&self, standing: &Standing) -> Part {
        let theirs = self.desks.iter().filter(|(desk, _)| self.serves(standing, **desk));
        match theirs.map(|(_, kind)| *kind).min() {
            Some(DeskKind::Lead) => Part::Leads,
            Some(DeskKind::Copied) => Part::Copied,
            Some(DeskKind::Oversight) => Part::Oversees,
            None => Part::ByName,
        }
    }

    /// The whole list of who may read it, before exclusions: none for a desk that the case it was opened from shuts out,
    /// and one for the desk that stands in for its lead.
    pub fn grants(&self) -> Vec<Grant> {
        let is_shut = |grant: &Grant| matches!(grant.principal, Principal::Desk(desk, _) if self.shuts(desk));
        let stands_in = self.stands_in().and_then(|desk| {
            let sits = self.seats_that_see(DeskKind::Lead)?;
            Some(Grant { principal: Principal::Desk(desk, sits), sight: Sight::Full, until: None })
        });
        let shown = self.grants_as_shown().into_iter().filter(|grant| !is_shut(grant));
        let mut grants: Vec<Grant> = shown.chain(stands_in).collect();
        grants.sort();
        grants.dedup();
        grants
    }

    /// Which seats at a desk of this kind give sight; none if the desk sees nothing. Of a case that could be about anyone
    /// who has it the holders alone see it, each of them whatever its restriction: no one is to be left alone with it.
    fn seats_that_see(&self, kind: DeskKind) -> Option<Sits> {
        if self.is_together() { Some(Sits::HoldersOnly) } else { self.restriction.seats_that_see(kind) }
    }

    /// The list as it follows from this case alone: what a page may show.
    pub fn grants_as_shown(&self) -> Vec<Grant> {
        let desks = self.desks.iter().filter_map(|(desk, kind)| {
            if *kind == DeskKind::Lead && self.nobody_reached == NobodyReached::Yes {
                // It waits at the last desk of the chain, where every reader works for an excluded person.
                return None;
            }
            let sits = self.seats_that_see(*kind)?;
            let sight = match (desk, kind) {
                (Desk::Network, DeskKind::Copied | DeskKind::Oversight) => Sight::Technical,
                _ => Sight::Full,
            };
            Some(Grant { principal: Principal::Desk(*desk, sits), sight, until: None })
        });
        let person =
            |person, until| Grant { principal: Principal::Person(person), sight: Sight::Full, until };
        let owner = self.owner.map(|owner| person(owner, None));
        let shares =
            self.shares.iter().filter(|share| share.ended_at.is_none()).map(|s| person(s.person, s.until));
        let inspections = self.inspections.iter().filter(|inspection| inspection.ended_at.is_none());
        let inspections =
            inspections.map(|i| Grant { sight: Sight::Inspected, ..person(i.person, Some(i.until)) });
        let mut grants: Vec<Grant> = desks.chain(owner).chain(shares).chain(inspections).collect();
        grants.sort();
        grants.dedup();
        grants
    }

    /// What this person sees of it; nothing at all for most. An inspector sees what was selected for them and nothing
    /// else, even if they had sight in another way; a selection gives sight to no other person.
    pub fn sight(&self, standing: &Standing) -> Option<Sight> {
        if self.keeps_out(standing.person) {
            return None;
        }
        self.sight_through(&self.grants(), standing)
    }

    /// What this person sees as it follows from this case alone: for what is shown of it and told to others.
    pub(in crate::domain::case) fn sight_as_shown(&self, standing: &Standing) -> Option<Sight> {
        self.sight_through(&self.grants_as_shown(), standing)
    }

    fn sight_through(&self, grants: &[Grant], standing: &Standing) -> Option<Sight> {
        let scope = self.exclusions.get(&standing.person).map(|exclusion| exclusion.scope);
        if standing.school != self.school || scope == Some(ExclusionScope::All) {
            return None;
        }
        let inspects = standing.is(Office::Inspector);
        if inspects && scope.is_some() {
            return None;
        }
        let reaches = |grant: &Grant| match grant.principal {
            Principal::Person(person) => {
                person == standing.person && inspects == (grant.sight == Sight::Inspected)
            }
            Principal::Desk(_, _) if inspects || scope == Some(ExclusionScope::Desks) => false,
            Principal::Desk(desk, Sits::AnySeat) => standing.sits_at(desk),
            Principal::Desk(desk, Sits::HoldersOnly) => standing.seats.contains(&(desk, Seat::Holder)),
        };
        let live = |grant: &Grant| grant.until.is_none_or(|until| until > standing.at);
        grants.iter().filter(|grant| live(grant) && reaches(grant)).map(|grant| grant.sight).max()
    }

    /// Whether this case opens the page of a pupil to a reader: they see it whole, the pupil is in it now, and they
    /// serve the DSL's or the head's desk, or lead as chair or external contact in the head's place. A network
    /// manager, an owner or a person a case is shared with needs the case, not the child's other cases and situation.
    /// A case that became part of another opens it there.
    pub fn opens_page_of(&self, pupil: PersonId, standing: &Standing) -> bool {
        let is_in_it = self
            .current_subjects()
            .any(|subject| subject.person() == Some(pupil) && subject.kind == SubjectKind::Pupil);
        let lead = Some(self.lead()).filter(|lead| matches!(lead, Desk::Chair | Desk::External));
        let serves = [Desk::Dsl, Desk::Head].into_iter().chain(lead).any(|desk| self.serves(standing, desk));
        let is_here = is_in_it && self.status != Status::Merged;
        is_here && serves && self.sight(standing) == Some(Sight::Full)
    }

    /// Whether the person is excluded in any way, for what is in this case.
    pub fn excludes(&self, person: PersonId) -> bool {
        self.exclusions.contains_key(&person)
    }

    /// What a person of the roster sees of it: asked before they are told, given a task or made second person. A case
    /// that another one opened answers as if it were on its own: whoever may not see it gets nothing all the same, since
    /// [`CaseEvent`](crate::domain::case::CaseEvent) tells others in their place.
    pub(in crate::domain::case) fn sight_of(&self, person: PersonId, by: &Asking<'_>) -> Option<Sight> {
        self.sight_as_shown(&self.standing_of(person, &by.roster, by.now()))
    }

    /// Those of a desk who act for it here: its holders, or its deputies if it is vacant, without excluded people.
    pub(in crate::domain::case) fn acting_at(&self, desk: Desk, by: &Asking<'_>) -> Vec<PersonId> {
        people_at(&by.roster, desk).into_iter().filter(|person| !self.excludes(*person)).collect()
    }

    /// Whether the desk is not vacant and all who would act for it are excluded.
    pub(in crate::domain::case) fn desk_is_excluded(&self, desk: Desk, by: &Asking<'_>) -> bool {
        !people_at(&by.roster, desk).is_empty() && self.acting_at(desk, by).is_empty()
    }

    /// Whether this person acts for the desk: holds or covers it, or deputises while it is vacant.
    fn acts_for(&self, desk: Desk, by: &Asking<'_>) -> bool {
        let stands_in = || by.roster.holders(desk).is_empty() && by.standing.sits_at(desk);
        (by.standing.holds(desk) || stands_in()) && !self.shuts_out(by.person()) && !self.shuts(desk)
    }

    /// Whether the person sits at the desk for this case, or at the one that stands in for it: not excluded, and a
    /// holder if it is sealed.
    pub(in crate::domain::case) fn serves(&self, standing: &Standing, desk: Desk) -> bool {
        let sits = |desk: Desk| match (self.restriction, self.could_be_anyone()) {
            (Restriction::Sealed, _) | (_, CouldBeAnyone::Yes) => {
                standing.seats.contains(&(desk, Seat::Holder))
            }
            (Restriction::Open | Restriction::Restricted, CouldBeAnyone::No) => standing.sits_at(desk),
        };
        let stands_in = || desk == self.lead() && self.stands_in().is_some_and(sits);
        let seated = if self.shuts(desk) { stands_in() } else { sits(desk) };
        seated && !self.shuts_out(standing.person)
    }

    /// Whether the person is the head, or the chair if no head can act.
    pub(in crate::domain::case) fn is_head(&self, by: &Asking<'_>) -> bool {
        let head_can_act = !self.shuts(Desk::Head) && !self.acting_at(Desk::Head, by).is_empty();
        let desk = if head_can_act { Desk::Head } else { Desk::Chair };
        self.acts_for(desk, by)
    }

    /// Whether the person acting is of the desk that leads.
    pub fn leads(&self, by: &Asking<'_>) -> bool {
        self.is(Who::LeadDesk, by)
    }

    fn is_owner(&self, by: &Asking<'_>) -> bool {
        self.owner == Some(by.person()) && !self.excludes(by.person())
    }

    /// Whether the person is one a row of the table asks for. Sight is checked before.
    pub(in crate::domain::case) fn is(&self, who: Who, by: &Asking<'_>) -> bool {
        let standing = by.standing;
        // The head may do what the lead of a case that another one opened may, so that it tells nothing if they have to.
        let leads = || self.serves(standing, self.lead()) || (self.follows_another() && self.is_head(by));
        match who {
            Who::AnyStaff => true,
            Who::Reporter => self.reported_by(by.person()),
            Who::LeadDesk => leads(),
            Who::Owner => self.is_owner(by),
            Who::LeadDeskOrOwner => leads() || self.is_owner(by),
            Who::LeadDeskOrHead => leads() || self.is_head(by),
            Who::DslOrHead => self.is_head(by) || self.acts_for(Desk::Dsl, by),
            Who::HeadOnly => self.is_head(by),
            Who::SecondPerson if self.needs_second_person(by) => self.never_handled_by(by.person()),
            Who::SecondPerson => self.is_owner(by),
            Who::Decider => Body::offered().any(|body| self.may_decline(body, by)),
            Who::Together => self.is_together() && self.people_together(by).contains(&by.person()),
            Who::Reader | Who::Technician => true,
            Who::AskedDesk => {
                self.answers_for_itself(by) || Question::ALL.iter().any(|asked| self.may_answer(*asked, by))
            }
            // Neither is asked of a person who has the case open: the verbs themselves ask it.
            Who::ShutOut | Who::MergingLead | Who::Candour => false,
        }
    }

    /// Whether the person sits at the DSL's desk for this case. The deputies of an excluded person work for that
    /// person, so they do not act in their place.
    pub(in crate::domain::case) fn is_dsl(&self, by: &Asking<'_>) -> bool {
        self.serves(by.standing, Desk::Dsl) && !self.desk_is_excluded(Desk::Dsl, by)
    }

    /// Whether this person may decide not to tell this body. The LADO, HR and the police are decided by those who
    /// answer the questions about them: the DSL or the head, and about an adult here the head alone, unless the school
    /// lets the DSL lead such concerns. The ICO is decided by the desk its clocks run for.
    pub fn may_decline(&self, body: Body, by: &Asking<'_>) -> bool {
        let dsl_decides = self.about_adult == AboutAdult::No
            || (self.lead() == Desk::Dsl
                && by.editions.settings_at(self.submitted_at).adult_lead == AdultLead::Dsl);
        match body.decides() {
            Some(Decision::Ico) => self.decides_about_data(by),
            Some(Decision::Lado | Decision::Police | Decision::Prevent | Decision::CsaDuty) | None => {
                self.is_head(by) || self.leads_as_last_resort(by) || (dsl_decides && self.is_dsl(by))
            }
        }
    }

    /// Whether the person leads as chair or external contact: then the questions are theirs.
    pub(in crate::domain::case) fn leads_as_last_resort(&self, by: &Asking<'_>) -> bool {
        matches!(self.lead(), Desk::Chair | Desk::External) && self.serves(by.standing, self.lead())
    }

    /// Whether this person may mark the task as done: theirs by name, by desk, or as owner or lead.
    pub fn may_tick(&self, task: &Task, by: &Asking<'_>) -> bool {
        task.person == Some(by.person())
            || task.desk.is_some_and(|desk| self.serves(by.standing, desk))
            || self.is(Who::LeadDeskOrOwner, by)
    }
}

impl Restriction {
    /// Which seats at a desk of this kind give sight; none if the desk sees nothing.
    fn seats_that_see(self, kind: DeskKind) -> Option<Sits> {
        match (self, kind) {
            (Self::Open, _) | (Self::Restricted, DeskKind::Lead | DeskKind::Copied) => Some(Sits::AnySeat),
            (Self::Sealed, DeskKind::Lead) => Some(Sits::HoldersOnly),
            (Self::Restricted, DeskKind::Oversight)
            | (Self::Sealed, DeskKind::Copied | DeskKind::Oversight) => None,
        }
    }
}
