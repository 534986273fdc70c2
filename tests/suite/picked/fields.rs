//! Every question that is answered with a person's name is one field with everything that belongs to it: suggestions, the
//! button "Find", and the field that says who was picked.

use super::with_the_list;
use crate::{
    databases::{TestDb, both_databases},
    markup::{faults, tags},
    school::{Cast, School, SignedInBrowser},
    tidy::{Source, none, sources},
};
use candour::domain::{concern::Somebody, kernel::text::Line};
use macro_rules_attribute::apply;

/// Questions for a name that no one of the register is picked for, by field, and why.
const IN_WORDS: [(&str, &str); 4] = [
    (
        "told-by",
        "who told, kept as it was said: mostly a parent, supply or a visitor; no rule asks who it is",
    ),
    ("with", "a name and a role of anyone in the world, kept as they were said; no rule asks who it is"),
    ("name", "the name of an adult who is added, or whose name is corrected"),
    ("find", "the search of the list of adults, which answers with the list"),
];

/// How the label of a question for a name begins.
const BEGINS: [&str; 4] = ["\"Who", "\"Name", "\"What are they called", "\"Find by name"];

/// The field of a line of text or of a list whose question asks for a name, if the line asks one.
fn asks_for_a_name(line: &str) -> Option<&str> {
    let (_, rest) =
        ["m::input(", "m::textarea(", "Control::line("].iter().find_map(|call| line.split_once(call))?;
    BEGINS.iter().any(|label| rest.contains(label)).then(|| {
        let quoted = rest.split('"').nth(1).unwrap_or_default();
        if rest.contains("ask(id") { "row" } else { quoted }
    })
}

#[test]
fn no_name_is_asked_for_in_a_plain_field() {
    let is_page = |source: &Source| {
        (source.path.starts_with("templates/") || source.path.starts_with("src/web/"))
            && !["templates/macros.html", "templates/styleguide.html"].contains(&source.path.as_str())
    };
    let (mut wrong, mut used) = (Vec::new(), Vec::new());
    for source in sources().iter().filter(|source| is_page(source)) {
        for line in source.text.lines() {
            let Some(field) = asks_for_a_name(line) else { continue };
            match IN_WORDS.iter().find(|(known, _)| *known == field) {
                Some((known, _)) => used.push(*known),
                None => wrong.push(format!("{}: {field} is not a name field: {line}", source.path)),
            }
        }
        if source.text.contains("data-suggest") {
            wrong.push(format!("{} has suggestions of its own: use m::name_input", source.path));
        }
    }
    let unused = IN_WORDS.iter().filter(|(field, _)| !used.contains(field));
    wrong.extend(unused.map(|(field, _)| format!("no one asks for {field} any more: take it off the list")));
    none(wrong);
}

/// Questions of a referral that are answered with a name, and why in words: they say what an agency was told, or by whom,
/// and stay as they were said.
const OF_REFERRALS: [(&str, &str); 6] = [
    ("hr_contact", "who in HR was told"),
    ("adult_name", "the name as the LADO was given it; who it is says the case"),
    ("employer", "mostly no person at all"),
    ("children", "several names as the LADO was given them; who they are says the case"),
    ("social_worker", "a person of the local authority"),
    ("officer", "a person of the police"),
];

#[test]
fn names_in_referrals_are_words_by_intent() {
    let table = include_str!("../../../src/domain/data/referral_fields.csv");
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let asks_for_a_name = |row: &csv::StringRecord| {
        &row[2] == "name" || row[4].starts_with("Who ") || row[4].contains("Who is it")
    };
    let rows = rows.records().map(Result::unwrap).filter(asks_for_a_name);
    let found: Vec<String> = rows.map(|row| row[1].to_owned()).collect();
    assert_eq!(found, OF_REFERRALS.map(|(field, _)| field));
}

