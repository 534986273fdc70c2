//! The audit log: every act chained to the one before; every access recorded and sealed into the chain once a
//! minute.

use crate::domain::{
    audit::{SchoolAct, SchoolFact},
    case::{Case, CaseEvent, Entry, Fact},
    kernel::{
        clock::Instant,
        document::DocumentVersion,
        ids::{AccountId, CaseId, PersonId, Random, SchoolId, SessionId, TextId},
    },
};
use crate::store::{
    By, Result, StoreError, Tx,
    db::{
        dialect::{QueryExt, insert_rows},
        mapping::At,
        schema::{audit_entries, audit_heads, texts},
        sql_types::sql::Uuid,
    },
    entry::viewer::Viewer,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

mod sealing;

pub use sealing::{Verdict, head, in_turn, seal_looks, verify};

/// What an entry's hash is taken over: fixed field order, words only by a digest made with their own key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Canonical<Fact> {
    document_version: DocumentVersion<1>,
    seq: i64,
    at: Instant,
    case: Option<CaseId>,
    actor: Option<PersonId>,
    /// The account and the session of the actor, if a person signed in acted. Earlier entries have neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<SessionId>,
    act: String,
    facts: Vec<Fact>,
    digests: BTreeMap<TextId, String>,
}

/// Who acted, and with which account and session.
#[derive(Debug, Clone, Copy, Default)]
struct Doer {
    person: Option<PersonId>,
    account: Option<AccountId>,
    session: Option<SessionId>,
}

impl Doer {
    fn signed_in(viewer: &Viewer) -> Self {
        Self {
            person: Some(viewer.person()),
            account: Some(viewer.account()),
            session: Some(viewer.session()),
        }
    }

    fn without_session(person: Option<PersonId>) -> Self {
        Self { person, ..Self::default() }
    }

    /// The one whose event it is: the viewer, unless it follows by itself from what they did.
    fn of(by: By<'_>, event: &CaseEvent) -> Self {
        match by {
            By::Viewer(viewer) if event.actor() == Some(viewer.person()) => Self::signed_in(viewer),
            By::Viewer(_) | By::Candour | By::Pretend(_) => Self::without_session(event.actor()),
        }
    }
}

/// The first entry's "hash of the one before".
const GENESIS: &str = "candour";

/// Adds a school's empty chain.
pub(in crate::store) fn begin(tx: &mut Tx<'_>, school: SchoolId) -> Result<()> {
    diesel::insert_into(audit_heads::table)
        .values((audit_heads::school_id.eq(school), audit_heads::seq.eq(0i64), audit_heads::hash.eq(GENESIS)))
        .execute(tx.conn())?;
    Ok(())
}

/// The digests of an event's words: what its entry in the audit log holds of them. Only the code that wrote
/// the words has it to give.
pub(in crate::store) struct Digests(BTreeMap<TextId, String>);

/// Stores an event's words, each with a fresh random key.
pub(in crate::store) fn write_words(
    tx: &mut Tx<'_>,
    event: &CaseEvent,
    random: &mut dyn Random,
) -> Result<Digests> {
    let case = event.case();
    let (mut rows, mut digests) = (Vec::new(), BTreeMap::new());
    for text in event.texts() {
        let mut key = [0; 32];
        random.fill(&mut key);
        digests.insert(text.id, digest(&text.words, &key)?);
        rows.push((
            texts::school_id.eq(case.school),
            texts::id.eq(text.id),
            texts::case_id.eq(case.id),
            texts::words.eq(&text.words),
            texts::secret.eq(BASE64.encode(key)),
        ));
    }
    if !rows.is_empty() {
        insert_rows!(tx.conn(), texts::table, &rows)?;
    }
    Ok(Digests(digests))
}

/// Chains a case's act.
pub(in crate::store) fn write_act(
    tx: &mut Tx<'_>,
    by: By<'_>,
    event: &CaseEvent,
    Digests(digests): Digests,
) -> Result<()> {
    let case = event.case();
    let entry = event.entry();
    append(
        tx,
        case.school,
        event.at(),
        (Some(case.id), Doer::of(by, event)),
        entry.act.code(),
        &entry.facts,
        digests,
    )
}

