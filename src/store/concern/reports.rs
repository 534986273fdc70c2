//! A reporter's own reports: a right that exclusion never touches. It reads by reporter, never by reach.

use crate::domain::{
    case::{Case, lifecycle::workflow::Status},
    concern::{
        AtRisk, Concern, InPerson, OnBehalf, PersonTold,
        optional::{OptionalAnswer, OptionalQuestion},
    },
    kernel::{
        clock::Instant,
        ids::{ConcernId, PersonId, Reference, TextId},
    },
    people::{
        Desk,
        naming::beside,
        subject::{Subject, SubjectIdentity},
    },
    school::{categories::CategoryCode, routing::NobodyReached},
};
use crate::store::{
    Any, Result, StoreError, Tx,
    db::{
        dialect::QueryExt,
        mapping::Json,
        schema::{cases, concerns, texts},
    },
    entry::viewer::Viewer,
    people::former_names,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a reporter sees of their own report: their own words and one of three statuses. Nothing of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyReport {
    /// Which concern.
    pub concern: ConcernId,
    /// Its reference.
    pub reference: Reference,
    /// The category the reporter chose.
    pub category: CategoryCode,
    /// When it was sent.
    pub submitted_at: Instant,
    /// Received, being dealt with or closed.
    pub status: &'static str,
    /// When it was noticed.
    pub noticed_at: Instant,
    /// What they said about anyone being at risk.
    pub at_risk: AtRisk,
    /// Whether they had told a colleague in person.
    pub in_person: InPerson<PersonTold>,
    /// The desks told when it was sent.
    pub told: Vec<Desk>,
    /// Whether no one could be told to lead it when it was sent.
    pub nobody_reached: NobodyReached,
    /// Whose report it is, if they typed it for another person: name, then what is known of them. No name in
    /// a list.
    pub on_behalf: Option<(String, OnBehalf)>,
    /// Their own words; empty in a list.
    pub happened: String,
    /// Their other answers in words, each under its question; empty in a list. A web address cannot be
    /// followed.
    pub details: Vec<(&'static str, String)>,
    /// What they added, with when; empty in a list.
    pub additions: Vec<(Instant, String)>,
}

/// One report: it keeps the reference it was given, and its status is read from the case that has the concern
/// now.
fn report(
    reference: &Reference,
    (case, dealt_with): (&Case, DealtWith),
    concern: &Concern,
    (words, names): (&BTreeMap<TextId, String>, &BTreeMap<PersonId, String>),
) -> MyReport {
    let said = |id: &TextId| words.get(id).cloned().unwrap_or_default();
    MyReport {
        concern: concern.id,
        reference: reference.clone(),
        category: concern.category,
        submitted_at: concern.submitted_at,
        status: status(case, dealt_with),
        noticed_at: concern.noticed_at,
        at_risk: concern.at_risk,
        in_person: concern.in_person.clone(),
        told: concern.told_desks.clone(),
        nobody_reached: concern.nobody_reached,
        on_behalf: concern.on_behalf.clone().map(|told| (said(&told.name), told)),
        happened: concern.happened.told(|words| said(&words)),
        details: details(concern, words, names),
        additions: concern.additions.iter().map(|added| (added.at, said(&added.words))).collect(),
    }
}

/// Whether the case that a report opened was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DealtWith {
    Yes,
    NotYet,
}

impl DealtWith {
    fn of(opened: &Case) -> Self {
        if opened.acknowledged_at.is_some() { Self::Yes } else { Self::NotYet }
    }
}

/// A report that was being dealt with never goes back to "Received": that would tell its reporter that the
/// case went to another desk, perhaps because of them.
fn status(case: &Case, dealt_with: DealtWith) -> &'static str {
    match (case.status, dealt_with, DealtWith::of(case)) {
        (Status::Submitted, DealtWith::Yes, _) | (Status::Submitted, _, DealtWith::Yes) => {
            Status::Acknowledged.for_reporter()
        }
        (status, _, _) => status.for_reporter(),
    }
}

fn details(
    concern: &Concern,
    words: &BTreeMap<TextId, String>,
    names: &BTreeMap<PersonId, String>,
) -> Vec<(&'static str, String)> {
    let chosen = chosen(concern, words, names).into_iter();
    chosen.chain(chosen_of_optional(concern)).chain(written(concern, words)).collect()
}

/// The optional questions that were answered by a choice.
fn chosen_of_optional(concern: &Concern) -> impl Iterator<Item = (&'static str, String)> {
    OptionalQuestion::ALL.iter().filter_map(move |question| match concern.optional.answer(*question)? {
        OptionalAnswer::OneOf(choice) => Some((question.wording().yours, choice.to_owned())),
        OptionalAnswer::Words(_) => None,
    })
}

