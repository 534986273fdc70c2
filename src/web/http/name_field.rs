//! A question answered with a person's name. "Find" lists whom it may mean, without scripts; to members of staff names are
//! also suggested while one is typed. Who was picked goes with the words in fields of its own: `person-1` and
//! `person-1-id`. Whether a pick still belongs to the words is for the rules to say, when the form is taken.

use super::{
    audience::Audience, error::PageError, extract::SignedIn, fields::Fields, form_field::FormField,
    page::Choice,
};
use crate::{
    domain::people::register::{
        choosing::ToChoose,
        offered::{Offer, Pick, mark_of},
    },
    service::people::names::{self, Suggestions},
};

/// What the button "Find" posts: the field whose names are looked for.
pub const FIND: &str = "find-name";
/// The most lines of a list of names.
const LINES: usize = 20;
/// What ends the name of the fields that say who was picked.
const ID: &str = "-id";

/// How a person enters a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Names {
    /// Names of the register are suggested while one is typed, and listed on request: to members of staff.
    Suggested,
    /// Nothing is suggested, and "Find" lists whom the words mean: to anyone else the people who are called so, in a field
    /// for one of a list the people of that list.
    #[default]
    Found,
}

impl Names {
    /// How the person who asks enters a name.
    pub fn of(by: &SignedIn) -> Self {
        if Audience::Colleagues.admits(&by.op.viewer, by.caseload) { Self::Suggested } else { Self::Found }
    }
}

/// Whom some words may mean, to choose from.
#[derive(Debug, Clone, Default)]
pub struct WhichPerson {
    field: String,
    question: String,
    choices: Vec<Choice>,
    note: String,
}

impl WhichPerson {
    /// People to choose from for what was typed in a field.
    pub fn new(field: &str, typed: &str, offers: &[Offer]) -> Self {
        let people = offers.iter().filter_map(|offer| Some((offer.person?, &offer.words)));
        let mut choices: Vec<Choice> =
            people.map(|(person, words)| Choice::new(Pick::listed(person, typed), words.as_str())).collect();
        let alike: Vec<String> = offers
            .iter()
            .filter(|offer| offer.person.is_none())
            .map(|offer| format!("{} people are called {}.", offer.people, offer.words))
            .collect();
        let note = if offers.is_empty() {
            "The register has no one of this name. You can leave it as it is.".to_owned()
        } else {
            String::new()
        };
        if !offers.is_empty() {
            let alike = match alike.join(" ") {
                none if none.is_empty() => none,
                some => format!("{some} Those who deal with it find out which."),
            };
            let none_of_these = Choice::new(mark_of(typed), "None of these: keep the words I typed");
            choices.push(none_of_these.hint(alike));
        }
        Self {
            field: format!("{field}{ID}"),
            question: format!("Who do you mean by “{typed}”?"),
            choices,
            note,
        }
    }

    /// People of a list to choose from for what was typed in a field: one of them has to be meant.
    pub fn among(field: &str, typed: &str, people: &[ToChoose]) -> Self {
        let listed = people.iter().take(LINES);
        let choice = |one: &ToChoose| Choice::new(Pick::listed(one.person(), typed), one.words());
        let note = if people.is_empty() {
            "No one you can choose here is called so. Check how the name is written.".to_owned()
        } else {
            String::new()
        };
        let more = if people.len() > LINES {
            format!(" These are {LINES} of {}: type more of the name to see the others.", people.len())
        } else {
            String::new()
        };
        Self {
            field: format!("{field}{ID}"),
            question: format!("Who do you mean by “{typed}”?{more}"),
            choices: listed.map(choice).collect(),
            note,
        }
    }

    /// People who can be chosen before anything is typed.
    pub fn to_begin_with(field: &str, question: &str, people: &[ToChoose]) -> Self {
        Self { question: question.to_owned(), ..Self::among(field, "", people) }
    }

    /// That nothing can be looked up for a while.
    fn later(field: &str) -> Self {
        let note = "You have looked up many names. Wait a minute, or leave it as it is.".to_owned();
        Self { field: format!("{field}{ID}"), note, ..Self::default() }
    }

    /// The field of the answer.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The question as a control; without answers there is nothing to ask.
    pub fn asked(&self) -> FormField<'_> {
        FormField::new(&self.field, &self.question).choices(&self.choices).follow_up()
    }

    /// Whether there is anyone to choose from.
    pub fn has_choices(&self) -> bool {
        !self.choices.is_empty()
    }

    /// What to know if there is no one to choose from, or "".
    pub fn note(&self) -> &str {
        &self.note
    }
}

