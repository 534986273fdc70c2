//! Reads the report form: every answer into a draft, with words for each that is missing or wrong.

use crate::{
    domain::{
        concern::{
            AtRisk, Draft, DraftSubject, HowTold, InPerson, Somebody, TellerRole, ToldBy, asks_in_person,
            optional::{FormPart, OptionalAnswers, OptionalQuestion},
        },
        kernel::{
            clock::{InputError, InputPart, Instant, day, parse_earlier_today, parse_past_instant},
            ids::PersonId,
            text::{Line, Narrative, Summary, TextError},
        },
        people::subject::{SubjectKind, SubjectRole},
        school::{
            categories,
            routing::{AdultAnswer, CouldBeAnyone, PersonalData, WhichAdult},
            settings::Edition,
        },
    },
    service::{
        concern::report::{AboutThem, Answers, OneOfThese, Others},
        people::names::Picks,
    },
    web::http::{
        fields::{self, Fields},
        name_field,
        page::Mistakes,
        problem::{FormProblem, Written},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Rows for people that a form has to begin with.
pub const ROWS: usize = 3;
/// The most people a form takes; the rest can be written under "What happened?".
pub const MOST_ROWS: usize = 20;
/// How many people the reporter may say they have told.
const MOST_TOLD: usize = 20;
/// What the names of the fields begin with that answer "Is your concern about something {name} did?".
pub const ABOUT: &str = "about-";
/// What the names of the fields begin with that say about whom a page asked.
pub const ASKED_ABOUT: &str = "asked-about-";

/// Whether a field can change who receives the report: every one but those with words about what happened.
pub fn is_answer(field: &str) -> bool {
    let optional: Option<OptionalQuestion> = field.parse().ok();
    let is_in_words = field == "happened" || optional.is_some_and(OptionalQuestion::is_in_words);
    fields::is_entered(field) && !is_in_words
}

/// The digest of a report: of its answers, which say whom it reaches, then of all of it, with a dot between. The button
/// that was pressed is no part of it.
pub fn digest(fields: &Fields) -> String {
    let all = fields.digest(|name| fields::is_sent(name) && name != "act");
    format!("{}.{all}", fields.digest(is_answer))
}

/// The field for the name of the person who told, if they have no account.
pub const TOLD_BY: &str = "told-by";

/// Whether any question was answered about a person who told and has no account.
pub fn is_on_behalf(fields: &Fields) -> bool {
    let asked = ["", "-role", "-how", "-date-day", "-date-month", "-date-year", "-time"];
    asked.iter().any(|part| fields.has(&format!("{TOLD_BY}{part}")))
}

/// How many rows for people a form came with.
pub fn rows(fields: &Fields) -> usize {
    let used = (1..=MOST_ROWS).filter(|row| fields.has(&format!("person-{row}"))).max();
    let shown = fields.get("rows").parse().unwrap_or(ROWS);
    used.unwrap_or(ROWS).max(shown).clamp(ROWS, MOST_ROWS)
}

/// Reads the form as sent at `now`. Names stay as they were typed.
///
/// # Errors
/// What to put right, in the order of the page.
pub fn read(fields: &Fields, edition: &Edition, now: Instant) -> Result<Draft, Mistakes> {
    let mut form = Form { fields, mistakes: Mistakes::none() };
    let category = form.category();
    let happened = form.happened();
    let noticed_at = form.noticed_at(now);
    let at_risk = form.choice::<AtRisk>("risk", FormProblem::Risk);
    let in_person = form.in_person(category.map(|code| edition.category(code)), at_risk);
    let adult = form.adult();
    let subjects = form.subjects();
    let told = form.told();
    let mut optional = OptionalAnswers::none();
    form.optional(FormPart::Folded, &mut optional);
    let mut told_by = form.told_by(now);
    form.notice_before_telling(noticed_at, told_by.as_mut());
    form.optional(FormPart::Open, &mut optional);
    let personal_data = match fields.get("data") {
        "yes" => PersonalData::Involved,
        _ => PersonalData::NotInvolved,
    };
    let answers = (category, happened, noticed_at, at_risk, adult);
    let (Some(category), Some(happened), Some(noticed_at), Some(at_risk), Some(adult)) = answers else {
        return Err(form.mistakes);
    };
    if !form.mistakes.is_empty() {
        return Err(form.mistakes);
    }
    Ok(Draft {
        category,
        happened,
        noticed_at,
        at_risk,
        adult,
        subjects,
        ruled_out: BTreeSet::new(),
        not_ruled_out: BTreeMap::new(),
        named: BTreeMap::new(),
        could_be_anyone: CouldBeAnyone::No,
        told,
        in_person,
        personal_data,
        optional,
        told_by,
    })
}

/// What was picked for the names of a form that was read: one entry for each person it is about.
pub fn picks(fields: &Fields) -> Picks {
    let named = (1..=rows(fields)).map(|row| format!("person-{row}")).filter(|name| fields.has(name));
    Picks {
        subjects: named.map(|name| name_field::picks(fields, &name)).collect(),
        told: name_field::picks(fields, "told"),
        in_person: name_field::picks(fields, "in-person-who"),
    }
}

/// What was answered about people who were told or could be meant. A question that was asked and left out is answered as
/// by "I do not know": a report is always taken, and is asked about once.
pub fn answers_about(fields: &Fields) -> BTreeMap<PersonId, AboutThem> {
    let read = |(name, value): (&str, &str)| {
        let person = name.strip_prefix(ABOUT)?.parse().ok()?;
        match value {
            "yes" => Some((person, AboutThem::Yes)),
            "no" => Some((person, AboutThem::No)),
            "unknown" => Some((person, AboutThem::DoNotKnow)),
            _ => None,
        }
    };
    let mut answers: BTreeMap<PersonId, AboutThem> =
        asked_about(fields).into_iter().map(|person| (person, AboutThem::DoNotKnow)).collect();
    answers.extend(fields.beginning(ABOUT).into_iter().filter_map(read));
    answers
}

/// The field in which those are ticked who could be meant if the words single no one out.
pub const ONE_OF: &str = "one-of";
/// The field that says that this was asked.
pub const ASKED_ONE_OF: &str = "asked-one-of";

/// What stands in it for "None of these people".
pub const NONE_OF_THEM: &str = "none";
/// What stands in it for "I cannot say".
pub const CANNOT_SAY: &str = "unknown";

/// What was answered to the questions a page came back with. What was asked and left out counts as "I cannot say".
pub fn answers(fields: &Fields) -> Answers {
    let one_of = if fields.has(ASKED_ONE_OF) || fields.has(ONE_OF) {
        let given = fields.all(ONE_OF);
        let ticked: BTreeSet<PersonId> = given.iter().filter_map(|answer| answer.parse().ok()).collect();
        let says = !ticked.is_empty() || given.contains(&NONE_OF_THEM);
        let others = if says && !given.contains(&CANNOT_SAY) { Others::AreNot } else { Others::CouldBe };
        OneOfThese::Answered(ticked, others)
    } else {
        OneOfThese::NotAsked
    };
    Answers { about: answers_about(fields), one_of }
}

/// About whom a page asked.
pub fn asked_about(fields: &Fields) -> BTreeSet<PersonId> {
    let asked = fields.beginning(ASKED_ABOUT).into_iter();
    asked.filter_map(|(name, _)| name.strip_prefix(ASKED_ABOUT)?.parse().ok()).collect()
}

struct Form<'a> {
    fields: &'a Fields,
    mistakes: Mistakes,
}

impl Form<'_> {
    fn choice<T: std::str::FromStr>(&mut self, field: &str, missing: FormProblem) -> Option<T> {
        let read = self.fields.get(field).parse().ok();
        if read.is_none() {
            self.mistakes.add(field, missing);
        }
        read
    }

    fn category(&mut self) -> Option<categories::CategoryCode> {
        let found = categories::find(self.fields.get("category")).map(|category| category.code);
        if found.is_none() {
            self.mistakes.add("category", FormProblem::Category);
        }
        found
    }

    fn happened(&mut self) -> Option<Narrative> {
        match Narrative::parse(self.fields.get("happened")) {
            Ok(words) => Some(words),
            Err(TextError::Empty) => {
                self.mistakes.add("happened", FormProblem::Happened);
                None
            }
            Err(TextError::TooLong { limit }) => {
                self.mistakes.add("happened", FormProblem::TooLong { what: Written::Happened, limit });
                None
            }
        }
    }

    fn noticed_at(&mut self, now: Instant) -> Option<Instant> {
        let get = |name: &str| self.fields.get(name).to_owned();
        // If no time is given, the day counts from its beginning: a clock that runs from it may not be late.
        let time_or_start =
            |typed: String| if typed.trim().is_empty() { "midnight".to_owned() } else { typed };
        let (read, date, time) = match self.fields.get("noticed") {
            "now" => return Some(now),
            "today" => {
                let read = parse_earlier_today(&time_or_start(get("noticed-today-time")), now);
                (read, "noticed-today-time", "noticed-today-time")
            }
            "day" => {
                let [day, month, year] =
                    ["day", "month", "year"].map(|box_| get(&format!("noticed-date-{box_}")));
                let read = parse_past_instant(&day, &month, &year, &time_or_start(get("noticed-time")), now);
                (read, "noticed-date", "noticed-time")
            }
            _ => {
                self.mistakes.add("noticed", FormProblem::Noticed);
                return None;
            }
        };
        read.map_err(|error: InputError| {
            let field = match error.part() {
                InputPart::Day | InputPart::Month | InputPart::Year | InputPart::Date => date,
                InputPart::Time => time,
            };
            self.mistakes.add(field, error);
        })
        .ok()
    }

    fn adult(&mut self) -> Option<AdultAnswer> {
        match self.fields.get("adult") {
            "no" => Some(AdultAnswer::No),
            "yes" => self.choice::<WhichAdult>("which", FormProblem::WhichAdult).map(AdultAnswer::Yes),
            _ => {
                let missing = FormProblem::Adult;
                self.mistakes.add("adult", missing);
                None
            }
        }
    }

    fn subjects(&mut self) -> Vec<DraftSubject> {
        let rows = rows(self.fields);
        (1..=rows).filter_map(|row| self.subject(row)).collect()
    }

    fn subject(&mut self, row: usize) -> Option<DraftSubject> {
        let name = format!("person-{row}");
        let (kind, role) = (format!("{name}-kind"), format!("{name}-role"));
        let typed = self.line(&name, Written::Name);
        if typed.is_none() && !self.fields.has(&kind) && !self.fields.has(&role) {
            return None;
        }
        if typed.is_none() {
            self.mistakes.add(name, FormProblem::NameOrWords);
        }
        let kind = self.choice::<SubjectKind>(&kind, FormProblem::PersonKind);
        let role = self.choice::<SubjectRole>(&role, FormProblem::PersonPart);
        Some(DraftSubject { who: Somebody::InWords(typed?), kind: kind?, role: role? })
    }

    /// Who was told in person. "No one yet" is an answer like any other, and never refuses a report.
    fn in_person(
        &mut self,
        category: Option<&categories::Category>,
        at_risk: Option<AtRisk>,
    ) -> InPerson<Somebody> {
        if !category.zip(at_risk).is_some_and(|(category, at_risk)| asks_in_person(category, at_risk)) {
            return InPerson::NotAsked;
        }
        match self.fields.get("in-person") {
            "not_yet" => InPerson::NotYet,
            "told" => {
                let people = self.names("in-person-who");
                if people.is_empty() && self.mistakes.of("in-person-who").is_empty() {
                    self.mistakes.add("in-person-who", FormProblem::WhoInPerson);
                }
                InPerson::Told(people)
            }
            _ => {
                let missing = FormProblem::InPerson;
                self.mistakes.add("in-person", missing);
                InPerson::NotAsked
            }
        }
    }

    fn told(&mut self) -> Vec<Somebody> {
        self.names("told")
    }

    fn names(&mut self, field: &str) -> Vec<Somebody> {
        let names: Vec<&str> =
            self.fields.get(field).lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if names.len() > MOST_TOLD {
            self.mistakes.add(field, FormProblem::TooManyNames { most: MOST_TOLD });
        }
        let read: Result<Vec<Option<Line>>, TextError> = names.into_iter().map(Line::optional).collect();
        match read {
            Ok(names) => names.into_iter().flatten().map(Somebody::InWords).collect(),
            Err(_) => {
                self.mistakes.add(field, FormProblem::NamesTooLong { limit: Line::LIMIT });
                Vec::new()
            }
        }
    }

    fn line(&mut self, field: &str, what: Written) -> Option<Line> {
        let read = Line::optional(self.fields.get(field));
        read.unwrap_or_else(|error| self.too_long(field, what, error))
    }

    /// Nothing typed is no mistake in a field that may be left empty: what is wrong can only be its length.
    fn too_long<T>(&mut self, field: &str, what: Written, error: TextError) -> Option<T> {
        if let TextError::TooLong { limit } = error {
            self.mistakes.add(field, FormProblem::TooLong { what, limit });
        }
        None
    }

    /// Whose report it is, if another person types it for them: nothing if none of it was answered.
    fn told_by(&mut self, now: Instant) -> Option<ToldBy> {
        let typed = self.line(TOLD_BY, Written::Teller);
        if typed.is_none() && !is_on_behalf(self.fields) {
            return None;
        }
        if typed.is_none() && self.mistakes.of(TOLD_BY).is_empty() {
            self.mistakes.add(TOLD_BY, FormProblem::Teller);
        }
        let role = self.choice::<TellerRole>("told-by-role", FormProblem::TellerKind);
        let how = self.choice::<HowTold>("told-by-how", FormProblem::HowTold);
        let at = self.told_at(how, now);
        Some(ToldBy { name: typed?, role: role?, how: how?, at: at? })
    }

    /// When they told of it: the paper's own time. What was said needs no date: it was said just now.
    fn told_at(&mut self, how: Option<HowTold>, now: Instant) -> Option<Instant> {
        let [day, month, year] =
            ["day", "month", "year"].map(|part| self.fields.get(&format!("told-by-date-{part}")).to_owned());
        let time = self.fields.get("told-by-time").to_owned();
        if [&day, &month, &year, &time].iter().all(|part| part.trim().is_empty()) {
            return match how {
                Some(HowTold::Spoken) => Some(now),
                None => None,
                Some(HowTold::Paper) => {
                    self.mistakes.add("told-by-date", FormProblem::PaperDate);
                    None
                }
            };
        }
        let time = if time.trim().is_empty() { "midnight".to_owned() } else { time };
        parse_past_instant(&day, &month, &year, &time, now)
            .map_err(|error| {
                let field = match error.part() {
                    InputPart::Day | InputPart::Month | InputPart::Year | InputPart::Date => "told-by-date",
                    InputPart::Time => "told-by-time",
                };
                self.mistakes.add(field, error);
            })
            .ok()
    }

    /// What they told of, they noticed before; "just now" is when they told of it. A paper without a time was written at
    /// the earliest when that was noticed of which it tells.
    fn notice_before_telling(&mut self, noticed_at: Option<Instant>, told: Option<&mut ToldBy>) {
        let (Some(noticed_at), Some(told)) = (noticed_at, told) else { return };
        if noticed_at <= told.at || self.fields.get("noticed") == "now" {
            return;
        }
        if !self.fields.has("told-by-time") && day(noticed_at) == day(told.at) {
            told.at = noticed_at;
            return;
        }
        let field = if self.fields.get("noticed") == "day" { "noticed-date" } else { "noticed-today-time" };
        self.mistakes.add(field, FormProblem::NoticedAfterTelling);
    }

    /// The optional questions of one part of the form.
    fn optional(&mut self, part: FormPart, answers: &mut OptionalAnswers<Summary>) {
        for question in OptionalQuestion::of(part) {
            let read = answers.take(question, self.fields.get(question.code()));
            if let Err(TextError::TooLong { limit }) = read {
                self.mistakes.add(question.code(), FormProblem::AnswerTooLong { question, limit });
            }
        }
    }
}

#[cfg(test)]
#[path = "report_form_tests.rs"]
mod tests;