/// The optional questions that were answered in words.
fn written(
    concern: &Concern,
    words: &BTreeMap<TextId, String>,
) -> impl Iterator<Item = (&'static str, String)> {
    let in_words = concern.optional.in_words();
    in_words.filter_map(move |(question, id)| {
        let words = words.get(id)?;
        Some((question.wording().yours, question.show(words)))
    })
}

/// What the reporter chose and whom they named, as they named them. A part the case changed since, or words
/// it matched to a person, belongs to the case; a reporter who is a subject sees nothing else here either.
fn chosen(
    concern: &Concern,
    words: &BTreeMap<TextId, String>,
    names: &BTreeMap<PersonId, String>,
) -> Vec<(&'static str, String)> {
    let name = |person: &PersonId| names.get(person).cloned().unwrap_or_default();
    let said = |id: &TextId| words.get(id).cloned().unwrap_or_default();
    let told = |who: &PersonTold| match who {
        PersonTold::Known(person) => name(person),
        PersonTold::InWords(id) => said(id),
    };
    let about = |subject: &Subject| {
        let who = match &subject.who {
            SubjectIdentity::Person(person) => name(person),
            SubjectIdentity::Words(id) => said(id),
        };
        format!("{who} ({})", subject.part())
    };
    let list = |lines: Vec<String>| if lines.is_empty() { "No one".to_owned() } else { lines.join("; ") };
    let in_person = match &concern.in_person {
        InPerson::NotAsked => None,
        InPerson::NotYet => Some("No one yet".to_owned()),
        InPerson::Told(people) => Some(list(people.iter().map(told).collect())),
    };
    let rows = [
        ("Anyone at risk then", Some(concern.at_risk.words().to_owned())),
        ("About an adult here", Some(concern.adult.answer_words())),
        ("Who you said it is about", Some(list(concern.subjects.iter().map(about).collect()))),
        ("Told in person or by phone", in_person),
        ("Who you had told", Some(list(concern.told.iter().map(told).collect()))),
        ("Personal information lost or shared", Some(concern.personal_data.answer_words().to_owned())),
    ];
    rows.into_iter().filter_map(|(question, answer)| Some((question, answer?))).collect()
}

/// The people a reporter named, as subjects or as told in person.
fn named(concern: &Concern) -> (BTreeSet<PersonId>, Vec<TextId>) {
    let (mut people, mut words) = (BTreeSet::new(), Vec::new());
    for subject in &concern.subjects {
        match subject.who {
            SubjectIdentity::Person(person) => _ = people.insert(person),
            SubjectIdentity::Words(id) => words.push(id),
        }
    }
    for told in concern.told.iter().chain(concern.in_person.people()) {
        match told {
            PersonTold::Known(person) => _ = people.insert(*person),
            PersonTold::InWords(id) => words.push(*id),
        }
    }
    (people, words)
}

