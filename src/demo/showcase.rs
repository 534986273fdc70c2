//! The concerns a visitor should find: one of each kind that safeguarding turns on, at a known stage today.

use super::{
    figures::Ending,
    people::Size,
    schools::School,
    stories::{Grave, Pace, Stop, Story, ago, day_of, london, ordinary, subject},
};
use crate::domain::{
    case::Outcome,
    concern::{AtRisk, DraftSubject, HowKnown, Somebody},
    kernel::{
        clock::Instant,
        ids::{PersonId, Random},
        text::{Line, Narrative, TextError},
    },
    people::subject::{SubjectKind, SubjectRole},
    school::{
        categories::{self, CategoryCode, CategoryRole},
        routing::{AdultAnswer, WhichAdult},
    },
};
use chrono::{Days, NaiveDate, TimeDelta};

/// What there is to find in a school.
pub fn all(school: &School, now: Instant, random: &mut dyn Random) -> Result<Vec<Story>, TextError> {
    match school.size {
        Size::Secondary => secondary(school, now, random),
        Size::Primary => primary(school, now, random),
    }
}

fn secondary(school: &School, now: Instant, random: &mut dyn Random) -> Result<Vec<Story>, TextError> {
    let minutes = |many| ago(now, TimeDelta::minutes(many));
    let days = |many| school_days_ago(school, now, many);
    let mut shown = vec![
        story(school, "CDT-CYBULLY", minutes(35), Stop::New, random)?,
        story(school, "CON-INAPP", minutes(110), Stop::New, random)?.at_once(),
        // An e-mail is sent about it at any hour, so that the mailbox is never empty, even on a Sunday.
        story(school, "CP-CONCERN", minutes(190), Stop::Acknowledged, random)?.at_once().at_risk(),
        story(school, "CON-HARM", minutes(260), Stop::Triaged, random)?.at_once(),
        // Seventy-two hours run from when it was noticed; more than two thirds of them are left.
        story(school, "DAT-LOSS", minutes(20 * 60), Stop::Triaged, random)?
            .at_once()
            .saying("I have lost a memory stick with the support plans of nine pupils. It is not encrypted. I last used it in the staff room yesterday and have looked everywhere.", 120)?,
        story(school, "CDT-HATE", days(3), Stop::New, random)?,
        story(school, "MON-ALERT", days(3), Stop::Acknowledged, random)?,
        story(school, "CDT-MISUSE", days(8), Stop::New, random)?,
        story(school, "FIL-FAIL", days(4), Stop::Mended, random)?.saying(
            "An image search in the library showed pictures that should have been blocked. I wrote the address down and did not try it again.",
            20,
        )?,
        story(school, "FIL-FAIL", days(80), Stop::Never, random)?.ending(Outcome::Technical),
        story(school, "STF-PUPIL-CONTACT", days(2), Stop::Waiting, random)?
            .at_once()
            .grave(Grave::LadoTold)
            .saying("A pupil told me that a member of staff writes to them late in the evening from a private account. The pupil showed me the name of the account; I did not read the messages.", 15)?,
        story(school, "CNT-GROOM", days(12), Stop::Waiting, random)?.at_once().grave(Grave::PoliceTold),
        story(school, "CNT-SEXTORT", days(110), Stop::Never, random)?
            .at_once()
            .grave(Grave::PoliceTold)
            .ending(Outcome::Outside),
        story(school, "STF-ALLEG", days(95), Stop::Never, random)?
            .at_once()
            .grave(Grave::LadoDeclined)
            .ending(Outcome::Unfounded),
    ];
    let dsl = school.cast.get("dsl").copied();
    let mut about_dsl = story(school, "STF-LLC", days(15), Stop::Working, random)?.saying(
        "The safeguarding lead was given a note about a pupil on Monday and left it lying on a desk in the corridor. Others could read it. It is the second time.",
        60,
    )?;
    about_dsl.draft.adult = AdultAnswer::Yes(WhichAdult::SafeguardingLead);
    about_dsl.draft.subjects = alleged(dsl);
    let mut it_man = story(school, "STF-COMM", days(6), Stop::Working, random)?.saying(
        "The IT man answered a pupil's question about the printer with a joke about her clothes. Two others heard it.",
        30,
    )?;
    it_man.draft.adult = AdultAnswer::Yes(WhichAdult::DoNotKnow);
    let words = Somebody::InWords(Line::parse("the IT man")?);
    it_man.draft.subjects =
        vec![DraftSubject { who: words, kind: SubjectKind::AdultHere, role: SubjectRole::Alleged }];
    let mut self_report = story(school, "STF-LLC", days(45), Stop::Never, random)?
        .saying(
            "I gave a pupil a lift home on Thursday because it was dark and the bus had gone. No one else was in the car. I know I should have asked first.",
            600,
        )?
        .ending(Outcome::Advice);
    if let Some(teacher) = school.cast.get("teacher").copied() {
        self_report.reporter = teacher;
        self_report.draft.subjects = alleged(Some(teacher));
        self_report.draft.optional.how_known = Some(HowKnown::SelfReport);
        // The teacher's own page of reports has one of each of the three words it can say.
        shown[0].reporter = teacher;
        shown[3].reporter = teacher;
    }
    shown.extend([about_dsl, it_man, self_report]);
    Ok(shown)
}

