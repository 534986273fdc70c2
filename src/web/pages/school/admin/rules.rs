//! Who leads a concern about an adult, what takes a second person to close, and the smallest number governors are shown.

use super::{
    frame, is_among, proposing,
    proposing::{Asking, Common},
    rules_now,
};
use crate::{
    domain::school::{
        categories::Severity,
        routing::AdultLead,
        settings::{RulesChange, SettingsChange, severities, smallest_outside},
    },
    service::school::settings::Rules,
    web::{
        http::{
            audience::Audience,
            error::PageError,
            extract::{CheckedForm, SignedIn},
            fields::Fields,
            page::{Choice, Mistakes, Shell},
        },
        pages::show,
    },
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "admin/rules.html")]
struct Page {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    common: Common,
    may_propose: bool,
    leads: Vec<Choice>,
    second_person: Vec<Choice>,
    smallest: String,
    now: [(&'static str, String); 3],
}

fn drawn(by: &SignedIn, rules: &Rules, fields: &Fields, mistakes: Mistakes) -> Page {
    let mut shell = frame(by, "Adults, closing and reports to governors");
    shell.state = mistakes.state();
    let settings = &rules.edition.settings;
    let leads = AdultLead::ALL.iter().map(|lead| Choice::new(lead.code(), lead.words()));
    Page {
        shell,
        key: by.form_key(),
        mistakes,
        common: Common::of(rules, fields),
        may_propose: is_among(by, Audience::Administrator),
        leads: Choice::mark(leads, &[fields.get("adult-lead")]),
        second_person: Choice::mark(added(), &fields.all("second-person")),
        smallest: fields.get("smallest").to_owned(),
        now: [
            ("Concerns about an adult", settings.adult_lead.words().to_owned()),
            ("A second person also closes", severities(&settings.second_person.severities)),
            ("Smallest number shown", settings.smallest_shown.to_string()),
        ],
    }
}

/// The severities a school may add: a critical case takes a second person in every school.
fn added() -> impl Iterator<Item = Choice> {
    let all = Severity::ALL.iter().filter(|severity| **severity != Severity::Critical);
    all.map(|severity| Choice::new(severity.code(), severity.words()))
}

/// The page.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    let rules = rules_now(&by).await?;
    let settings = &rules.edition.settings;
    let smallest = settings.smallest_shown.to_string();
    let one = [("adult-lead", settings.adult_lead.code()), ("smallest", smallest.as_str())];
    let asked = settings.second_person.severities.iter().map(|severity| ("second-person", severity.code()));
    let fields = Fields::of(one.into_iter().chain(asked));
    show(&drawn(&by, &rules, &fields, Mistakes::none()))
}

/// Shows what a change would do, or proposes it.
pub async fn save(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let asking = Asking {
        path: "/admin/rules".to_owned(),
        first: "adult-lead",
        read: &|fields, mistakes| Some(SettingsChange::Rules(read(fields, mistakes))),
        draw: &|by, rules, fields, mistakes| Ok(drawn(by, rules, fields, mistakes).render()?),
    };
    proposing::take(posted, &asking).await
}

fn read(fields: &Fields, mistakes: &mut Mistakes) -> RulesChange {
    let smallest_shown = fields.get("smallest").trim().parse().ok();
    if smallest_shown.is_none() {
        mistakes.add("smallest", smallest_outside());
    }
    let asked = fields.all("second-person").into_iter().filter_map(|severity| severity.parse().ok());
    RulesChange {
        adult_lead: fields.get("adult-lead").parse().ok(),
        smallest_shown,
        second_person: Some(asked.collect()),
    }
}
