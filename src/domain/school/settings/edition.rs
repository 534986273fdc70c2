//! A school's rules in force at an instant, and the line of editions they come from.

use super::{CategoryChange, Closing, PhonesChange, RulesChange, SettingsChange, Visibility};
use crate::domain::{
    kernel::{clock::Instant, document::DocumentVersion},
    school::{
        SecondPersonAlso, Settings,
        categories::{Category, CategoryCode, all},
        routing::AdultLead,
    },
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// A school's rules in force at an instant: Candour's own list of categories with what the school settled laid over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Phone numbers, who leads a concern about an adult, the smallest number shown.
    pub settings: Settings,
    changed: BTreeMap<CategoryCode, Category>,
    hidden: BTreeSet<CategoryCode>,
}

impl Edition {
    /// A category as this school has it.
    pub fn category(&self, code: CategoryCode) -> &Category {
        self.changed.get(&code).unwrap_or_else(|| code.category())
    }

    /// Every category as this school has it, shown or not, in the order shown to people.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        all().iter().map(|category| self.category(category.code))
    }

    /// Whether a category is on the form.
    pub fn shown(&self, code: CategoryCode) -> Visibility {
        if self.hidden.contains(&code) { Visibility::Hidden } else { Visibility::OnForm }
    }

    /// Whether closing a case of this category always takes a second person here.
    pub fn closing(&self, code: CategoryCode) -> Closing {
        if self.settings.second_person.categories.contains(&code) {
            Closing::BySecondPerson
        } else {
            Closing::AsUsual
        }
    }

    /// Whether a category is as Candour has it.
    pub fn is_as_candour_has_it(&self, code: CategoryCode) -> bool {
        self.shown(code) == Visibility::OnForm
            && self.category(code) == code.category()
            && self.closing(code) == Closing::AsUsual
    }

    /// This edition with one more change.
    #[must_use]
    pub(super) fn with(&self, change: &SettingsChange) -> Self {
        let mut edition = self.clone();
        edition.take(change);
        edition
    }

    fn take(&mut self, change: &SettingsChange) {
        take_settings(&mut self.settings, change);
        match change {
            SettingsChange::Category(change) => self.take_category(change),
            SettingsChange::Phones(_) | SettingsChange::Rules(_) | SettingsChange::Calendar(_) => {}
        }
    }

    fn take_category(&mut self, change: &CategoryChange) {
        match change.shown {
            Some(Visibility::OnForm) => drop(self.hidden.remove(&change.code)),
            Some(Visibility::Hidden) => drop(self.hidden.insert(change.code)),
            None => {}
        }
        let category = self.changed.entry(change.code).or_insert_with(|| change.code.category().clone());
        if let Some(words) = &change.guidance {
            category.guidance = words.clone().into();
        }
        category.severity = change.severity.unwrap_or(category.severity);
        category.acknowledge = change.acknowledge.unwrap_or(category.acknowledge);
        category.lead = change.lead.unwrap_or(category.lead);
        if let Some(desks) = &change.copied {
            category.copied.clone_from(desks);
        }
        // A desk leads or is copied, never both.
        let lead = category.lead;
        category.copied.retain(|desk| *desk != lead);
    }
}

/// What a change makes of numbers and policies. Of a category, only who closes it is among them.
fn take_settings(settings: &mut Settings, change: &SettingsChange) {
    match change {
        SettingsChange::Category(CategoryChange { code, closing, .. }) => {
            let categories = &mut settings.second_person.categories;
            match closing {
                Some(Closing::BySecondPerson) => drop(categories.insert(*code)),
                Some(Closing::AsUsual) => drop(categories.remove(code)),
                None => {}
            }
        }
        SettingsChange::Phones(PhonesChange { duty, out_of_hours, lado }) => {
            let numbers = [
                (&mut settings.duty_phone, duty),
                (&mut settings.out_of_hours_phone, out_of_hours),
                (&mut settings.lado_phone, lado),
            ];
            for (kept, new) in numbers {
                if let Some(new) = new {
                    new.as_str().clone_into(kept);
                }
            }
        }
        SettingsChange::Rules(RulesChange { adult_lead, smallest_shown, second_person }) => {
            settings.adult_lead = adult_lead.unwrap_or(settings.adult_lead);
            settings.smallest_shown = smallest_shown.unwrap_or(settings.smallest_shown);
            if let Some(severities) = second_person {
                settings.second_person.severities.clone_from(severities);
            }
        }
        // The calendar is kept beside the editions.
        SettingsChange::Calendar(_) => {}
    }
}

