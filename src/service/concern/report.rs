//! Reporting a concern, and a reporter's own reports.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        case::{self, Urgency, consequences::notice},
        concern::{Draft, InPerson, Problem, Somebody, asks_in_person},
        kernel::{
            clock::Instant,
            ids::{PersonId, Random, Reference},
            refusal::Refusal,
            text::{Line, Narrative},
        },
        people::{
            Desk, Roster,
            name_matching::{NameMatch, name_match},
            subject::{Subject, SubjectIdentity, SubjectKind},
            ties::Ties,
        },
        school::{
            Settings,
            routing::{self, Facts, NobodyReached},
            settings::Editions,
        },
    },
    store::{
        By, Tx,
        case::{cases, setting},
        concern::{
            drafts,
            forms::{self, EarlierForm, Form},
            reports,
        },
        people::staff,
        school::on_duty,
    },
};
use chrono::TimeDelta;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

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
/// that is down. Its draft is removed in the same transaction.
pub fn lodge(
    candour: &Candour,
    op: &Op,
    draft: &Draft,
    form: &Form,
    random: &mut dyn Random,
) -> Result<Receipt> {
    candour.write(|tx| {
        drafts::remove_sent(tx, &op.viewer, &form.key)?;
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
            let key = format!("{}.{:.16}", form.key, form.digest);
            lodge_in(tx, op, draft, &Form { key, ..form.clone() }, random)
        }
        EarlierForm::Changed { answer, .. } => {
            let receipt = repeated(&answer, ReceiptKind::Added)?;
            add_in(tx, op, &receipt.reference, &said_again(draft), random)?;
            forms::keep_changed(tx, &op.viewer, form)?;
            Ok(receipt)
        }
    }
}

/// The digest of a report, which tells a change of its answers from a change of its words.
pub fn digest_of_report(answers: &str, all: &str) -> String {
    format!("{answers}.{all}")
}

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
    let setting = setting::read(tx, op.viewer.school(), op.now)?;
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
    if ids.is_empty() || staff::are_current(tx, &op.viewer, &ids)? {
        return Ok(());
    }
    Err(Refusal::field("person-1", Problem::NotHere).into())
}

/// Draws a reference the school does not have.
pub(crate) fn free_reference(tx: &mut Tx<'_>, op: &Op, random: &mut dyn Random) -> Result<Reference> {
    loop {
        let reference = Reference::draw(random);
        if !cases::is_taken(tx, op.viewer.school(), &reference)? {
            return Ok(reference);
        }
    }
}

/// A person who would receive this concern, and was told in person or may be meant by what was typed: the
/// form asks whether it is about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskAbout {
    /// Who.
    pub person: PersonId,
    /// What the question calls them: their name, or the role if that is all that was typed.
    pub called: String,
    /// Why they are asked about.
    pub because: Because,
}

/// Why the form asks about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// They were told.
    Told,
    /// Words about whom it is about may mean them.
    Written,
}

/// Whether a person was told in person or may be meant, and by what.
fn is_meant(
    draft: &Draft,
    (person, name): (PersonId, &str),
    roster: &Roster,
) -> Option<(Because, NameMatch)> {
    let words = |who: &Somebody| match who {
        Somebody::Known(known) => (*known == person).then_some(NameMatch::ByName),
        Somebody::InWords(words) => name_match(words.as_str(), (person, name), roster),
    };
    if let Some(how) = draft.everybody_told().find_map(words) {
        return Some((Because::Told, how));
    }
    // A person chosen by their full name has their own part in it already.
    let written = draft
        .subjects
        .iter()
        .filter(|subject| subject.kind != SubjectKind::Pupil && matches!(subject.who, Somebody::InWords(_)));
    let is_named = draft.subjects.iter().any(|subject| subject.who == Somebody::Known(person));
    let how = written.map(|subject| &subject.who).find_map(words).filter(|_| !is_named)?;
    Some((Because::Written, how))
}

