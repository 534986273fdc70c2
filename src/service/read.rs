//! Reading one case: the whole of it, or its technical view, each a type of its own.

use super::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        case::{Asking, Case, Detail, SecondPerson, Setting, Sight},
        ids::{CaseId, PersonId, Random, Reference, TextId},
        naming::Shown,
        people::Standing,
        referral::Body,
        settings::Edition,
        subject::Who,
        workflow::Move,
    },
    store::{
        Tx, access, cases,
        looks::{self, Looked},
        setting, staff,
        trail::{self, Happened},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What a reader of a case gets.
#[derive(Debug, Clone)]
pub enum CaseView {
    /// The whole case.
    Full(Box<FullCase>),
    /// The whole case to read and nothing to do, with names as initials: an inspector's.
    Inspected(Box<FullCase>),
    /// Its technical part.
    Technical(Box<TechnicalView>),
}

/// A whole case, with its words and names.
#[derive(Debug, Clone)]
pub struct FullCase {
    /// The case.
    pub case: Case,
    /// Its timeline, latest first.
    pub timeline: Vec<Happened>,
    /// Its words, and the names of everybody in it and of everybody at a desk, as the viewer may have them.
    shown: Shown,
    /// What the viewer may do now.
    pub moves: Vec<Move>,
    /// Of that, what there is something to do with: what the page links to.
    pub offers: Vec<Move>,
    /// The cases it is linked with, of those the viewer can open.
    pub linked: Vec<Linked>,
    /// The bodies that the viewer may decide not to tell.
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

/// A case that has to do with another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Which.
    pub id: CaseId,
    /// What people call it.
    pub reference: Reference,
    /// What it has to do with it.
    pub how: LinkKind,
}

/// What one case has to do with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// It was opened from this one, or this one from it.
    Opened,
    /// It became part of this one.
    Gathered,
    /// This one became part of it.
    GoesOn,
}

impl FullCase {
    /// A case in hand with what was read of it, as somebody with this sight may have it, and what the viewer may do;
    /// without the cases it is linked with.
    pub(super) fn new(
        op: &Op,
        (case, sight): (Case, Sight),
        (words, timeline): (BTreeMap<TextId, String>, Vec<Happened>),
        names: BTreeMap<PersonId, String>,
        setting: Setting,
    ) -> Self {
        let asking = op.asking(&setting);
        let mut named = case.names_in_words();
        named.extend(timeline.iter().flat_map(|happened| happened.entry.names_in_words()));
        Self {
            moves: case.moves_for(&asking),
            offers: case.offers(&asking),
            second_person: case.second_person(&asking),
            declines: Body::offered().filter(|body| case.may_decline(*body, &asking)).collect(),
            edition: op.viewer.editions().at(case.submitted_at),
            standing: op.viewer.standing().clone(),
            linked: Vec::new(),
            shown: Shown::to(sight.naming(), names, words, &named),
            case,
            timeline,
            setting,
        }
    }

    /// Who looks at it, as the rules of a case see them.
    pub fn asking(&self) -> Asking<'_> {
        Asking { standing: &self.standing, setting: &self.setting }
    }

    /// The reference of another case; nothing where the viewer cannot open it.
    pub fn reference_of(&self, case: CaseId) -> Option<&Reference> {
        self.linked.iter().find(|linked| linked.id == case).map(|linked| &linked.reference)
    }

    /// The words of an id; empty where they were erased.
    pub fn said(&self, id: TextId) -> &str {
        self.shown.said(id)
    }

    /// A person's name.
    pub fn name(&self, person: PersonId) -> &str {
        self.shown.name(person)
    }
}

/// What the network desk sees where it is only copied.
#[derive(Debug, Clone)]
pub struct TechnicalView {
    /// What people call it.
    pub reference: Reference,
    /// Which version, for forms.
    pub version: i32,
    /// Its category's label.
    pub category: &'static str,
    /// When it was reported.
    pub submitted_at: crate::domain::clock::Instant,
    /// Where it stands.
    pub status: crate::domain::workflow::Status,
    /// Where.
    pub place: String,
    /// Device.
    pub device: String,
    /// App or account.
    pub app: String,
    /// Web address, as text.
    pub web: String,
    /// What the lead desk wants known or done.
    pub brief: String,
    /// What the viewer may do now.
    pub moves: Vec<Move>,
    /// Of that, what there is something to do with: what the page links to.
    pub offers: Vec<Move>,
}

