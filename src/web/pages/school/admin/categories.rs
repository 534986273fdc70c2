//! The categories as this school has them: the list, and a page where one is changed.

use super::{
    frame, is_among, proposing,
    proposing::{Asking, Common},
    rules_now,
};
use crate::{
    domain::{
        kernel::{
            clock::{self, Rule},
            codes::capital,
        },
        people::Desk,
        school::{
            categories::{self, Category, CategoryCode, CategoryRole, Group, Severity},
            settings::{
                CategoryChange, Closing, Edition, Problem, SettingsChange, Visibility, change_lines, clocks,
            },
        },
    },
    service::school::settings::{self, Rules},
    web::{
        http::{
            audience::Audience,
            error::PageError,
            extract::{CheckedForm, SignedIn},
            fields::Fields,
            links,
            page::{Choice, Mistakes, Shell},
        },
        pages::show,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::TimeDelta;

#[derive(Template)]
#[template(path = "admin/categories.html")]
struct ListPage {
    shell: Shell,
    groups: Vec<(&'static str, Vec<Entry>)>,
}

/// One category in the list.
struct Entry {
    href: String,
    label: &'static str,
    says: String,
    is_hidden: bool,
    is_own: bool,
}

/// Every category, by group.
pub async fn list(by: SignedIn) -> Result<HttpResponse, PageError> {
    let rules = rules_now(&by).await?;
    let of = |group: Group| {
        let all = rules.edition.categories().filter(move |category| category.group == group);
        all.map(|category| entry(category, &rules.edition)).collect()
    };
    show(&ListPage {
        shell: frame(&by, "Categories"),
        groups: Group::ALL.iter().map(|group| (group.words(), of(*group))).collect(),
    })
}

fn entry(category: &Category, edition: &Edition) -> Entry {
    Entry {
        href: links::category(category.code),
        label: category.label,
        says: format!(
            "{} severity, led by the {}, acknowledged within {}",
            category.severity.words(),
            category.lead.words(),
            category.acknowledge
        ),
        is_hidden: edition.shown(category.code) == Visibility::Hidden,
        is_own: !edition.is_as_candour_has_it(category.code),
    }
}

#[derive(Template)]
#[template(path = "admin/category.html")]
struct CategoryPage {
    shell: Shell,
    key: String,
    action: String,
    mistakes: Mistakes,
    common: Common,
    may_propose: bool,
    is_not_sure: bool,
    label: &'static str,
    about_adults: &'static str,
    shown: Vec<Choice>,
    guidance: String,
    severities: Vec<Choice>,
    clocks: Vec<Choice>,
    leads: Vec<Choice>,
    copied: Vec<Choice>,
    closing: Vec<Choice>,
    now: Vec<(&'static str, String)>,
    goes_to: Vec<String>,
    waiting: usize,
    history: Vec<(String, Vec<String>)>,
}

fn code_of(typed: &str) -> Result<CategoryCode, PageError> {
    categories::find(typed).map(|category| category.code).ok_or_else(PageError::not_found)
}

/// One category, with the form for those who may propose.
pub async fn page(by: SignedIn, code: web::Path<String>) -> Result<HttpResponse, PageError> {
    let code = code_of(&code)?;
    let rules = rules_now(&by).await?;
    let op = by.op.clone();
    let goes_to = by.app.run(move |candour| settings::goes_to(candour, &op, code)).await?;
    let fields = as_it_is(&rules, code);
    show(&CategoryPage { goes_to, ..drawn(&by, &rules, code, &fields, Mistakes::none()) })
}

/// Shows what a change would do, or proposes it.
pub async fn save(posted: CheckedForm, code: web::Path<String>) -> Result<HttpResponse, PageError> {
    let code = code_of(&code)?;
    let asking = Asking {
        path: links::category(code),
        first: if code.is(CategoryRole::NotSure) { "guidance" } else { "shown" },
        read: &|fields, mistakes| Some(SettingsChange::Category(read(code, fields, mistakes))),
        draw: &|by, rules, fields, mistakes| Ok(drawn(by, rules, code, fields, mistakes).render()?),
    };
    proposing::take(posted, &asking).await
}

fn read(code: CategoryCode, fields: &Fields, mistakes: &mut Mistakes) -> CategoryChange {
    let words = fields.get("guidance").replace("\r\n", "\n");
    if words.trim().is_empty() {
        mistakes.add("guidance", Problem::GuidanceMissing);
    }
    let change = CategoryChange {
        guidance: Some(words.trim().to_owned()),
        severity: fields.get("severity").parse().ok(),
        acknowledge: Rule::parse(fields.get("acknowledge")).ok(),
        closing: fields.get("closing").parse().ok(),
        ..CategoryChange::of(code)
    };
    // "I am not sure" is always on the form and always the DSL's alone, so that this is not asked of it.
    if code.is(CategoryRole::NotSure) {
        return change;
    }
    CategoryChange {
        shown: fields.get("shown").parse().ok(),
        lead: fields.get("lead").parse().ok(),
        copied: Some(fields.all("copied").into_iter().filter_map(|desk| desk.parse().ok()).collect()),
        ..change
    }
}

/// The form as it stands before anything is typed.
fn as_it_is(rules: &Rules, code: CategoryCode) -> Fields {
    let category = rules.edition.category(code);
    let rule = category.acknowledge.code();
    let one = [
        ("shown", rules.edition.shown(code).code()),
        ("guidance", category.guidance.as_ref()),
        ("severity", category.severity.code()),
        ("acknowledge", rule.as_str()),
        ("lead", category.lead.code()),
        ("closing", rules.edition.closing(code).code()),
    ];
    Fields::of(one.into_iter().chain(category.copied.iter().map(|desk| ("copied", desk.code()))))
}

/// The desks a category may name: a chain may end with the external contact, and never begins with it.
fn desks() -> impl Iterator<Item = Choice> {
    let desks = Desk::ALL.iter().filter(|desk| **desk != Desk::External);
    desks.map(|desk| Choice::new(desk.code(), capital(desk.words())))
}

fn drawn(
    by: &SignedIn,
    rules: &Rules,
    code: CategoryCode,
    fields: &Fields,
    mistakes: Mistakes,
) -> CategoryPage {
    let category = rules.edition.category(code);
    let marked = |name: &str, choices: Vec<Choice>| Choice::mark(choices, &[fields.get(name)]);
    let offered = clocks(Severity::Low).chain(Some(category.acknowledge));
    let mut clocks: Vec<Choice> =
        offered.map(|rule| Choice::new(rule.code(), format!("Within {rule}"))).collect();
    let last = clocks.pop();
    clocks.extend(last.filter(|last| clocks.iter().all(|choice| choice.value != last.value)));
    let about = |change: &SettingsChange| matches!(change, SettingsChange::Category(c) if c.code == code);
    let mut shell = frame(by, "Change a category");
    shell.state = mistakes.state();
    CategoryPage {
        shell,
        key: by.form_key(),
        action: links::category(code),
        mistakes,
        common: Common::of(rules, fields),
        may_propose: is_among(by, Audience::Administrator),
        is_not_sure: code.is(CategoryRole::NotSure),
        label: category.label,
        about_adults: if category.group.keeps_its_route_for_adults() {
            "If it is about an adult here, the headteacher is told as well, whatever you choose."
        } else {
            "If it is about an adult here, the headteacher or the DSL leads, whatever you choose."
        },
        shown: marked("shown", Visibility::ALL.iter().map(|s| Choice::new(s.code(), s.words())).collect()),
        guidance: fields.get("guidance").to_owned(),
        severities: marked(
            "severity",
            Severity::ALL.iter().map(|s| Choice::new(s.code(), s.words())).collect(),
        ),
        clocks: marked("acknowledge", clocks),
        leads: marked("lead", desks().collect()),
        copied: Choice::mark(desks(), &fields.all("copied")),
        closing: marked("closing", Closing::ALL.iter().map(|c| Choice::new(c.code(), c.words())).collect()),
        now: now(&rules.edition, category),
        goes_to: Vec::new(),
        waiting: rules.waiting.iter().filter(|proposal| about(&proposal.change)).count(),
        history: history(rules, code),
    }
}

/// The category as it is, for those who only look.
fn now(edition: &Edition, category: &Category) -> Vec<(&'static str, String)> {
    let copied: Vec<&str> = category.copied.iter().map(|desk| desk.words()).collect();
    vec![
        ("The report form", edition.shown(category.code).words().to_owned()),
        ("What the reporter reads", category.guidance.to_string()),
        ("Severity", category.severity.words().to_owned()),
        ("To be acknowledged", format!("Within {}", category.acknowledge)),
        ("Led by", capital(category.lead.words())),
        ("Told as well", if copied.is_empty() { "No one".to_owned() } else { capital(&copied.join(", ")) }),
        ("A second person to close", edition.closing(category.code).words().to_owned()),
    ]
}

/// What this school changed about it, and from when, the latest first.
fn history(rules: &Rules, code: CategoryCode) -> Vec<(String, Vec<String>)> {
    let own = rules.editions.of_category(code).rev();
    own.map(|dated| {
        let before = rules.editions.at(dated.from - TimeDelta::microseconds(1));
        let lines = change_lines(&dated.change, &before, &rules.editions.at(dated.from)).into_iter();
        let words = lines.map(|line| format!("{}: {} (before: {})", line.label, line.after, line.before));
        (clock::long(dated.from), words.collect())
    })
    .collect()
}