/// Of those who were told or may be meant, the ones who would receive this concern. Declared relationships are left
/// out: a question asked, or not asked, because of one would tell the reporter of it.
fn who_would_receive_it(candour: &Candour, op: &Op, draft: &Draft) -> Result<Vec<AskAbout>> {
    candour.read(|tx| {
        let setting = setting::read(tx, op.viewer.school(), op.now)?;
        let subjects: Vec<Subject> = draft
            .subjects
            .iter()
            .filter_map(|subject| match subject.who {
                Somebody::Known(person) => Some(Subject {
                    id: crate::domain::kernel::ids::SubjectId(person.0),
                    who: SubjectIdentity::Person(person),
                    kind: subject.kind,
                    role: subject.role,
                }),
                Somebody::InWords(_) => None,
            })
            .collect();
        let edition = setting.editions.at(op.now);
        let route = routing::route(&Facts {
            category: edition.category(draft.category),
            adult: draft.adult,
            subjects: &subjects,
            personal_data: draft.personal_data,
            roster: &setting.roster,
            stepped_aside: &BTreeSet::new(),
            ties: Ties::left_out(),
            chosen: None,
            elsewhere: routing::AdultThere::NoneOrMatched,
            policy: edition.settings.adult_lead,
        });
        let names = staff::names(tx, &op.viewer, &route.recipients())?;
        let found: Vec<(PersonId, String, Because, NameMatch)> = names
            .into_iter()
            .filter_map(|(person, name)| {
                let (because, how) = is_meant(draft, (person, &name), &setting.roster)?;
                Some((person, name, because, how))
            })
            .collect();
        // Who has which role is not for this page to tell: a role typed is a role asked about, unless two
        // people have it.
        let is_alone = |how: NameMatch| found.iter().filter(|(.., other)| *other == how).count() == 1;
        let ask = found.iter().map(|(person, name, because, how)| AskAbout {
            person: *person,
            called: match how {
                NameMatch::ByDuty(desk) if is_alone(*how) => format!("the {}", desk.words()),
                NameMatch::ByDuty(_) | NameMatch::ByName => name.clone(),
            },
            because: *because,
        });
        Ok(ask.collect())
    })
}

/// An answer to "Is your concern about something {name} did?"
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutThem {
    /// It is: they are alleged, and never receive it.
    Yes,
    /// It is not: they were only told.
    No,
}

/// What looking up the names of a draft came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameLookup {
    /// Nothing is left to ask.
    Ready(Box<Draft>),
    /// Those who were told or may be meant, would receive it, and about whom the reporter has not been asked.
    Ask(Vec<AskAbout>),
}

/// Finds the people behind the typed names, takes the answers about those who were told in person, and says
/// about whom the form still has to ask.
pub fn look_up(
    candour: &Candour,
    op: &Op,
    mut draft: Draft,
    answers: &BTreeMap<PersonId, AboutThem>,
) -> Result<NameLookup> {
    let subjects = draft.subjects.iter_mut().map(|subject| &mut subject.who);
    let in_person = match &mut draft.in_person {
        InPerson::NotAsked | InPerson::NotYet => &mut [][..],
        InPerson::Told(people) => people,
    };
    for who in subjects.chain(&mut draft.told).chain(in_person) {
        if let Somebody::InWords(typed) = who {
            *who = whose_name(candour, op, typed)?;
        }
    }
    if !answers.is_empty() {
        let asked: BTreeSet<PersonId> = answers.keys().copied().collect();
        let (names, roster) = candour.read(|tx| {
            Ok::<_, ServiceError>((
                staff::names(tx, &op.viewer, &asked)?,
                staff::roster(tx, op.viewer.school(), op.now)?,
            ))
        })?;
        // What was typed says whom the form may have asked about; a "yes" about anybody else was not posted
        // by our page.
        let typed = draft.clone();
        for (person, name) in &names {
            let is_meant = is_meant(&typed, (*person, name), &roster).is_some();
            draft = match answers.get(person) {
                Some(AboutThem::Yes) if is_meant => draft.about(*person),
                Some(AboutThem::Yes | AboutThem::No) | None => draft,
            };
        }
    }
    let mut ask = who_would_receive_it(candour, op, &draft)?;
    ask.retain(|asked| !answers.contains_key(&asked.person));
    Ok(if ask.is_empty() { NameLookup::Ready(Box::new(draft)) } else { NameLookup::Ask(ask) })
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

/// Reads a typed name: the one person of this school it belongs to, or words.
pub fn whose_name(candour: &Candour, op: &Op, typed: &Line) -> Result<Somebody> {
    candour.read(|tx| {
        let found = staff::by_name(tx, &op.viewer, typed.as_str())?;
        Ok(match found.as_slice() {
            [only] => Somebody::Known(*only),
            [] | [_, _, ..] => Somebody::InWords(typed.clone()),
        })
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

/// Adds something the reporter forgot.
pub fn add(
    candour: &Candour,
    op: &Op,
    reference: &Reference,
    words: &Narrative,
    form: &Form,
    random: &mut dyn Random,
) -> Result<()> {
    candour.once(op, form, |tx| {
        add_in(tx, op, reference, words, random)?;
        Ok(reference.to_string())
    })
}

fn add_in(
    tx: &mut Tx<'_>,
    op: &Op,
    reference: &Reference,
    words: &Narrative,
    random: &mut dyn Random,
) -> Result<()> {
    let (concern, before) = reports::find_to_add(tx, &op.viewer, reference)?;
    let setting = setting::read(tx, op.viewer.school(), op.now)?;
    let event = before.add_to_concern(concern, words, &mut op.act(&setting, random))?;
    Ok(cases::record(tx, By::Viewer(&op.viewer), &before, &event, random)?)
}
