//! What every act on a case is made of: the questions it asks, and reading what was answered.

use crate::{
    domain::{
        case::{Act, Case, CaseEvent, FieldError, Refusal},
        concern::Somebody,
        kernel::{
            clock::{self, Instant},
            ids::{PersonId, Reference},
            text::{Line, Narrative, Summary, TextError},
        },
        people::register::choosing::ToChoose,
    },
    service::{
        case::{
            act::Around,
            inspection::Selection,
            read::{CaseView, FullCase},
        },
        people::names::TypedName,
    },
    web::http::{
        fields::Fields,
        form_field::FormField,
        name_field::{NameField, Names, WhichPerson, picks},
        page::{Choice, Mistakes},
        person_field::PersonChoice,
        problem::{FormProblem, Written},
    },
};
use chrono::NaiveDate;
use std::{collections::BTreeSet, str::FromStr};

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// One line that is a person's name: names are suggested while it is typed.
    Name,
    /// A paragraph or two.
    Words,
    /// Radio buttons, each with what it reveals.
    Radios,
    /// One of a long list, in groups.
    Select,
    /// Any of several.
    Checkboxes,
    /// A day.
    Day,
    /// A day and a time.
    Moment,
    /// No question: something to know before answering the next.
    Prose,
    /// No question: a button that shows the form again with what the answers so far ask for.
    Again,
}

/// One question of a form, with what was answered so far.
#[derive(Debug, Clone)]
pub struct Control {
    /// How it is asked.
    pub kind: Kind,
    /// Its field.
    pub name: String,
    /// The field of its time of day.
    pub time_name: String,
    /// The question.
    pub label: String,
    /// Help beneath it.
    pub hint: String,
    /// "optional", or nothing.
    pub optional: &'static str,
    /// "s" for a follow-up, or nothing.
    pub size: &'static str,
    /// What was typed: one value, or day, month, year and time.
    pub typed: Vec<String>,
    /// Groups of answers, each with its heading; one group without a heading mostly.
    pub groups: Vec<(String, Vec<Choice>)>,
    /// What an answer reveals.
    pub reveals: Vec<(String, Vec<Control>)>,
    /// What goes with a name.
    pub person: NameField,
}

/// What a form posts if it is to be shown again rather than done.
pub const AGAIN: &str = "show-again";

impl Control {
    fn new(kind: Kind, name: impl Into<String>, label: impl Into<String>, typed: Vec<String>) -> Self {
        let (name, label) = (name.into(), label.into());
        let (hint, groups, reveals) = (String::new(), Vec::new(), Vec::new());
        let (time_name, person) = (format!("{name}-time"), NameField::default());
        Self { kind, name, time_name, label, hint, optional: "", size: "", typed, groups, reveals, person }
    }

    /// One line of text.
    pub fn line(ask: &Ask<'_>, name: impl Into<String>, label: impl Into<String>) -> Self {
        let name = name.into();
        let typed = vec![ask.typed(&name)];
        Self::new(Kind::Line, name, label, typed)
    }

    /// A name: those of the register are suggested to people who may see them.
    pub fn name(ask: &Ask<'_>, name: &str, label: &str) -> Self {
        let person = NameField::of(ask.fields, name, "a person").entered(ask.names).asking(ask.which);
        Self { kind: Kind::Name, person, ..Self::line(ask, name, label) }
    }

    /// A paragraph or two.
    pub fn words(ask: &Ask<'_>, name: impl Into<String>, label: impl Into<String>) -> Self {
        let name = name.into();
        let typed = vec![ask.typed(&name)];
        Self::new(Kind::Words, name, label, typed)
    }

    /// Radio buttons.
    pub fn radios(ask: &Ask<'_>, name: &str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        let choices = Choice::mark(choices, &ask.all(name));
        Self { groups: vec![(String::new(), choices)], ..Self::new(Kind::Radios, name, label, Vec::new()) }
    }

