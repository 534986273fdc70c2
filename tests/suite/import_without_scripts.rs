//! The whole import as a browser without scripts makes it: every form is filled in as the page itself has it, with what the
//! page chose already, and every next page is where the last one led. A OneRoster bundle, a list, a transfer file; and
//! what goes wrong on the way.

use crate::{
    databases::{TestDb, both_databases},
    markup::tags,
    page_forms::{pairs, words_of},
    people_lists::{file, one_roster, sims, upn},
    school::{Answer, Cast, School, SignedInBrowser, hidden},
};
use candour::register::NamedFile;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

const PAGE: &str = "/admin/people/import";

/// What a browser sends of the form that posts to an address: hidden fields, what was typed, and what is selected.
fn as_it_stands(page: &str, action: &str) -> Vec<(String, String)> {
    let all = tags(page);
    let from = all.iter().position(|tag| tag.name == "form" && tag.get("action") == Some(action));
    let from = from.unwrap_or_else(|| panic!("no form posts to {action}: {}", words_of(page)));
    let (mut fields, mut select): (Vec<(String, String)>, Option<usize>) = (Vec::new(), None);
    for tag in all[from..].iter().take_while(|tag| tag.name != "/form") {
        let value = || tag.get("value").unwrap_or_default().replace("&#38;", "&");
        let name = || tag.get("name").unwrap_or_default().to_owned();
        match tag.name.as_str() {
            "select" => {
                fields.push((name(), String::new()));
                select = Some(fields.len() - 1);
            }
            "option" if tag.get("selected").is_some() => fields[select.unwrap()].1 = value(),
            "textarea" => fields.push((name(), String::new())),
            "input" => match tag.get("type").unwrap_or("text") {
                "radio" | "checkbox" if tag.get("checked").is_none() => {}
                "file" => {}
                _ => fields.push((name(), value())),
            },
            _ => {}
        }
    }
    fields
}

/// The form with what was chosen or ticked.
fn with(mut fields: Vec<(String, String)>, chosen: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.retain(|(name, _)| chosen.iter().all(|(of, _)| of != name));
    fields.extend(chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

/// Where the one form leads that has this button's words before it ends.
fn leads_to<'a>(page: &'a str, button: &str) -> &'a str {
    let form = page.split("<form").find(|form| form.split("</form>").next().unwrap().contains(button));
    form.and_then(|form| form.split("action=\"").nth(1)).and_then(|rest| rest.split('"').next()).unwrap()
}

/// Presses the button of a form of a page that is open.
async fn presses(
    admin: &SignedInBrowser<'_>,
    page: &Answer,
    button: &str,
    chosen: &[(&str, &str)],
) -> Answer {
    let to = leads_to(&page.body, button).to_owned();
    admin.post(&to, &pairs(&with(as_it_stands(&page.body, &to), chosen))).await
}