/// A change that was approved, and the instant it is in force from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedChange {
    /// From when.
    pub from: Instant,
    /// What.
    pub change: SettingsChange,
}

/// Every edition of a school's rules: what it began with and what was changed since. Nothing is ever removed, so that
/// the rules in force at any instant in the past are still known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editions {
    /// In which form it is kept.
    document_version: DocumentVersion<1>,
    founding: Settings,
    /// In the order in which they come into force; of two at one instant, as they were approved.
    changes: Vec<DatedChange>,
}

static UNTOUCHED: LazyLock<Editions> = LazyLock::new(|| {
    Editions::founded(Settings {
        adult_lead: AdultLead::Head,
        duty_phone: String::new(),
        out_of_hours_phone: String::new(),
        lado_phone: String::new(),
        smallest_shown: 5,
        second_person: SecondPersonAlso::default(),
    })
});

impl Editions {
    /// A school that begins with these settings and has changed nothing.
    pub const fn founded(founding: Settings) -> Self {
        Self { document_version: DocumentVersion, founding, changes: Vec::new() }
    }

    /// Candour's own rules, of a school that has settled nothing.
    pub fn untouched() -> &'static Self {
        &UNTOUCHED
    }

    /// The edition in force at an instant. A change is in force at the very instant it begins.
    pub fn at(&self, at: Instant) -> Edition {
        let (changed, hidden) = (BTreeMap::new(), BTreeSet::new());
        let mut edition = Edition { settings: self.founding.clone(), changed, hidden };
        for change in self.in_force(at) {
            edition.take(change);
        }
        edition
    }

    /// Numbers and policies in force at an instant, without the categories, for reading many cases at a time.
    pub fn settings_at(&self, at: Instant) -> Settings {
        let mut settings = self.founding.clone();
        for change in self.in_force(at) {
            take_settings(&mut settings, change);
        }
        settings
    }

    fn in_force(&self, at: Instant) -> impl Iterator<Item = &SettingsChange> {
        self.changes.iter().take_while(move |dated| dated.from <= at).map(|dated| &dated.change)
    }

    /// These editions with one more change.
    #[must_use]
    pub fn with(&self, new: DatedChange) -> Self {
        let mut changes = self.changes.clone();
        let place = changes.partition_point(|dated| dated.from <= new.from);
        changes.insert(place, new);
        Self { document_version: DocumentVersion, founding: self.founding.clone(), changes }
    }

    /// How many changes there are: a page carries it, so that an approver decides only on what they saw.
    pub fn version(&self) -> usize {
        self.changes.len()
    }

    /// The approved changes that are not in force yet, the next first.
    pub fn to_come(&self, now: Instant) -> impl Iterator<Item = &DatedChange> {
        self.changes.iter().filter(move |dated| dated.from > now)
    }

    /// The changes of one category, in the order in which they come into force.
    pub fn of_category(&self, code: CategoryCode) -> impl DoubleEndedIterator<Item = &DatedChange> {
        let is_its = move |change: &SettingsChange| match change {
            SettingsChange::Category(change) => change.code == code,
            SettingsChange::Phones(_) | SettingsChange::Rules(_) | SettingsChange::Calendar(_) => false,
        };
        self.changes.iter().filter(move |dated| is_its(&dated.change))
    }

    /// The instants at which the rules change from `from` on, and `from` itself.
    pub(super) fn instants_from(&self, from: Instant) -> Vec<Instant> {
        std::iter::once(from).chain(self.to_come(from).map(|dated| dated.from)).collect()
    }
}