/// The questions a page asks about names: for an announcement at its top, each with its field.
pub fn questions(asked: &[WhichPerson]) -> Vec<(String, String)> {
    let with_choices = asked.iter().filter(|which| which.has_choices());
    with_choices.map(|which| (which.field.clone(), which.question.clone())).collect()
}

/// What goes with a field that takes a name, or with a list of them.
#[derive(Debug, Clone, Default)]
pub struct NameField {
    name: String,
    whose: &'static str,
    names: Names,
    picked: Vec<String>,
    which: Vec<WhichPerson>,
}

impl NameField {
    /// A field with what was picked for it so far. `whose` ends the words of its button: "Find person 1".
    pub fn of(fields: Option<&Fields>, name: &str, whose: &'static str) -> Self {
        let picked = fields.map_or_else(Vec::new, |fields| picked(fields, name));
        Self { name: name.to_owned(), whose, picked, ..Self::default() }
    }

    /// For a person who enters names so.
    #[must_use]
    pub fn entered(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// With the people to choose from, if this is their field.
    #[must_use]
    pub fn asking(mut self, all: &[WhichPerson]) -> Self {
        let mine = |which: &&WhichPerson| is_pick_of(&self.name, which.field());
        let which: Vec<WhichPerson> = all.iter().filter(mine).cloned().collect();
        self.which = which
            .into_iter()
            .map(|one| WhichPerson { choices: Choice::mark(one.choices, &self.picked), ..one })
            .collect();
        self
    }

    /// Whether names are suggested here.
    pub fn is_suggested(&self) -> bool {
        self.names == Names::Suggested
    }

    /// The field that says who was picked.
    pub fn id_field(&self) -> String {
        format!("{}{ID}", self.name)
    }

    /// The field itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the button finds.
    pub fn whose(&self) -> &'static str {
        self.whose
    }

    /// The questions whom the words mean.
    pub fn which(&self) -> &[WhichPerson] {
        &self.which
    }

    /// What was picked and is not among the answers shown; "" for a script to fill in if nothing was.
    pub fn kept(&self) -> Vec<&str> {
        if self.which.iter().any(|which| which.has_choices() && which.field == self.id_field()) {
            return Vec::new();
        }
        let is_shown = |value: &str| {
            self.which.iter().flat_map(|which| &which.choices).any(|choice| choice.value == value)
        };
        let picked = self.picked.iter().map(String::as_str);
        let kept: Vec<&str> = picked.filter(|value| !is_shown(value)).collect();
        if kept.is_empty() { vec![""] } else { kept }
    }
}

/// Whether a field says who was picked for this one: `told-id`, or `told-3-id` for a line of a list.
fn is_pick_of(name: &str, field: &str) -> bool {
    let Some(between) = field.strip_prefix(name).and_then(|rest| rest.strip_suffix(ID)) else { return false };
    between.is_empty()
        || between.strip_prefix('-').is_some_and(|line| line.parse::<usize>().is_ok_and(|line| line <= LINES))
}

fn picked(fields: &Fields, name: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (field, value) in fields.beginning(name) {
        if is_pick_of(name, field) && !value.is_empty() && all.iter().all(|known| known != value) {
            all.push(value.to_owned());
        }
    }
    // A list has one for each of its lines, and no page of ours posts more.
    all.truncate(2 * LINES);
    all
}

/// What a form says was picked for a field.
pub fn picks(fields: &Fields, name: &str) -> Vec<Pick> {
    picked(fields, name).iter().filter_map(|value| value.parse().ok()).collect()
}

/// People to choose from for the field whose button "Find" was pressed: each line of a list by itself.
pub async fn find(by: &SignedIn, fields: &Fields) -> Result<Vec<WhichPerson>, PageError> {
    let name = fields.get(FIND).to_owned();
    let lines: Vec<String> = fields.get(&name).lines().map(|line| line.trim().to_owned()).collect();
    let is_list = lines.len() > 1;
    let mut found = Vec::new();
    for (at, typed) in lines.into_iter().enumerate().filter(|(_, line)| !line.is_empty()).take(LINES) {
        let field = if is_list { format!("{name}-{}", at + 1) } else { name.clone() };
        found.push(find_one(by, &field, typed).await?);
    }
    Ok(found)
}

async fn find_one(by: &SignedIn, field: &str, typed: String) -> Result<WhichPerson, PageError> {
    let (op, asked, entered) = (by.op.clone(), typed.clone(), Names::of(by));
    let found = by
        .app
        .run(move |candour| match entered {
            Names::Suggested => names::find(candour, &op, &asked),
            Names::Found => names::find_whole(candour, &op, &asked),
        })
        .await?;
    Ok(match found {
        Suggestions::Names(offers) => WhichPerson::new(field, &typed, &offers),
        Suggestions::TooOften => WhichPerson::later(field),
    })
}
