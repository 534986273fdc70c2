//! The overview of a school's settings: what is in force, what is to come, and what waits for a decision.

use super::{HERE, is_among, rules_now};
use crate::web::http::page::Shell;
use crate::{
    domain::{
        kernel::clock,
        school::{
            categories::all,
            settings::{Visibility, change_lines, severities},
        },
    },
    service::school::{calendar, settings::Rules},
    web::{
        http::{audience::Audience, error::PageError, extract::SignedIn},
        pages::show,
    },
};
use actix_web::HttpResponse;
use askama::Template;
use chrono::TimeDelta;

const TITLE: &str = "School settings";

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct Page {
    shell: Shell,
    waiting: usize,
    categories: String,
    duty: String,
    numbers: [(&'static str, String); 3],
    adults: &'static str,
    closing: String,
    calendar: String,
    may_open_calendar: bool,
    smallest: u8,
    to_come: Vec<ToCome>,
}

/// An approved change that is not in force yet.
struct ToCome {
    when: String,
    subject: String,
    lines: Vec<String>,
}

/// The page.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    let rules = rules_now(&by).await?;
    let settings = &rules.edition.settings;
    let number = |phone: &str| if phone.is_empty() { "No number yet".to_owned() } else { phone.to_owned() };
    let to_come = rules.editions.to_come(by.op.now).map(|dated| {
        let before = rules.editions.at(dated.from - TimeDelta::microseconds(1));
        let lines = change_lines(&dated.change, &before, &rules.editions.at(dated.from)).into_iter();
        ToCome {
            when: clock::day(dated.from),
            subject: dated.change.subject().words(),
            lines: lines.map(|line| format!("{}: {}", line.label, line.after)).collect(),
        }
    });
    show(&Page {
        shell: by.shell(TITLE, HERE),
        waiting: rules.waiting.len(),
        categories: categories(&rules),
        duty: on_duty(&rules),
        numbers: [
            ("DSL on call", number(&settings.duty_phone)),
            ("When the school is closed", number(&settings.out_of_hours_phone)),
            ("LADO", number(&settings.lado_phone)),
        ],
        adults: settings.adult_lead.words(),
        calendar: calendar(&by).await?,
        may_open_calendar: is_among(&by, Audience::Calendar),
        closing: severities(&settings.second_person.severities),
        smallest: settings.smallest_shown,
        to_come: to_come.collect(),
    })
}

/// How far the calendar goes.
async fn calendar(by: &SignedIn) -> Result<String, PageError> {
    let op = by.op.clone();
    let until = by.app.run(move |candour| calendar::covered_until(candour, &op)).await?;
    Ok(until.map_or_else(
        || "No term has been entered yet.".to_owned(),
        |last| format!("Terms are entered until {}.", clock::date_of(last)),
    ))
}

fn categories(rules: &Rules) -> String {
    let count = |is: &dyn Fn(&crate::domain::school::categories::Category) -> bool| {
        all().iter().filter(|c| is(c)).count()
    };
    let shown = count(&|category| rules.edition.shown(category.code) == Visibility::OnForm);
    let own = count(&|category| !rules.edition.is_as_candour_has_it(category.code));
    let shown = format!("{shown} of {} are on the report form.", all().len());
    match own {
        0 => format!("{shown} All are as Candour has them."),
        1 => format!("{shown} One was changed by this school."),
        own => format!("{shown} {own} were changed by this school."),
    }
}

/// Who is on duty, as a sentence.
pub(super) fn on_duty(rules: &Rules) -> String {
    match &rules.on_duty {
        None => "No one is entered as on call today, so the form names the DSL.".to_owned(),
        Some(said) => {
            let phone = said.phone.as_ref().map(|phone| format!(", on {}", phone.as_str()));
            format!("{} is on call today{}.", rules.name(said.person), phone.unwrap_or_default())
        }
    }
}
