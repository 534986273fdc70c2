//! What each body is told beyond who, when and why: the fields of its form, as the table of referrals lists them.

use super::Body;

/// A field of a referral form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in forms and in the record.
    pub name: &'static str,
    /// The question put to the person.
    pub label: &'static str,
    /// Help beneath the question.
    pub hint: &'static str,
    /// How it is answered.
    pub kind: Kind,
    /// Since when it can be known.
    known: Known,
}

/// How a field is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// One line with somebody's name.
    Name,
    /// A paragraph or two.
    Words,
    /// One of these: what is posted, what is kept and read, what it means.
    OneOf(&'static [(&'static str, &'static str, &'static str)]),
}

/// Since when a field can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Since the referral is made.
    AtOnce,
    /// Only where the referral is late.
    IfLate,
    /// Not before the body has answered.
    Later,
}

impl Field {
    const fn new(name: &'static str, kind: Kind, label: &'static str, hint: &'static str) -> Self {
        Self { name, label, hint, kind, known: Known::AtOnce }
    }

    const fn later(self) -> Self {
        Self { known: Known::Later, ..self }
    }

    const fn if_late(self) -> Self {
        Self { known: Known::IfLate, ..self }
    }

    /// Whether it can be known when the referral is made.
    pub const fn is_known_at_once(&self) -> bool {
        match self.known {
            Known::AtOnce => true,
            Known::IfLate | Known::Later => false,
        }
    }

    /// Whether it is asked only because the referral is late.
    pub const fn is_known_if_late(&self) -> bool {
        match self.known {
            Known::IfLate => true,
            Known::AtOnce | Known::Later => false,
        }
    }

    /// Whether what is written there is somebody's name.
    pub const fn is_a_name(&self) -> bool {
        match self.kind {
            Kind::Name => true,
            Kind::Line | Kind::Words | Kind::OneOf(_) => false,
        }
    }
}

/// How an allegation ends (Keeping children safe in education, part four).
const OUTCOMES: &[(&str, &str, &str)] = &[
    ("substantiated", "Substantiated", "There is enough evidence to prove it."),
    ("unsubstantiated", "Unsubstantiated", "There is not enough evidence to prove it or to disprove it."),
    ("unfounded", "Unfounded", "There is no evidence or proper basis for it."),
    ("false", "False", "There is enough evidence to disprove it."),
    ("malicious", "Malicious", "There is enough evidence to disprove it, and somebody meant to deceive."),
];

/// What the LADO advises.
const ADVICE: &[(&str, &str, &str)] = &[
    ("investigate", "Investigate", "The school may look into it now."),
    ("hold", "Hold", "The school waits, and asks nobody about it."),
];

const fn line(name: &'static str, label: &'static str, hint: &'static str) -> Field {
    Field::new(name, Kind::Line, label, hint)
}

const fn named(name: &'static str, label: &'static str, hint: &'static str) -> Field {
    Field::new(name, Kind::Name, label, hint)
}

const fn words(name: &'static str, label: &'static str, hint: &'static str) -> Field {
    Field::new(name, Kind::Words, label, hint)
}

const HR: &[Field] = &[
    line("hr_contact", "Who in HR did you tell?", ""),
    words("suspension", "Is the adult suspended, and why or why not?", "Suspension is not automatic."),
    words(
        "consulted",
        "Were the LADO and the police consulted first?",
        "No investigation starts before they agree.",
    ),
];

