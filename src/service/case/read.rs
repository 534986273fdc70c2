//! Reading one case: the whole of it, or its technical view, each a type of its own.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        case::{
            Asking, Case, LinkedCase, Problem, SecondPerson, Setting, Sight, lifecycle::workflow::Move,
            work::referral::Body,
        },
        kernel::{
            clock::Instant,
            ids::{CaseId, PersonId, Random, Reference, TextId},
        },
        people::{
            Standing,
            naming::{FormerNames, ShownNames},
            register::choosing::{ToChoose, to_choose},
            subject::SubjectIdentity,
        },
        school::settings::Edition,
    },
    store::{
        case::{access, cases, setting},
        people::{name_keys, staff},
        record::{
            access_log::{self, AccessKind},
            audit,
        },
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

pub use crate::store::record::{access_log::READ_BACK, audit::TimelineEntry};

/// What a reader of a case gets.
#[derive(Debug, Clone)]
pub enum CaseView {
    /// The whole case.
    Full(Box<FullCase>),
    /// The whole case to read and nothing to do, with names as initials: an inspector's.
    Inspected(Box<InspectedCase>),
    /// Its technical part.
    Technical(Box<TechnicalView>),
}

/// What is read of a case: itself, its timeline, and the words and names as their reader may have them.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The case.
    pub case: Case,
    /// Its timeline, latest first.
    pub timeline: Vec<TimelineEntry>,
    /// What it may say of the cases it is linked with, of those the reader can open.
    pub linked: Vec<LinkedCase>,
    shown: ShownNames,
}

impl Reading {
    /// A case in hand with what was read of it. A reader who cannot open the case that this one was opened from is given
    /// nothing that tells of that one's people.
    fn new(case: Case, timeline: Vec<TimelineEntry>, linked: Vec<LinkedCase>, shown: ShownNames) -> Self {
        if case.is_told_of_by(&linked.iter().map(LinkedCase::id).collect()) {
            return Self { case, timeline, linked, shown };
        }
        let of_this_case = |happened: TimelineEntry| {
            let entry = happened.entry.without_the_other()?;
            Some(TimelineEntry { entry, ..happened })
        };
        let timeline = timeline.into_iter().filter_map(of_this_case).collect();
        Self { case: case.without_the_other(), timeline, linked, shown }
    }

    /// The reference of another case; nothing if the reader cannot open it.
    pub fn reference_of(&self, case: CaseId) -> Option<&Reference> {
        self.linked.iter().find(|linked| linked.id() == case).map(LinkedCase::reference)
    }

    /// The words of an id; empty if they were erased.
    pub fn said(&self, id: TextId) -> &str {
        self.shown.said(id)
    }

    /// A person's name.
    pub fn name(&self, person: PersonId) -> &str {
        self.shown.name(person)
    }

    /// A person's name today, and beside it the one they had when it was reported, if that was another.
    pub fn reported(&self, person: PersonId, at: Instant) -> String {
        self.shown.reported(person, at)
    }
}

/// A whole case, with its words and names in full and what its reader may do.
#[derive(Debug, Clone)]
pub struct FullCase {
    reading: Reading,
    /// What the viewer may do now.
    pub moves: Vec<Move>,
    /// Of that, what there is something to do with: what the page links to.
    pub offers: Vec<Move>,
    /// The external agencies that the viewer may decide not to tell.
    pub declines: Vec<Body>,
    /// Who has to agree before it closes.
    pub second_person: SecondPerson,
    /// The school's rules of the day the case came in: it keeps them.
    pub edition: Edition,
    /// Who looks at it, and when.
    pub standing: Standing,
    /// The school around it.
    pub setting: Setting,
}

/// It derefs to what is read of it: a part of a page that changes nothing asks for no more than that.
impl Deref for FullCase {
    type Target = Reading;

    fn deref(&self) -> &Reading {
        &self.reading
    }
}

impl FullCase {
    /// A case in hand with what was read of it, what it may say of the cases it is linked with, and what the
    /// viewer may do.
    pub(in crate::service) fn new(
        op: &Op,
        case: Case,
        (words, timeline): (BTreeMap<TextId, String>, Vec<TimelineEntry>),
        (names, former): (BTreeMap<PersonId, String>, FormerNames),
        linked: Vec<LinkedCase>,
        setting: Setting,
    ) -> Self {
        let asking = op.asking(&setting);
        Self {
            moves: case.moves_for(&asking),
            offers: case.offers(&asking),
            second_person: case.second_person(&asking),
            declines: Body::offered().filter(|body| case.may_decline(*body, &asking)).collect(),
            edition: op.viewer.editions().at(case.submitted_at),
            standing: op.viewer.standing().clone(),
            reading: Reading::new(case, timeline, linked, ShownNames::in_full(names, former, words)),
            setting,
        }
    }