fn primary(school: &School, now: Instant, random: &mut dyn Random) -> Result<Vec<Story>, TextError> {
    let days = |many| school_days_ago(school, now, many);
    let hour = ago(now, TimeDelta::minutes(75));
    let mut shown = vec![
        story(school, "CP-CONCERN", hour, Stop::New, random)?,
        story(school, "FIL-FAIL", days(3), Stop::Mended, random)?,
        story(school, "CDT-CYBULLY", days(4), Stop::Working, random)?,
    ];
    if let Some(teacher) = school.cast.get("primary-teacher").copied() {
        shown[0].reporter = teacher;
    }
    Ok(shown)
}

fn story(
    school: &School,
    code: &str,
    at: Instant,
    stop: Stop,
    random: &mut dyn Random,
) -> Result<Story, TextError> {
    let category = categories::find(code)
        .map_or_else(|| CategoryCode::in_role(CategoryRole::NotSure), |category| category.code);
    let mut story = ordinary(school, category, at, random)?;
    story.draft.at_risk = AtRisk::No;
    story.stop = stop;
    story.pace = Pace::Usual;
    story.grave = Grave::No;
    Ok(story)
}

impl Story {
    fn at_once(self) -> Self {
        Self { pace: Pace::AtOnce, ..self }
    }

    fn at_risk(mut self) -> Self {
        self.draft.at_risk = AtRisk::Yes;
        self
    }

    fn grave(self, grave: Grave) -> Self {
        Self { grave, ..self }
    }

    fn ending(self, outcome: Outcome) -> Self {
        Self { ending: Some(Ending::Closed(outcome)), ..self }
    }

    /// Gives a story words of its own, noticed so many minutes before it was reported.
    fn saying(mut self, words: &str, noticed_before: i64) -> Result<Self, TextError> {
        self.draft.happened = Narrative::parse(words)?;
        self.draft.noticed_at = self.at - TimeDelta::minutes(noticed_before);
        Ok(self)
    }
}

fn alleged(person: Option<PersonId>) -> Vec<DraftSubject> {
    person.map(|person| subject(person, SubjectKind::AdultHere, SubjectRole::Alleged)).into_iter().collect()
}

/// Late in the morning of a school day so many school days ago.
fn school_days_ago(school: &School, now: Instant, many: usize) -> Instant {
    let mut day = day_of(now);
    let mut left = many;
    while left > 0 {
        let Some(before) = day.checked_sub_days(Days::new(1)) else { break };
        day = before;
        left -= usize::from(school.setting.calendar.is_school_day(day));
    }
    late_morning(day)
}

fn late_morning(day: NaiveDate) -> Instant {
    london(day, 11 * 60 + 5)
}
