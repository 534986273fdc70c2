//! Rows that repeat one another: every one of them is refused, since nothing tells which is right.

use super::{
    Ruling, Rulings,
    matching::{RowMatch, of},
};
use crate::domain::people::register::{
    field::Field,
    incoming::{Entry, Group, Incoming},
    keys::fold,
    rejected::{Others, Rejection, Why},
    upn::{Term, Upn},
    values::Identifier,
};
use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
};

/// What is found of every entry so far: refused if it repeats another row, open otherwise.
pub(super) fn refuse(incoming: &Incoming, rulings: &Rulings) -> Vec<RowMatch> {
    let entries = &incoming.entries;
    let mut found = vec![RowMatch::New; entries.len()];
    refuse_gone(incoming, &mut found);
    let same = |field, groups: Vec<Vec<usize>>, found: &mut Vec<RowMatch>| {
        for rows in groups {
            for row in &rows {
                let why = Why::Repeated { others: others(entries, &rows, *row) };
                found[*row] = RowMatch::Refused(Box::new(of(&entries[*row], Some(field), why)));
            }
        }
    };
    let id = |entry: &Entry| entry.id.clone().map(|id| (entry.group, id));
    same(Field::OwnId, alike(entries, id), &mut found);
    same(Field::Upn, alike(entries, |entry| entry.upn.clone()), &mut found);
    same(Field::SignInId, alike(entries, |entry| entry.sign_in.clone()), &mut found);
    same(Field::Email, alike(entries, |entry| entry.email.clone()), &mut found);
    refuse_one_child_twice(entries, rulings, &mut found);
    found
}

/// Refuses a row that says a person is here, beside one that says they are gone.
fn refuse_gone(incoming: &Incoming, found: &mut [RowMatch]) {
    let gone: HashMap<(Group, &Identifier), _> = incoming
        .gone
        .iter()
        .filter_map(|mention| Some(((mention.group, mention.id.as_ref()?), &mention.place)))
        .collect();
    for (entry, found) in incoming.entries.iter().zip(found) {
        let place = entry.id.as_ref().and_then(|id| gone.get(&(entry.group, id)));
        if let Some(place) = place {
            let why = Why::Repeated { others: Others(vec![(*place).clone()]) };
            *found = RowMatch::Refused(Box::new(of(entry, Some(Field::OwnId), why)));
        }
    }
}

/// Refuses rows with one name and one date of birth: one child entered twice, unless each row has its own permanent
/// number or an administrator has said that they are different.
fn refuse_one_child_twice(entries: &[Entry], rulings: &Rulings, found: &mut [RowMatch]) {
    let child = |entry: &Entry| {
        let is_settled = rulings.get(&entry.place) == Some(&Ruling::SomebodyElse);
        let born = entry.born.filter(|_| !is_settled)?;
        Some((entry.group, fold(&format!("{} {}", entry.given, entry.family)), born))
    };
    for rows in alike(entries, child) {
        let permanent = |row: &usize| entries[*row].upn.as_ref().filter(|upn| upn.term() == Term::Permanent);
        let numbers: BTreeSet<&Upn> = rows.iter().filter_map(permanent).collect();
        if numbers.len() == rows.len() {
            continue;
        }
        for row in &rows {
            let why = Why::SameChild { others: others(entries, &rows, *row) };
            if found[*row] == RowMatch::New {
                found[*row] = RowMatch::Refused(Box::new(Rejection::of_row(&entries[*row].place, why)));
            }
        }
    }
}

/// Rows that have a key in common.
fn alike<K: Eq + Hash>(entries: &[Entry], key: impl Fn(&Entry) -> Option<K>) -> Vec<Vec<usize>> {
    let mut rows: HashMap<K, Vec<usize>> = HashMap::with_capacity(entries.len());
    for (row, entry) in entries.iter().enumerate() {
        if let Some(key) = key(entry) {
            rows.entry(key).or_default().push(row);
        }
    }
    rows.into_values().filter(|rows| rows.len() > 1).collect()
}

/// The places of the other rows.
pub(super) fn others(entries: &[Entry], rows: &[usize], but: usize) -> Others {
    let other = rows.iter().filter(|row| **row != but);
    Others(other.map(|row| entries[*row].place.clone()).collect())
}
