//! The register, ready to be looked up by everything a row may say of a person.

use crate::domain::people::register::{
    incoming::{Entry, Group, Mention, Reference},
    keys::fold,
    known::Known,
    source::Source,
};
use std::collections::{BTreeSet, HashMap};

/// Places in the list of people.
type Places = Vec<usize>;

/// The register by identifier, number, address and name.
pub(super) struct Index<'a> {
    pub(super) people: &'a [Known],
    pub(super) source: Source,
    by_id: HashMap<(Group, &'a str), Places>,
    by_upn: HashMap<&'a str, Places>,
    by_email: HashMap<&'a str, Places>,
    by_sign_in: HashMap<&'a str, Places>,
    by_name: HashMap<(Group, String), Places>,
}

impl<'a> Index<'a> {
    pub(super) fn new(people: &'a [Known], source: Source) -> Self {
        let mut index = Self {
            people,
            source,
            by_id: HashMap::new(),
            by_upn: HashMap::new(),
            by_email: HashMap::new(),
            by_sign_in: HashMap::new(),
            by_name: HashMap::new(),
        };
        for (at, known) in people.iter().enumerate() {
            index.add(at, known);
        }
        index
    }

    fn add(&mut self, at: usize, known: &'a Known) {
        let (group, record) = (known.group(), &known.record);
        if let Some(id) = known.id_in(self.source) {
            self.by_id.entry((group, id.as_str())).or_default().push(at);
        }
        if let Some(upn) = &record.upn {
            self.by_upn.entry(upn.as_str()).or_default().push(at);
        }
        if let Some(email) = &record.email {
            self.by_email.entry(email.as_str()).or_default().push(at);
        }
        if let Some(sign_in) = &record.sign_in {
            self.by_sign_in.entry(sign_in.as_str()).or_default().push(at);
        }
        for name in record.names().iter().map(|name| fold(name)).collect::<BTreeSet<_>>() {
            self.by_name.entry((group, name)).or_default().push(at);
        }
    }

    /// The people the identifiers of an entry fit, but for its address.
    pub(super) fn by_identifiers(&self, entry: &Entry) -> BTreeSet<usize> {
        let id = entry.id.as_ref().and_then(|id| self.by_id.get(&(entry.group, id.as_str())));
        let upn = entry.upn.as_ref().and_then(|upn| self.by_upn.get(upn.as_str()));
        let sign_in = entry.sign_in.as_ref().and_then(|id| self.by_sign_in.get(id.as_str()));
        [id, upn, sign_in].into_iter().flatten().flatten().copied().collect()
    }

    /// Whose number the entry's former one is.
    pub(super) fn by_former_upn(&self, entry: &Entry) -> BTreeSet<usize> {
        let former = entry.former_upn.as_ref().and_then(|upn| self.by_upn.get(upn.as_str()));
        former.into_iter().flatten().copied().collect()
    }

    /// Whose address the entry's is.
    pub(super) fn by_email(&self, entry: &Entry) -> BTreeSet<usize> {
        let found = entry.email.as_ref().and_then(|email| self.by_email.get(email.as_str()));
        found.into_iter().flatten().copied().collect()
    }

    /// Who has one of the entry's names, legal or preferred.
    pub(super) fn by_name(&self, entry: &Entry) -> BTreeSet<usize> {
        let found = |name: String| self.by_name.get(&(entry.group, name)).into_iter().flatten().copied();
        names_of(entry).into_iter().flat_map(found).collect()
    }

    /// The people mentioned by a row that is not an entry.
    pub(super) fn mentioned(&self, mention: &Mention) -> BTreeSet<usize> {
        let id = mention.id.as_ref().and_then(|id| self.by_id.get(&(mention.group, id.as_str())));
        let upn = mention.upn.as_ref().and_then(|upn| self.by_upn.get(upn.as_str()));
        let email = mention.email.as_ref().and_then(|email| self.by_email.get(email.as_str()));
        [id, upn, email].into_iter().flatten().flatten().copied().collect()
    }

    /// The person another row refers to, if that is one person.
    pub(super) fn referred(&self, reference: &Reference) -> Option<usize> {
        let found = match reference {
            Reference::Id(group, id) => self.by_id.get(&(*group, id.as_str())),
            Reference::Upn(upn) => self.by_upn.get(upn.as_str()),
            Reference::Email(email) => self.by_email.get(email.as_str()),
        };
        match found.map(Vec::as_slice) {
            Some([one]) => Some(*one),
            Some(_) | None => None,
        }
    }
}

/// The folded legal and preferred names of an entry.
pub(super) fn names_of(entry: &Entry) -> BTreeSet<String> {
    BTreeSet::from([fold(&format!("{} {}", entry.given, entry.family)), fold(&entry.name())])
}
