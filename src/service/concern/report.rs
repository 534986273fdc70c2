//! Reporting a concern, and a reporter's own reports.

use super::{
    asking::{self, AroundReport},
    drafts::{self, UnsentReport},
};
use crate::service::{Candour, Op, Result, ServiceError, case::act::free_reference, people::names};
use crate::{
    domain::{
        case::{self, Urgency, consequences::notice},
        concern::{Draft, InPerson, NewAddition, Problem, Somebody, asks_in_person},
        kernel::{
            clock::Instant,
            ids::{PersonId, Random, Reference},
            refusal::Refusal,
            text::Narrative,
        },
        people::Desk,
        school::{Settings, routing::NobodyReached, settings::Editions},
    },
    store::{
        By, Tx,
        case::{cases, setting},
        concern::{
            forms::{self, EarlierForm, Form},
            reports,
        },
        people::staff,
        school::on_duty,
    },
};
use chrono::TimeDelta;
use std::{collections::BTreeSet, sync::Arc};

pub use super::asking::{AboutThem, Answers, AskAbout, Because, OneOfThese, Others, Questions};
pub use crate::store::concern::reports::MyReport;

/// What a reporter is told straight away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The reference.
    pub reference: Reference,
    /// Which desks were told. Empty if the receipt is shown again.
    pub told: Vec<Desk>,
    /// Whether no one could be told: then the receipt gives the LADO's number.
    pub nobody_reached: NobodyReached,
    /// Whether this came as an addition to a report already sent.
    pub kind: ReceiptKind,
}

/// How a report was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKind {
    /// As a new concern.
    New,
    /// It was received before; nothing was added.
    Repeated,
    /// A page sent before came again with other words: they became an addition.
    Added,
}

/// Receives a concern. It is always accepted: the only refusals are a form that cannot be read and a database
/// that is down.
pub fn lodge(
    candour: &Candour,
    op: &Op,
    draft: &Draft,
    form: &Form,
    random: &mut dyn Random,
) -> Result<Receipt> {
    candour.write(|tx| lodge_in(tx, op, draft, form, random))
}

/// Receives a concern as [`lodge`] does, and removes the draft of its page in the same transaction.
pub fn send(
    candour: &Candour,
    op: &Op,
    (draft, unsent): (&Draft, &UnsentReport),
    form: &Form,
    random: &mut dyn Random,
) -> Result<Receipt> {
    candour.write(|tx| {
        drafts::remove_sent(tx, op, unsent)?;
        lodge_in(tx, op, draft, form, random)
    })
}

/// Receives a form, once. A repeat with other words is an addition. A repeat with another answer, about who
/// it is about or what it is, could belong before other people: it becomes a concern with a key of its own.
fn lodge_in(
    tx: &mut Tx<'_>,
    op: &Op,
    draft: &Draft,
    form: &Form,
    random: &mut dyn Random,
) -> Result<Receipt> {
    match forms::find(tx, &op.viewer, form)? {
        EarlierForm::New => lodge_new(tx, op, draft, form, random),
        EarlierForm::Same(answer) => repeated(&answer, ReceiptKind::Repeated),
        EarlierForm::Changed { digest, .. } if answers_in(&digest) != answers_in(&form.digest) => {
            lodge_in(tx, op, draft, &form.of_another_report(), random)
        }
        EarlierForm::Changed { answer, .. } => {
            let receipt = repeated(&answer, ReceiptKind::Added)?;
            let mut new = NewAddition::of(said_again(draft));
            new.ruled_out = asking::not_named(tx, op, draft)?;
            new.ruled_out.extend(&draft.ruled_out);
            // The form asked nothing about those who were picked for a part in it.
            new.ruled_out.extend(draft.subjects.iter().filter_map(|subject| match subject.who {
                Somebody::Known(person) => Some(person),
                Somebody::InWords(_) => None,
            }));
            add_in(tx, op, &receipt.reference, &new, random)?;
            forms::keep_changed(tx, &op.viewer, form)?;
            Ok(receipt)
        }
    }
}

/// The digest of a report is that of its answers, then that of all of it: so a change of answers shows.
fn answers_in(digest: &str) -> &str {
    digest.split_once('.').map_or(digest, |(answers, _)| answers)
}

/// Every word of a report that came again.
fn said_again(draft: &Draft) -> Narrative {
    let more = draft.optional.in_words();
    let more = more.map(|(question, words)| format!("{}: {}", question.wording().yours, words.as_str()));
    let all: Vec<String> = std::iter::once(draft.happened.as_str().to_owned()).chain(more).collect();
    // If all of it is too long for one addition, what happened is what counts.
    Narrative::parse(&all.join("\n")).unwrap_or_else(|_| draft.happened.clone())
}

/// What a page of the report form with this key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormKey {
    /// Nothing was sent from it.
    Free,
    /// It was sent just now, as this report: a reporter who pressed Back may add to it.
    SentAs(Reference),
    /// It was sent long ago: a reporter who opens it wants a new one.
    Old,
}

/// For so long a page that was sent can be gone back to, to add something.
const GOES_BACK: TimeDelta = TimeDelta::minutes(30);

