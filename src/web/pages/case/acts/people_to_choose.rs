//! People to choose from on a form of a case: those in its roles first. A list that is too long to be shown is a name to type.

use super::form::{Ask, Control, Kind, Reading};
use crate::{
    domain::{
        case::{Case, DeskKind},
        kernel::{clock, ids::PersonId},
        people::{Desk, register::choosing::ToChoose},
    },
    service::{
        Candour, Op, ServiceError,
        case::{inspection, read::FullCase},
    },
    web::http::{
        name_field::{NameField, Names, WhichPerson},
        page::Choice,
        person_field::{PersonChoice, is_long, too_long},
        problem::FormProblem,
    },
};

/// The empty answer of a list of people one of whom has to be chosen.
pub const CHOOSE: &str = "Choose a person";
const IN_ROLES: &str = "In the roles that have this case";

impl Ask<'_> {
    /// A list of people under an empty answer, so that no one is chosen by accident: first those who sit at a desk of the
    /// case, the desk that leads before the rest and each with their duty, then everyone else. The viewer leads their group.
    pub fn staff_groups(&self, no_one: &str) -> Vec<(String, Vec<Choice>)> {
        let [here, rest] = self.in_two_parts();
        let group = |head: &str, people: &[ToChoose]| (head.to_owned(), choices(people));
        let groups = [group(IN_ROLES, &here), group("Everyone else", &rest)];
        let groups = groups.into_iter().filter(|(_, people)| !people.is_empty());
        std::iter::once((String::new(), vec![Choice::new("", no_one)])).chain(groups).collect()
    }

    /// Some of those to choose from, each as a choice.
    pub fn choices_of(&self, people: impl IntoIterator<Item = PersonId>) -> Vec<Choice> {
        people.into_iter().filter_map(|person| self.choice_of(person)).collect()
    }

    /// One of those to choose from as a choice.
    pub fn choice_of(&self, person: PersonId) -> Option<Choice> {
        self.staff.iter().find(|one| one.person() == person).map(Choice::person)
    }

    /// Those who sit at a desk of the case, and everyone else.
    fn in_two_parts(&self) -> [Vec<ToChoose>; 2] {
        let duties: Vec<(PersonId, Desk)> = self.full().map_or_else(Vec::new, seated);
        let duty = |person: PersonId| duties.iter().position(|(seated, _)| *seated == person);
        let (mut here, mut rest): (Vec<&ToChoose>, Vec<&ToChoose>) =
            self.staff.iter().partition(|one| duty(one.person()).is_some());
        here.sort_by_key(|one| (one.person() != self.me, duty(one.person())));
        rest.sort_by_key(|one| one.person() != self.me);
        let with_duty = |one: &ToChoose| {
            let you = if one.person() == self.me { " (you)" } else { "" };
            let desk = duty(one.person()).and_then(|at| duties.get(at));
            let desk = desk.map_or_else(String::new, |(_, desk)| format!(", {}", desk.words()));
            one.clone().and(&format!("{you}{desk}"))
        };
        [here, rest].map(|part| part.into_iter().map(&with_duty).collect())
    }

    /// The question whom a name means; before anything is typed, those in the roles of the case.
    fn which_of(&self, name: &str) -> Vec<WhichPerson> {
        if !self.which.is_empty() || !self.typed(name).trim().is_empty() {
            return self.which.to_vec();
        }
        match self.in_two_parts() {
            [here, _] if here.is_empty() => Vec::new(),
            [here, _] => {
                vec![WhichPerson::to_begin_with(
                    name,
                    "Or choose a person in the roles that have this case",
                    &here,
                )]
            }
        }
    }
}

impl Control {
    /// One of those to choose from: as a list, or as a name to type if the list is long.
    pub fn person(ask: &Ask<'_>, name: &str, label: &str, no_one: &str) -> Self {
        if !is_long(ask.staff) {
            return Self::grouped(ask, name, label, ask.staff_groups(no_one));
        }
        let which = ask.which_of(name);
        let person = NameField::of(ask.fields, name, "a person").entered(Names::Found).asking(&which);
        let control = Self { kind: Kind::Name, person, ..Self::line(ask, name, label) };
        if no_one == CHOOSE { control } else { control.optional() }
    }

    /// Chooses a person on a form that was not posted yet.
    #[must_use]
    pub fn choosing(self, ask: &Ask<'_>, person: PersonId) -> Self {
        if self.kind == Kind::Select {
            return self.prefilled(ask, &person.to_string());
        }
        let words = ask.staff.iter().find(|one| one.person() == person).map_or("", ToChoose::words);
        self.prefilled(ask, words)
    }
}

impl Reading<'_> {
    /// A person who has to be chosen.
    pub fn person(&mut self, name: &'static str, missing: FormProblem) -> Option<PersonChoice> {
        let chosen = self.optional_person(name)?;
        if chosen.is_none() {
            self.mistakes.add(name, missing);
        }
        chosen
    }

    /// A person who may be chosen.
    pub fn optional_person(&mut self, name: &'static str) -> Option<Option<PersonChoice>> {
        PersonChoice::read(self.fields, name).map_err(|error| self.mistakes.add(name, too_long(error))).ok()
    }
}

fn choices(people: &[ToChoose]) -> Vec<Choice> {
    people.iter().map(Choice::person).collect()
}

/// Inspectors as people to choose, each with the end of their role.
pub fn inspectors(candour: &Candour, op: &Op, case: &Case) -> Result<Vec<ToChoose>, ServiceError> {
    let with_end = |(one, until): (ToChoose, Option<clock::Instant>)| match until {
        Some(until) => one.and(&format!(", inspects until {}", clock::long(until))),
        None => one,
    };
    Ok(inspection::inspectors_to_choose(candour, op, case)?.into_iter().map(with_end).collect())
}

/// Who sits at the desks of a case, each once: the desk that leads first, then those copied, then those that may read it.
fn seated(full: &FullCase) -> Vec<(PersonId, Desk)> {
    let mut desks: Vec<(DeskKind, Desk)> =
        full.case.desks.iter().map(|(desk, kind)| (*kind, *desk)).collect();
    desks.sort();
    let mut seated: Vec<(PersonId, Desk)> = Vec::new();
    for (_, desk) in desks {
        for people in [full.setting.roster.holders(desk), full.setting.roster.deputies(desk)] {
            let new = people.into_iter().filter(|person| seated.iter().all(|(known, _)| known != person));
            let new: Vec<_> = new.map(|person| (person, desk)).collect();
            seated.extend(new);
        }
    }
    seated
}