/// The viewer's latest reports, at most 100; of an account that is not proven to be theirs, those it sent.
pub fn mine(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<MyReport>> {
    let mut query = concerns::table
        .inner_join(
            cases::table.on(cases::school_id.eq(concerns::school_id).and(cases::id.eq(concerns::case_id))),
        )
        .filter(concerns::school_id.eq(viewer.school()))
        .filter(concerns::reporter_id.eq(viewer.person()))
        .order((concerns::submitted_at.desc(), concerns::id.desc()))
        .select((concerns::id, cases::document))
        .limit(100)
        .into_boxed::<Any>();
    if let Some(account) = viewer.written_with() {
        query = query.filter(concerns::account_id.assume_not_null().eq(account));
    }
    let rows: Vec<(ConcernId, Json<Case>)> = query.load(tx.conn())?;
    let (no_words, no_names) = (BTreeMap::new(), BTreeMap::new());
    let nothing = (&no_words, &no_names);
    let mut reports = Vec::new();
    for (id, opened) in rows {
        let (reference, dealt_with) = (opened.0.reference.clone(), DealtWith::of(&opened.0));
        let case = gathered_by(tx, opened.0)?;
        let concern = case.concerns.iter().find(|concern| concern.id == id);
        reports.extend(concern.map(|concern| report(&reference, (&case, dealt_with), concern, nothing)));
    }
    Ok(reports)
}

/// The case that has the concerns of this one now: itself, unless it was merged.
fn gathered_by(tx: &mut Tx<'_>, mut case: Case) -> Result<Case> {
    while let Some(into) = case.merged_into {
        let row: Json<Case> =
            cases::table.find((case.school, into)).select(cases::document).first(tx.conn())?;
        case = row.0;
    }
    Ok(case)
}

fn case_of_mine(tx: &mut Tx<'_>, viewer: &Viewer, reference: &Reference) -> Result<(ConcernId, Case)> {
    let mut query = concerns::table
        .inner_join(
            cases::table.on(cases::school_id.eq(concerns::school_id).and(cases::id.eq(concerns::case_id))),
        )
        .filter(concerns::school_id.eq(viewer.school()))
        .filter(concerns::reporter_id.eq(viewer.person()))
        .filter(cases::reference.eq(reference))
        .order(concerns::submitted_at.asc())
        .select((concerns::id, cases::document))
        .into_boxed::<Any>();
    if let Some(account) = viewer.written_with() {
        query = query.filter(concerns::account_id.assume_not_null().eq(account));
    }
    let row: Option<(ConcernId, Json<Case>)> = query.first(tx.conn()).optional()?;
    row.map(|(id, case)| (id, case.0)).ok_or(StoreError::NotFound)
}

/// One report of the viewer's own for its receipt: neither words nor names, as in a list.
pub fn for_receipt(tx: &mut Tx<'_>, viewer: &Viewer, reference: &Reference) -> Result<MyReport> {
    let (id, opened) = case_of_mine(tx, viewer, reference)?;
    let dealt_with = DealtWith::of(&opened);
    let case = gathered_by(tx, opened)?;
    let Some(concern) = case.concerns.iter().find(|c| c.id == id) else { return Err(StoreError::NotFound) };
    let nothing = (&BTreeMap::new(), &BTreeMap::new());
    Ok(report(reference, (&case, dealt_with), concern, nothing))
}

/// One report of the viewer's own.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, reference: &Reference) -> Result<MyReport> {
    let (id, opened) = case_of_mine(tx, viewer, reference)?;
    let dealt_with = DealtWith::of(&opened);
    let case = gathered_by(tx, opened)?;
    let Some(concern) = case.concerns.iter().find(|c| c.id == id) else { return Err(StoreError::NotFound) };
    let (people, in_words) = named(concern);
    let own: Vec<TextId> = in_words
        .into_iter()
        .chain(concern.happened.text())
        .chain(concern.optional.in_words().map(|(_, words)| *words))
        .chain(concern.on_behalf.iter().map(|told| told.name))
        .chain(concern.additions.iter().map(|added| added.words))
        .collect();
    let words: Vec<(TextId, String)> = texts::table
        .filter(texts::school_id.eq(case.school))
        .filter(texts::id.eq_any(own))
        .select((texts::id, texts::words))
        .load(tx.conn())?;
    let names = as_reported(tx, viewer, &people, concern.submitted_at)?;
    Ok(report(reference, (&case, dealt_with), concern, (&words.into_iter().collect(), &names)))
}

/// One report of the viewer's own as it was sent: what is asked before words are added to it follows from that.
pub fn concern(tx: &mut Tx<'_>, viewer: &Viewer, reference: &Reference) -> Result<Concern> {
    let (id, opened) = case_of_mine(tx, viewer, reference)?;
    let case = gathered_by(tx, opened)?;
    case.concerns.into_iter().find(|concern| concern.id == id).ok_or(StoreError::NotFound)
}

/// The names of people today, each beside the one it was when they were reported.
fn as_reported(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    people: &BTreeSet<PersonId>,
    at: Instant,
) -> Result<BTreeMap<PersonId, String>> {
    if people.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (names, former) = former_names::with_names(tx, viewer, people)?;
    let both = |(person, today): (PersonId, String)| {
        let shown = beside(&today, former.at(person, at).unwrap_or(&today));
        (person, shown)
    };
    Ok(names.into_iter().map(both).collect())
}

/// The case that has one of the viewer's own reports now, locked, to add something to it: given to the
/// domain's verb only.
pub fn find_to_add(tx: &mut Tx<'_>, viewer: &Viewer, reference: &Reference) -> Result<(ConcernId, Case)> {
    let (id, opened) = case_of_mine(tx, viewer, reference)?;
    let mut case = gathered_by(tx, opened)?;
    loop {
        let row = cases::table.find((case.school, case.id));
        let locked: Json<Case> = row.select(cases::document).locked().get_result(tx.conn())?;
        // It may have been merged since it was looked up.
        if locked.0.merged_into.is_none() {
            return Ok((id, locked.0));
        }
        case = gathered_by(tx, locked.0)?;
    }
}
