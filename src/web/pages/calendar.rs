//! The school's calendar: terms, half terms, INSET days and hours. For administrators, the head and the DSL: every
//! deadline counted in school days follows from it.

use super::{go_to, show, show_again};
use crate::{
    domain::clock::{Calendar, CalendarParts, Period, SchoolHours, parse_date, parse_time},
    service::{calendar, clock::Randomness},
    web::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        page::{Mistakes, Shell},
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
    typed: Typed,
    is_provisional: bool,
    is_saved: bool,
}

/// What stands in the boxes: a line for each term, half term and INSET day.
#[derive(Default)]
struct Typed {
    from: String,
    to: String,
    terms: String,
    breaks: String,
    inset: String,
}

/// The page.
pub async fn page(by: SignedIn, request: actix_web::HttpRequest) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let calendar = by.app.run(move |db| calendar::read(db, &op)).await?;
    show(&Page {
        shell: by.shell("School calendar", "/calendar"),
        key: by.form_key(),
        mistakes: Mistakes::default(),
        typed: typed(&calendar),
        is_provisional: calendar.is_provisional(),
        is_saved: request.query_string() == "saved",
    })
}

/// Keeps a changed calendar; due times follow at once.
pub async fn save(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let op = posted.by.op.clone();
    let now = posted.by.app.run({
        let op = op.clone();
        move |db| calendar::read(db, &op)
    });
    let now = now.await?;
    match read(&posted.fields, &now) {
        Ok(changed) => {
            posted.by.app.run(move |db| calendar::change(db, &op, &changed, &mut Randomness)).await?;
            Ok(go_to("/calendar?saved"))
        }
        Err(mistakes) => {
            let mut shell = posted.by.shell("School calendar", "/calendar");
            shell.state = mistakes.state();
            let field = |name| posted.fields.get(name).to_owned();
            show_again(&Page {
                shell,
                key: posted.by.form_key(),
                typed: Typed {
                    from: field("from"),
                    to: field("to"),
                    terms: field("terms"),
                    breaks: field("breaks"),
                    inset: field("inset"),
                },
                mistakes,
                is_provisional: now.is_provisional(),
                is_saved: false,
            })
        }
    }
}

fn typed(calendar: &Calendar) -> Typed {
    let day = |date: NaiveDate| date.format("%-d %-m %Y").to_string();
    let lines = |periods: &[Period]| {
        let line = |p: &Period| format!("{}: {} to {}", p.name, day(p.first), day(p.last));
        periods.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    Typed {
        from: calendar.hours().from.format("%H:%M").to_string(),
        to: calendar.hours().to.format("%H:%M").to_string(),
        terms: lines(calendar.terms()),
        breaks: lines(calendar.breaks()),
        inset: calendar.inset_days().map(day).collect::<Vec<_>>().join("\n"),
    }
}

fn read(fields: &Fields, now: &Calendar) -> Result<Calendar, Mistakes> {
    let mut mistakes = Mistakes::default();
    let mut time = |name: &'static str| match parse_time(fields.get(name)) {
        Ok(time) => Some(time),
        Err(error) => {
            mistakes.add(name, error.to_string());
            None
        }
    };
    let (from, to) = (time("from"), time("to"));
    let mut periods = |name: &'static str, example: &str| {
        let lines = fields.get(name).lines().map(str::trim).filter(|line| !line.is_empty());
        let read: Vec<Option<Period>> = lines.map(period).collect();
        if read.iter().any(Option::is_none) {
            mistakes.add(name, format!("Write each on a line of its own, like {example}"));
        }
        read.into_iter().flatten().collect::<Vec<_>>()
    };
    let terms = periods("terms", "Autumn 2026: 3 9 2026 to 18 12 2026");
    let breaks = periods("breaks", "Autumn half term: 26 10 2026 to 30 10 2026");
    let days: Vec<Option<NaiveDate>> =
        fields.get("inset").lines().map(str::trim).filter(|line| !line.is_empty()).map(date).collect();
    if days.iter().any(Option::is_none) {
        mistakes.add("inset", "Write each day on a line of its own, like 3 9 2026");
    }
    let (Some(from), Some(to), true) = (from, to, mistakes.is_empty()) else { return Err(mistakes) };
    let parts = CalendarParts {
        nation: now.nation(),
        hours: SchoolHours { from, to },
        terms,
        breaks,
        inset: days.into_iter().flatten().collect(),
        more_bank_holidays: now.more_bank_holidays().collect(),
    };
    Calendar::new(parts).map_err(|error| {
        mistakes.add("terms", error.to_string());
        mistakes
    })
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
