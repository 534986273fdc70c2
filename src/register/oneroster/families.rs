//! Who is close to whom in a bundle: `agentSourcedIds` name the parents, carers and relatives of a user.
//!
//! A parent is not put on the register. But a parent who is staff, by their id or by their address, is recorded as close
//! to their child, and pupils who share a parent are recorded as close to one another.

use super::{
    parts,
    users::{Columns, Role},
};
use crate::{
    domain::people::{
        register::incoming::{Group, Reference, WrittenTie},
        ties::Tie,
    },
    register::sheet::Row,
};
use std::collections::{BTreeMap, BTreeSet};

/// More pupils than this do not share a household: the "parent" is an authority, a home or an agency.
const HOUSEHOLD: usize = 8;

/// Agents and users of a bundle, as far as they tell who is close.
#[derive(Default)]
pub(super) struct Families {
    roles: BTreeMap<String, Role>,
    /// Pairs of a user and somebody of their family.
    agents: Vec<(String, String)>,
    /// The addresses of parents.
    addresses: BTreeMap<String, String>,
}

impl Families {
    /// Hears one user.
    pub(super) fn hear(&mut self, row: &Row<'_>, columns: &Columns, id: &str, role: Role) {
        self.roles.insert(id.to_owned(), role);
        let agents = parts(row.cell(columns.agents).unwrap_or_default());
        self.agents.extend(agents.take(20).map(|agent| (id.to_owned(), agent.to_owned())));
        if role == Role::Family {
            self.addresses.insert(id.to_owned(), row.cell(columns.email).unwrap_or_default().to_owned());
        }
    }

    /// Every two who are close. Suppliers name the agent at the child or the child at the agent; both are heard.
    pub(super) fn ties(&self) -> BTreeSet<WrittenTie> {
        let mut children: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut ties: BTreeSet<WrittenTie> = BTreeSet::new();
        for (one, other) in &self.agents {
            match (self.role(one), self.role(other)) {
                (Some(Role::Pupil), Some(Role::Pupil)) => ties.extend(siblings(one, other)),
                (Some(Role::Pupil), Some(Role::Staff(_) | Role::Family) | None) => {
                    children.entry(other).or_default().insert(one);
                }
                (Some(Role::Staff(_) | Role::Family) | None, Some(Role::Pupil)) => {
                    children.entry(one).or_default().insert(other);
                }
                (Some(Role::Staff(_) | Role::Family) | None, Some(Role::Staff(_) | Role::Family) | None) => {}
            }
        }
        for (agent, children) in children.into_iter().filter(|(_, children)| children.len() <= HOUSEHOLD) {
            for child in &children {
                ties.extend(self.parent(agent, child));
                ties.extend(children.range(*child..).skip(1).filter_map(|other| siblings(child, other)));
            }
        }
        ties
    }

    fn role(&self, id: &str) -> Option<Role> {
        self.roles.get(id).copied()
    }

    /// The parent as a member of staff, where their id or their address is one's.
    fn parent(&self, agent: &str, child: &str) -> Option<WrittenTie> {
        let by_id = || Some(Reference::Id(Group::Adults, agent.parse().ok()?));
        let one = match self.addresses.get(agent) {
            Some(address) => Reference::Email(address.parse().ok()?),
            None => by_id()?,
        };
        let other = Reference::Id(Group::Pupils, child.parse().ok()?);
        Some(WrittenTie { one, other, tie: Tie::Parent })
    }
}

fn siblings(one: &str, other: &str) -> Option<WrittenTie> {
    let pupil = |id: &str| Some(Reference::Id(Group::Pupils, id.parse().ok()?));
    let (one, other) = (pupil(one)?, pupil(other)?);
    Some(WrittenTie { one: one.clone().min(other.clone()), other: one.max(other), tie: Tie::Sibling })
}