/// Opens a case, and keeps that it was opened before it is shown.
pub fn case(candour: &Candour, op: &Op, reference: &Reference, random: &mut dyn Random) -> Result<CaseView> {
    let (view, case) = candour.read(|tx| {
        let case = cases::find(tx, &op.viewer, reference)?;
        let (words, timeline) = trail::story(tx, &case)?;
        let view = match case.sight(op.viewer.standing()) {
            None => return Err(ServiceError::NotFound),
            Some(Sight::Technical) => {
                let setting = setting::around(tx, &op.viewer)?;
                CaseView::Technical(Box::new(technical(&case, &words, &op.asking(&setting))))
            }
            Some(sight @ (Sight::Full | Sight::Inspected)) => {
                let (setting, names) = setting::with_names(tx, &op.viewer, &people_in(&case, &timeline))?;
                let linked = linked(tx, op, &case)?;
                let full = FullCase::new(op, (case.clone(), sight), (words, timeline), names, setting);
                let full = Box::new(FullCase { linked, ..full });
                if sight == Sight::Inspected { CaseView::Inspected(full) } else { CaseView::Full(full) }
            }
        };
        Ok((view, case))
    })?;
    candour.look(looks::look(&op.viewer, Looked::Case(&case), random))?;
    Ok(view)
}

/// Every case this one names, of those the viewer can open.
fn linked(tx: &mut Tx<'_>, op: &Op, case: &Case) -> Result<Vec<Linked>> {
    let opened = case.linked.iter().map(|id| (*id, LinkKind::Opened));
    let gathered = case.gathered.iter().map(|id| (*id, LinkKind::Gathered));
    let goes_on = case.merged_into.iter().map(|id| (*id, LinkKind::GoesOn));
    let named: BTreeMap<CaseId, LinkKind> = opened.chain(gathered).chain(goes_on).collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<CaseId> = named.keys().copied().collect();
    let reached = access::reached(tx, &op.viewer, &ids)?.into_iter();
    let link =
        |other: Case| Some(Linked { how: *named.get(&other.id)?, id: other.id, reference: other.reference });
    Ok(reached.filter_map(link).collect())
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
pub(super) fn people_in(case: &Case, timeline: &[Happened]) -> BTreeSet<PersonId> {
    let reported = case.concerns.iter().flat_map(|concern| &concern.subjects);
    let subjects = case.subjects.iter().map(|subject| &subject.subject).chain(reported);
    let subjects = subjects.filter_map(|subject| match subject.who {
        Who::Person(person) => Some(person),
        Who::Words(_) => None,
    });
    let reporters = case.concerns.iter().map(|concern| concern.reporter);
    let told = case.concerns.iter().flat_map(|concern| concern.told.iter().chain(concern.in_person.people()));
    let told = told.filter_map(|told| match told {
        crate::domain::concern::Told::Known(person) => Some(*person),
        crate::domain::concern::Told::InWords(_) => None,
    });
    let actors = timeline.iter().filter_map(|happened| happened.actor);
    let facts =
        timeline.iter().flat_map(|happened| &happened.entry.facts).filter_map(|(_, detail)| match detail {
            Detail::Person(person) => Some(*person),
            Detail::Phrase(_) | Detail::Words(_) | Detail::When(_) | Detail::Case(_) => None,
        });
    let handled = case.handled_by.iter().copied().chain(case.owner);
    let shares = case.shares.iter().map(|share| share.person);
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
        .chain(tasks)
        .collect()
}

/// One look at a case: when, by whom, and their name.
pub type Opening = (crate::domain::clock::Instant, PersonId, String);

/// Who has opened a case, latest first: shown to its lead desk.
pub fn looks(candour: &Candour, op: &Op, reference: &Reference) -> Result<Vec<Opening>> {
    candour.read(|tx| {
        let case = cases::find(tx, &op.viewer, reference)?;
        let setting = setting::around(tx, &op.viewer)?;
        if !case.leads(&op.asking(&setting)) {
            return Err(ServiceError::Refused(
                "Only the desk that leads can see who has opened this case.".to_owned(),
            ));
        }
        let looks = looks::of_case(tx, &case)?;
        let people: BTreeSet<PersonId> = looks.iter().map(|(_, person)| *person).collect();
        let names = staff::names(tx, &op.viewer, &people)?;
        let name = |person| names.get(&person).cloned().unwrap_or_else(|| "Somebody who has left".to_owned());
        Ok(looks.into_iter().map(|(at, person)| (at, person, name(person))).collect())
    })
}

/// Whom to choose from, for an owner, a share or a task: who may be given a case, less those this one excludes or is held
/// back from, but for the one who is to be named as second person.
pub fn staff_to_choose(candour: &Candour, op: &Op, full: &FullCase) -> Result<Vec<(PersonId, String)>> {
    candour.read(|tx| {
        let people = staff::who_may_be_given_a_case(tx, &op.viewer)?;
        let may = |person: PersonId| {
            full.case.may_be_given(person, &full.asking())
                || full.second_person == SecondPerson::ToName(person)
        };
        Ok(people.into_iter().filter(|(person, _)| may(*person)).collect())
    })
}

/// Keeps that somebody signed in was refused an address.
pub fn refused(candour: &Candour, op: &Op, what: &str, random: &mut dyn Random) -> Result<()> {
    Ok(candour.look(looks::look(&op.viewer, Looked::Refused { request: op.request, what }, random))?)
}
