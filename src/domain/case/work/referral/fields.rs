//! What each body is told beyond who, when and why: the fields of its form, one a row of `data/referral_fields.csv`.

/// A field of a referral form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in the record.
    pub name: &'static str,
    /// Its name in forms: bodies share names, so it carries its body's code.
    pub in_forms: &'static str,
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
    /// One line with a person's name.
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
    /// Only if the referral is late.
    IfLate,
    /// Not before the body has answered.
    Later,
    /// At the end: the outcome, without which the referral cannot end.
    End,
}

impl Field {
    /// Whether it can be known when the referral is made.
    pub const fn is_known_at_once(&self) -> bool {
        match self.known {
            Known::AtOnce => true,
            Known::IfLate | Known::Later | Known::End => false,
        }
    }

    /// Whether it is asked only because the referral is late.
    pub const fn is_known_if_late(&self) -> bool {
        match self.known {
            Known::IfLate => true,
            Known::AtOnce | Known::Later | Known::End => false,
        }
    }

    /// Whether it says how the referral ended.
    pub const fn ends_the_referral(&self) -> bool {
        match self.known {
            Known::End => true,
            Known::AtOnce | Known::IfLate | Known::Later => false,
        }
    }

    /// Whether what is written there is a person's name.
    pub const fn is_a_name(&self) -> bool {
        match self.kind {
            Kind::Name => true,
            Kind::Line | Kind::Words | Kind::OneOf(_) => false,
        }
    }
}

/// A row of the table, before it is said with its body's own time limit.
pub(super) struct Read {
    /// The code of the body it is asked about.
    pub(super) body: String,
    name: String,
    label: String,
    hint: String,
    kind: Kind,
    known: Known,
}

impl Read {
    /// The field as `kept` writes its words down.
    pub(super) fn saying(&self, kept: impl Fn(&str) -> &'static str) -> Field {
        Field {
            name: kept(&self.name),
            in_forms: kept(&format!("{}-{}", self.body, self.name)),
            label: kept(&self.label),
            hint: kept(&self.hint),
            kind: self.kind,
            known: self.known,
        }
    }
}

/// Every row.
#[expect(clippy::expect_used, reason = "the list is compiled in; a test reads every row of it")]
pub(super) fn read() -> Vec<Read> {
    let mut rows = csv::Reader::from_reader(include_str!("../../../data/referral_fields.csv").as_bytes());
    rows.records().map(|row| field(&row.expect("referral_fields.csv is well formed"))).collect()
}

#[expect(clippy::expect_used, reason = "the list is compiled in; a test reads every row of it")]
fn field(row: &csv::StringRecord) -> Read {
    let column = |at: usize| row.get(at).expect("every row has every column");
    Read {
        body: column(0).to_owned(),
        name: column(1).to_owned(),
        kind: kind(column(2), column(6)),
        known: known(column(3)),
        label: column(4).to_owned(),
        hint: column(5).to_owned(),
    }
}

#[expect(clippy::panic, reason = "the list is compiled in; a test reads every row of it")]
fn known(code: &str) -> Known {
    match code {
        "at_once" => Known::AtOnce,
        "if_late" => Known::IfLate,
        "later" => Known::Later,
        "end" => Known::End,
        unknown => panic!("nothing is known since {unknown}"),
    }
}

#[expect(clippy::panic, reason = "the list is compiled in; a test reads every row of it")]
fn kind(code: &str, answers: &str) -> Kind {
    match code {
        "line" => Kind::Line,
        "name" => Kind::Name,
        "words" => Kind::Words,
        "choice" => Kind::OneOf(answers.split("; ").map(answer).collect::<Vec<_>>().leak()),
        unknown => panic!("no kind of field: {unknown}"),
    }
}

/// `false=False=There is enough evidence to disprove it.`
#[expect(clippy::expect_used, reason = "the list is compiled in; a test reads every row of it")]
fn answer(written: &str) -> (&'static str, &'static str, &'static str) {
    let mut parts = written.splitn(3, '=').map(|part| -> &'static str { part.to_owned().leak() });
    let mut part = || parts.next().expect("what is posted, what is kept, what it means");
    (part(), part(), part())
}
