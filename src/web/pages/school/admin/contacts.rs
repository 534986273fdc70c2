//! Phone numbers, proposed like every other setting; and who is on call today, entered on the day by the DSL or a deputy.

use super::{
    frame, is_among, overview, proposing,
    proposing::{Asking, Common},
    rules_now,
};
use crate::{
    domain::{
        kernel::clock,
        people::register::choosing::ToChoose,
        school::{
            Settings,
            settings::{NotAPhone, Phone, PhonesChange, SettingsChange},
        },
    },
    service::{
        ServiceError,
        school::settings::{self, Rules},
    },
    web::{
        http::{
            audience::Audience,
            error::PageError,
            extract::{CheckedForm, SignedIn},
            fields::Fields,
            page::{Choice, Mistakes, Shell},
            problem::FormProblem,
        },
        pages::{go_to, show, show_again},
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

#[derive(Template)]
#[template(path = "admin/contacts.html")]
struct Page {
    shell: Shell,
    key: String,
    duty_key: String,
    mistakes: Mistakes,
    common: Common,
    may_propose: bool,
    may_say: bool,
    is_said: bool,
    on_duty: String,
    people: Vec<Choice>,
    phone: String,
    duty: String,
    out_of_hours: String,
    lado: String,
    now: [(&'static str, String); 3],
    history: Vec<(String, String)>,
}

fn drawn(by: &SignedIn, rules: &Rules, desk: &[ToChoose], fields: &Fields, mistakes: Mistakes) -> Page {
    let mut shell = frame(by, "Phone numbers and who is on call");
    shell.state = mistakes.state();
    let settings = &rules.edition.settings;
    Page {
        shell,
        key: by.form_key(),
        duty_key: by.form_key(),
        mistakes,
        common: Common::of(rules, fields),
        may_propose: is_among(by, Audience::Administrator),
        may_say: is_among(by, Audience::DslDesk),
        is_said: false,
        on_duty: overview::on_duty(rules),
        people: Choice::mark(desk.iter().map(Choice::person), &[fields.get("person")]),
        phone: fields.get("phone").to_owned(),
        duty: fields.get("duty").to_owned(),
        out_of_hours: fields.get("out-of-hours").to_owned(),
        lado: fields.get("lado").to_owned(),
        now: [
            ("The DSL on call", settings.duty_phone.clone()),
            ("When the school is closed", settings.out_of_hours_phone.clone()),
            ("Local authority designated officer (LADO)", settings.lado_phone.clone()),
        ],
        history: Vec::new(),
    }
}

/// The page.
pub async fn page(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let rules = rules_now(&by).await?;
    let (desk, history) = (who_may_be_on_call(&by).await?, history(&by).await?);
    let is_said = request.query_string() == "said";
    show(&Page { history, is_said, ..drawn(&by, &rules, &desk, &as_it_is(&rules), Mistakes::none()) })
}

async fn who_may_be_on_call(by: &SignedIn) -> Result<Vec<ToChoose>, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| settings::who_may_be_on_call(candour, &op)).await?)
}

fn as_it_is(rules: &Rules) -> Fields {
    let settings = &rules.edition.settings;
    Fields::of([
        ("duty", settings.duty_phone.as_str()),
        ("out-of-hours", settings.out_of_hours_phone.as_str()),
        ("lado", settings.lado_phone.as_str()),
    ])
}

async fn history(by: &SignedIn) -> Result<Vec<(String, String)>, PageError> {
    let op = by.op.clone();
    let said = by.app.run(move |candour| settings::duty_history(candour, &op)).await?;
    let line = |(said, who, by): (crate::domain::school::settings::OnDuty, String, String)| {
        let phone = said.phone.map(|phone| format!(" on {}", phone.as_str())).unwrap_or_default();
        (clock::long(said.at), format!("{who}{phone}, entered by {by}"))
    };
    Ok(said.into_iter().map(line).collect())
}

/// Shows what changed numbers would look like, or proposes them.
pub async fn save(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let now = rules_now(&posted.by).await?.edition.settings;
    let desk = who_may_be_on_call(&posted.by).await?;
    let asking = Asking {
        path: "/admin/contacts".to_owned(),
        first: "duty",
        read: &|fields, mistakes| Some(SettingsChange::Phones(read(fields, &now, mistakes))),
        draw: &|by, rules, fields, mistakes| Ok(drawn(by, rules, &desk, fields, mistakes).render()?),
    };
    proposing::take(posted, &asking).await
}

/// A number that the school does not have yet may be left out.
fn read(fields: &Fields, now: &Settings, mistakes: &mut Mistakes) -> PhonesChange {
    let mut phone = |name: &str, now: &str| match Phone::parse(fields.get(name)) {
        Ok(phone) => Some(phone),
        Err(_) if now.is_empty() && fields.get(name).trim().is_empty() => None,
        Err(NotAPhone) => {
            mistakes.add(name, FormProblem::NotAPhone);
            None
        }
    };
    PhonesChange {
        duty: phone("duty", &now.duty_phone),
        out_of_hours: phone("out-of-hours", &now.out_of_hours_phone),
        lado: phone("lado", &now.lado_phone),
    }
}

/// Says who is on duty today.
pub async fn say_on_duty(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let mut mistakes = Mistakes::none();
    let person = fields.get("person").parse().ok();
    if person.is_none() {
        mistakes.add("person", FormProblem::OnCall);
    }
    let phone = fields.has("phone").then(|| Phone::parse(fields.get("phone"))).transpose();
    let phone = phone.map_err(|NotAPhone| mistakes.add("phone", FormProblem::NotAPhone));
    let (Some(person), Ok(phone)) = (person, phone) else { return again(&by, &fields, mistakes).await };
    let op = by.op.clone();
    let said = by.app.run(move |candour| settings::say_on_duty(candour, &op, person, phone, &form)).await;
    match said {
        Ok(()) => Ok(go_to("/admin/contacts?said")),
        Err(ServiceError::Invalid(wrong)) => {
            let mistakes = wrong.into_iter().collect();
            again(&by, &fields, mistakes).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn again(by: &SignedIn, fields: &Fields, mistakes: Mistakes) -> Result<HttpResponse, PageError> {
    let rules = rules_now(by).await?;
    let mut all = as_it_is(&rules);
    all.add("person", fields.get("person"));
    all.add("phone", fields.get("phone"));
    let (desk, history) = (who_may_be_on_call(by).await?, history(by).await?);
    show_again(&Page { history, ..drawn(by, &rules, &desk, &all, mistakes) })
}