/// Chains an act of the school that is about no case: a sign-in setting, a published report.
pub fn write_school_act(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    act: SchoolAct,
    facts: &[SchoolFact],
) -> Result<()> {
    let standing = viewer.standing();
    append(
        tx,
        standing.school,
        standing.at,
        (None, Doer::signed_in(viewer)),
        act.code(),
        facts,
        BTreeMap::new(),
    )
}

/// Chains an act in a school that the one who acts may not be signed in at: what they do is known by their account and
/// session all the same, if they have one.
pub fn write_act_in(
    tx: &mut Tx<'_>,
    (school, actor): (SchoolId, Option<PersonId>),
    signed_in: Option<&Viewer>,
    now: Instant,
    act: SchoolAct,
    facts: &[SchoolFact],
) -> Result<()> {
    let with = signed_in.map_or_else(Doer::default, Doer::signed_in);
    let doer = Doer { person: actor, ..with };
    append(tx, school, now, (None, doer), act.code(), facts, BTreeMap::new())
}

/// Chains an act that happens before a person is signed in: an account is bound to a person of the school.
pub fn write_act_without_viewer(
    tx: &mut Tx<'_>,
    school: SchoolId,
    actor: Option<PersonId>,
    now: Instant,
    act: SchoolAct,
    facts: &[SchoolFact],
) -> Result<()> {
    let doer = Doer::without_session(actor);
    append(tx, school, now, (None, doer), act.code(), facts, BTreeMap::new())
}

fn digests(tx: &mut Tx<'_>, school: SchoolId, ids: Vec<TextId>) -> Result<BTreeMap<TextId, String>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(TextId, String, String)> = texts::table
        .filter(texts::school_id.eq(school))
        .filter(texts::id.eq_any(ids))
        .select((texts::id, texts::words, texts::secret))
        .load(tx.conn())?;
    rows.into_iter()
        .map(|(id, words, secret)| {
            let key = BASE64.decode(secret).map_err(StoreError::unavailable)?;
            Ok((id, digest(&words, &key)?))
        })
        .collect()
}

fn digest(words: &str, key: &[u8]) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(StoreError::unavailable)?;
    mac.update(words.as_bytes());
    Ok(hex(&mac.finalize().into_bytes()))
}

fn append<Fact: Clone + Serialize>(
    tx: &mut Tx<'_>,
    school: SchoolId,
    at: Instant,
    (case, doer): (Option<CaseId>, Doer),
    act: &str,
    facts: &[Fact],
    digests: BTreeMap<TextId, String>,
) -> Result<()> {
    let (last, previous): (i64, String) = audit_heads::table
        .find(school)
        .select((audit_heads::seq, audit_heads::hash))
        .locked()
        .get_result(tx.conn())?;
    let seq = last + 1;
    let (at, act, facts) = (crate::domain::kernel::clock::truncate(at), act.to_owned(), facts.to_vec());
    let Doer { person: actor, account, session } = doer;
    let document_version = DocumentVersion;
    let entry = Canonical { document_version, seq, at, case, actor, account, session, act, facts, digests };
    let canonical = serde_json::to_string(&entry).map_err(StoreError::unavailable)?;
    let hash = chain(&previous, &canonical);
    diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::school_id.eq(school),
            audit_entries::seq.eq(seq),
            audit_entries::at.eq(At(at)),
            audit_entries::case_id.eq(case),
            audit_entries::actor_id.eq(actor),
            audit_entries::act.eq(&entry.act),
            audit_entries::entry.eq(&canonical),
            audit_entries::previous.eq(&previous),
            audit_entries::hash.eq(&hash),
        ))
        .cached()
        .execute(tx.conn())?;
    diesel::update(audit_heads::table.find(school))
        .set((audit_heads::seq.eq(seq), audit_heads::hash.eq(&hash)))
        .cached()
        .execute(tx.conn())?;
    Ok(())
}

