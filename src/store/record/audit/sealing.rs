//! Sealing the access log into the chain, walking the chain, and its head. There is no viewer: the minute's
//! job and the machine itself ask, about every school. It answers numbers and hashes alone: no words, no name
//! and no case.

use super::{Canonical, Doer, GENESIS, append, chain, digests, hex};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        kernel::{
            clock::Instant,
            ids::{AccountId, CaseId, LetterId, PersonId, SchoolId, SessionId},
        },
    },
    store::{
        Any, Result, StoreError, Tx,
        db::{
            dialect::QueryExt,
            mapping::Json,
            schema::{access_log, audit_entries, audit_heads},
        },
    },
};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Seals every access since the last sealing into the chain, as one entry. Says how many.
pub fn seal_looks(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<usize> {
    let rows: Vec<LookRow> = access_log::table
        .filter(access_log::school_id.eq(school))
        .filter(access_log::sealed_by.is_null())
        .order(access_log::id.asc())
        .select(LookRow::as_select())
        .locked()
        .load(tx.conn())?;
    if rows.is_empty() {
        return Ok(0);
    }
    let facts = [SchoolFact::Looks(rows.len()), SchoolFact::Sha256(digest_of_looks(&rows)?)];
    let nobody = (None, Doer::default());
    append(tx, school, now, nobody, SchoolAct::SealedLooks.code(), &facts, BTreeMap::new())?;
    let seq: i64 = audit_heads::table.find(school).select(audit_heads::seq).first(tx.conn())?;
    let sealed: Vec<uuid::Uuid> = rows.iter().map(|row| row.id.0).collect();
    for some in sealed.chunks(500) {
        let ids: Vec<LetterId> = some.iter().copied().map(LetterId).collect();
        diesel::update(
            access_log::table.filter(access_log::school_id.eq(school)).filter(access_log::id.eq_any(ids)),
        )
        .set(access_log::sealed_by.eq(Some(seq)))
        .execute(tx.conn())?;
    }
    Ok(rows.len())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_log, check_for_backend(Any))]
struct LookRow {
    id: LetterId,
    at: Instant,
    person_id: PersonId,
    kind: String,
    case_id: Option<CaseId>,
    detail: Json<serde_json::Value>,
    account_id: Option<AccountId>,
    session_id: Option<SessionId>,
}

/// A row is digested as it was sealed: those from before accounts were kept have neither account nor session.
fn digest_of_looks(rows: &[LookRow]) -> Result<String> {
    let mut digest = Sha256::new();
    for row in rows {
        let line = (row.id, row.at, row.person_id, &row.kind, row.case_id, &row.detail.0);
        digest.update(serde_json::to_vec(&line).map_err(StoreError::unavailable)?);
        if row.account_id.is_some() || row.session_id.is_some() {
            let with = (row.account_id, row.session_id);
            digest.update(serde_json::to_vec(&with).map_err(StoreError::unavailable)?);
        }
    }
    Ok(hex(&digest.finalize()))
}

/// The latest head of a school's chain: its length and its hash.
pub fn head(tx: &mut Tx<'_>, school: SchoolId) -> Result<(i64, String)> {
    Ok(audit_heads::table.find(school).select((audit_heads::seq, audit_heads::hash)).first(tx.conn())?)
}

/// Locks the head of a school's chain until the transaction ends: nodes that do the same job take turns with
/// it. Every act of the school waits meanwhile, so the transaction is short, and takes no other lock after
/// this.
pub fn in_turn(tx: &mut Tx<'_>, school: SchoolId) -> Result<()> {
    let _held: i64 =
        audit_heads::table.find(school).select(audit_heads::seq).locked().get_result(tx.conn())?;
    Ok(())
}