/// Every template that has a name field stands on a page that is opened below.
#[test]
fn every_template_with_a_name_field_is_walked() {
    let calls =
        |source: &Source| ["m::name_input(", "m::name_list("].iter().any(|call| source.text.contains(call));
    let mut found: Vec<String> = sources()
        .iter()
        .filter(|source| source.path.starts_with("templates/") && calls(source))
        .map(|source| source.path.clone())
        .collect();
    found.sort();
    let walked = ["case/plain", "report", "report_person", "styleguide", "ties/page"];
    assert_eq!(found, walked.map(|name| format!("templates/{name}.html")));
}

/// The fields for names on a page: each has its own field for who was picked, its button, and suggestions.
async fn name_fields(browser: &SignedInBrowser<'_>, page: &str) -> Vec<String> {
    let shown = browser.get(page).await;
    assert_eq!(faults(&shown.body), Vec::<String>::new(), "{page}");
    let tags = tags(&shown.body);
    let places = tags.iter().filter(|tag| tag.get("data-suggest") == Some("/people/suggest"));
    let fields: Vec<String> = places
        .map(|tag| tag.get("data-picked").and_then(|id| id.strip_suffix("-id")).expect("a field").to_owned())
        .collect();
    for field in &fields {
        let has = |name: &str, wanted: [(&str, &str); 2]| {
            tags.iter()
                .any(|tag| tag.name == name && wanted.iter().all(|(key, value)| tag.get(key) == Some(*value)))
        };
        let id = format!("{field}-id");
        assert!(
            has("input", [("name", field.as_str()), ("type", "text")])
                || has("textarea", [("name", field.as_str()), ("id", field.as_str())])
        );
        assert!(has("input", [("name", id.as_str()), ("type", "hidden")]), "{page}: {id}");
        assert!(
            has("button", [("name", "find-name"), ("value", field.as_str())]),
            "{page}: {field} has no button"
        );
    }
    fields
}

#[apply(both_databases!)]
async fn every_name_field_has_its_id_its_button_and_suggestions(db: TestDb) {
    let school = with_the_list(db).await;
    let (teacher, head) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Head).await);
    assert_eq!(
        name_fields(&teacher, "/report").await,
        ["in-person-who", "person-1", "person-2", "person-3", "told"]
    );
    assert_eq!(name_fields(&head, "/admin/ties").await, ["one", "other"]);
    let (reference, subject) = a_case_about_words(&school);
    let dsl = school.sign_in(Cast::Dsl).await;
    assert_eq!(name_fields(&dsl, &format!("/cases/{reference}/people")).await, ["who"]);
    assert_eq!(name_fields(&dsl, &format!("/cases/{reference}/people/{subject}")).await, ["match"]);
    // Each address takes "Find" and does nothing else.
    for (browser, page, field) in [
        (&head, "/admin/ties".to_owned(), "one"),
        (&dsl, format!("/cases/{reference}/people"), "who"),
        (&dsl, format!("/cases/{reference}/people/{subject}"), "match"),
        (&teacher, "/report".to_owned(), "person-3"),
    ] {
        let found = browser.submit(&page, &page, &[(field, "twy"), ("find-name", field)]).await;
        assert_eq!(found.status, reqwest::StatusCode::OK, "{page}");
        assert_eq!(faults(&found.body), Vec::<String>::new(), "{page}");
        assert!(
            found.body.contains("Who do you mean by “twy”?")
                && found.body.contains("Ada Twyford, Year 11, 11A")
        );
        assert!(found.body.contains("value=\"twy\""), "{page}: what was typed is lost");
    }
    assert_eq!((school.db.count("concerns"), school.db.count("person_ties")), (1, 0));
}

fn a_case_about_words(school: &School) -> (String, String) {
    let mut draft = school.draft("CP-CONCERN");
    let mut subject = school.about(
        school.pupil("Kai Brook"),
        candour::domain::people::subject::SubjectKind::Pupil,
        candour::domain::people::subject::SubjectRole::Affected,
    );
    subject.who = Somebody::InWords(Line::parse("the girl in the hall").unwrap());
    draft.subjects = vec![subject];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let subject = super::case(school, &reference).subjects[0].subject.id;
    (reference.to_string(), subject.to_string())
}
