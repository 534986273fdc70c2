//! Importing people: what was sent is read, compared with the register and, once all of it is agreed,
//! imported.
//!
//! Checking writes nothing. Importing works the plan out again in its own transaction, from the same bytes:
//! what was confirmed is either still what would happen, or is asked again.

use super::{
    renaming::{self, NewName},
    ties::follow as follow_ties,
};
use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        kernel::{
            clock::{Instant, day_in_london},
            ids::{Random, SchoolId, SentListId},
        },
        people::{
            Office,
            register::{
                Problem,
                incoming::{Extent, Incoming},
                keys::NameQuery,
                offered::{Offer, Reader, offers},
                pace::{self, Asking},
                plan::{self, NotAgreed, Plan, Rulings},
            },
            renaming::Road,
        },
    },
    register::{self, NamedFile, NotOpened, Package, columns::ColumnMatch},
    store::{
        Tx, Viewer,
        case::duties_changed,
        people::{
            duties, name_keys, register as kept,
            register::{Import, LastImport},
            sent_lists, ties,
        },
        record::paces,
    },
};
use sha2::{Digest, Sha256};

/// Who may import people into one school, now.
#[derive(Debug, Clone)]
pub struct Importer {
    school: SchoolId,
    actor: Option<Viewer>,
    now: Instant,
}

impl Importer {
    /// The person at the machine itself.
    pub fn on_the_machine(school: SchoolId, now: Instant) -> Self {
        Self { school, actor: None, now }
    }

    /// An administrator of the school; no one else sees its whole register.
    pub fn administrator(op: &Op) -> Result<Self> {
        match op.viewer.standing().is(Office::Administrator) {
            true => Ok(Self { school: op.viewer.school(), actor: Some(op.viewer.clone()), now: op.now }),
            false => Err(ServiceError::Refused(Problem::AdministratorImports.into())),
        }
    }
}

/// What was sent, opened.
#[derive(Debug)]
pub struct SentFiles {
    /// What it is.
    pub package: Package,
    /// The SHA-256 of everything, for the audit log.
    pub sha256: String,
}

/// Opens what was sent.
pub fn open(files: Vec<NamedFile>) -> Result<SentFiles, NotOpened> {
    let mut digest = Sha256::new();
    for file in &files {
        digest.update(&file.bytes);
    }
    let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(SentFiles { package: register::open(files)?, sha256 })
}

/// How what was sent is to be understood, as its sender says it.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Which column of a list is which field; guessed from its headings if that was not said.
    pub columns: Option<ColumnMatch>,
    /// Whether a list is everybody.
    pub extent: Extent,
    /// Which school of a bundle of several it is; the one of the last import if that was not said.
    pub org: Option<String>,
    /// Who a row is whose name is known already.
    pub rulings: Rulings,
    /// The number of leavers that was shown and confirmed.
    pub leavers: Option<usize>,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { columns: None, extent: Extent::Whole, org: None, rulings: Rulings::new(), leavers: None }
    }
}