/// What verifying a chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry follows from the one before. `known` says whether a hash asked about is one of them.
    Whole {
        /// How many entries.
        entries: i64,
        /// Whether the given hash is in the chain, if one was given.
        known: Option<bool>,
    },
    /// The first entry that does not follow.
    Broken {
        /// Its number.
        seq: i64,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// Walks a school's chain from the first entry, checking hashes, words against their digests, sealed accesses
/// and the head.
pub fn verify(tx: &mut Tx<'_>, school: SchoolId, against: Option<&str>) -> Result<Verdict> {
    let (mut previous, mut seq, mut known) = (GENESIS.to_owned(), 0, against.map(|hash| hash == GENESIS));
    loop {
        let rows: Vec<(i64, Columns, (String, String, String))> = audit_entries::table
            .filter(audit_entries::school_id.eq(school))
            .filter(audit_entries::seq.gt(seq))
            .order(audit_entries::seq.asc())
            .select((
                audit_entries::seq,
                (audit_entries::at, audit_entries::case_id, audit_entries::actor_id, audit_entries::act),
                (audit_entries::entry, audit_entries::previous, audit_entries::hash),
            ))
            .limit(1_000)
            .load(tx.conn())?;
        if rows.is_empty() {
            break;
        }
        for (at, columns, (canonical, before, hash)) in rows {
            let links = (previous.as_str(), before.as_str(), hash.as_str());
            if let Some(why) = wrong_with(tx, school, (seq + 1, at), (&columns, &canonical), links)? {
                return Ok(Verdict::Broken { seq: seq + 1, why });
            }
            known = known.map(|found| found || against == Some(hash.as_str()));
            (previous, seq) = (hash, at);
        }
    }
    let (entries, hash) = head(tx, school)?;
    if entries != seq || hash != previous {
        return Ok(Verdict::Broken {
            seq: seq + 1,
            why: "the chain ends before its head: entries are missing",
        });
    }
    Ok(Verdict::Whole { entries, known })
}

/// When, about which case, by whom, and what: as an entry is filed.
type Columns = (Instant, Option<CaseId>, Option<PersonId>, String);

fn wrong_with(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (expected, seq): (i64, i64),
    (columns, canonical): (&Columns, &str),
    (previous, before, hash): (&str, &str, &str),
) -> Result<Option<&'static str>> {
    if seq != expected {
        return Ok(Some("an entry is missing"));
    }
    if before != previous {
        return Ok(Some("it does not follow from the entry before it"));
    }
    if chain(previous, canonical) != hash {
        return Ok(Some("it was altered"));
    }
    let Ok(entry) = serde_json::from_str::<Canonical<serde_json::Value>>(canonical) else {
        return Ok(Some("it cannot be read"));
    };
    if entry.seq != seq {
        return Ok(Some("it carries another number"));
    }
    // The columns are what a timeline is looked up by: they must say what the entry says.
    if (entry.at, entry.case, entry.actor, &entry.act) != (columns.0, columns.1, columns.2, &columns.3) {
        return Ok(Some("its columns say something else than the entry"));
    }
    if entry.act == SchoolAct::SealedLooks.code() {
        return sealed_looks_differ(tx, school, &entry);
    }
    let kept = digests(tx, school, entry.digests.keys().copied().collect())?;
    // Erased words are gone together with their key; words that are there must be the ones written.
    let differs = kept.iter().any(|(id, digest)| entry.digests.get(id) != Some(digest));
    Ok(differs.then_some("the words it was written with were altered"))
}

fn sealed_looks_differ(
    tx: &mut Tx<'_>,
    school: SchoolId,
    entry: &Canonical<serde_json::Value>,
) -> Result<Option<&'static str>> {
    let rows: Vec<LookRow> = access_log::table
        .filter(access_log::school_id.eq(school))
        .filter(access_log::sealed_by.eq(entry.seq))
        .order(access_log::id.asc())
        .select(LookRow::as_select())
        .load(tx.conn())?;
    let digest =
        serde_json::to_value(SchoolFact::Sha256(digest_of_looks(&rows)?)).map_err(StoreError::unavailable)?;
    let same = entry.facts.contains(&digest);
    Ok((!same).then_some("the accesses it seals were altered"))
}