    /// One of a list in groups.
    pub fn grouped(
        ask: &Ask<'_>,
        name: &str,
        label: impl Into<String>,
        groups: Vec<(String, Vec<Choice>)>,
    ) -> Self {
        let given = ask.all(name);
        let groups = groups.into_iter().map(|(head, all)| (head, Choice::mark(all, &given))).collect();
        Self { groups, ..Self::new(Kind::Select, name, label, Vec::new()) }
    }

    /// Any of several.
    pub fn checkboxes(ask: &Ask<'_>, name: &str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { kind: Kind::Checkboxes, ..Self::radios(ask, name, label, choices) }
    }

    /// A day.
    pub fn day(ask: &Ask<'_>, name: &str, label: impl Into<String>) -> Self {
        Self::new(Kind::Day, name, label, ask.day_typed(name))
    }

    /// A day and a time.
    pub fn moment(ask: &Ask<'_>, name: &str, label: impl Into<String>) -> Self {
        let mut typed = ask.day_typed(name);
        typed.push(ask.typed(&format!("{name}-time")));
        Self::new(Kind::Moment, name, label, typed)
    }

    /// Something to know before the next question.
    pub fn prose(words: impl Into<String>) -> Self {
        Self::new(Kind::Prose, "", words, Vec::new())
    }

    /// A button that shows the form again, with everything typed so far and the questions it calls for.
    pub fn again(words: impl Into<String>) -> Self {
        Self::new(Kind::Again, AGAIN, words, Vec::new())
    }

    /// Puts help beneath the question.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// Lets it be left empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: "optional", ..self }
    }

    /// Makes it a follow-up question.
    #[must_use]
    pub fn small(self) -> Self {
        Self { size: "s", ..self }
    }

    /// Adds the questions that an answer reveals.
    #[must_use]
    pub fn reveals(mut self, value: impl Into<String>, controls: Vec<Self>) -> Self {
        self.reveals.push((value.into(), controls));
        self
    }

    /// Fills in an answer on a form that was not posted yet.
    #[must_use]
    pub fn prefilled(mut self, ask: &Ask<'_>, value: &str) -> Self {
        if ask.fields.is_none() {
            self.typed = vec![value.to_owned()];
            let groups = std::mem::take(&mut self.groups).into_iter();
            self.groups = groups.map(|(head, all)| (head, Choice::mark(all, &[value]))).collect();
        }
        self
    }

    /// Its field.
    pub fn field(&self) -> &str {
        &self.name
    }

    /// The question.
    pub fn question(&self) -> &str {
        &self.label
    }

    /// The question with what was answered so far and what is wrong with it, for the controls of `macros.html`.
    pub fn asked<'a>(&'a self, mistakes: &'a Mistakes) -> FormField<'a> {
        mistakes
            .ask(&self.name, &self.label)
            .value(self.part(0))
            .day(self.part(0), self.part(1), self.part(2))
            .choices(self.choices())
            .hint(&self.hint)
            .marked(self.optional)
            .sized(self.size)
    }

    /// The question for the time of a day.
    pub fn time_of_day(&self) -> FormField<'_> {
        FormField::new(&self.time_name, "What time was it?")
            .value(self.part(3))
            .hint("For example, 15:52 or 3:52pm")
            .width("10")
            .marked(self.optional)
            .follow_up()
    }

    /// What was typed in one box: day, month, year, time.
    fn part(&self, at: usize) -> &str {
        self.typed.get(at).map_or("", String::as_str)
    }

    /// Groups of answers, each with its heading.
    pub fn groups(&self) -> &[(String, Vec<Choice>)] {
        &self.groups
    }

    /// The answers, if they stand in one group.
    pub fn choices(&self) -> &[Choice] {
        self.groups.first().map_or(&[], |(_, choices)| choices)
    }

    /// What an answer reveals.
    pub fn revealed_by(&self, value: &str) -> &[Self] {
        self.reveals.iter().find(|(of, _)| of == value).map_or(&[], |(_, controls)| controls)
    }

    /// The names of its fields and of those it reveals.
    pub fn names(&self) -> Vec<&str> {
        let revealed = self.reveals.iter().flat_map(|(_, controls)| controls).flat_map(Self::names);
        std::iter::once(self.name.as_str()).chain(revealed).collect()
    }
}