    /// Who looks at it, as the rules of a case see them.
    pub fn asking(&self) -> Asking<'_> {
        Asking { standing: &self.standing, setting: &self.setting }
    }
}

/// A case selected for an inspector: to read until a day, with names as initials, and with nothing to do.
#[derive(Debug, Clone)]
pub struct InspectedCase {
    reading: Reading,
    until: Option<Instant>,
}

impl InspectedCase {
    /// A case in hand with what was read of it. Names and words become what an inspector may have here.
    fn new(
        op: &Op,
        case: Case,
        (words, timeline): (BTreeMap<TextId, String>, Vec<TimelineEntry>),
        (names, former): (BTreeMap<PersonId, String>, FormerNames),
        linked: Vec<LinkedCase>,
    ) -> Self {
        let may_read = |happened: TimelineEntry| {
            let entry = happened.entry.without_those_kept_out()?;
            Some(TimelineEntry { entry, ..happened })
        };
        let timeline: Vec<TimelineEntry> = timeline.into_iter().filter_map(may_read).collect();
        let mut named = case.names_in_words();
        named.extend(timeline.iter().flat_map(|happened| happened.entry.names_in_words()));
        let until = case.inspected_until(op.viewer.person(), op.now);
        Self {
            until,
            reading: Reading::new(
                case,
                timeline,
                linked,
                ShownNames::by_initials(names, former, words, &named),
            ),
        }
    }

    /// What they read of it.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Until when they can.
    pub fn until(&self) -> Option<Instant> {
        self.until
    }
}

/// What the network desk sees if the case is only copied to it.
#[derive(Debug, Clone)]
pub struct TechnicalView {
    /// What people call it.
    pub reference: Reference,
    /// Which version, for forms.
    pub version: i32,
    /// Its category's label.
    pub category: &'static str,
    /// When it was reported.
    pub submitted_at: Instant,
    /// Where it stands.
    pub status: crate::domain::case::lifecycle::workflow::Status,
    /// Where.
    pub place: String,
    /// Device.
    pub device: String,
    /// App or account.
    pub app: String,
    /// Web address, as text.
    pub web: String,
    /// The lead desk's note to IT.
    pub brief: String,
    /// What the viewer may do now.
    pub moves: Vec<Move>,
    /// Of that, what there is something to do with: what the page links to.
    pub offers: Vec<Move>,
}

/// Opens a case, and records the access before it is shown.
pub fn case(candour: &Candour, op: &Op, reference: &Reference, random: &mut dyn Random) -> Result<CaseView> {
    let (view, case) = candour.read(|tx| {
        let case = cases::find(tx, &op.viewer, reference)?;
        let (words, timeline) = audit::story(tx, &op.viewer, &case)?;
        let view = match case.sight(op.viewer.standing()) {
            None => return Err(ServiceError::NotFound),
            Some(Sight::Technical) => {
                let setting = setting::around(tx, &op.viewer)?;
                CaseView::Technical(Box::new(technical(&case, &words, &op.asking(&setting))))
            }
            Some(Sight::Full) => {
                let people = people_in(&case, &timeline);
                let (setting, names, former) = setting::with_names_in_time(tx, &op.viewer, &people)?;
                let linked = access::linked(tx, &op.viewer, &case)?;
                let names = (names, former);
                let full = FullCase::new(op, case.clone(), (words, timeline), names, linked, setting);
                CaseView::Full(Box::new(full))
            }
            Some(Sight::Inspected) => {
                // A holder of a seat may be named in the words of a case that they have no part in.
                let people = people_in(&case, &timeline);
                let (_, names, former) = setting::with_names_in_time(tx, &op.viewer, &people)?;
                let linked = access::linked(tx, &op.viewer, &case)?;
                let seen = InspectedCase::new(op, case.clone(), (words, timeline), (names, former), linked);
                CaseView::Inspected(Box::new(seen))
            }
        };
        Ok((view, case))
    })?;
    candour.look(access_log::look(&op.viewer, AccessKind::Case(&case), random))?;
    Ok(view)
}

fn technical(case: &Case, words: &BTreeMap<TextId, String>, by: &Asking<'_>) -> TechnicalView {
    let said = |id: Option<TextId>| id.and_then(|id| words.get(&id).cloned()).unwrap_or_default();
    TechnicalView {
        reference: case.reference.clone(),
        version: case.version,
        category: case.category.category().label,
        submitted_at: case.submitted_at,
        status: case.status,
        place: said(case.technical.place),
        device: said(case.technical.device),
        app: said(case.technical.app),
        web: said(case.technical.web),
        brief: said(case.technical.brief),
        moves: case.moves_for(by),
        offers: case.offers(by),
    }
}