/// Looks a page's key up among what the person sent.
pub fn form_key(candour: &Candour, op: &Op, key: &str) -> Result<FormKey> {
    let answered = candour.read(|tx| forms::answer(tx, &op.viewer, key))?;
    Ok(match answered {
        None => FormKey::Free,
        Some((answer, at)) if op.now - at < GOES_BACK => {
            FormKey::SentAs(answer.parse().map_err(|_| ServiceError::Stale)?)
        }
        Some(_) => FormKey::Old,
    })
}

fn repeated(answer: &str, kind: ReceiptKind) -> Result<Receipt> {
    let reference = answer.parse().map_err(|_| ServiceError::Stale)?;
    Ok(Receipt { reference, told: Vec::new(), nobody_reached: NobodyReached::No, kind })
}

fn lodge_new(
    tx: &mut Tx<'_>,
    op: &Op,
    draft: &Draft,
    form: &Form,
    random: &mut dyn Random,
) -> Result<Receipt> {
    check_people(tx, op, draft)?;
    let setting = setting::with_adults(tx, op.viewer.school(), op.now)?;
    let reference = free_reference(tx, op, random)?;
    let lodged = {
        let mut act = op.act(&setting, random);
        case::lodge(draft, reference.clone(), &mut act)
    };
    cases::open(tx, By::Viewer(&op.viewer), &lodged.event, random)?;
    forms::keep(tx, &op.viewer, form, reference.as_str())?;
    Ok(Receipt {
        reference,
        told: lodged.told,
        nobody_reached: lodged.nobody_reached,
        kind: ReceiptKind::New,
    })
}

/// People chosen in a form must be people of this school; anything else was not posted by our page.
fn check_people(tx: &mut Tx<'_>, op: &Op, draft: &Draft) -> Result<()> {
    let known = |who: &Somebody| match who {
        Somebody::Known(person) => Some(*person),
        Somebody::InWords(_) => None,
    };
    let ids: BTreeSet<PersonId> = draft
        .subjects
        .iter()
        .map(|subject| &subject.who)
        .chain(draft.everybody_told())
        .filter_map(known)
        .collect();
    if ids.is_empty() || staff::are_of_the_school(tx, &op.viewer, &ids)? {
        return Ok(());
    }
    Err(Refusal::field("person-1", Problem::NotHere).into())
}

/// What looking up the names of a draft came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameLookup {
    /// Nothing is left to ask.
    Ready(Box<Draft>),
    /// About those who were told or could be meant, and would receive it or have a say in it, of what the reporter has
    /// not been asked.
    Ask(Questions),
}

/// Finds the people behind the typed names, takes the answers about those who were told in person, and says
/// about whom the form still has to ask.
pub fn look_up(
    candour: &Candour,
    op: &Op,
    mut draft: Draft,
    picks: &names::Picks,
    answers: &Answers,
) -> Result<NameLookup> {
    let subjects = draft.subjects.iter_mut().map(|subject| &mut subject.who);
    let in_person = match &mut draft.in_person {
        InPerson::NotAsked | InPerson::NotYet => &mut [][..],
        InPerson::Told(people) => people,
    };
    let of_subjects = picks.subjects.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
    let told = draft.told.iter_mut().zip(std::iter::repeat(picks.told.as_slice()));
    let in_person = in_person.iter_mut().zip(std::iter::repeat(picks.in_person.as_slice()));
    let mut not_picked = BTreeSet::new();
    for (who, picked) in subjects.zip(of_subjects).chain(told).chain(in_person) {
        if let Somebody::InWords(typed) = who {
            let meant = names::somebody(candour, op, typed, picked)?;
            if let Somebody::Known(person) = &meant
                && picked.iter().all(|pick| pick.person() != Some(*person))
            {
                not_picked.insert(*person);
            }
            *who = meant;
        }
    }
    let around = candour.read(|tx| AroundReport::read(tx, op, &draft, &not_picked))?;
    // What was typed says whom the form may have asked about; a "yes" about anybody else was not posted by our page.
    let typed = draft.clone();
    for (person, answer) in &answers.about {
        let Some(adult) = around.adult(*person) else { continue };
        let Some((_, how)) = around.is_meant(&typed, adult) else { continue };
        match answer {
            AboutThem::Yes => draft = draft.about(*person),
            AboutThem::No => {
                draft.ruled_out.insert(*person);
            }
            AboutThem::DoNotKnow => {
                draft.not_ruled_out.insert(*person, how.into());
            }
        }
    }
    let could_be = around.to_choose_from(op, &draft);
    let mut questions = Questions { about: around.to_ask(op, &draft), one_of: Vec::new() };
    asking::tell_apart(candour, op, &mut questions.about)?;
    questions.about.retain(|asked| !answers.about.contains_key(&asked.person));
    match &answers.one_of {
        OneOfThese::NotAsked => questions.one_of = asking::in_a_list(candour, op, &could_be)?,
        OneOfThese::Answered(ticked, others) => around.take_ticked(&mut draft, &could_be, (ticked, *others)),
    }
    around.keep_namesakes_out(&mut draft);
    if !questions.is_empty() {
        return Ok(NameLookup::Ask(questions));
    }
    draft.named = around.only_named(op, &draft);
    Ok(NameLookup::Ready(Box::new(draft)))
}

