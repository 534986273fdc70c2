//! `candour audit verify`: walks the audit log of every school and names the first entry that is not as it
//! was written.

use super::{
    console,
    installation::{Unable, Which, schools},
};
use crate::service::machine::{self, Verdict};

/// Look after the audit log
#[derive(Debug, clap::Args)]
pub struct Audit {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AuditCommand {
    /// Check that nothing in the audit log was altered, removed or added later
    Verify(Verify),
}

#[derive(Debug, clap::Args)]
struct Verify {
    #[command(flatten)]
    which: Which,
    /// The short name of one school; otherwise every school's audit log is checked
    #[arg(long, value_name = "SLUG")]
    school: Option<String>,
    /// A hash from an e-mail or a first page; it must be in the audit log
    #[arg(long, value_name = "HASH")]
    against: Option<String>,
}

/// Checks, and prints a line for each school. Errors: an audit log is broken, the hash is in none of them, or
/// they could not be read.
pub fn run(args: &Audit) -> Result<(), Unable> {
    let AuditCommand::Verify(args) = &args.command;
    let against = args.against.as_deref().map(hash).transpose()?;
    let candour = args.which.look()?;
    let (mut broken, mut known) = (0, false);
    for school in schools(&candour, args.school.as_deref())? {
        let (verdict, head) = machine::verify_audit(&candour, school.id, against.as_deref())?;
        match verdict {
            // Never how many entries: a number that grows tells what it counts.
            Verdict::Whole { entries: _, known: here } => {
                let vouched = if here == Some(true) { "; the hash given is in it" } else { "" };
                console::line(&format!("{}: whole; its hash is {head}{vouched}", school.slug))?;
                known |= here == Some(true);
            }
            Verdict::Broken { seq, why } => {
                console::line(&format!("{}: BROKEN at entry {seq}: {why}", school.slug))?;
                broken += 1;
            }
        }
    }
    match (broken, against) {
        (0, Some(_)) if !known => Err(Unable::Found(
            "the hash given is in no audit log here: an audit log was replaced, or it is another school's"
                .into(),
        )),
        (0, Some(_) | None) => Ok(()),
        (broken, _) => Err(Unable::Found(format!("audit logs broken: {broken}"))),
    }
}

/// A hash as a person copied it.
fn hash(typed: &str) -> Result<String, Unable> {
    let hash = typed.trim().to_ascii_lowercase();
    if hash.len() == 64 && hash.bytes().all(|letter| letter.is_ascii_hexdigit()) {
        Ok(hash)
    } else {
        Err(Unable::NotFound("--against: a hash has 64 characters, 0 to 9 and a to f".into()))
    }
}
