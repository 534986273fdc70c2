//! A concern opens a case: routed, clocked and announced in one event.

use crate::domain::case::{
    About, AboutAdult, Act, Answer, Case, CaseEvent, CaseSubject, DeskKind, Detail, DocumentVersion, Due,
    Dues, Entry, Label, Notice, Question, Reply, Restriction, Technical, Urgency,
};
use crate::domain::{
    case::{
        lifecycle::workflow::{Move, Status},
        work::referral::Body,
    },
    concern::{
        Account, AtRisk, Concern, Draft, DraftSubject, InPerson, OnBehalf, Somebody, Told,
        subject::{Subject, SubjectKind, Who},
    },
    kernel::{
        clock::{DeadlineKind, Instant},
        ids::{CaseId, ConcernId, PersonId, Reference, SubjectId},
        text::Line,
    },
    people::Desk,
    school::{
        categories::{Category, CategoryCode, Decision, Severity},
        routing::{self, AdultAnswer, AdultRule, Elsewhere, Facts, NobodyReached, PersonalData, Route},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// A new case, and what its reporter may be told about who received it.
#[derive(Debug, Clone)]
pub struct Lodged {
    /// What to record.
    pub event: CaseEvent,
    /// The desks that were told, by duty; the same words whoever is excluded.
    pub told: Vec<Desk>,
    /// Set where nobody at all could be told: the receipt then gives the LADO's telephone number.
    pub nobody_reached: NobodyReached,
}

/// Opens a case from a draft. It is always accepted.
pub fn lodge(draft: &Draft, reference: Reference, act: &mut Act<'_>) -> Lodged {
    let now = act.now();
    // Whoever told of it noticed it before they did, whatever was typed; and the school has known it since then.
    let told_at = draft.told_by.as_ref().map_or(now, |told| told.at.min(now));
    let noticed_at = draft.noticed_at.min(told_at);
    let subjects: Vec<Subject> = draft.subjects.iter().map(|subject| enter(subject, act)).collect();
    let concern = concern(draft, noticed_at, &subjects, act);
    let technical = Technical {
        place: concern.place,
        device: concern.device,
        app: concern.app,
        web: concern.web,
        brief: None,
    };
    let opening = Opening {
        reference,
        category: draft.category,
        at_risk: draft.at_risk,
        adult: draft.adult,
        personal_data: draft.personal_data,
        subjects,
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
    pub(in crate::domain::case) stepped_aside: BTreeSet<PersonId>,
    pub(in crate::domain::case) aware_at: Instant,
    pub(in crate::domain::case) technical: Technical,
    pub(in crate::domain::case) follows: BTreeMap<CaseId, Elsewhere>,
}

pub(in crate::domain::case) fn open(opening: Opening, mut concern: Concern, act: &mut Act<'_>) -> Lodged {
    let now = act.now();
    let edition = act.editions.at(now);
    let category = edition.category(opening.category);
    let route = routing::route(&Facts {
        category,
        adult: opening.adult,
        subjects: &opening.subjects,
        personal_data: opening.personal_data,
        roster: &act.roster,
        stepped_aside: &opening.stepped_aside,
        ties: &act.ties,
        chosen: None,
        elsewhere: &Elsewhere::all(opening.follows.values()),
        policy: edition.settings.adult_lead,
    });
    // At the last resort there may be nobody: then the receipt names no duty for it.
    let reached = std::iter::once(&route.lead).chain(&route.copied).filter(|desk| !desk.people.is_empty());
    let mut told: Vec<Desk> = reached.map(|reached| reached.desk).collect();
    concern.nobody_reached = route.nobody_reached;
    let subjects = opening
        .subjects
        .into_iter()
        .map(|subject| CaseSubject { subject, added_at: now, removed_at: None })
        .collect();
    let mut case = Case {
        id: CaseId::draw(now, act.random),
        school: act.standing.school,
        reference: opening.reference,
        document_version: DocumentVersion::First,
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
        merged_into: None,
        gathered: Vec::new(),
        chased: Vec::new(),
    };
    case.take_route(&route);
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
    // A critical concern tells the head whatever desk it is on, so the receipt says so.
    let heads = act.roster.holders(Desk::Head);
    if !told.contains(&Desk::Head) && notices.iter().any(|notice| heads.contains(&notice.person)) {
        let is_told_as_head = case.urgency() == Urgency::Critical;
        told.extend(is_told_as_head.then_some(Desk::Head));
    }
    for concern in &mut case.concerns {
        concern.told_desks.clone_from(&told);
    }
    let reporter = act.person();
    let event = CaseEvent::of(case, entry, act).telling(notices, reporter);
    Lodged { event, told, nobody_reached: route.nobody_reached }
}

fn enter(subject: &DraftSubject, act: &mut Act<'_>) -> Subject {
    let who = match &subject.who {
        Somebody::Known(person) => Who::Person(*person),
        Somebody::InWords(name) => Who::Words(act.write(name.as_str())),
    };
    Subject { id: SubjectId::draw(act.now(), act.random), who, kind: subject.kind, role: subject.role }
}

fn enter_told(who: &Somebody, act: &mut Act<'_>) -> Told {
    match who {
        Somebody::Known(person) => Told::Known(*person),
        Somebody::InWords(name) => Told::InWords(act.write(name.as_str())),
    }
}

fn concern(draft: &Draft, noticed_at: Instant, subjects: &[Subject], act: &mut Act<'_>) -> Concern {
    let told = draft.told.iter().map(|who| enter_told(who, act)).collect();
    let in_person = match &draft.in_person {
        InPerson::NotAsked => InPerson::NotAsked,
        InPerson::NotYet => InPerson::NotYet,
        InPerson::Told(people) => InPerson::Told(people.iter().map(|who| enter_told(who, act)).collect()),
    };
    let line = |act: &mut Act<'_>, words: &Option<Line>| act.write_line(words.as_ref());
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
        place: line(act, &draft.place),
        device: line(act, &draft.device),
        app: line(act, &draft.app),
        web: line(act, &draft.web),
        how_known: draft.how_known,
        already_done: act.write_summary(draft.already_done.as_ref()),
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
    /// Takes over desks, reasons and exclusions. What an excluded person had goes back to the desk.
    pub(in crate::domain::case) fn take_route(&mut self, route: &Route) {
        self.desks = route.oversight.iter().map(|desk| (*desk, DeskKind::Oversight)).collect();
        self.desks.extend(route.copied.iter().map(|reached| (reached.desk, DeskKind::Copied)));
        self.desks.insert(route.lead.desk, DeskKind::Lead);
        self.nobody_reached = route.nobody_reached;
        self.reasons.clone_from(&route.reasons);
        self.exclusions.clone_from(&route.exclusions);
        self.about_adult = match route.adult_rule {
            AdultRule::Leads | AdultRule::RouteStands | AdultRule::Unmatched => AboutAdult::Yes,
            AdultRule::NotInForce | AdultRule::Waits => AboutAdult::No,
        };
    }

    fn start_clocks(&mut self, category: &Category, route: &Route, act: &Act<'_>) {
        let now = act.now();
        let lead = self.lead();
        self.start(lead, DeadlineKind::Acknowledge, category.acknowledge, now, act);
        self.start_decisions(route, act);
    }

    /// Starts the clock of everything that has to be decided by the category and the people of now. What runs already
    /// or was decided is left alone, so it may be asked after every change of either.
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

    /// Whether somebody decided what a decision asks for, in a referral or in an answer.
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

    /// Starts the clock a decision brings, where it has one, none is running and nobody has decided yet.
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

    /// Starts the clock a decision brings from a fact, where it has one and none is running.
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

    /// The DSL, or whoever leads where no DSL can act.
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

    /// How pressing letters about it are.
    pub fn urgency(&self) -> Urgency {
        if self.at_risk == AtRisk::Yes || self.severity == Severity::Critical {
            Urgency::Critical
        } else {
            Urgency::Ordinary
        }
    }

    /// Who is told of a route: the people reached at its lead and copied desks; where it is critical, their deputies
    /// and the head as well. Never anybody excluded, and never the deputies of somebody excluded.
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
