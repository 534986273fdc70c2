//! One way for every form of the settings: read it, show what it would do, and only then send it to the person who decides.

use super::{frame, rules_now};
use crate::{
    domain::{
        kernel::{
            clock::{InputError, parse_date},
            text::{Summary, TextError},
        },
        school::{
            preview::{self, Preview},
            settings::{CalendarChange, SettingsChange, Starts, Subject, approving_desk},
        },
    },
    service::{
        FieldError, ServiceError,
        clock::Randomness,
        school::settings::{self, Rules, Wish},
    },
    web::{
        http::{
            error::PageError,
            extract::{CheckedForm, SignedIn},
            fields::Fields,
            page::{Choice, Mistakes, Shell},
            problem::{FormProblem, Written},
        },
        pages::{go_to, show},
    },
};
use actix_web::HttpResponse;
use askama::Template;

/// A form of the settings.
pub(super) struct Asking<'a> {
    /// Its address.
    pub(super) path: String,
    /// Its first control, to which a form that changes nothing leads back.
    pub(super) first: &'static str,
    /// Reads what it is about; mistakes are added.
    pub(super) read: &'a dyn Fn(&Fields, &mut Mistakes) -> Option<SettingsChange>,
    /// Draws it, with what was typed.
    pub(super) draw: &'a Draw<'a>,
}

/// Draws a form for the viewer, under the rules in force, with what was typed and what to put right.
pub(super) type Draw<'a> = dyn Fn(&SignedIn, &Rules, &Fields, Mistakes) -> Result<String, PageError> + 'a;

/// What every form asks beside its own questions.
pub(super) struct Common {
    /// The version of the rules it starts from.
    pub(super) version: usize,
    pub(super) why: String,
    pub(super) starts: Vec<Choice>,
    pub(super) day: [String; 3],
}

impl Common {
    pub(super) fn of(rules: &Rules, fields: &Fields) -> Self {
        let starts =
            [Choice::new("approved", "As soon as it is approved"), Choice::new("day", "From a day to come")];
        let given = if fields.has("starts") { fields.get("starts") } else { "approved" };
        Self {
            version: if fields.has("version") { version(fields) } else { rules.editions.version() },
            why: fields.get("why").to_owned(),
            starts: Choice::mark(starts, &[given]),
            day: ["day", "month", "year"].map(|part| fields.get(&format!("starts-day-{part}")).to_owned()),
        }
    }
}

fn version(fields: &Fields) -> usize {
    fields.get("version").parse().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "admin/preview.html")]
struct PreviewPage {
    shell: Shell,
    key: String,
    path: String,
    version: usize,
    subject: String,
    starts: String,
    preview: Preview,
    kept: Vec<(String, String)>,
    act: &'static str,
    button: String,
}

/// Takes such a form: shows what it would do, or sends it on.
pub(super) async fn take(posted: CheckedForm, asking: &Asking<'_>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let rules = rules_now(&by).await?;
    if fields.get("act") == "change" {
        return html(HttpResponse::Ok(), (asking.draw)(&by, &rules, &fields, Mistakes::none())?);
    }
    let again = |mistakes: Mistakes| {
        html(HttpResponse::UnprocessableEntity(), (asking.draw)(&by, &rules, &fields, mistakes)?)
    };
    let wish = match read(&fields, asking) {
        Ok(wish) => wish,
        Err(mistakes) => return again(mistakes),
    };
    let (op, asked) = (by.op.clone(), wish.clone());
    let tried = by.app.run(move |candour| settings::try_out(candour, &op, &asked, &mut Randomness)).await;
    let preview = match tried {
        Ok(preview) => preview,
        Err(ServiceError::Invalid(wrong)) => return again(mistakes(wrong, asking.first)),
        Err(other) => return Err(other.into()),
    };
    if fields.get("act") == "propose" {
        let op = by.op.clone();
        by.app.run(move |candour| settings::propose(candour, &op, &wish, &form, &mut Randomness)).await?;
        return Ok(go_to("/admin/proposals?sent"));
    }
    let desk = approving_desk(&rules.roster, by.op.viewer.person());
    let to_whom = desk.map_or("person who decides", |desk| desk.words());
    show(&PreviewPage {
        shell: frame(&by, "What this would change"),
        key: by.form_key(),
        path: asking.path.clone(),
        version: version(&fields),
        subject: wish.change.subject().words(),
        starts: starts(wish.starts),
        preview,
        kept: kept(&fields),
        act: "propose",
        button: format!("Send to the {to_whom}"),
    })
}

/// Shows what a change would do to a person who makes it without approval.
pub(super) fn show_before_saving(
    by: &SignedIn,
    fields: &Fields,
    path: &str,
    change: &CalendarChange,
) -> Result<HttpResponse, PageError> {
    show(&PreviewPage {
        shell: frame(by, "What this would change"),
        key: by.form_key(),
        path: path.to_owned(),
        version: version(fields),
        subject: Subject::Calendar.words(),
        starts: "As soon as you save it".to_owned(),
        preview: preview::of_calendar(change),
        kept: kept(fields),
        act: "save",
        button: "Save calendar".to_owned(),
    })
}

fn html(mut answer: actix_web::HttpResponseBuilder, page: String) -> Result<HttpResponse, PageError> {
    Ok(answer.content_type("text/html; charset=utf-8").body(page))
}

/// From when, as words.
pub(super) fn starts(starts: Starts) -> String {
    match starts {
        Starts::WhenApproved => "As soon as it is approved".to_owned(),
        Starts::On(day) => format!("From {}", crate::domain::kernel::clock::date_of(day)),
    }
}

/// What was typed, for the next page to carry.
fn kept(fields: &Fields) -> Vec<(String, String)> {
    const OWN: [&str; 4] = ["csrf", "idempotency", "version", "act"];
    let all = fields.beginning("").into_iter().filter(|(name, _)| !OWN.contains(name));
    all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn mistakes(wrong: Vec<FieldError>, first: &str) -> Mistakes {
    let field = |error: &FieldError| if error.field == "nothing" { first } else { error.field }.to_owned();
    wrong.into_iter().map(|error| (field(&error), error.problem)).collect()
}

fn read(fields: &Fields, asking: &Asking<'_>) -> Result<Wish, Mistakes> {
    let mut mistakes = Mistakes::none();
    let change = (asking.read)(fields, &mut mistakes);
    let why = match Summary::parse(fields.get("why")) {
        Ok(why) => Some(why),
        Err(TextError::Empty) => {
            mistakes.add("why", FormProblem::WhyChange);
            None
        }
        Err(TextError::TooLong { limit }) => {
            mistakes.add("why", FormProblem::TooLong { what: Written::Reason, limit });
            None
        }
    };
    let starts = match fields.get("starts") {
        "day" => {
            let [day, month, year] =
                ["day", "month", "year"].map(|part| fields.get(&format!("starts-day-{part}")));
            let read = parse_date(day, month, year).map(Starts::On);
            read.map_err(|error: InputError| mistakes.add("starts-day", error)).ok()
        }
        _ => Some(Starts::WhenApproved),
    };
    match (change, why, starts) {
        (Some(change), Some(why), Some(starts)) if mistakes.is_empty() => {
            Ok(Wish { change, why, starts, version: version(fields) })
        }
        (Some(_) | None, Some(_) | None, Some(_) | None) => Err(mistakes),
    }
}
