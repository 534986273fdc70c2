//! The register of a trust: 30,000 people from a list, the list imported again, and names found while they
//! are typed.

use super::{NotMeasured, Subject, TIMES, resumed, table::Times};
use crate::{
    cli::console::say,
    domain::people::register::keys::NameQuery,
    register::NamedFile,
    service::{
        Op,
        clock::Randomness,
        people::register::{self, ImportOptions, Importer, NotImported, Suggestions},
    },
};
use chrono::TimeDelta;
use std::{fmt::Write, time::Instant as Stopwatch};

/// People of a large trust.
const PEOPLE: usize = 30_000;
/// What is typed: a common beginning, two of them, a whole name, and a name no one has.
const TYPED: [&str; 4] = ["ba", "ba de", "badeba", "xyz"];
/// How far apart a person asks.
const APART: TimeDelta = TimeDelta::seconds(2);

/// Measures an import, a repeat of it, and suggestions, in the school of the person who measures.
pub(super) fn measure(on: &Subject) -> Result<(), NotMeasured> {
    let by = Importer::on_the_machine(on.dsl.school(), on.now);
    for what in ["import a list of 30,000 people", "import the same list again"] {
        let start = Stopwatch::now();
        let sent = register::open(vec![list()?]).map_err(NotImported::from)?;
        register::import(
            &on.candour,
            &by,
            &sent,
            &ImportOptions::default(),
            &mut Randomness,
            &mut |_, _| {},
        )?;
        say!("| {what} | {:.1} s | | | |", start.elapsed().as_secs_f64())?;
    }
    let mut asked = TimeDelta::zero();
    for typed in TYPED {
        let Some(parsed) = NameQuery::parse(typed) else { continue };
        let mut found = 0;
        let times = Times::of(TIMES, |_| {
            // Two seconds apart: as fast as a person may go on asking.
            asked += APART;
            let op = Op { now: on.now + asked, ..resumed(on)? };
            found = match register::suggest(&on.candour, &op, Some(&parsed))? {
                Suggestions::Names(names) => names.len(),
                Suggestions::TooOften => return Err(NotMeasured::NoPerson("asking for names slowly enough")),
            };
            Ok::<_, NotMeasured>(())
        })?;
        times.row(
            &format!("names for \"{typed}\" among 30,000, session and counting included"),
            &format!("{found} found"),
        )?;
    }
    Ok(())
}

/// Pupils as a system exports them. Names are of a few syllables, so that beginnings are shared as they are
/// in a school.
fn list() -> Result<NamedFile, std::fmt::Error> {
    const SYLLABLES: [&str; 12] = ["ba", "de", "li", "mo", "ru", "sa", "ti", "vo", "ka", "ne", "pi", "zu"];
    let name = |mut number: usize| {
        let mut name = String::new();
        for _ in 0..4 {
            name.push_str(SYLLABLES[number % SYLLABLES.len()]);
            number /= SYLLABLES.len();
        }
        name
    };
    let mut text = "Admission number,Surname,Forename,Date of birth,Year group\n".to_owned();
    for at in 0..PEOPLE {
        let year = 7 + at % 7;
        writeln!(text, "{at},{},{},04/03/{},{year}", name(at), name(at * 7 + 5), 2020 - year)?;
    }
    Ok(NamedFile::new("trust.csv", text.into_bytes()))
}
