//! Proposing that a duty begins or ends; and ending one at once, for the person who would confirm it.

use crate::web::pages::{go_to, mistaken, show, show_again};
use crate::{
    domain::{
        kernel::{
            clock::{InputError, Instant, end_of, parse_date},
            codes::capital,
            ids::DutyId,
        },
        people::{
            Office,
            duty::{DutyKind, HeldDuty, Why, end_alone},
        },
    },
    service::{
        ServiceError,
        clock::Randomness,
        people::duties::{self, New, Overview, RequestedChange},
    },
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        name_field::{self, FIND, WhichPerson},
        page::{Choice, Mistakes, Shell},
        person_field::{self, PersonField},
        problem::FormProblem,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

/// A day as it is typed.
#[derive(Default)]
struct Day {
    day: String,
    month: String,
    year: String,
}

impl Day {
    fn of(fields: &Fields, name: &str) -> Self {
        let part = |part: &str| fields.get(&format!("{name}-{part}")).to_owned();
        Self { day: part("day"), month: part("month"), year: part("year") }
    }

    /// The day, if one was entered.
    fn read(&self) -> Result<Option<NaiveDate>, InputError> {
        match parse_date(&self.day, &self.month, &self.year) {
            Err(InputError::DateMissing) => Ok(None),
            other => other.map(Some),
        }
    }
}

#[derive(Template)]
#[template(path = "duties/propose.html")]
struct Propose {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    new: Vec<(String, String)>,
    person: PersonField,
    duties: Vec<Choice>,
    reasons: Vec<Choice>,
    from: Day,
    to: Day,
}

#[derive(Template)]
#[template(path = "duties/end.html")]
struct End {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    id: String,
    name: String,
    what: String,
    reasons: Vec<Choice>,
    to: Day,
    may_propose: bool,
    may_end: bool,
    leaves_vacant: bool,
}

const BEGIN: &str = "Propose a role";
const END: &str = "End a role";

fn begin_page(
    by: &SignedIn,
    overview: &Overview,
    fields: &Fields,
    (mistakes, which): (Mistakes, &[WhichPerson]),
) -> Propose {
    let mut shell = by.shell(BEGIN, super::HERE);
    shell.state = mistakes.state();
    let duties = DutyKind::all().map(|what| Choice::new(what.code(), capital(&what.words())));
    Propose {
        shell,
        key: by.form_key(),
        mistakes,
        new: name_field::questions(which),
        person: PersonField::of(fields, "person", &overview.adults, which),
        duties: Choice::mark(duties, &[fields.get("what")]),
        reasons: reasons(fields),
        from: Day::of(fields, "from"),
        to: Day::of(fields, "to"),
    }
}

fn reasons(fields: &Fields) -> Vec<Choice> {
    Choice::mark(
        Why::ALL.iter().map(|why| Choice::new(why.code(), capital(why.words()))),
        &[fields.get("why")],
    )
}

/// The form for a duty that is to begin.
pub async fn begin(by: SignedIn) -> Result<HttpResponse, PageError> {
    let overview = super::overview(&by).await?;
    show(&begin_page(&by, &overview, &Fields::default(), (Mistakes::none(), &[])))
}

/// Proposes that a duty begins.
pub async fn propose_to_begin(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let overview = super::overview(&by).await?;
    if fields.has(FIND) {
        let which = person_field::find(&fields, &overview.adults);
        return show(&begin_page(&by, &overview, &fields, (Mistakes::none(), &which)));
    }
    let (mut mistakes, mut which) = (Mistakes::none(), Vec::new());
    let asked = ("person", FormProblem::WhoseRole);
    let person = person_field::read(&fields, asked, &overview.adults, &mut mistakes, &mut which);
    let what = read(&mut mistakes, "what", FormProblem::WhichRole, DutyKind::parse(fields.get("what")));
    let (from, to) = (read_day(&mut mistakes, &fields, "from"), read_day(&mut mistakes, &fields, "to"));
    let why: Option<Why> = read(&mut mistakes, "why", FormProblem::SelectWhy, fields.get("why").parse().ok());
    if mistakes.is_empty() && !which.is_empty() {
        return show(&begin_page(&by, &overview, &fields, (mistakes, &which)));
    }
    let outcome = match (person, what, why) {
        (Some(person), Some(what), Some(why)) if mistakes.is_empty() => {
            let from = from.and_then(|day| day.pred_opt()).map(end_of);
            let change = RequestedChange::Begin { person, what, from, to: to.map(end_of) };
            let op = by.op.clone();
            by.app
                .run(move |candour| {
                    duties::propose(candour, &op, New { change, why }, &form, &mut Randomness)
                })
                .await
        }
        (None | Some(_), None | Some(_), None | Some(_)) => Err(ServiceError::Invalid(Vec::new())),
    };
    match outcome {
        Ok(()) => Ok(go_to("/admin/duties?proposed")),
        Err(error) => {
            mistaken(&by, &mut mistakes, (super::HERE, "what"), error).await?;
            show_again(&begin_page(&by, &super::overview(&by).await?, &fields, (mistakes, &which)))
        }
    }
}

fn read<T>(mistakes: &mut Mistakes, field: &str, missing: FormProblem, value: Option<T>) -> Option<T> {
    if value.is_none() {
        mistakes.add(field, missing);
    }
    value
}

fn read_day(mistakes: &mut Mistakes, fields: &Fields, name: &str) -> Option<NaiveDate> {
    Day::of(fields, name).read().unwrap_or_else(|error| {
        mistakes.add(name, error);
        None
    })
}

fn held(overview: &Overview, id: &str) -> Result<HeldDuty, PageError> {
    let id: DutyId = id.parse().map_err(|_| PageError::not_found())?;
    overview.book.duties.iter().find(|held| held.id == id).copied().ok_or_else(PageError::not_found)
}

fn end_page(by: &SignedIn, overview: &Overview, held: &HeldDuty, fields: &Fields, mistakes: Mistakes) -> End {
    let mut shell = by.shell(END, super::HERE);
    shell.state = mistakes.state();
    let standing = by.op.viewer.standing();
    End {
        shell,
        key: by.form_key(),
        mistakes,
        id: held.id.to_string(),
        name: overview.name(held.person).to_owned(),
        what: held.what.words(),
        reasons: reasons(fields),
        to: Day::of(fields, "to"),
        may_propose: standing.is(Office::Administrator),
        may_end: end_alone(standing, held, &overview.book).is_ok(),
        leaves_vacant: overview.book.leaves_vacant(held),
    }
}

/// The form for a duty that is to end.
pub async fn end(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let overview = super::overview(&by).await?;
    let held = held(&overview, &id)?;
    show(&end_page(&by, &overview, &held, &Fields::default(), Mistakes::none()))
}

/// Proposes that a duty ends, or ends it at once.
pub async fn propose_to_end(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let overview = super::overview(&by).await?;
    let held = held(&overview, &id)?;
    let mut mistakes = Mistakes::none();
    let to = read_day(&mut mistakes, &fields, "to");
    let why: Option<Why> = read(&mut mistakes, "why", FormProblem::SelectWhy, fields.get("why").parse().ok());
    let at_once = fields.get("act") == "at-once";
    let outcome = match why.filter(|_| mistakes.is_empty()) {
        None => Err(ServiceError::Invalid(Vec::new())),
        Some(why) => {
            let (op, duty) = (by.op.clone(), held.id);
            let at: Option<Instant> = to.map(end_of);
            let done = by.app.run(move |candour| {
                if at_once {
                    return duties::end_at_once(candour, &op, duty, why, &form, &mut Randomness);
                }
                let new = New { change: RequestedChange::End { duty, at }, why };
                duties::propose(candour, &op, new, &form, &mut Randomness)
            });
            done.await
        }
    };
    match outcome {
        Ok(()) if at_once => Ok(go_to("/admin/duties?ended")),
        Ok(()) => Ok(go_to("/admin/duties?proposed")),
        Err(error) => {
            mistaken(&by, &mut mistakes, (super::HERE, "why"), error).await?;
            show_again(&end_page(&by, &overview, &held, &fields, mistakes))
        }
    }
}
