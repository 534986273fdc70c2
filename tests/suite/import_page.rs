//! The administrator imports people on a page: a list is sent, matched, looked through, corrected and kept, or not at all.

use crate::{
    databases::{TestDb, both_databases},
    page_forms::words_of,
    people_lists::{sims, staff, upn, word},
    school::{Answer, Cast, School, SignedInBrowser, hidden},
};
use candour::{register::NamedFile, web::http::security::FORM_LIMIT};
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::fmt::Write;

const PAGE: &str = "/admin/people/import";
const MATCHED: [(&str, &str); 9] = [
    ("source", "sims"),
    ("group", "pupils"),
    ("extent", "whole"),
    ("column-0", "upn"),
    ("column-1", "family_name"),
    ("column-2", "given_name"),
    ("column-3", "tutor_group"),
    ("column-4", "year_group"),
    ("column-5", "born_on"),
];

/// Sends a list, and gives back where it waits.
async fn sends(admin: &SignedInBrowser<'_>, list: &NamedFile) -> String {
    let token = hidden(&admin.get(PAGE).await.body, "csrf").unwrap();
    let sent = admin.send_file(PAGE, &token, (&list.name, &list.bytes)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
    sent.location
}

async fn looks(admin: &SignedInBrowser<'_>, at: &str, fields: &[(&str, &str)]) -> Answer {
    admin.submit(at, at, fields).await
}

/// Keeps what a page that was looked through would import, with everything it carries.
async fn keeps(admin: &SignedInBrowser<'_>, at: &str, looked: &Answer, fields: &[(&str, &str)]) -> Answer {
    admin.submit_from(looked, &format!("{at}/keep"), fields).await
}

fn pupils() -> NamedFile {
    let (one, two) = (upn(801_200_005_001), upn(801_200_005_002));
    sims(&[(&one, "Osei", "Amara", "7"), (&two, "Reid", "Maisie", "8")])
}

fn count(school: &School, name: &str) -> i64 {
    school.db.count(&format!("people WHERE name = '{name}'"))
}

#[apply(both_databases!)]
async fn a_list_is_sent_matched_looked_through_and_kept(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let at = sends(&admin, &pupils()).await;
    let columns = admin.get(&at).await;
    assert_eq!(columns.status, StatusCode::OK);
    assert!(columns.body.contains("Column “Legal Surname”"), "{}", columns.body);
    assert!(columns.body.contains("It says: Osei; Reid"), "{}", columns.body);
    assert!(columns.body.contains(r#"<option value="upn" selected>"#), "the guess is there to begin with");
    let looked = looks(&admin, &at, &MATCHED).await;
    assert_eq!(looked.status, StatusCode::OK);
    let words = words_of(&looked.body);
    assert!(words.contains("New: 2") && words.contains("Amara Osei, Year 7"), "{words}");
    assert_eq!(count(&school, "Amara Osei"), 0, "nothing is written by looking");
    let kept = keeps(&admin, &at, &looked, &MATCHED).await;
    assert_eq!((kept.status, kept.location.as_str()), (StatusCode::SEE_OTHER, "/admin/people/import?done=2"));
    assert_eq!((count(&school, "Amara Osei"), count(&school, "Maisie Reid")), (1, 1));
    let again = keeps(&admin, &at, &looked, &MATCHED).await;
    assert_eq!(again.location, "/admin/people/import?gone=yes", "pressed twice, imported once");
    assert_eq!(school.db.count("sent_lists"), 0);
    assert_eq!(school.db.count("audit_entries WHERE act = 'imported_people' AND actor_id IS NOT NULL"), 1);
}

#[apply(both_databases!)]
async fn rows_that_are_wrong_are_told_and_nothing_is_kept(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let good = upn(801_200_005_001);
    let at = sends(
        &admin,
        &sims(&[
            (&good, "Osei", "Amara", "7"),
            ("A801200005001", "Reid", "Maisie", "8"),
            (&upn(801_200_005_003), "<script>alert(1)</script>", "Kit", "8"),
        ]),
    )
    .await;
    let looked = looks(&admin, &at, &MATCHED).await;
    let words = words_of(&looked.body);
    assert!(words.contains("Rows that were not taken: 2"), "{words}");
    assert!(words.contains("pupils.csv, line 3") && words.contains("A801200005001"), "{words}");
    assert!(
        !looked.body.contains("<script>alert") && !looked.body.contains("Import these people"),
        "{}",
        looked.body
    );
    let forced = keeps(&admin, &at, &looked, &MATCHED).await;
    assert_eq!(forced.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(count(&school, "Amara Osei"), 0);
}

#[apply(both_databases!)]
async fn columns_that_make_no_list_come_back_with_what_to_put_right(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let at = sends(&admin, &pupils()).await;
    for (changed, said) in [
        (("extent", ""), "Select if everyone is on this list"),
        (("column-2", "family_name"), "Choose one column only for the legal surname"),
        (("column-1", ""), "Say which columns hold surname and forename"),
    ] {
        let fields = MATCHED.map(|field| if field.0 == changed.0 { changed } else { field });
        let again = looks(&admin, &at, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{changed:?}");
        assert!(words_of(&again.body).contains(said), "{said}: {}", words_of(&again.body));
        assert!(again.body.contains(r#"<option value="year_group" selected>"#), "what was chosen stays");
    }
}

#[apply(both_databases!)]
async fn many_leavers_are_confirmed_by_somebody_who_saw_how_many(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let at = sends(&admin, &pupils()).await;
    let looked = looks(&admin, &at, &MATCHED).await;
    keeps(&admin, &at, &looked, &MATCHED).await;
    let at = sends(&admin, &sims(&[(&upn(801_200_005_001), "Osei", "Amara", "7")])).await;
    let looked = looks(&admin, &at, &MATCHED).await;
    assert!(words_of(&looked.body).contains("1 of 2 pupils would leave"), "{}", words_of(&looked.body));
    let unconfirmed = keeps(&admin, &at, &looked, &MATCHED).await;
    assert_eq!(unconfirmed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words_of(&unconfirmed.body).contains("Confirm that these people have left"));
    let confirmed = [&MATCHED[..], &[("leavers", "1")]].concat();
    let kept = keeps(&admin, &at, &looked, &confirmed).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", words_of(&kept.body));
    assert_eq!(school.db.count("people WHERE name = 'Maisie Reid' AND left_at IS NOT NULL"), 1);
}

/// P6: a leaver by a list is nobody at their very next request.
#[apply(both_databases!)]
async fn a_leaver_is_cut_off_in_the_middle_of_a_session(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let fields = [
        ("source", "csv"),
        ("group", "adults"),
        ("extent", "whole"),
        ("column-0", "own_id"),
        ("column-1", "email"),
        ("column-2", "family_name"),
        ("column-3", "given_name"),
        ("column-4", "post"),
    ];
    let tessa = ("tessa.teach@school.example", "Teach", "Tessa", "Teacher");
    let oliver = ("oliver.other@school.example", "Other", "Oliver", "Teacher");
    let at = sends(&admin, &staff(&[tessa, oliver])).await;
    let looked = looks(&admin, &at, &fields).await;
    assert!(words_of(&looked.body).contains("Changed: 2"), "{}", words_of(&looked.body));
    keeps(&admin, &at, &looked, &fields).await;
    let oliver_s = school.sign_in(Cast::OtherTeacher).await;
    assert_eq!(oliver_s.get("/my-reports").await.status, StatusCode::OK);
    let at = sends(&admin, &staff(&[tessa])).await;
    let looked = looks(&admin, &at, &fields).await;
    let confirmed = [&fields[..], &[("leavers", "1")]].concat();
    let kept = keeps(&admin, &at, &looked, &confirmed).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", words_of(&kept.body));
    let after = oliver_s.get("/my-reports").await;
    assert_eq!(after.status, StatusCode::SEE_OTHER);
    assert!(after.location.starts_with("/signin"), "{}", after.location);
}

#[apply(both_databases!)]
async fn a_doubtful_row_is_settled_by_saying_who_it_is(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    // A member of staff typed in, and a list that has the same name under another address.
    let list = staff(&[("t.teach@other.example", "Teach", "Tessa", "Teacher")]);
    let fields = [
        ("source", "csv"),
        ("group", "adults"),
        ("extent", "part"),
        ("column-0", "own_id"),
        ("column-1", "email"),
        ("column-2", "family_name"),
        ("column-3", "given_name"),
        ("column-4", "post"),
    ];
    let at = sends(&admin, &list).await;
    let looked = looks(&admin, &at, &fields).await;
    let words = words_of(&looked.body);
    assert!(
        words.contains("It is Tessa Teach") && words.contains("It is another person of the same name"),
        "{words}"
    );
    let (place, tessa) = (hidden(&looked.body, "place-0").unwrap(), school.person(Cast::Teacher).to_string());
    let settled = [&fields[..], &[("place-0", place.as_str()), ("ruling-0", &tessa)]].concat();
    let looked = looks(&admin, &at, &settled).await;
    assert!(words_of(&looked.body).contains("Changed: 1"), "{}", words_of(&looked.body));
    assert_eq!(hidden(&looked.body, "ruling-0").unwrap(), tessa, "what was said goes along");
    let kept = keeps(&admin, &at, &looked, &settled).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", words_of(&kept.body));
    assert_eq!(count(&school, "Tessa Teach"), 1);
}

#[apply(both_databases!)]
async fn a_file_that_is_no_list_is_refused_where_it_is_sent(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let token = hidden(&admin.get(PAGE).await.body, "csrf").unwrap();
    for (name, bytes, said) in [
        ("nothing.csv", &b""[..], "Choose a file with people in it"),
        ("people.xml", b"<html></html>", "is not a Common Transfer File"),
        ("people.zip", b"PK\x03\x04 no", "The zip file cannot be read"),
    ] {
        let sent = admin.send_file(PAGE, &token, (name, bytes)).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(words_of(&sent.body).contains(said), "{name}: {}", words_of(&sent.body));
    }
    assert_eq!(school.db.count("sent_lists"), 0);
    let without = admin.send_file(PAGE, "", ("pupils.csv", &pupils().bytes)).await;
    assert_eq!(without.status, StatusCode::FORBIDDEN, "without the page's token");
    let head = school.sign_in(Cast::Head).await;
    let elsewhere = head.send_file(PAGE, &head.token().await, ("pupils.csv", &pupils().bytes)).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "the head does not keep the register");
    assert_eq!(school.db.count("sent_lists"), 0);
}

/// More than any other form may hold; and H3: a name that is a formula never gets in.
#[apply(both_databases!)]
async fn a_large_list_is_taken(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let mut text = "UPN,Surname,Forename,DOB,Notes\n".to_owned();
    for at in 0..8_000 {
        let name = if at == 7_000 { "=1+1".to_owned() } else { word(at) };
        let notes = "Notes that are not read. ".repeat(10);
        writeln!(text, "{},{name},Kit,04/03/2014,{notes}", upn(801_200_000_000 + at as u64)).unwrap();
    }
    let list = NamedFile::new("large.csv", text.into_bytes());
    assert!(list.bytes.len() > 2 * FORM_LIMIT);
    let at = sends(&admin, &list).await;
    let fields = [
        ("source", "csv"),
        ("group", "pupils"),
        ("extent", "part"),
        ("column-0", "upn"),
        ("column-1", "family_name"),
        ("column-2", "given_name"),
        ("column-3", "born_on"),
    ];
    let looked = looks(&admin, &at, &fields).await;
    assert!(
        words_of(&looked.body).contains("large.csv, line 7002 | Legal surname has a character"),
        "{}",
        words_of(&looked.body)
    );
}
