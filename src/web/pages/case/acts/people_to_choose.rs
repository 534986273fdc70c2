//! People to choose from on a form of a case: those in its roles first.

use super::form::Ask;
use crate::{
    domain::{case::DeskKind, kernel::ids::PersonId, people::Desk},
    service::case::read::FullCase,
    web::http::page::Choice,
};

impl Ask<'_> {
    /// A list of people under an empty answer, so that no one is chosen by accident: first those who sit at a desk of the
    /// case, the desk that leads before the rest and each with their duty, then everyone else. The viewer leads their group.
    pub fn staff_groups(&self, no_one: &str) -> Vec<(String, Vec<Choice>)> {
        let duties: Vec<(PersonId, Desk)> = self.full().map_or_else(Vec::new, seated);
        let duty = |person| duties.iter().position(|(seated, _)| *seated == person);
        let (mut here, mut rest): (Vec<_>, Vec<_>) =
            self.staff.iter().partition(|(person, _)| duty(*person).is_some());
        here.sort_by_key(|(person, _)| (*person != self.me, duty(*person)));
        rest.sort_by_key(|(person, _)| *person != self.me);
        let choice = |(person, name): &(PersonId, String)| {
            let you = if *person == self.me { " (you)" } else { "" };
            let desk =
                duty(*person).and_then(|at| duties.get(at)).map(|(_, desk)| format!(", {}", desk.words()));
            Choice::new(person.to_string(), format!("{name}{you}{}", desk.unwrap_or_default()))
        };
        let group = |head: &str, people: Vec<&(PersonId, String)>| {
            (head.to_owned(), people.into_iter().map(choice).collect::<Vec<_>>())
        };
        let groups = [group("In the roles that have this case", here), group("Everyone else", rest)];
        let groups = groups.into_iter().filter(|(_, people)| !people.is_empty());
        std::iter::once((String::new(), vec![Choice::new("", no_one)])).chain(groups).collect()
    }
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
