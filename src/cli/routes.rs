//! `candour routes`: who would get a concern of each category, and why, as a table a safeguarding lead can
//! read. Declared relationships are left out, so that it tells nobody of one.

use super::{
    console,
    installation::{Unable, Which, schools},
};
use crate::{
    domain::{
        kernel::ids::PersonId,
        people::{register::keys::fold, subject::SubjectRole},
        school::routes::{Question, explain, print},
    },
    service::{
        clock::Clock,
        machine::{self, Adults, Person, School},
    },
};

/// Show who would get a concern of each category today, and why
#[derive(Debug, clap::Args)]
pub struct Routes {
    #[command(flatten)]
    which: Which,
    /// The short name of one school; otherwise every school's table is shown
    #[arg(long, value_name = "SLUG")]
    school: Option<String>,
    /// As if this adult of the school were alleged to have done it: their name as registered, or their id
    #[arg(long, value_name = "NAME")]
    if_subject: Option<String>,
}

/// Prints the tables. Errors: no such school or person, or the register could not be read.
pub fn run(args: &Routes) -> Result<(), Unable> {
    let candour = args.which.look()?;
    let now = Clock::System.now();
    let mut shown = 0;
    for school in schools(&candour, args.school.as_deref())? {
        let Adults { roster, adults } = machine::adults(&candour, school.id, now)?;
        let subject = match args.if_subject.as_deref() {
            None => None,
            Some(typed) => match one_called(typed, &adults)? {
                Some(person) => Some(person),
                // They may be of another school.
                None => continue,
            },
        };
        let name = |id: PersonId| {
            let person = adults.iter().find(|person| person.id == id);
            person.map_or_else(|| "a person who is not registered".to_owned(), |person| person.name.clone())
        };
        let question = Question {
            roster: &roster,
            names: &name,
            if_subject: subject.map(|person| (person.id, SubjectRole::Alleged)),
            edition: &school.editions.at(now),
        };
        console::line(&format!("{}\n\n{}", heading(&school, subject), print(&explain(&question))))?;
        shown += 1;
    }
    match (shown, &args.if_subject) {
        (0, Some(typed)) => Err(Unable::NotFound(format!("no one here is called {typed:?}"))),
        (_, Some(_) | None) => Ok(()),
    }
}

fn heading(school: &School, subject: Option<&Person>) -> String {
    match subject {
        None => format!("{}: who gets a concern", school.name),
        Some(person) => {
            format!(
                "{}: who would get a concern if {} were alleged to have done it",
                school.name, person.name
            )
        }
    }
}

fn one_called<'p>(typed: &str, adults: &'p [Person]) -> Result<Option<&'p Person>, Unable> {
    let typed = typed.trim();
    let id: Option<PersonId> = typed.parse().ok();
    let is_meant = |person: &&Person| Some(person.id) == id || fold(&person.name) == fold(typed);
    let meant: Vec<&Person> = adults.iter().filter(is_meant).collect();
    match meant[..] {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => {
            let ids: Vec<String> = meant.iter().map(|person| person.id.to_string()).collect();
            let ids = ids.join(", ");
            Err(Unable::NotFound(format!(
                "several people are called {typed:?}; give one of their ids: {ids}"
            )))
        }
    }
}
