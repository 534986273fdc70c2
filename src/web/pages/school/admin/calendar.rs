//! The school's calendar: terms, half terms, INSET days and hours. Every deadline counted in school days follows from
//! it. The head and the DSL change it at once; an administrator proposes a change like any other.

use super::{proposing, proposing::Asking};
use crate::{
    domain::{
        kernel::clock::{self, Calendar, CalendarParts, Period, SchoolHours, parse_date, parse_time},
        school::settings::{CalendarChange, Problem, SettingsChange, may_change_calendar},
    },
    service::{
        clock::Randomness,
        school::calendar::{self, StoredCalendar, WithHistory},
    },
    web::{
        http::{
            error::PageError,
            extract::{CheckedForm, SignedIn},
            fields::Fields,
            page::{Mistakes, Shell},
            problem::FormProblem,
        },
        pages::{go_to, show, show_again},
    },
};
use actix_web::HttpResponse;
use askama::Template;
use chrono::NaiveDate;

#[derive(Template)]
#[template(path = "calendar.html")]
struct Page {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    typed: CalendarForm,
    version: String,
    /// Whether the viewer changes it at once; otherwise they propose.
    may_save: bool,
    is_provisional: bool,
    is_saved: bool,
    history: Vec<Earlier>,
}

/// A calendar that was entered: when, by which person, and what it said.
struct Earlier {
    title: String,
    hours: String,
    terms: Vec<String>,
}

/// What stands in the boxes: a line for each term, half term and INSET day.
#[derive(Default)]
struct CalendarForm {
    from: String,
    to: String,
    terms: String,
    breaks: String,
    inset: String,
    why: String,
}

/// The page.
pub async fn page(by: SignedIn, request: actix_web::HttpRequest) -> Result<HttpResponse, PageError> {
    let kept = kept(&by).await?;
    let is_saved = request.query_string() == "saved";
    show(&Page { is_saved, ..drawn(&by, &kept, &as_it_is(&kept.now), Mistakes::default()) })
}

async fn kept(by: &SignedIn) -> Result<WithHistory, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| calendar::with_history(candour, &op)).await?)
}

fn drawn(by: &SignedIn, kept: &WithHistory, fields: &Fields, mistakes: Mistakes) -> Page {
    let mut shell = by.shell("School calendar", "/calendar");
    shell.state = mistakes.state();
    let field = |name| fields.get(name).to_owned();
    let version = by.op.viewer.editions().version().to_string();
    Page {
        shell,
        key: by.form_key(),
        mistakes,
        typed: CalendarForm {
            from: field("from"),
            to: field("to"),
            terms: field("terms"),
            breaks: field("breaks"),
            inset: field("inset"),
            why: field("why"),
        },
        version: if fields.has("version") { field("version") } else { version },
        may_save: may_change_calendar(by.op.viewer.standing()),
        is_provisional: kept.now.is_provisional(),
        is_saved: false,
        history: earlier(&kept.history),
    }
}

/// Shows what would change; then the head and the DSL keep it, and an administrator sends it to the head or the chair.
pub async fn save(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let kept = kept(&posted.by).await?;
    let asking = Asking {
        path: "/calendar".to_owned(),
        first: "from",
        read: &|fields, mistakes| {
            Some(SettingsChange::Calendar(Box::new(read(fields, &kept.now, mistakes)?)))
        },
        draw: &|by, _, fields, mistakes| Ok(drawn(by, &kept, fields, mistakes).render()?),
    };
    if !may_change_calendar(posted.by.op.viewer.standing()) {
        return proposing::take(posted, &asking).await;
    }
    let CheckedForm { by, fields, .. } = posted;
    if fields.get("act") == "change" {
        return show(&drawn(&by, &kept, &fields, Mistakes::default()));
    }
    let mut mistakes = Mistakes::default();
    let change = read(&fields, &kept.now, &mut mistakes);
    let Some(change) = change else { return show_again(&drawn(&by, &kept, &fields, mistakes)) };
    if change.from == change.to {
        mistakes.add("from", Problem::NothingChanged);
        return show_again(&drawn(&by, &kept, &fields, mistakes));
    }
    if fields.get("act") == "save" {
        let op = by.op.clone();
        by.app.run(move |candour| calendar::change(candour, &op, &change.to, &mut Randomness)).await?;
        return Ok(go_to("/calendar?saved"));
    }
    proposing::show_before_saving(&by, &fields, "/calendar", &change)
}

