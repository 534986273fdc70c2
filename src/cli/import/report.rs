//! What an import would do or did, as lines on a terminal. Of children's situations and of declared
//! relationships it gives only how many.

use crate::{
    cli::console::{self, say},
    domain::people::register::plan::{Ask, ChangedPerson, Plan},
    register::NotOpened,
};
use std::io;

/// Whether the report comes before or afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// What would happen.
    Would,
    /// What happened.
    Did,
}

impl Mood {
    const fn word(self) -> &'static str {
        match self {
            Self::Would => "would be ",
            Self::Did => "",
        }
    }
}

/// Prints a plan.
///
/// # Errors
/// Standard output cannot be written to.
pub(super) fn plan(plan: &Plan, mood: Mood) -> io::Result<()> {
    let would = mood.word();
    say!("{would}new: {}", plan.new.len())?;
    for new in &plan.new {
        let year = new.record.year.as_ref().map(|year| format!(", {year}")).unwrap_or_default();
        say!("  {}{year} ({})", new.record.name, new.place)?;
    }
    say!("{would}changed: {}", plan.changed.len())?;
    plan.changed.iter().try_for_each(changed)?;
    say!("{would}back: {}", plan.back.len())?;
    plan.back.iter().try_for_each(changed)?;
    say!("{would}leavers: {}", plan.leavers.len())?;
    for leaver in &plan.leavers {
        say!("  {}, {}", leaver.name, leaver.group.words())?;
    }
    say!("as before: {}", plan.unchanged.len())?;
    if !plan.waiting.is_empty() {
        say!("names and addresses {would}waiting for a second person, under Roles: {}", plan.waiting.len())?;
    }
    for waiting in &plan.waiting {
        say!("  {} ({})", waiting.line().words(), waiting.place)?;
    }
    if !plan.context.is_empty() {
        say!("pupils whose situation {would}put on record: {}", plan.context.len())?;
    }
    if !plan.ties.is_empty() {
        say!("relationships {would}declared: {}", plan.ties.len())?;
    }
    for look_alike in &plan.look_alikes {
        say!(
            "check: {} has the name and date of birth of a person in the register, and another UPN",
            look_alike.place
        )?;
    }
    if !plan.rejected.is_empty() {
        say!("rejected: {}", plan.rejected.len())?;
    }
    for rejected in &plan.rejected {
        let value = rejected.value.as_ref().map(|value| format!(" \"{value}\"")).unwrap_or_default();
        say!("  {}: {}{value} {}", rejected.place, rejected.reason(), rejected.remedy())?;
    }
    if mood == Mood::Would {
        plan.asks.iter().try_for_each(|ask| console::line(&asked(ask, plan.leavers.len())))?;
    }
    Ok(())
}

fn changed(changed: &ChangedPerson) -> io::Result<()> {
    let changes: Vec<String> = changed.changes.iter().map(ToString::to_string).collect();
    say!("  {}: {} ({})", changed.record.name, changes.join("; "), changed.place)
}

fn asked(ask: &Ask, leavers: usize) -> String {
    match ask {
        Ask::ManyWouldLeave { group, leaving, of } => format!(
            "check this: {leaving} of {of} {} would leave. If the list is a part of the school, add --part; if they \
             have left, add --leavers {leavers}",
            group.words()
        ),
        Ask::DutiesWouldFallVacant(names) => format!(
            "check this: {} would leave, and no one would have their roles in Candour. If that is right, add \
             --leavers {leavers}",
            names.join(", ")
        ),
    }
}

/// What helps on a command line: the schools of a bundle, if one has to be chosen, and how columns are
/// chosen.
pub(super) fn what_helps(why: &NotOpened) -> String {
    let line = |school: &crate::register::School| {
        format!("\n  --org {}  {} {}", school.id, school.name, school.number)
    };
    if let NotOpened::WhichSchool { schools } = why {
        schools.0.iter().map(line).collect()
    } else if matches!(why, NotOpened::Columns { .. }) {
        "\nThe command knows columns by their headings alone: export the list with the headings of \
                                  your system as docs/OPERATING.md has them, or send it on the page Import people, where \
                                  you say which column is which."
            .to_owned()
    } else {
        String::new()
    }
}
