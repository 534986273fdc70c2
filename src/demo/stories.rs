//! What is reported when: ordinary concerns dealt out by the figures, and a few that the demonstration wants
//! to show.

use super::{
    chance::{below, between, happens, pick, share_out, shuffle},
    figures::{self, Ending},
    people::Size,
    schools::School,
    words,
};
use crate::domain::{
    concern::{AtRisk, Draft, DraftSubject, HowKnown, Somebody, optional::OptionalAnswers},
    kernel::{
        clock::Instant,
        ids::{PersonId, Random},
        text::{Line, Narrative, Summary, TextError},
    },
    people::subject::{SubjectKind, SubjectRole},
    school::{
        categories::{self, CategoryCode, Group},
        routing::{AdultAnswer, PersonalData, WhichAdult},
    },
};
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;
use std::collections::BTreeMap;

/// How quickly the people of a case are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Within minutes, at any hour.
    AtOnce,
    /// As the clocks ask.
    Usual,
    /// Later than the clocks ask.
    Late,
}

/// The last thing that happens in a case that is still open today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// It is not acknowledged.
    New,
    /// Acknowledged only.
    Acknowledged,
    /// Triaged only.
    Triaged,
    /// Mended, not tested again.
    Mended,
    /// Waiting for an external agency.
    Waiting,
    /// Being worked on.
    Working,
    /// Nothing stops it.
    Never,
}

/// One concern with what becomes of it.
#[derive(Debug, Clone)]
pub struct Story {
    /// When it is reported.
    pub at: Instant,
    /// By whom.
    pub reporter: PersonId,
    /// What.
    pub draft: Draft,
    /// How quickly it is dealt with.
    pub pace: Pace,
    /// Where it stands today at the furthest.
    pub stop: Stop,
    /// How it ends, if it does; chosen when it is triaged if nothing is set here.
    pub ending: Option<Ending>,
    /// Which questions of triage are answered with the grave answer.
    pub grave: Grave,
}

/// Which external agency is called for, and whether it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grave {
    /// None.
    No,
    /// The harm threshold may be met, and the LADO is told.
    LadoTold,
    /// The harm threshold may be met, and it is decided not to tell the LADO.
    LadoDeclined,
    /// A crime is possible, and the police are told.
    PoliceTold,
    /// A crime is possible, and it is decided not to tell the police.
    PoliceDeclined,
}

/// The wall clock of London as an instant.
pub fn london(day: NaiveDate, minute: i64) -> Instant {
    let wall = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute);
    London.from_local_datetime(&wall).latest().map_or_else(|| wall.and_utc(), |at| at.with_timezone(&Utc))
}

/// The day in London.
pub fn day_of(at: Instant) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}

/// The first instant of the history of a demonstration that starts at `now`.
pub fn beginning(now: Instant) -> Instant {
    let first = day_of(now).checked_sub_months(Months::new(figures::MONTHS)).unwrap_or(NaiveDate::MIN);
    london(first, 0)
}

/// Everything reported in a school, in order of time: `shown` are the concerns that have to be among it.
pub fn all(
    school: &School,
    mut shown: Vec<Story>,
    now: Instant,
    random: &mut dyn Random,
) -> Result<Vec<Story>, TextError> {
    let times = times(school, &shown, now, random);
    let mut deck = deck(&shown, times.len(), random);
    for at in times {
        let Some(category) = deck.pop() else { break };
        shown.push(ordinary(school, category, at, random)?);
    }
    shown.sort_by_key(|story| story.at);
    Ok(shown)
}

fn a_month(size: Size) -> &'static [u32; 12] {
    match size {
        Size::Secondary => &figures::SECONDARY_A_MONTH,
        Size::Primary => &figures::PRIMARY_A_MONTH,
    }
}

