//! The first school, or another one: read from answers, made, and its three codes printed.

use super::{
    NotBegun,
    answers::{AnswerSheet, Answers},
    questions::SCHOOL,
};
use crate::{
    cli::{config::Config, console::say, installation::Unable},
    domain::{
        entry::founding::{EmailAddress, FirstPerson, Founding, SchoolDetails, ShortName, one_line},
        kernel::clock::{Nation, SchoolHours, long},
        people::register::offered::is_same_name,
    },
    service::{
        Candour,
        clock::{Clock, Randomness},
        entry::founding::{self, FirstCodes},
        machine,
    },
};
use chrono::NaiveTime;
use std::io;

/// Asks about a school, and checks what was answered.
pub(in crate::cli) fn school(answers: &Answers) -> Result<Founding, NotBegun> {
    let sheet = answers.to(SCHOOL, &fits)?;
    let answer = |key: &str| sheet.get(key);
    let time = |key: &str| NaiveTime::parse_from_str(answer(key), "%H:%M").unwrap_or_default();
    // Each was read by its question already; anything left would be an answer to no question.
    let unread = |key: &'static str| super::Unanswered::unreadable(key);
    let name = |key: &'static str| one_line(answer(key)).map_err(|_| unread(key));
    let person = |name_key: &'static str, email_key: &'static str| {
        let email = EmailAddress::parse(answer(email_key)).ok_or_else(|| unread(email_key))?;
        Ok::<_, NotBegun>(FirstPerson { name: name(name_key)?, email })
    };
    Ok(Founding::new(SchoolDetails {
        name: name("school.name")?,
        short_name: ShortName::parse(answer("school.short_name"))
            .ok_or_else(|| unread("school.short_name"))?,
        nation: Nation::parse(answer("school.nation")).map_err(|_| unread("school.nation"))?,
        hours: SchoolHours { from: time("school.opens"), to: time("school.closes") },
        duty_phone: answer("school.duty_phone").to_owned(),
        out_of_hours_phone: answer("school.out_of_hours_phone").to_owned(),
        lado_phone: answer("school.lado_phone").to_owned(),
        people: [
            person("administrator.name", "administrator.email")?,
            person("head.name", "head.email")?,
            person("chair.name", "chair.email")?,
        ],
    })?)
}

/// Whether an answer about a school fits those before it: the day, and three different people.
fn fits(sheet: &AnswerSheet, key: &str) -> Result<(), String> {
    let answer = sheet.get(key);
    if key == "school.closes" && answer <= sheet.get("school.opens") {
        return Err(format!(
            "the school closes before it opens; expected a time after {}",
            sheet.get("school.opens")
        ));
    }
    let is_one = |other: &str| match key.rsplit_once('.') {
        Some((_, "name")) => is_same_name(answer, sheet.get(other)),
        Some((_, "email")) => answer.eq_ignore_ascii_case(sheet.get(other)),
        Some(_) | None => false,
    };
    let before: &[(&str, &str)] = match key {
        "head.name" => &[("administrator.name", "administrator")],
        "head.email" => &[("administrator.email", "administrator")],
        "chair.name" => &[("administrator.name", "administrator"), ("head.name", "headteacher")],
        "chair.email" => &[("administrator.email", "administrator"), ("head.email", "headteacher")],
        _ => &[],
    };
    match before.iter().find(|(other, _)| is_one(other)) {
        None => Ok(()),
        Some((_, who)) => Err(format!(
            "this is the {who} already, and it takes three people, so that no one gives a role to themselves"
        )),
    }
}

/// Makes the school, prints its codes, and says what is still missing there.
pub(in crate::cli) fn hand_over(
    config: &Config,
    candour: &Candour,
    founding: &Founding,
    clock: &Clock,
) -> Result<(), NotBegun> {
    let now = clock.now();
    let codes = founding::found(candour, founding, now, &mut Randomness)?;
    let slug = founding.short_name.as_str();
    say!("School: {} ({slug}) is there.", founding.name.as_str())?;
    print(&codes, config)?;
    let gaps = machine::gaps_once_in(candour, slug, now);
    say!("Still to be done, on pages, once they are in:")?;
    for gap in gaps.map_err(Unable::from)? {
        say!("  {}", gap.words())?;
    }
    say!("  terms and holidays: until then every weekday but bank holidays counts as open")?;
    Ok(())
}

/// Prints codes to hand over. This is the only time they are seen.
///
/// # Errors
/// Standard output cannot be written to.
pub(in crate::cli) fn print(codes: &FirstCodes, config: &Config) -> io::Result<()> {
    say!("\nHand each of these over in person. Each serves once, until {}.", long(codes.ends_at))?;
    for one in &codes.codes {
        say!("  {:<26}{:<30}{}", one.duty.words(), one.name, one.code.as_handed_over())?;
    }
    say!(
        "They sign in at {} as they do everywhere, and type the code where Candour asks for it.",
        config.server.public_url
    )?;
    say!("The codes are not stored. If they are lost before anyone has signed in: candour school codes.\n")
}