const LADO: &[Field] = &[
    named("adult_name", "What is the adult’s name?", ""),
    line("adult_role", "What is the adult’s role?", ""),
    line("employer", "Who employs them?", "For example, the school, an agency or the local authority."),
    line("start_date", "When did they start here?", "For example, September 2023."),
    words(
        "other_work",
        "Do they work with children anywhere else?",
        "Paid or as a volunteer. If nobody knows, say so.",
    ),
    words(
        "own_children",
        "Do they have children of their own, or live with children?",
        "Say how old they are. If nobody knows, say so.",
    ),
    words(
        "previous_concerns",
        "Were there concerns about them before?",
        "Say what and when, or that there were none.",
    ),
    words(
        "threshold",
        "Which part of the harm threshold may be met?",
        "Harmed a child, a possible offence, a risk of harm, or not suitable.",
    ),
    words("adult_aware", "Does the adult know?", "Do not tell them before the LADO agrees."),
    named("children", "Which children is it about?", "Their full names."),
    line("children_born", "What are the children’s dates of birth?", "For example, 27 3 2012."),
    line("social_worker", "Does a child have a social worker? Who is it?", ""),
    Field::new("advice", Kind::OneOf(ADVICE), "What did the LADO advise?", ""),
    line(
        "strategy_meeting",
        "When is the strategy meeting?",
        "For example, 3 December 2026. If there is none, say so.",
    )
    .later(),
    Field::new("outcome", Kind::OneOf(OUTCOMES), "What was the outcome?", "").later(),
];

const POLICE: &[Field] = &[
    line(
        "force",
        "Which police force, and how did you reach them?",
        "999, 101, online or the school's liaison officer.",
    ),
    line("incident_number", "What is the incident number?", ""),
    line("crime_reference", "What is the crime reference?", "If they record a crime.").later(),
    line("officer", "Who did you speak to?", ""),
    words("advice", "What did they advise? Whom must you not tell?", ""),
    words("devices", "Were devices handed over, and is there a receipt?", ""),
    words("outcome", "What was the outcome?", "").later(),
];

const ICO: &[Field] = &[
    words("nature", "What happened to the personal data?", ""),
    words("numbers", "About how many people and records, and of what kind?", ""),
    words("consequences", "What could it lead to?", ""),
    words("measures", "What have you done about it?", ""),
    line("reference", "What reference did the ICO give?", ""),
    words("delay", "If this is later than 72 hours, why?", "").if_late(),
];

impl Body {
    /// What is asked beyond who, when and why; since when the school is aware, the case knows. What is left empty
    /// becomes a task, never a refusal to save.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Hr => HR,
            Self::Lado => LADO,
            Self::Police => POLICE,
            Self::Ico => ICO,
        }
    }

    /// The field, as the form names it, without which a referral to it is not done: how it ended.
    pub const fn ends_with(self) -> Option<&'static str> {
        match self {
            Self::Lado => Some("lado-outcome"),
            Self::Police => Some("police-outcome"),
            Self::Hr | Self::Ico => None,
        }
    }

    /// Whether its clock counts from when the school became aware, so that its form shows when that was.
    pub const fn counts_from_awareness(self) -> bool {
        match self {
            Self::Lado | Self::Ico => true,
            Self::Hr | Self::Police => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lado_is_told_what_the_table_of_referrals_lists() {
        let names: Vec<&str> = Body::Lado.fields().iter().map(|field| field.name).collect();
        assert_eq!(
            names,
            [
                "adult_name",
                "adult_role",
                "employer",
                "start_date",
                "other_work",
                "own_children",
                "previous_concerns",
                "threshold",
                "adult_aware",
                "children",
                "children_born",
                "social_worker",
                "advice",
                "strategy_meeting",
                "outcome"
            ]
        );
        let outcome = Body::Lado.fields().last().unwrap();
        let Kind::OneOf(outcomes) = outcome.kind else { panic!("the outcome is chosen: {outcome:?}") };
        let codes: Vec<&str> = outcomes.iter().map(|(code, ..)| *code).collect();
        assert_eq!(codes, ["substantiated", "unsubstantiated", "unfounded", "false", "malicious"]);
    }

    #[test]
    fn every_field_has_a_name_of_its_own_and_what_ends_a_referral_is_among_them() {
        for body in Body::ALL {
            let names: std::collections::BTreeSet<&str> =
                body.fields().iter().map(|field| field.name).collect();
            assert_eq!(names.len(), body.fields().len(), "{body:?}");
            if let Some(end) = body.ends_with() {
                assert!(names.iter().any(|name| format!("{}-{name}", body.code()) == end), "{body:?}");
            }
        }
    }
}