/// When ordinary concerns are reported: each month's total, less what is shown in it; part of it in a part of
/// a month.
fn times(school: &School, shown: &[Story], now: Instant, random: &mut dyn Random) -> Vec<Instant> {
    let (first, last) = (day_of(beginning(now)), day_of(now));
    let mut months: BTreeMap<(i32, u32), (Vec<NaiveDate>, usize)> = BTreeMap::new();
    let start = first.with_day(1).unwrap_or(first);
    let end = last.checked_add_months(Months::new(1)).and_then(|day| day.with_day(1)).unwrap_or(last);
    for day in start.iter_days().take_while(|day| *day < end) {
        let entry = months.entry((day.year(), day.month())).or_default();
        if school.setting.calendar.is_school_day(day)
            || (day.month() == 8 && school.setting.calendar.is_working_day(day))
        {
            entry.1 += 1;
            if first <= day && day < last {
                entry.0.push(day);
            }
        }
    }
    let mut times = Vec::new();
    for ((year, month), (days, whole)) in months {
        let index = usize::try_from(month).unwrap_or(1) - 1;
        let total = usize::try_from(a_month(school.size)[index]).unwrap_or(0);
        let in_month = |story: &&Story| (day_of(story.at).year(), day_of(story.at).month()) == (year, month);
        let already = shown.iter().filter(in_month).count();
        let wanted = (total * days.len()).div_ceil(whole.max(1)).min(total).saturating_sub(already);
        for _ in 0..wanted {
            if let Some(day) = pick(random, &days) {
                times.push(time_of_day(*day, random));
            }
        }
    }
    times
}

/// Mostly in or around school hours, now and then in the evening.
fn time_of_day(day: NaiveDate, random: &mut dyn Random) -> Instant {
    let minute = if happens(random, 90) {
        between(random, 8 * 60, 16 * 60 + 30)
    } else {
        between(random, 17 * 60, 21 * 60)
    };
    london(day, minute) + TimeDelta::seconds(between(random, 0, 59))
}

/// The categories to deal out so that, with what is shown, the shares come out as they should.
fn deck(shown: &[Story], ordinary: usize, random: &mut dyn Random) -> Vec<CategoryCode> {
    let weights: Vec<u32> = figures::CATEGORIES.iter().map(|(_, share)| *share).collect();
    let whole = u32::try_from(shown.len() + ordinary).unwrap_or(0);
    let mut deck = Vec::new();
    for ((code, _), many) in figures::CATEGORIES.iter().zip(share_out(whole, &weights)) {
        let Some(category) = categories::find(code) else { continue };
        let already = shown.iter().filter(|story| story.draft.category == category.code).count();
        let many = usize::try_from(many).unwrap_or(0).saturating_sub(already);
        deck.extend(std::iter::repeat_n(category.code, many));
    }
    shuffle(random, &mut deck);
    // More may be shown of a rare category than its share: the commonest one gives way or fills up.
    while deck.len() < ordinary {
        deck.extend(categories::find("CP-CONCERN").map(|c| c.code));
    }
    deck
}

/// An ordinary concern.
pub fn ordinary(
    school: &School,
    category: CategoryCode,
    at: Instant,
    random: &mut dyn Random,
) -> Result<Story, TextError> {
    let group = category.category().group;
    let reporter = *pick(random, &school.staff).unwrap_or(&PersonId(uuid::Uuid::nil()));
    let (adult, subjects) = about(school, category, reporter, random);
    let personal_data =
        if group == Group::DataProtection { PersonalData::Involved } else { PersonalData::NotInvolved };
    let online = matches!(
        group,
        Group::Content | Group::Contact | Group::Conduct | Group::Commerce | Group::Filtering
    );
    let line = |words: Option<&&str>| words.map(|words| Line::parse(words).map(Summary::from)).transpose();
    let narrative = pick(random, words::happened(group)).copied().unwrap_or("Something happened.");
    let maybe = |list: &'static [&'static str], often, random: &mut dyn Random| {
        if online && happens(random, often) { list.get(below(random, list.len())) } else { None }
    };
    let ways = [HowKnown::Saw, HowKnown::ChildTold, HowKnown::AdultTold, HowKnown::Found];
    let noticed_at = at - TimeDelta::minutes(between(random, 5, 300));
    let draft = Draft {
        at_risk: if happens(random, 5) { AtRisk::NotSure } else { AtRisk::No },
        adult,
        subjects,
        personal_data,
        optional: OptionalAnswers {
            place: line(pick(random, words::PLACES))?,
            device: line(maybe(words::DEVICES, 60, random))?,
            app: line(maybe(words::APPS, 60, random))?,
            web: line(maybe(words::ADDRESSES, 20, random))?,
            how_known: pick(random, &ways).copied(),
            already_done: pick(random, words::DONE).map(|words| Summary::parse(words)).transpose()?,
        },
        ..Draft::of(category, Narrative::parse(narrative)?, noticed_at)
    };
    let pace = if happens(random, 7) { Pace::Late } else { Pace::Usual };
    Ok(Story { at, reporter, draft, pace, stop: Stop::Never, ending: None, grave: grave(category, random) })
}