/// Everybody named in a case.
pub(in crate::service) fn people_in(case: &Case, timeline: &[TimelineEntry]) -> BTreeSet<PersonId> {
    let reported = case.concerns.iter().flat_map(|concern| &concern.subjects);
    let subjects = case.subjects.iter().map(|subject| &subject.subject).chain(reported);
    let subjects = subjects.filter_map(|subject| match subject.who {
        SubjectIdentity::Person(person) => Some(person),
        SubjectIdentity::Words(_) => None,
    });
    let reporters = case.concerns.iter().map(|concern| concern.reporter);
    let told = case.concerns.iter().flat_map(|concern| concern.told.iter().chain(concern.in_person.people()));
    let told = told.filter_map(|told| match told {
        crate::domain::concern::PersonTold::Known(person) => Some(*person),
        crate::domain::concern::PersonTold::InWords(_) => None,
    });
    let actors = timeline.iter().filter_map(|happened| happened.actor);
    let facts = timeline.iter().flat_map(|happened| happened.entry.people());
    let handled = case.handled_by.iter().copied().chain(case.owner);
    let shares = case.shares.iter().map(|share| share.person);
    let could_be_meant = case.who_could_be_meant().map(|(person, _)| person);
    let inspectors = case.inspections.iter().map(|inspection| inspection.person);
    let tasks = case.tasks.iter().flat_map(|task| task.person.into_iter().chain(task.done_by));
    subjects
        .chain(reporters)
        .chain(told)
        .chain(actors)
        .chain(facts)
        .chain(handled)
        .chain(shares)
        .chain(inspectors)
        .chain(could_be_meant)
        .chain(tasks)
        .collect()
}

/// One access to a case: when, by whom, and their name.
pub type Opening = (Instant, PersonId, String);

/// Who has opened a case, latest first: shown to its lead desk.
pub fn accesses(candour: &Candour, op: &Op, reference: &Reference) -> Result<Vec<Opening>> {
    candour.read(|tx| {
        let case = cases::find(tx, &op.viewer, reference)?;
        let setting = setting::around(tx, &op.viewer)?;
        if !case.leads(&op.asking(&setting)) {
            return Err(ServiceError::Refused(Problem::LeadSeesLooks.into()));
        }
        let accesses = access_log::of_case(tx, &case)?;
        let people: BTreeSet<PersonId> = accesses.iter().map(|(_, person)| *person).collect();
        let names = staff::names(tx, &op.viewer, &people)?;
        let name = |person| names.get(&person).cloned().unwrap_or_else(|| "A person who has left".to_owned());
        Ok(accesses.into_iter().map(|(at, person)| (at, person, name(person))).collect())
    })
}

/// People to choose from, for an owner, a share or a task: those who may be given a case, less those this one
/// excludes or is held back from, but for the one who is to be named as second person.
pub fn staff_to_choose(candour: &Candour, op: &Op, full: &FullCase) -> Result<Vec<ToChoose>> {
    candour.read(|tx| {
        let people = staff::who_may_be_given_a_case(tx, &op.viewer)?;
        let may = |person: PersonId| {
            full.case.may_be_given(person, &full.asking())
                || full.second_person == SecondPerson::ToName(person)
        };
        Ok(people.into_iter().filter(|one| may(one.person())).collect())
    })
}

/// The people of a case that a form of it may be about: who has a share, for whom it is selected, and who is kept out
/// because words could mean them. Those who left are among them.
pub fn people_to_choose(candour: &Candour, op: &Op, case: &Case) -> Result<Vec<ToChoose>> {
    let shares = case.shares.iter().map(|share| share.person);
    let inspectors = case.inspections.iter().map(|inspection| inspection.person);
    let kept_out = case.kept_out_for_words().map(|(person, _)| person);
    let people: BTreeSet<PersonId> = shares.chain(inspectors).chain(kept_out).collect();
    candour.read(|tx| Ok(to_choose(name_keys::of_ids(tx, &op.viewer, &people)?)))
}

/// Records that a person signed in was refused an address.
pub fn refused(candour: &Candour, op: &Op, what: &str, random: &mut dyn Random) -> Result<()> {
    Ok(candour.look(access_log::look(
        &op.viewer,
        AccessKind::Refused { request: op.request, what },
        random,
    ))?)
}
