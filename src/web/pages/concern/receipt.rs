//! The receipt of a report: its reference, who gets it and when, who to speak to as well.

use crate::web::pages::show;
use crate::{
    domain::{
        concern::{InPerson, asks_in_person},
        kernel::{
            clock::{self, Instant},
            codes::capital,
            ids::Reference,
        },
        people::Desk,
        school::{Settings, routing::NobodyReached},
    },
    service::concern::report::{self, MyReport, OwnReport, SpeakTo},
    web::http::{error::PageError, extract::SignedIn, links, page::Shell},
};
use actix_web::{HttpResponse, web};
use askama::Template;

/// Whether a report was sent again with something added.
#[derive(Debug, serde::Deserialize)]
pub struct ReceiptQuery {
    added: Option<String>,
}

#[derive(Template)]
#[template(path = "report_sent.html")]
struct ReceiptPage {
    shell: Shell,
    speak: SpeakTo,
    report: MyReport,
    told_from: Instant,
    told: String,
    now: Instant,
    is_added: bool,
}

impl ReceiptPage {
    fn is_urgent(&self) -> bool {
        is_urgent(&self.report, &self.speak)
    }

    /// Whether those it was sent to are written to only later.
    fn is_told_later(&self) -> bool {
        self.now < self.told_from && !self.report.told.is_empty()
    }

    fn is_without_lead(&self) -> bool {
        self.report.nobody_reached == NobodyReached::Yes
    }

    /// Who to tell in person now, if no one has been told: the role that leads it.
    fn tell_now(&self) -> Option<&'static str> {
        let lead = self.report.told.first();
        lead.filter(|_| self.report.in_person == InPerson::NotYet && self.is_urgent())
            .map(|desk| desk.words())
    }

    /// The role that leads it, to be found in person while the school is open.
    fn leads(&self) -> Option<&'static str> {
        self.report.told.first().map(|desk| desk.words())
    }

    /// The safeguarding lead's number, if the safeguarding lead was told: a report about them does not show it.
    fn duty_phone(&self) -> &str {
        let numbers = &self.speak.settings;
        if self.report.told.contains(&Desk::Dsl) { &numbers.duty_phone } else { "" }
    }

    fn href(&self) -> String {
        links::my_report(&self.report.reference)
    }
}

/// Whether the receipt shows the out-of-hours number: a person is at risk now, or the category was critical then.
fn is_urgent(report: &MyReport, speak: &SpeakTo) -> bool {
    let edition = speak.editions.at(report.submitted_at);
    asks_in_person(edition.category(report.category), report.at_risk)
}

/// The roles that were told, or when they will be, as a sentence that never tells whether a person is excluded.
pub(in crate::web::pages) fn told(
    desks: &[Desk],
    told_from: Instant,
    now: Instant,
    numbers: &Settings,
) -> String {
    let names: Vec<String> = desks.iter().map(|desk| format!("the {}", desk.words())).collect();
    let all = match names.as_slice() {
        [] => return "Your report is kept, but no one in school could be told.".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    if now < told_from {
        let opens = clock::in_a_sentence(told_from);
        let cannot_wait = match numbers.out_of_hours_phone.as_str() {
            "" => "tell someone in person".to_owned(),
            number => format!("call {number}"),
        };
        format!(
            "It is with {all} now. They get an e-mail when school opens, on {opens}. If it cannot wait, \
             {cannot_wait}."
        )
    } else {
        format!("{} {} been told.", capital(&all), if names.len() == 1 { "has" } else { "have" })
    }
}

/// The receipt: the reference, who was told, what happens next.
pub async fn sent(
    by: SignedIn,
    reference: web::Path<String>,
    query: web::Query<ReceiptQuery>,
) -> Result<HttpResponse, PageError> {
    let reference: Reference = reference.parse().map_err(|_| PageError::not_found())?;
    let op = by.op.clone();
    let speak = by.app.run(move |candour| report::school_settings(candour, &op)).await?;
    let op = by.op.clone();
    let OwnReport { report, told_from } =
        by.app.run(move |candour| report::receipt(candour, &op, &reference)).await?;
    show(&ReceiptPage {
        shell: by.shell("Report sent", "/report"),
        told: told(&report.told, told_from, by.op.now, &speak.settings),
        told_from,
        now: by.op.now,
        speak,
        report,
        is_added: query.added.is_some(),
    })
}

/// A phone number as a link can hold it.
pub(in crate::web::pages) fn tel(number: &str) -> String {
    let figures: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    format!("tel:{figures}")
}