fn earlier(history: &[(StoredCalendar, String)]) -> Vec<Earlier> {
    let line = |(kept, by): &(StoredCalendar, String)| {
        let hours = kept.calendar.hours();
        let terms = kept.calendar.terms().iter().map(|term| {
            format!("{}: {} to {}", term.name, clock::date_of(term.first), clock::date_of(term.last))
        });
        Earlier {
            title: format!("{}, by {by}", clock::long(kept.at)),
            hours: format!("School day {} to {}", hours.from.format("%H:%M"), hours.to.format("%H:%M")),
            terms: terms.collect(),
        }
    };
    history.iter().map(line).collect()
}

/// The form as it stands before anything is typed.
fn as_it_is(calendar: &Calendar) -> Fields {
    let day = |date: NaiveDate| date.format("%-d %-m %Y").to_string();
    let lines = |periods: &[Period]| {
        let line = |p: &Period| format!("{}: {} to {}", p.name, day(p.first), day(p.last));
        periods.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let hours = calendar.hours();
    Fields::of([
        ("from", hours.from.format("%H:%M").to_string().as_str()),
        ("to", hours.to.format("%H:%M").to_string().as_str()),
        ("terms", lines(calendar.terms()).as_str()),
        ("breaks", lines(calendar.breaks()).as_str()),
        ("inset", calendar.inset_days().map(day).collect::<Vec<_>>().join("\n").as_str()),
    ])
}

fn read(fields: &Fields, now: &Calendar, mistakes: &mut Mistakes) -> Option<CalendarChange> {
    let mut time = |name: &'static str| match parse_time(fields.get(name)) {
        Ok(time) => Some(time),
        Err(error) => {
            mistakes.add(name, error);
            None
        }
    };
    let (from, to) = (time("from"), time("to"));
    let mut periods = |name: &'static str, problem: FormProblem| {
        let lines = fields.get(name).lines().map(str::trim).filter(|line| !line.is_empty());
        let read: Vec<Option<Period>> = lines.map(period).collect();
        if read.iter().any(Option::is_none) {
            mistakes.add(name, problem);
        }
        read.into_iter().flatten().collect::<Vec<_>>()
    };
    let terms = periods("terms", FormProblem::TermLines);
    let breaks = periods("breaks", FormProblem::HolidayLines);
    let days: Vec<Option<NaiveDate>> =
        fields.get("inset").lines().map(str::trim).filter(|line| !line.is_empty()).map(date).collect();
    if days.iter().any(Option::is_none) {
        mistakes.add("inset", FormProblem::DayLines);
    }
    let (Some(from), Some(to), true) = (from, to, mistakes.is_empty()) else { return None };
    let parts = CalendarParts {
        nation: now.nation(),
        hours: SchoolHours { from, to },
        terms,
        breaks,
        inset: days.into_iter().flatten().collect(),
        more_bank_holidays: now.more_bank_holidays().collect(),
    };
    match Calendar::new(parts) {
        Ok(to) => Some(CalendarChange { from: now.clone(), to }),
        Err(error) => {
            mistakes.add("terms", error);
            None
        }
    }
}

fn period(line: &str) -> Option<Period> {
    let (name, days) = line.rsplit_once(':')?;
    let (first, last) = days.split_once(" to ")?;
    Some(Period { name: name.trim().to_owned(), first: date(first)?, last: date(last)? })
}

fn date(typed: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = typed.split_whitespace().collect();
    match parts.as_slice() {
        [day, month, year] => parse_date(day, month, year).ok(),
        _ => None,
    }
}