fn grave(category: CategoryCode, random: &mut dyn Random) -> Grave {
    match category.as_str() {
        "STF-ALLEG" if happens(random, 50) => Grave::LadoTold,
        "STF-ALLEG" | "STF-PUPIL-CONTACT" if happens(random, 40) => Grave::LadoDeclined,
        "CNT-GROOM" | "CNT-SEXTORT" | "CON-ILLEGAL" if happens(random, 50) => Grave::PoliceTold,
        "CNT-GROOM" | "CNT-SEXTORT" | "CON-ILLEGAL" if happens(random, 50) => Grave::PoliceDeclined,
        _ => Grave::No,
    }
}

/// Whether it is about an adult here, and who it is about.
fn about(
    school: &School,
    category: CategoryCode,
    reporter: PersonId,
    random: &mut dyn Random,
) -> (AdultAnswer, Vec<DraftSubject>) {
    let others: Vec<PersonId> = school.staff.iter().copied().filter(|person| *person != reporter).collect();
    let mut adult = |role| pick(random, &others).map(|person| subject(*person, SubjectKind::AdultHere, role));
    let yes = AdultAnswer::Yes(WhichAdult::SomebodyElse);
    match category.as_str() {
        "STF-LLC" | "STF-COMM" | "STF-DETAILS" | "STF-PARENT-CONTACT" | "AUP-PERS" | "AUP-CHANNEL"
        | "AUP-DEVICE" | "IMG-STORE" => return (yes, adult(SubjectRole::Alleged).into_iter().collect()),
        "STF-VICTIM" => return (AdultAnswer::No, adult(SubjectRole::Affected).into_iter().collect()),
        "STF-PUPIL-CONTACT" | "STF-ALLEG" => {
            let alleged = adult(SubjectRole::Alleged);
            return (yes, alleged.into_iter().chain(pupil(school, SubjectRole::Affected, random)).collect());
        }
        "AUP-INSTALL" | "AUP-OTHER" | "EXT-CONTENT" | "FIL-FAIL" | "FIL-OVER" | "MON-FAIL" => {
            return (AdultAnswer::No, Vec::new());
        }
        _ => {}
    }
    let mut pupils = match category.category().group {
        Group::Content
        | Group::Contact
        | Group::Commerce
        | Group::ChildConcern
        | Group::Images
        | Group::NotSure => {
            vec![pupil(school, SubjectRole::Affected, random)]
        }
        Group::Conduct if category.as_str() == "CDT-MISUSE" => {
            vec![pupil(school, SubjectRole::Alleged, random)]
        }
        Group::Conduct => {
            vec![pupil(school, SubjectRole::Affected, random), pupil(school, SubjectRole::Alleged, random)]
        }
        Group::Filtering => vec![pupil(school, SubjectRole::Alleged, random)],
        Group::StaffConduct | Group::AupBreach | Group::Systems | Group::DataProtection => Vec::new(),
    };
    if !pupils.is_empty() && happens(random, 15) {
        pupils.push(pupil(school, SubjectRole::Witness, random));
    }
    let mut subjects: Vec<DraftSubject> = pupils.into_iter().flatten().collect();
    let mut seen = Vec::new();
    subjects.retain(|subject| {
        let new = !seen.contains(&subject.who);
        seen.push(subject.who.clone());
        new
    });
    (AdultAnswer::No, subjects)
}

/// A person of the register as a subject.
pub fn subject(person: PersonId, kind: SubjectKind, role: SubjectRole) -> DraftSubject {
    DraftSubject { who: Somebody::Known(person), kind, role }
}

/// Some pupil as a subject.
pub fn pupil(school: &School, role: SubjectRole, random: &mut dyn Random) -> Option<DraftSubject> {
    pick(random, &school.pupils).map(|person| subject(*person, SubjectKind::Pupil, role))
}

/// An instant a length of time ago, cut to the second.
pub fn ago(now: Instant, by: TimeDelta) -> Instant {
    DateTime::from_timestamp((now - by).timestamp(), 0).unwrap_or(now)
}
