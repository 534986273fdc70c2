//! A concern opens a case: routed, clocked and announced in one event.

use crate::domain::case::{
    About, AboutAdult, Act, Answer, Behind, Candidates, Case, CaseEvent, CaseSubject, DeskKind, Detail,
    DocumentVersion, Due, Dues, Entry, Label, Notice, Question, Reply, Restriction, Technical, Urgency,
};
use crate::domain::{
    case::{
        lifecycle::workflow::{Move, Status},
        sight::{could_be_meant, together::Together},
        work::referral::Body,
    },
    concern::{Account, AtRisk, Concern, Draft, DraftSubject, InPerson, OnBehalf, PersonTold, Somebody},
    kernel::{
        clock::{DeadlineKind, Instant},
        ids::{CaseId, ConcernId, PersonId, Reference, SubjectId},
    },
    people::{
        Desk, Roster,
        subject::{Subject, SubjectIdentity, SubjectKind},
        ties::Ties,
    },
    school::{
        categories::{Category, CategoryCode, Decision, Severity},
        routing::{
            self, AdultAnswer, AdultRule, AdultThere, CouldBeAnyone, Elsewhere, Facts, NobodyReached,
            PersonalData, Route,
        },
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// A new case, and what its reporter may be told about who received it.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// What to record.
    pub event: CaseEvent,
    /// The desks that were told, by role. It follows from what the reporter said, and tells of no declared relationship.
    pub told: Vec<Desk>,
    /// Set if no one at all could be told: the receipt then gives the LADO's phone number.
    pub nobody_reached: NobodyReached,
}

/// Opens a case from a draft. It is always accepted.
pub fn lodge(draft: &Draft, reference: Reference, act: &mut Act<'_>) -> NewCase {
    let now = act.now();
    // The person who told of it had noticed it by then, no matter what was typed, and the school has known since.
    let told_at = draft.told_by.as_ref().map_or(now, |told| told.at.min(now));
    let noticed_at = draft.noticed_at.min(told_at);
    let subjects: Vec<Subject> = draft.subjects.iter().map(|subject| enter(subject, act)).collect();
    let concern = concern(draft, noticed_at, &subjects, act);
    let could_be_meant = could_be_meant::candidates_of(draft, &subjects, concern.happened.text(), act);
    let technical = Technical {
        place: concern.optional.place,
        device: concern.optional.device,
        app: concern.optional.app,
        web: concern.optional.web,
        brief: None,
    };
    let opening = Opening {
        reference,
        category: draft.category,
        at_risk: draft.at_risk,
        adult: draft.adult,
        personal_data: draft.personal_data,
        subjects,
        could_be_meant,
        could_be_anyone: draft.could_be_anyone,
        stepped_aside: BTreeSet::new(),
        aware_at: noticed_at,
        technical,
        follows: BTreeMap::new(),
    };
    open(opening, concern, act)
}

/// What a new case starts from.
pub(in crate::domain::case) struct Opening {
    pub(in crate::domain::case) reference: Reference,
    pub(in crate::domain::case) category: CategoryCode,
    pub(in crate::domain::case) at_risk: AtRisk,
    pub(in crate::domain::case) adult: AdultAnswer,
    pub(in crate::domain::case) personal_data: PersonalData,
    pub(in crate::domain::case) subjects: Vec<Subject>,
    pub(in crate::domain::case) could_be_meant: Candidates,
    pub(in crate::domain::case) could_be_anyone: CouldBeAnyone,
    pub(in crate::domain::case) stepped_aside: BTreeSet<PersonId>,
    pub(in crate::domain::case) aware_at: Instant,
    pub(in crate::domain::case) technical: Technical,
    pub(in crate::domain::case) follows: BTreeMap<CaseId, Elsewhere>,
}

pub(in crate::domain::case) fn open(opening: Opening, mut concern: Concern, act: &mut Act<'_>) -> NewCase {
    let now = act.now();
    let edition = act.editions.at(now);
    let category = edition.category(opening.category);
    let facts = Facts {
        category,
        adult: opening.adult,
        subjects: &opening.subjects,
        personal_data: opening.personal_data,
        roster: &act.roster,
        stepped_aside: &opening.stepped_aside,
        ties: &act.ties,
        chosen: None,
        elsewhere: AdultThere::in_any(opening.follows.values()),
        not_ruled_out: &could_be_meant::not_ruled_out(
            &opening.could_be_meant,
            &opening.subjects,
            opening.could_be_anyone,
        ),
        policy: edition.settings.adult_lead,
    };
    let route = routing::route(&facts);
    // The receipt is worked out without ties: it must not tell of a declared relationship. Only that no one at all could
    // be told is said, since safety comes first.
    let without_ties = routing::route(&Facts { ties: Ties::left_out(), ..facts });
    concern.nobody_reached = route.nobody_reached;
    let subjects = opening
        .subjects
        .into_iter()
        .map(|subject| CaseSubject { subject, reported: None, added_at: now, removed_at: None })
        .collect();
    let mut case = Case {
        id: CaseId::draw(now, act.random),
        school: act.standing.school,
        reference: opening.reference,
        document_version: DocumentVersion,
        version: 1,
        status: Status::Submitted,
        category: opening.category,
        severity: category.severity,
        at_risk: opening.at_risk,
        adult: opening.adult,
        about_adult: AboutAdult::No,
        personal_data: opening.personal_data,
        concerns: vec![concern],
        subjects,
        desks: BTreeMap::new(),
        nobody_reached: route.nobody_reached,
        sent_to: None,
        reasons: Vec::new(),
        exclusions: BTreeMap::new(),
        stepped_aside: opening.stepped_aside,
        chosen: routing::chosen_now(opening.adult, &act.roster),
        could_be_meant: opening.could_be_meant,
        together: Together::of(opening.could_be_anyone, now),
        owner: None,
        handled_by: BTreeSet::new(),
        shares: Vec::new(),
        inspections: Vec::new(),
        restriction: Restriction::Open,
        hold: None,
        submitted_at: now,
        aware_at: opening.aware_at,
        acknowledged_at: None,
        closed_at: None,
        triage: None,
        questions: BTreeMap::new(),
        proposal: None,
        retention: None,
        dues: Dues::default(),
        tasks: Vec::new(),
        referrals: Vec::new(),
        fix: None,
        retests: Vec::new(),
        technical: opening.technical,
        linked: opening.follows.keys().copied().collect(),
        opened: BTreeSet::new(),
        follows: opening.follows,
        behind: Behind::default(),
        merged_into: None,
        gathered: Vec::new(),
        chased: Vec::new(),
    };
    case.take_route(&route);
    case.look_behind(act);
    case.start_clocks(category, &route, act);
    let entry = Entry::new(Move::Submit).with(Label::WhereItWent, Detail::Reasons(case.reasons.clone()));
    let entry = match case.concerns.first().and_then(|concern| concern.on_behalf.as_ref()) {
        Some(told) => entry
            .with(Label::ToldBy, Detail::Name(told.name))
            .code(Label::WhoTheyAre, told.role)
            .code(Label::HowTold, told.how)
            .with(Label::WhenTold, Detail::When(told.at)),
        None => entry,
    };
    let notices = case.notices_for(&route, act);
    let told = desks_told(&without_ties, case.urgency(), &act.roster);
    for concern in &mut case.concerns {
        concern.told_desks.clone_from(&told);
    }
    let reporter = act.person();
    let event = CaseEvent::of(case, entry, act).telling(notices, reporter);
    NewCase { event, told, nobody_reached: route.nobody_reached }
}

/// What the receipt names of a route: each desk with a person to tell, and the head if it is critical, since that always
/// tells the head. At the last resort there may be no one: then it names no role for it.
fn desks_told(route: &Route, urgency: Urgency, roster: &Roster) -> Vec<Desk> {
    let reached = std::iter::once(&route.lead).chain(&route.copied).filter(|desk| !desk.people.is_empty());
    let mut told: Vec<Desk> = reached.map(|reached| reached.desk).collect();
    let may_be_told = |head: &PersonId| !route.exclusions.contains_key(head);
    let tells_the_head = urgency == Urgency::Critical
        && route.adult_rule != AdultRule::Together
        && roster.holders(Desk::Head).iter().any(may_be_told);
    if tells_the_head && !told.contains(&Desk::Head) {
        told.push(Desk::Head);
    }
    told
}

fn enter(subject: &DraftSubject, act: &mut Act<'_>) -> Subject {
    let who = match &subject.who {
        Somebody::Known(person) => SubjectIdentity::Person(*person),
        Somebody::InWords(name) => SubjectIdentity::Words(act.write(name.as_str())),
    };
    Subject { id: SubjectId::draw(act.now(), act.random), who, kind: subject.kind, role: subject.role }
}

fn enter_told(who: &Somebody, act: &mut Act<'_>) -> PersonTold {
    match who {
        Somebody::Known(person) => PersonTold::Known(*person),
        Somebody::InWords(name) => PersonTold::InWords(act.write(name.as_str())),
    }
}

fn concern(draft: &Draft, noticed_at: Instant, subjects: &[Subject], act: &mut Act<'_>) -> Concern {
    let told = draft.told.iter().map(|who| enter_told(who, act)).collect();
    let in_person = match &draft.in_person {
        InPerson::NotAsked => InPerson::NotAsked,
        InPerson::NotYet => InPerson::NotYet,
        InPerson::Told(people) => InPerson::Told(people.iter().map(|who| enter_told(who, act)).collect()),
    };
    Concern {
        id: ConcernId::draw(act.now(), act.random),
        reporter: act.person(),
        category: draft.category,
        happened: Account::Words(act.write_narrative(&draft.happened)),
        noticed_at,
        submitted_at: act.now(),
        at_risk: draft.at_risk,
        adult: draft.adult,
        subjects: subjects.to_vec(),
        personal_data: draft.personal_data,
        told,
        in_person,
        optional: draft.optional.keep(|words| act.write(words.as_str())),
        on_behalf: draft.told_by.as_ref().map(|told| OnBehalf {
            name: act.write(told.name.as_str()),
            role: told.role,
            how: told.how,
            at: told.at.min(act.now()),
        }),
        additions: Vec::new(),
        told_desks: Vec::new(),
        nobody_reached: NobodyReached::No,
    }
}

impl Case {
    /// Takes over desks, reasons and exclusions. What an excluded person had goes back to the lead.
    pub(in crate::domain::case) fn take_route(&mut self, route: &Route) {
        self.desks = route.oversight.iter().map(|desk| (*desk, DeskKind::Oversight)).collect();
        self.desks.extend(route.copied.iter().map(|reached| (reached.desk, DeskKind::Copied)));
        self.desks.insert(route.lead.desk, DeskKind::Lead);
        self.nobody_reached = route.nobody_reached;
        self.reasons.clone_from(&route.reasons);
        self.exclusions.clone_from(&route.exclusions);
        self.keeps_out_the_named_once_ended();
        self.about_adult = match route.adult_rule {
            AdultRule::Leads | AdultRule::RouteStands | AdultRule::Unmatched | AdultRule::Together => {
                AboutAdult::Yes
            }
            AdultRule::NotInForce | AdultRule::Waits => AboutAdult::No,
        };
    }

    fn start_clocks(&mut self, category: &Category, route: &Route, act: &Act<'_>) {
        let now = act.now();
        let lead = self.lead();
        self.start(lead, DeadlineKind::Acknowledge, category.acknowledge, now, act);
        self.start_decisions(route, act);
    }

    /// Starts the clock of every decision that the category and the people of now call for. What runs already or was
    /// decided is left alone, so it may be called after every change of either.
    pub(in crate::domain::case) fn start_decisions(&mut self, route: &Route, act: &Act<'_>) {
        for decision in self.decisions_called_for(route, act) {
            self.start_decision(decision, act);
        }
    }

    pub(in crate::domain::case) fn decisions_called_for(
        &self,
        route: &Route,
        act: &Act<'_>,
    ) -> BTreeSet<Decision> {
        let edition = act.editions.at(self.submitted_at);
        let category = edition.category(self.category);
        let data = self.calls_for_data().then_some(Decision::Ico);
        category.decisions.iter().chain(&route.extra_decisions).copied().chain(data).collect()
    }

    /// Whether what a decision asks for was decided, in a referral or in an answer.
    pub(in crate::domain::case) fn is_decided(&self, decision: Decision) -> bool {
        let answered = |question: Question, asks_for_more: Reply| {
            let choice = self.questions.get(&question).and_then(Answer::choice);
            choice.is_some_and(|choice| choice != asks_for_more)
        };
        self.is_settled_by_referral(decision)
            || match decision {
                Decision::Lado => answered(Question::Threshold, Reply::Harm),
                Decision::Ico => answered(Question::PersonalData, Reply::Yes),
                Decision::Prevent => self.is_answered(Question::Prevent),
                Decision::CsaDuty | Decision::Police => self.is_answered(Question::Crime),
            }
    }

    /// Starts the clock a decision brings, if it has one, none is running and it was not decided yet.
    pub(in crate::domain::case) fn start_decision(&mut self, decision: Decision, act: &Act<'_>) {
        self.start_decision_known_since(self.aware_at, decision, act);
    }

    /// Starts a decision from when the school came to know what calls for it.
    pub(in crate::domain::case) fn start_decision_known_since(
        &mut self,
        fact_at: Instant,
        decision: Decision,
        act: &Act<'_>,
    ) {
        if !self.is_decided(decision) {
            self.start_clock_of(decision, fact_at, act);
        }
    }

    /// Starts the clock a decision brings from a fact, if it has one and none is running.
    pub(in crate::domain::case) fn start_clock_of(
        &mut self,
        decision: Decision,
        aware: Instant,
        act: &Act<'_>,
    ) {
        let desk = self.desk_deciding(decision, act);
        for (kind, rule) in Body::deciding(decision).map_or(&[][..], Body::deadlines) {
            if !self.dues.has(*kind) {
                self.start(desk, *kind, *rule, aware, act);
            }
        }
    }

    /// The desk a decision is put to.
    fn desk_deciding(&self, decision: Decision, act: &Act<'_>) -> Desk {
        match decision {
            Decision::Lado => self.first_acting(Desk::Head, act),
            Decision::Prevent => self.safeguarding_desk(act),
            Decision::Ico => self.information_desk(act),
            Decision::CsaDuty | Decision::Police => self.lead(),
        }
    }

    /// The DSL, or the lead if no DSL can act.
    pub(in crate::domain::case) fn safeguarding_desk(&self, act: &Act<'_>) -> Desk {
        self.first_acting(Desk::Dsl, act)
    }

    fn first_acting(&self, desk: Desk, act: &Act<'_>) -> Desk {
        if self.acting_at(desk, act).is_empty() { self.lead() } else { desk }
    }

    pub(in crate::domain::case) fn start(
        &mut self,
        desk: Desk,
        kind: DeadlineKind,
        rule: crate::domain::kernel::clock::Rule,
        fact_at: Instant,
        act: &Act<'_>,
    ) {
        self.dues.add(Due::start(About::Case, desk, kind, rule, fact_at, &act.calendar));
    }

    /// How pressing e-mails about it are.
    pub fn urgency(&self) -> Urgency {
        if self.at_risk == AtRisk::Yes || self.severity == Severity::Critical {
            Urgency::Critical
        } else {
            Urgency::Ordinary
        }
    }

    /// Who is told of a route: the people reached at its lead and copied desks; if it is critical, their deputies and
    /// the head as well. Never an excluded person, and never the deputies of one.
    pub(in crate::domain::case) fn notices_for(&self, route: &Route, act: &Act<'_>) -> Vec<Notice> {
        let urgency = self.urgency();
        let reached = || std::iter::once(&route.lead).chain(&route.copied);
        let mut people: BTreeSet<PersonId> = reached().flat_map(|r| r.people.iter().copied()).collect();
        if urgency == Urgency::Critical {
            people.extend(reached().flat_map(|r| self.at_every_hour(r.desk, &act.roster)));
            people.extend(act.roster.holders(Desk::Head));
        }
        let told = people.into_iter().filter(|person| self.sight_of(*person, act).is_some());
        told.map(|person| Notice { person, urgency }).collect()
    }

    /// Whether a pupil is a subject now.
    pub fn has_pupil(&self) -> bool {
        self.current_subjects().any(|subject| subject.kind == SubjectKind::Pupil)
    }
}
