//! Who gets which concern today, and if it were about a named person: the table of `candour routes` as a page. It follows
//! from who has which role, and looks at no case.

use crate::web::pages::{go_to, show, show_again};
use crate::{
    domain::{
        kernel::{codes::capital, ids::PersonId},
        people::register::choosing::ToChoose,
        school::routes::{RoutesDesk, RoutesRow, When},
    },
    service::people::duties,
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        name_field::{self, FIND, WhichPerson},
        page::{Mistakes, Shell},
        person_field::{self, PersonChoice, PersonField, is_long},
        problem::FormProblem,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Who is the subject, if a person is chosen.
#[derive(Debug, Deserialize)]
pub struct If {
    subject: Option<String>,
}

struct Row {
    label: &'static str,
    code: String,
    lead: String,
    copied: Vec<String>,
    why: Vec<String>,
}

#[derive(Template)]
#[template(path = "duties/gets.html")]
struct Page {
    shell: Shell,
    mistakes: Mistakes,
    new: Vec<(String, String)>,
    person: PersonField,
    subject: String,
    rows: Vec<Row>,
}

const HERE: &str = "/admin/routes";
const SUBJECT: &str = "subject";

type Answer = (Vec<RoutesRow>, Vec<ToChoose>);

async fn who_gets_what(by: &SignedIn, subject: Option<PersonId>) -> Result<Answer, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| duties::who_gets_what(candour, &op, subject)).await?)
}

fn drawn(
    by: &SignedIn,
    (rows, adults): &Answer,
    (subject, fields): (String, &Fields),
    (mistakes, which): (Mistakes, &[WhichPerson]),
) -> Page {
    let mut shell = by.shell("Who gets which concern", HERE);
    shell.state = mistakes.state();
    let rows = rows.iter().map(|row| Row {
        label: row.label,
        code: row.category.as_str().to_owned(),
        lead: desk(&row.lead),
        copied: row.copied.iter().map(desk).collect(),
        why: row.sentences().collect(),
    });
    Page {
        shell,
        mistakes,
        new: name_field::questions(which),
        person: PersonField::of(fields, SUBJECT, adults, which),
        subject,
        rows: rows.collect(),
    }
}

/// The page.
pub async fn page(by: SignedIn, asked: web::Query<If>) -> Result<HttpResponse, PageError> {
    let typed = asked.subject.as_deref().unwrap_or_default();
    let subject: Option<PersonId> = match typed {
        "" => None,
        typed => Some(typed.parse().map_err(|_| PageError::not_found())?),
    };
    let answer = who_gets_what(&by, subject).await?;
    let named = subject.and_then(|id| answer.1.iter().find(|adult| adult.person() == id));
    let named = named.map_or_else(String::new, |adult| adult.words().to_owned());
    // A field for a name shows the name, a list has the person chosen by id.
    let shown = if is_long(&answer.1) { named.as_str() } else { typed };
    let fields = Fields::of([(SUBJECT, shown)]);
    show(&drawn(&by, &answer, (named.clone(), &fields), (Mistakes::none(), &[])))
}

/// On to the page about the person who was chosen: a name goes in no address.
pub async fn choose(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, .. } = posted;
    let answer = who_gets_what(&by, None).await?;
    let (mut mistakes, mut which) = (Mistakes::none(), Vec::new());
    if fields.has(FIND) {
        which = person_field::find(&fields, &answer.1);
    } else if matches!(PersonChoice::read(&fields, SUBJECT), Ok(None)) {
        return Ok(go_to(HERE));
    } else {
        let asked = (SUBJECT, FormProblem::ChoosePerson);
        let person = person_field::read(&fields, asked, &answer.1, &mut mistakes, &mut which);
        if let Some(person) = person {
            return Ok(go_to(&format!("{HERE}?{}", links::query(SUBJECT, &person.to_string()))));
        }
    }
    let page = drawn(&by, &answer, (String::new(), &fields), (mistakes, &which));
    if page.mistakes.is_empty() { show(&page) } else { show_again(&page) }
}

fn desk(desk: &RoutesDesk) -> String {
    let when = match desk.when {
        When::Always => "",
        When::WithPupil => ", if it is about a pupil",
        When::WithPersonalData => ", if personal data is involved",
    };
    if desk.names.is_empty() {
        "No one: the reporter is given the LADO’s number".to_owned()
    } else {
        format!("{}: {}{when}", capital(desk.desk.words()), desk.names.join(", "))
    }
}