/// Why nothing was imported. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum NotImported {
    /// It cannot be read.
    #[error(transparent)]
    NotOpened(#[from] NotOpened),
    /// Rows were rejected.
    #[error("rows were rejected")]
    Rejected(Box<Plan>),
    /// It was not confirmed that so many leave.
    #[error("it was not confirmed who would leave")]
    Unconfirmed(Box<Plan>),
    /// The use case said no.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<crate::store::StoreError> for NotImported {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// What the school's last import left for the next.
pub fn last_import(candour: &Candour, by: &Importer) -> Result<LastImport> {
    Ok(candour.read(|tx| kept::last_import(tx, by.school))?)
}

/// What an import would do. Writes nothing.
pub fn check(
    candour: &Candour,
    by: &Importer,
    sent: &SentFiles,
    chosen: &ImportOptions,
) -> Result<Plan, NotImported> {
    let (incoming, _) = says(candour, by, sent, chosen)?;
    candour.read(|tx| plan_for(tx, by, incoming, chosen))
}

/// Imports people: all of it or nothing. `said` is told how many are written, of how many.
pub fn import(
    candour: &Candour,
    by: &Importer,
    sent: &SentFiles,
    chosen: &ImportOptions,
    random: &mut dyn Random,
    said: &mut dyn FnMut(usize, usize),
) -> Result<Plan, NotImported> {
    let (incoming, org) = says(candour, by, sent, chosen)?;
    candour.write(|tx| {
        kept::in_turn(tx, by.school)?;
        let agreed = plan_for(tx, by, incoming, chosen)?.agree(chosen.leavers).map_err(|why| match why {
            NotAgreed::Rejected(plan) => NotImported::Rejected(plan),
            NotAgreed::Unconfirmed(plan) => NotImported::Unconfirmed(plan),
        })?;
        let plan = agreed.plan();
        let all = plan.new.len() + plan.changed.len() + plan.back.len();
        let import = Import {
            school: by.school,
            by: by.actor.as_ref(),
            now: by.now,
            sha256: &sent.sha256,
            org: org.as_deref(),
        };
        // Keeps the other administrator's role from ending meanwhile.
        duties_changed::hold(tx, by.school)?;
        let before = duties::book(tx, by.school, by.now)?;
        let close_before = ties::in_force(tx, by.school)?;
        kept::keep(tx, &import, &agreed, random, &mut |written| said(written, all))?;
        let here = (by.school, by.now);
        for waiting in &agreed.plan().waiting {
            let (change, name) = (waiting.change.clone(), waiting.name.clone());
            let by = by.actor.as_ref();
            let new = NewName { change, name, why: waiting.why, road: Road::List, by };
            renaming::propose(tx, here, new, random)?;
        }
        follow_ties(tx, by.school, &close_before, by.now, random)?;
        if duties::book(tx, by.school, by.now)?.lost_its_administrators_since(&before) {
            return Err(ServiceError::Refused(Problem::LastAdministrator.into()).into());
        }
        Ok(agreed.into_plan())
    })
}

fn plan_for(
    tx: &mut Tx<'_>,
    by: &Importer,
    incoming: Incoming,
    chosen: &ImportOptions,
) -> Result<Plan, NotImported> {
    let held = kept::load(tx, by.school, by.now)?;
    Ok(plan::plan(held.as_register(), incoming, &chosen.rulings))
}

/// What was sent says of one school, and which one it was.
fn says(
    candour: &Candour,
    by: &Importer,
    sent: &SentFiles,
    chosen: &ImportOptions,
) -> Result<(Incoming, Option<String>), NotImported> {
    let today = day_in_london(by.now);
    match &sent.package {
        Package::List(list) => {
            let columns = chosen.columns.clone().unwrap_or_else(|| list.guess());
            Ok((list.read(&columns, chosen.extent, today)?, None))
        }
        Package::Transfer(transfer) => Ok((transfer.read(today), None)),
        Package::OneRoster(bundle) => {
            let schools = bundle.schools()?;
            // The school of the last import may be in this bundle no more.
            let is_there = |org: &String| schools.iter().any(|school| school.id == *org);
            let org = match &chosen.org {
                Some(org) => Some(org.clone()),
                None => last_import(candour, by)?.org.filter(is_there),
            };
            Ok((bundle.read(org.as_deref(), today)?, org))
        }
    }
}

/// Stores a list that an administrator sent while they look through it. One that cannot be read is not
/// stored.
pub fn keep_sent_list(
    candour: &Candour,
    op: &Op,
    name: &str,
    bytes: Vec<u8>,
    random: &mut dyn Random,
) -> Result<SentListId, NotImported> {
    Importer::administrator(op)?;
    let file = NamedFile::new(name, bytes);
    register::open(vec![file.clone()])?;
    Ok(candour.write(|tx| sent_lists::save(tx, &op.viewer, (&file.name, &file.bytes), random))?)
}

/// Opens a list that an administrator sent before.
pub fn open_sent_list(candour: &Candour, op: &Op, id: SentListId) -> Result<SentFiles, NotImported> {
    Importer::administrator(op)?;
    let (name, bytes) = candour.read(|tx| sent_lists::find(tx, &op.viewer, id))?;
    Ok(open(vec![NamedFile::new(&name, bytes)])?)
}

/// Removes a list that was imported, or is not wanted any more.
pub fn forget(candour: &Candour, op: &Op, id: SentListId) -> Result<()> {
    Ok(candour.write(|tx| sent_lists::remove(tx, &op.viewer, id))?)
}

/// What a person who asks for names gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestions {
    /// These.
    Names(Vec<Offer>),
    /// None: they asked too often in this minute.
    TooOften,
}

/// Counts that a person looks for a name, on whichever node, and says whether they may now.
pub(super) fn look_for_a_name(candour: &Candour, op: &Op) -> Result<Asking> {
    Ok(pace::judge(candour.write(|tx| paces::count_name(tx, &op.viewer, op.now))?))
}

/// Names for what a person is typing, if there is enough of it to look for. Only members of staff reach the
/// address. Every request counts.
pub fn suggest(candour: &Candour, op: &Op, typed: Option<&NameQuery>) -> Result<Suggestions> {
    match (look_for_a_name(candour, op)?, typed) {
        (Asking::Later, _) => Ok(Suggestions::TooOften),
        (Asking::Now, None) => Ok(Suggestions::Names(Vec::new())),
        (Asking::Now, Some(typed)) => {
            let found = candour.read(|tx| name_keys::suggest(tx, &op.viewer, typed))?;
            Ok(Suggestions::Names(offers(&found, Reader::of(op.viewer.standing()))))
        }
    }
}
