//! Entering a one-time code: for a person known to the school's sign-in and not yet to Candour, and for a new role that
//! waits for one. The person a code is for is shown and asked before it is used, so that codes that were mixed up make
//! no one another person.

use super::show;
use crate::{
    domain::{kernel::ids::SchoolId, people::duty::DutyKind},
    service::{
        clock::Randomness,
        entry::{
            codes::{self, CodeConfirmed, CodeEntered, ForWhom, IdentityAnswer},
            sessions,
        },
    },
    web::{
        http::{
            app::App,
            callers::{cookies::Cookie, device},
            error::PageError,
            error_words::SignInProblem,
            extract::{CheckedForm, OutsideForm, SignedIn, outside_token},
            fields::Fields,
            frame::open_shell,
            page::{Mistakes, PageState, Shell},
            problem::FormProblem,
        },
        pages::{go_to, keep_refusal, show_again},
    },
};
use actix_web::{HttpRequest, HttpResponse, cookie::time::Duration, web};
use askama::Template;
use serde::Deserialize;
use std::sync::Arc;

const NOT_KNOWN: &str = "Candour does not know you yet";
const IS_IT_YOURS: &str = "Is this code for you?";
const OUTSIDE_PAGE: &str = "/signin/code";
const INSIDE_PAGE: &str = "/settings/code";

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    shell: Shell,
    mistakes: Mistakes,
    action: &'static str,
    heading: &'static str,
    outside: bool,
    given_back: bool,
}

#[derive(Template)]
#[template(path = "code_whose.html")]
struct CodeOwner {
    shell: Shell,
    heading: &'static str,
    owner: ForWhom,
    action: &'static str,
    code: String,
}

#[derive(Template)]
#[template(path = "code_served.html")]
struct CodePurpose {
    shell: Shell,
    what: String,
    duties: Vec<String>,
    waits: bool,
}

/// What the form says: a code as it is entered, or the answer whether it is theirs.
enum CodeForm {
    Code(IdentityAnswer),
    NotMine,
}

fn code_form(fields: &Fields) -> CodeForm {
    match fields.get("answer") {
        "yes" => CodeForm::Code(IdentityAnswer::ThatIsMe),
        "no" => CodeForm::NotMine,
        _ => CodeForm::Code(IdentityAnswer::Nothing),
    }
}

fn outside_page(request: &HttpRequest, app: &App, csrf: String, problem: Option<FormProblem>) -> CodePage {
    let mut shell = open_shell(request, app, NOT_KNOWN);
    shell.csrf = csrf;
    CodePage {
        mistakes: problem.map(|problem| ("code", problem)).into_iter().collect(),
        action: OUTSIDE_PAGE,
        heading: NOT_KNOWN,
        outside: true,
        given_back: false,
        shell,
    }
}

fn show_mistake(mut page: CodePage) -> Result<HttpResponse, PageError> {
    page.shell.state = PageState::Mistaken;
    show_again(&page)
}

/// For a person who is not signed in.
pub async fn outside(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let Some((_, csrf)) = outside_token(&request, &app) else { return Ok(go_to("/signin")) };
    show(&outside_page(&request, &app, csrf, None))
}

/// Takes a code from a person who is not signed in.
pub async fn enter(request: HttpRequest, form: OutsideForm) -> Result<HttpResponse, PageError> {
    let app = Arc::clone(&form.app);
    let CodeForm::Code(said) = code_form(&form.fields) else {
        return show(&CodePage { given_back: true, ..outside_page(&request, &app, form.csrf, None) });
    };
    let now = app.clock.now();
    let caller = app.caller(&request);
    if caller.is_some_and(|caller| !app.wrong_codes.take(caller, now)) {
        return Err(PageError::TooManyCodes);
    }
    let (token, typed) = (form.token.clone(), form.fields.get("code").to_owned());
    let (device, code) = (device::words(&request), typed.clone());
    let entered = app
        .run(move |candour| codes::enter_code(candour, (&token, &typed, said), &device, now, &mut Randomness))
        .await?;
    if let (Some(caller), false) = (caller, matches!(entered, CodeEntered::Wrong)) {
        app.wrong_codes.give_back(caller);
    }
    match entered {
        CodeEntered::Asks(owner) => {
            let mut shell = open_shell(&request, &app, IS_IT_YOURS);
            shell.csrf = form.csrf;
            show(&CodeOwner { shell, heading: IS_IT_YOURS, owner, action: OUTSIDE_PAGE, code })
        }
        CodeEntered::In(opened) => {
            let mut answer = go_to(&opened.return_to);
            Cookie::Session.set(&mut answer, app.transport, opened.token, None);
            Cookie::Outside.set(&mut answer, app.transport, String::new(), Some(Duration::ZERO));
            Ok(answer)
        }
        CodeEntered::Wrong => {
            show_mistake(outside_page(&request, &app, form.csrf, Some(FormProblem::WrongCode)))
        }
        CodeEntered::NotTheirs(why) => {
            show_mistake(outside_page(&request, &app, form.csrf, Some(FormProblem::NotTheirs { why })))
        }
        CodeEntered::TooLate => Err(PageError::SignInFailed(SignInProblem::CodeTooLate)),
    }
}

