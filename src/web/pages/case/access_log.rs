//! Who has opened a case: a line for each person and day, and behind it every single look. For the lead.

use super::{acts, view};
use crate::{
    domain::kernel::{
        clock,
        ids::{PersonId, Reference},
    },
    service::case::read::{self, Opening, READ_BACK},
    web::{
        http::{error::PageError, extract::SignedIn, links, page::Shell},
        pages::show,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::NaiveDate;

/// How many single looks the page shows.
const SINGLE: usize = 200;

#[derive(Template)]
#[template(path = "case/opened.html")]
struct OpenedPage {
    shell: Shell,
    reference: String,
    back: String,
    days: Vec<Day>,
    looks: Vec<(String, String, String)>,
    cut: String,
}

/// What one person opened on one day.
#[derive(Debug, PartialEq, Eq)]
struct Day {
    name: String,
    iso: String,
    day: String,
    times: String,
}

/// Who has opened a case.
pub async fn page(request: HttpRequest, by: SignedIn) -> Result<HttpResponse, PageError> {
    let reference: Reference = acts::reference(&request)?;
    let (op, of) = (by.op.clone(), reference.clone());
    let looks = by.app.run(move |candour| read::accesses(candour, &op, &of)).await?;
    let cut = if looks.len() == READ_BACK {
        format!("Only the latest {READ_BACK} are counted.")
    } else {
        String::new()
    };
    let days = days(&looks);
    let single = looks.into_iter().take(SINGLE);
    show(&OpenedPage {
        shell: by.shell("Who has opened this", "/queue"),
        reference: reference.to_string(),
        back: links::case(&reference),
        days,
        looks: single.map(|(at, _, name)| (view::iso(at), clock::long(at), name)).collect(),
        cut,
    })
}

/// A line for each person and day, the latest day first and in it the latest look.
fn days(looks: &[Opening]) -> Vec<Day> {
    let mut kept: Vec<((NaiveDate, PersonId), Vec<&Opening>)> = Vec::new();
    for look in looks {
        let of = (clock::day_in_london(look.0), look.1);
        match kept.iter_mut().find(|(known, _)| *known == of) {
            Some((_, of_day)) => of_day.push(look),
            None => kept.push((of, vec![look])),
        }
    }
    kept.iter().filter_map(|(_, looks)| line(looks)).collect()
}

/// One line: the looks come latest first.
fn line(looks: &[&Opening]) -> Option<Day> {
    let ((last, _, name), (first, ..)) = (*looks.first()?, *looks.last()?);
    let (first, at) = (clock::time_of(*first), clock::time_of(*last));
    let times = match looks.len() {
        1 => format!("Once, at {at}"),
        2 => format!("Twice, at {first} and {at}"),
        many => format!("{many} times, from {first} to {at}"),
    };
    Some(Day {
        name: name.clone(),
        iso: clock::day_in_london(*last).to_string(),
        day: clock::day(*last),
        times,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    #[test]
    fn a_line_for_each_person_and_day_the_latest_first() {
        // A quarter to midnight in London, in summer: the day there is not the day of the instant.
        let start = DateTime::parse_from_rfc3339("2026-06-16T22:45:00Z").unwrap().to_utc();
        let look = |minutes, who| {
            (start + TimeDelta::minutes(minutes), PersonId(Uuid::from_u128(who)), format!("Person {who}"))
        };
        let looks = [look(30, 1), look(20, 2), look(10, 1), look(5, 1), look(2, 2), look(0, 1)];
        let said: Vec<String> =
            days(&looks).iter().map(|d| format!("{} {}: {}", d.name, d.iso, d.times)).collect();
        assert_eq!(
            said,
            [
                "Person 1 2026-06-17: Once, at 00:15",
                "Person 2 2026-06-17: Once, at 00:05",
                "Person 1 2026-06-16: 3 times, from 23:45 to 23:55",
                "Person 2 2026-06-16: Once, at 23:47",
            ]
        );
        assert_eq!(days(&[]), []);
    }
}