/// What the questions of an act are made from.
pub struct Ask<'a> {
    /// The case as the person sees it.
    pub view: &'a CaseView,
    /// Staff to choose from, if the act needs them.
    pub staff: &'a [ToChoose],
    /// What was posted, if the form is shown again.
    pub fields: Option<&'a Fields>,
    /// The last part of the address, if the act is about one thing in the case.
    pub id: &'a str,
    /// Who asks.
    pub me: PersonId,
    /// How they enter a name.
    pub names: Names,
    /// Whom the names typed so far may mean, if that is asked.
    pub which: &'a [WhichPerson],
    /// When.
    pub now: Instant,
}

impl Ask<'_> {
    /// The whole case; nothing if only its technical view may be seen.
    pub fn full(&self) -> Option<&FullCase> {
        match self.view {
            CaseView::Full(full) => Some(full),
            CaseView::Technical(_) | CaseView::Inspected(_) => None,
        }
    }

    /// What was typed in a field.
    pub fn typed(&self, name: &str) -> String {
        self.fields.map_or_else(String::new, |fields| fields.get(name).to_owned())
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields.map_or_else(Vec::new, |fields| fields.all(name))
    }

    fn day_typed(&self, name: &str) -> Vec<String> {
        ["day", "month", "year"].iter().map(|part| self.typed(&format!("{name}-{part}"))).collect()
    }
}

/// A verb of the domain, ready to be asked.
pub type Verb = Box<dyn FnOnce(&Case, &mut Act<'_>, Around) -> Result<CaseEvent, Refusal> + Send>;

/// What becomes of a typed name once the register was asked: a verb, or the field that is wrong and what to do.
pub type VerbForPerson = Box<dyn FnOnce(Somebody) -> Result<Verb, FieldError> + Send>;

/// What becomes of the person a form gives the case to: a verb.
pub type VerbForOne = Box<dyn FnOnce(PersonId) -> Verb + Send>;

/// What a posted form asks for.
pub enum Doing {
    /// An act, with the people the form gives the case to, whole or as a task.
    Act(BTreeSet<PersonId>, Verb),
    /// An act about a person whose name was typed in this field: what becomes of it once the register was asked.
    Named(&'static str, TypedName, VerbForPerson),
    /// An act for a person of those who can be chosen, in this field: `naming::settle` makes it an [`Doing::Act`].
    GivingTo(&'static str, PersonChoice, VerbForOne),
    /// Merging into this case.
    Merge(Reference),
    /// Selecting it for an inspector.
    Select(Selection),
}

impl std::fmt::Debug for Doing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Act(..) => "Act",
            Self::Named(..) => "Named",
            Self::GivingTo(..) => "GivingTo",
            Self::Merge(_) => "Merge",
            Self::Select(_) => "Select",
        })
    }
}

impl Doing {
    /// An act that gives the case to no one.
    pub fn act(
        verb: impl FnOnce(&Case, &mut Act<'_>, Around) -> Result<CaseEvent, Refusal> + Send + 'static,
    ) -> Option<Self> {
        Some(Self::Act(BTreeSet::new(), Box::new(verb)))
    }

    /// An act that gives the case to the person chosen in this field.
    pub fn giving_to(
        field: &'static str,
        to: PersonChoice,
        verb: impl FnOnce(PersonId) -> Verb + Send + 'static,
    ) -> Option<Self> {
        Some(Self::GivingTo(field, to, Box::new(verb)))
    }
}

/// Reading a posted form: each field into a value, or a mistake.
pub struct Reading<'a> {
    /// What was posted.
    pub fields: &'a Fields,
    /// The last part of the address, if the act is about one thing in the case.
    pub id: &'a str,
    /// When.
    pub now: Instant,
    /// What is wrong so far.
    pub mistakes: Mistakes,
}