/// Sends a file from the first page, and opens what that leads to.
async fn sends(admin: &SignedInBrowser<'_>, list: &NamedFile) -> Answer {
    let first = admin.get(PAGE).await;
    assert!(
        first.body.contains(r#"enctype="multipart/form-data""#)
            && leads_to(&first.body, "Send and look through") == PAGE
    );
    let token = hidden(&first.body, "csrf").unwrap();
    let sent = admin.send_file(PAGE, &token, (&list.name, &list.bytes)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
    admin.get(&sent.location).await
}

/// Keeps what a page would import, and reads what that leads to.
async fn keeps(admin: &SignedInBrowser<'_>, looked: &Answer, chosen: &[(&str, &str)]) -> String {
    let kept = presses(admin, looked, "Import these people", chosen).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", words_of(&kept.body));
    words_of(&admin.get(&kept.location).await.body)
}

fn people(school: &School) -> i64 {
    school.db.count("people WHERE left_at IS NULL")
}

/// A zip file of these.
fn zipped(files: &[NamedFile]) -> NamedFile {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        zip.start_file(&*file.name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&file.bytes).unwrap();
    }
    NamedFile::new("bundle.zip", zip.finish().unwrap().into_inner())
}

fn transfer(pupils: &[(&str, &str, &str)]) -> NamedFile {
    let pupil = |(upn, family, given): &(&str, &str, &str)| {
        format!(
            "<Pupil><UPN>{upn}</UPN><Surname>{family}</Surname><Forename>{given}</Forename><DOB>2014-03-04</DOB>\
             <BasicDetails><NCyearActual>7</NCyearActual></BasicDetails></Pupil>"
        )
    };
    let all: String = pupils.iter().map(pupil).collect();
    let head =
        "<Header><DocumentName>Common Transfer File</DocumentName><CTFversion>21.0</CTFversion></Header>";
    file("joiners.xml", &format!("<CTfile>{head}<CTFpupilData>{all}</CTFpupilData></CTfile>"))
}

/// A list: sent, its columns matched as the page guesses them, looked through, kept; and the list of the next term, in
/// which somebody is gone.
#[apply(both_databases!)]
async fn a_list_goes_from_the_upload_to_done_by_its_forms_alone(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let (one, two, before) = (upn(801_200_005_001), upn(801_200_005_002), people(&school));
    let columns = sends(&admin, &sims(&[(&one, "Osei", "Amara", "7"), (&two, "Reid", "Maisie", "8")])).await;
    assert!(columns.body.contains("What is in each column?"));
    // What the page asks for and does not guess is said beside it, and what was guessed stays.
    let missing = presses(&admin, &columns, "See what would change", &[("extent", "")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words_of(&missing.body).contains("Select if everyone is on this list"));
    let looked = presses(
        &admin,
        &missing,
        "See what would change",
        &[("group", "pupils"), ("source", "sims"), ("extent", "whole")],
    )
    .await;
    assert_eq!(looked.status, StatusCode::OK, "{}", words_of(&looked.body));
    assert!(words_of(&looked.body).contains("New: 2") && people(&school) == before);
    assert!(keeps(&admin, &looked, &[]).await.contains("2 people have been added or changed"));
    assert_eq!(people(&school), before + 2);

    let columns = sends(&admin, &sims(&[(&one, "Osei", "Amara", "8")])).await;
    let looked = presses(
        &admin,
        &columns,
        "See what would change",
        &[("group", "pupils"), ("source", "sims"), ("extent", "whole")],
    )
    .await;
    let unconfirmed = presses(&admin, &looked, "Import these people", &[]).await;
    assert_eq!(unconfirmed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words_of(&unconfirmed.body).contains("Confirm that these people have left"));
    assert!(
        keeps(&admin, &unconfirmed, &[("leavers", "1")])
            .await
            .contains("2 people have been added or changed")
    );
    assert_eq!(people(&school), before + 1);
    assert_eq!(school.db.count("sent_lists"), 0);
}

/// A bundle, as one zip file: nothing is to be matched.
#[apply(both_databases!)]
async fn a_one_roster_bundle_goes_from_the_upload_to_done_by_its_forms_alone(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let before = people(&school);
    let looked = sends(&admin, &zipped(&one_roster(40))).await;
    let words = words_of(&looked.body);
    assert!(words.contains("What would change") && words.contains("New: 40"), "{words}");
    assert_eq!(people(&school), before);
    assert!(keeps(&admin, &looked, &[]).await.contains("40 people have been added or changed"));
    assert_eq!(people(&school), before + 40);
    // Sent again, it doubles no one and no one leaves.
    let again = sends(&admin, &zipped(&one_roster(40))).await;
    assert!(words_of(&again.body).contains("As before: 40"), "{}", words_of(&again.body));
    keeps(&admin, &again, &[]).await;
    assert_eq!(people(&school), before + 40);
}

/// A transfer file for pupils who join: a wrong row keeps all of it out, and the file put right goes in.
#[apply(both_databases!)]
async fn a_transfer_file_goes_from_the_upload_to_done_by_its_forms_alone(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let before = people(&school);
    let wrong = transfer(&[("B801200005001", "Osei", "Amara"), ("A801200005001", "Reid", "Maisie")]);
    let looked = sends(&admin, &wrong).await;
    let words = words_of(&looked.body);
    assert!(words.contains("Rows that were not taken: 1") && words.contains("A801200005001"), "{words}");
    assert!(!looked.body.contains("Import these people"), "there is no button to press");
    let right = transfer(&[("B801200005001", "Osei", "Amara"), ("P207000016049", "Reid", "Maisie")]);
    let looked = sends(&admin, &right).await;
    assert!(words_of(&looked.body).contains("New: 2"), "{}", words_of(&looked.body));
    assert!(keeps(&admin, &looked, &[]).await.contains("2 people have been added or changed"));
    assert_eq!(people(&school), before + 2);
}

/// What goes wrong: no file chosen, no list, a form of somebody else's page, a list that waits no more.
#[apply(both_databases!)]
async fn whatever_goes_wrong_is_said_on_the_page_and_nothing_is_kept(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let before = people(&school);
    let token = hidden(&admin.get(PAGE).await.body, "csrf").unwrap();
    // A browser sends a file without name or content if nobody chose one.
    let none = admin.send_file(PAGE, &token, ("", b"")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words_of(&none.body).contains("Choose a file with people in it"));
    assert!(none.body.contains(r#"enctype="multipart/form-data""#), "the form is there again");
    let mut broken = zipped(&one_roster(3));
    broken.bytes.truncate(200);
    for (list, said) in
        [(broken, "The zip file cannot be read"), (file("people.xml", "<CTfile><Pupil>"), "people.xml")]
    {
        let sent = admin.send_file(PAGE, &token, (&list.name, &list.bytes)).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", list.name);
        assert!(words_of(&sent.body).contains(said), "{}", words_of(&sent.body));
    }
    let looked = sends(&admin, &zipped(&one_roster(3))).await;
    let keep = leads_to(&looked.body, "Import these people").to_owned();
    let stolen = with(as_it_stands(&looked.body, &keep), &[("csrf", "of another page")]);
    assert_eq!(admin.post(&keep, &pairs(&stolen)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(people(&school), before);
    keeps(&admin, &looked, &[]).await;
    let again = presses(&admin, &looked, "Import these people", &[]).await;
    assert_eq!(again.location, "/admin/people/import?gone=yes");
    assert!(words_of(&admin.get(&again.location).await.body).contains("That list is not waiting any more"));
    assert_eq!((people(&school), school.db.count("sent_lists")), (before + 3, 0));
}