fn chain(previous: &str, canonical: &str) -> String {
    hex(&Sha256::new().chain_update(previous).chain_update([0]).chain_update(canonical).finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One line of a case's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Its place in the school's chain: what orders lines of the same second.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// By whom; none for a job.
    pub actor: Option<PersonId>,
    /// What, with its facts.
    pub entry: Entry,
}

/// What there is to read of a case in hand, in one statement: its words and those of the cases it gathered,
/// and its own timeline, latest first.
pub fn story(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    case: &Case,
) -> Result<(BTreeMap<TextId, String>, Vec<TimelineEntry>)> {
    let (words, mut timelines) = stories(tx, viewer, std::slice::from_ref(case))?;
    Ok((words, timelines.remove(&case.id).unwrap_or_default()))
}

/// The words of several cases in hand, and the timeline of each.
pub type Stories = (BTreeMap<TextId, String>, BTreeMap<CaseId, Vec<TimelineEntry>>);

/// Words and timelines of several cases in hand, in one statement.
pub fn stories(tx: &mut Tx<'_>, viewer: &Viewer, cases: &[Case]) -> Result<Stories> {
    sees_each(viewer, cases)?;
    if cases.is_empty() {
        return Ok(Stories::default());
    }
    let school = viewer.school();
    let own: Vec<CaseId> = cases.iter().map(|case| case.id).collect();
    let told_in: Vec<CaseId> =
        own.iter().copied().chain(cases.iter().flat_map(|case| case.gathered.iter().copied())).collect();
    let words = texts::table
        .filter(texts::school_id.eq(school))
        .filter(texts::case_id.eq_any(told_in))
        .select((texts::id.nullable(), None::<i64>.into_sql::<Nullable<BigInt>>(), texts::words));
    let entries = audit_entries::table
        .filter(audit_entries::school_id.eq(school))
        .filter(audit_entries::case_id.eq_any(own))
        .select((
            None::<TextId>.into_sql::<Nullable<Uuid>>(),
            audit_entries::seq.nullable(),
            audit_entries::entry,
        ));
    let rows: Vec<(Option<TextId>, Option<i64>, String)> = words.union_all(entries).both().load(tx.conn())?;
    let (mut words, mut timelines) = Stories::default();
    for (id, seq, text) in rows {
        if let Some((Some(case), entry)) = seq.map(|seq| entry_of_row(seq, &text)).transpose()? {
            timelines.entry(case).or_insert_with(Vec::new).push(entry);
        }
        words.extend(id.map(|id| (id, text)));
    }
    for timeline in timelines.values_mut() {
        timeline.sort_by_key(|happened| std::cmp::Reverse(happened.seq));
    }
    Ok((words, timelines))
}

/// One text of each of several cases in hand, where it has one.
pub fn words(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    cases: &[Case],
    which: fn(&Case) -> Option<TextId>,
) -> Result<BTreeMap<TextId, String>> {
    let ids: Vec<TextId> = cases.iter().filter_map(which).collect();
    sees_each(viewer, cases)?;
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(TextId, String)> = texts::table
        .filter(texts::school_id.eq(viewer.school()))
        .filter(texts::id.eq_any(ids))
        .select((texts::id, texts::words))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// Lets words out to a viewer who may read their case alone, whoever found the case.
fn sees_each(viewer: &Viewer, cases: &[Case]) -> Result<()> {
    let sees = |case: &Case| case.sight(viewer.standing()).is_some();
    if cases.iter().all(sees) { Ok(()) } else { Err(StoreError::NotFound) }
}

fn entry_of_row(seq: i64, canonical: &str) -> Result<(Option<CaseId>, TimelineEntry)> {
    let corrupt = |column: &str| StoreError::Corrupt {
        table: "audit_entries",
        column: column.to_owned(),
        row: seq.to_string(),
    };
    let entry: Canonical<Fact> = serde_json::from_str(canonical).map_err(|_| corrupt("entry"))?;
    let act = entry.act.parse().map_err(|_| corrupt("act"))?;
    let case = entry.case;
    Ok((
        case,
        TimelineEntry { seq, at: entry.at, actor: entry.actor, entry: Entry { act, facts: entry.facts } },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        case::{Detail, Label},
        kernel::document::tests::hold,
    };

    #[test]
    fn an_entry_of_the_first_release_is_read_as_it_was_kept() {
        let at: Instant = "2026-11-17T10:00:00Z".parse().unwrap();
        let text = TextId(uuid::Uuid::from_u128(4));
        let entry = Canonical {
            document_version: DocumentVersion,
            seq: 7,
            at,
            case: Some(CaseId(uuid::Uuid::from_u128(1))),
            actor: Some(PersonId(uuid::Uuid::from_u128(2))),
            account: None,
            session: None,
            act: "note".to_owned(),
            facts: vec![(Label::Called, Detail::When(at)), (Label::Note, Detail::Words(text))],
            digests: BTreeMap::from([(text, "0a".repeat(32))]),
        };
        hold("store/record/audit/documents/entry_1.json", &entry);
    }
}