impl Reading<'_> {
    fn text<T>(&mut self, name: &str, missing: FormProblem, read: Result<T, TextError>) -> Option<T> {
        let problem = match read {
            Ok(words) => return Some(words),
            Err(TextError::Empty) => missing,
            Err(TextError::TooLong { limit }) => FormProblem::TooLong { what: Written::Words, limit },
        };
        self.mistakes.add(name, problem);
        None
    }

    /// A line that must be there.
    pub fn line(&mut self, name: &str, missing: FormProblem) -> Option<Line> {
        self.text(name, missing, Line::parse(self.fields.get(name)))
    }

    /// A line that may be there.
    pub fn optional_line(&mut self, name: &str) -> Option<Option<Line>> {
        self.text(name, FormProblem::CheckAnswers, Line::optional(self.fields.get(name)))
    }

    /// A name that must be there, with what was picked for it.
    pub fn name(&mut self, name: &'static str, missing: FormProblem) -> Option<TypedName> {
        let words = self.line(name, missing)?;
        Some(TypedName { words, picks: picks(self.fields, name) })
    }

    /// A name that may be there.
    pub fn optional_name(&mut self, name: &'static str) -> Option<Option<TypedName>> {
        let words = self.optional_line(name)?;
        Some(words.map(|words| TypedName { words, picks: picks(self.fields, name) }))
    }

    /// A paragraph that must be there.
    pub fn summary(&mut self, name: &str, missing: FormProblem) -> Option<Summary> {
        self.text(name, missing, Summary::parse(self.fields.get(name)))
    }

    /// A paragraph that may be there.
    pub fn optional_summary(&mut self, name: &str) -> Option<Option<Summary>> {
        self.text(name, FormProblem::CheckAnswers, Summary::optional(self.fields.get(name)))
    }

    /// A narrative that must be there.
    pub fn narrative(&mut self, name: &str, missing: FormProblem) -> Option<Narrative> {
        self.text(name, missing, Narrative::parse(self.fields.get(name)))
    }

    /// One of a list, or an id.
    pub fn one<T: FromStr>(&mut self, name: &str, missing: FormProblem) -> Option<T> {
        let read = self.fields.get(name).trim().parse().ok();
        if read.is_none() {
            self.mistakes.add(name, missing);
        }
        read
    }

    /// A day.
    pub fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let [day, month, year] = self.day_parts(name);
        let read = clock::parse_date(&day, &month, &year);
        read.map_err(|wrong| self.mistakes.add(name, wrong)).ok()
    }

    /// A day that may be left out.
    pub fn optional_day(&mut self, name: &str) -> Option<Option<NaiveDate>> {
        let is_empty = self.day_parts(name).iter().all(|part| part.trim().is_empty());
        if is_empty { Some(None) } else { self.day(name).map(Some) }
    }

    /// A moment that is over.
    pub fn past(&mut self, name: &str) -> Option<Instant> {
        let [day, month, year] = self.day_parts(name);
        let time = self.fields.get(&format!("{name}-time"));
        let read = clock::parse_past_instant(&day, &month, &year, time, self.now);
        read.map_err(|wrong| self.mistakes.add(name, wrong)).ok()
    }

    /// Now, or a moment that is over: radios `name-when` of "now" and "earlier".
    pub fn now_or_past(&mut self, name: &str) -> Option<Instant> {
        if self.fields.get(&format!("{name}-when")) == "earlier" { self.past(name) } else { Some(self.now) }
    }

    fn day_parts(&self, name: &str) -> [String; 3] {
        ["day", "month", "year"].map(|part| self.fields.get(&format!("{name}-{part}")).to_owned())
    }

    /// The id in the address.
    pub fn id<T: FromStr>(&self) -> Option<T> {
        self.id.parse().ok()
    }
}

/// A list of codes as answers.
pub fn choices<T: Copy>(
    all: &[T],
    code: impl Fn(T) -> &'static str,
    words: impl Fn(T) -> &'static str,
) -> Vec<Choice> {
    all.iter().map(|value| Choice::new(code(*value), capital(words(*value)))).collect()
}

/// With a capital at the front.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