fn inside_page(by: &SignedIn, problem: Option<FormProblem>) -> CodePage {
    let heading = "Enter your code";
    CodePage {
        shell: by.shell(heading, INSIDE_PAGE),
        mistakes: problem.map(|problem| ("code", problem)).into_iter().collect(),
        action: INSIDE_PAGE,
        heading,
        outside: false,
        given_back: false,
    }
}

/// The school that a code has just let into.
#[derive(Debug, Deserialize)]
pub struct LetInto {
    school: Option<String>,
}

/// For a person signed in: a duty of theirs waits for a code, or another school; and what the code was for that they
/// have just entered.
pub async fn inside(by: SignedIn, query: web::Query<LetInto>) -> Result<HttpResponse, PageError> {
    let school: Option<SchoolId> = query.school.as_deref().and_then(|school| school.parse().ok());
    let Some(school) = school else { return show(&inside_page(&by, None)) };
    let viewer = &by.op.viewer;
    let standing = viewer.standing();
    let op = by.op.clone();
    let places = by.app.run(move |candour| sessions::places(candour, &op)).await?;
    let Some(place) = places.into_iter().find(|place| place.school == school) else {
        return show(&inside_page(&by, None));
    };
    let shell = by.shell("What the code was for", INSIDE_PAGE);
    if school != viewer.school() {
        let what = format!(
            "You now have access at {} as well. “Change school” is at the top of every page.",
            place.name
        );
        return show(&CodePurpose { shell, what, duties: Vec::new(), waits: false });
    }
    let seats = standing.seats.iter().map(|(desk, seat)| DutyKind::Seat(*desk, *seat));
    let offices = standing.offices.iter().map(|office| DutyKind::Office(*office));
    let duties: Vec<String> = seats.chain(offices).map(DutyKind::words).collect();
    let what = match duties.as_slice() {
        [] => format!("It was for {} at {}.", viewer.name(), place.name),
        _ => format!("It was for {} at {}. You now have these roles:", viewer.name(), place.name),
    };
    show(&CodePurpose { shell, what, duties, waits: viewer.waits_for_code() })
}

/// Takes a code from a person signed in.
pub async fn confirm(form: CheckedForm) -> Result<HttpResponse, PageError> {
    let CodeForm::Code(said) = code_form(&form.fields) else {
        return show(&CodePage { given_back: true, ..inside_page(&form.by, None) });
    };
    let (op, typed) = (form.by.op.clone(), form.fields.get("code").to_owned());
    let code = typed.clone();
    match form
        .by
        .app
        .run(move |candour| codes::confirm_with_code(candour, &op, (&typed, said), &mut Randomness))
        .await?
    {
        CodeConfirmed::Asks(owner) => {
            let shell = form.by.shell(IS_IT_YOURS, INSIDE_PAGE);
            show(&CodeOwner { shell, heading: IS_IT_YOURS, owner, action: INSIDE_PAGE, code })
        }
        CodeConfirmed::In(school) => Ok(go_to(&format!("{INSIDE_PAGE}?school={school}"))),
        CodeConfirmed::Wrong => show_mistake(inside_page(&form.by, Some(FormProblem::WrongCode))),
        CodeConfirmed::TooOften => show_mistake(inside_page(&form.by, Some(FormProblem::TooManyCodes))),
        CodeConfirmed::NotTheirs(why) => {
            let number = keep_refusal(&form.by, INSIDE_PAGE).await?;
            show_mistake(inside_page(&form.by, Some(FormProblem::KeptCode { why, number })))
        }
    }
}