/// Whom a reporter can speak to, and the school's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeakTo {
    /// The school's phone numbers, among its other settings. The number of the DSL on call is today's.
    pub settings: Settings,
    /// Who of the DSL's desk is on call today, if that was entered.
    pub on_duty: Option<String>,
    /// Who holds the DSL's role today, or covers for it.
    pub safeguarding_leads: Vec<String>,
    /// The school's rules: what the form shows, and how a report was received.
    pub editions: Arc<Editions>,
    /// Whether a person can be found in school now.
    pub school: Doors,
    /// Whom to tell if it is about a person named above: the headteacher, or the chair if that is the
    /// headteacher.
    pub instead: Desk,
}

/// Whether the school is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doors {
    /// It is a school day, within its hours.
    Open,
    /// It is not.
    Closed,
}

/// Whom to call before writing anything.
pub fn school_settings(candour: &Candour, op: &Op) -> Result<SpeakTo> {
    candour.read(|tx| {
        let editions = Arc::clone(op.viewer.editions());
        let mut settings = editions.settings_at(op.now);
        let said = on_duty::last(tx, op.viewer.school())?;
        let named = said.iter().map(|said| said.person).collect();
        let (setting, names) = setting::with_names(tx, &op.viewer, &named)?;
        let roster = setting.roster;
        let said = said.filter(|said| said.holds(op.now, &roster));
        let leads = roster.holders(Desk::Dsl);
        let heads = roster.holders(Desk::Head);
        let is_head = said.iter().map(|said| &said.person).chain(&leads).any(|person| heads.contains(person));
        let instead = if is_head { Desk::Chair } else { Desk::Head };
        let school = if op.viewer.calendar().in_school_hours(op.now) { Doors::Open } else { Doors::Closed };
        let on_duty = said.as_ref().and_then(|said| names.get(&said.person).cloned());
        if let Some(phone) = said.and_then(|said| said.phone) {
            phone.as_str().clone_into(&mut settings.duty_phone);
        }
        let safeguarding_leads = leads.iter().filter_map(|lead| names.get(lead).cloned()).collect();
        Ok(SpeakTo { settings, on_duty, safeguarding_leads, editions, school, instead })
    })
}

/// The reporter's own reports, latest first.
pub fn mine(candour: &Candour, op: &Op) -> Result<Vec<MyReport>> {
    candour.read(|tx| Ok(reports::mine(tx, &op.viewer)?))
}

/// One report of the reporter's own.
pub fn my_report(candour: &Candour, op: &Op, reference: &Reference) -> Result<OwnReport> {
    Ok(told_from(op, candour.read(|tx| reports::find(tx, &op.viewer, reference))?))
}

/// A report for its receipt, without a word of it.
pub fn receipt(candour: &Candour, op: &Op, reference: &Reference) -> Result<OwnReport> {
    Ok(told_from(op, candour.read(|tx| reports::for_receipt(tx, &op.viewer, reference))?))
}

fn told_from(op: &Op, report: MyReport) -> OwnReport {
    let edition = op.viewer.editions().at(report.submitted_at);
    let urgency = if asks_in_person(edition.category(report.category), report.at_risk) {
        Urgency::Critical
    } else {
        Urgency::Ordinary
    };
    OwnReport { told_from: notice::leaves(urgency, report.submitted_at, op.viewer.calendar()), report }
}

/// A report, and when its recipients' e-mails leave: by the calendar alone, whoever they are, so that it
/// tells nothing of the reporter's part in the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnReport {
    /// The report.
    pub report: MyReport,
    /// When the e-mails leave.
    pub told_from: Instant,
}

/// About whom to ask before these words are added to a report.
pub fn about_addition(
    candour: &Candour,
    op: &Op,
    reference: &Reference,
    words: &Narrative,
) -> Result<Vec<AskAbout>> {
    candour.read(|tx| {
        let concern = reports::concern(tx, &op.viewer, reference)?;
        asking::about_addition(tx, op, &concern, words)
    })
}

/// Adds something the reporter forgot.
pub fn add(
    candour: &Candour,
    op: &Op,
    reference: &Reference,
    new: &NewAddition,
    form: &Form,
    random: &mut dyn Random,
) -> Result<()> {
    candour.once(op, form, |tx| {
        add_in(tx, op, reference, new, random)?;
        Ok(reference.to_string())
    })
}

fn add_in(
    tx: &mut Tx<'_>,
    op: &Op,
    reference: &Reference,
    new: &NewAddition,
    random: &mut dyn Random,
) -> Result<()> {
    let (concern, before) = reports::find_to_add(tx, &op.viewer, reference)?;
    let setting = setting::with_adults(tx, op.viewer.school(), op.now)?;
    let event = before.add_to_concern(concern, new, &mut op.act(&setting, random))?;
    Ok(cases::record(tx, By::Viewer(&op.viewer), &before, &event, random)?)
}
