//! The three reports that found who is meant by their spelling or their session, each as it was seen: the deputy alleged in
//! words, names that were picked and not linked, and two tabs of two schools.

use crate::{
    databases::{TestDb, both_databases},
    names_in_time::{decides, renames},
    page_forms::words_of,
    page_school::{leads_to, moves},
    picked::{imports_the_list, only, with_the_list},
    reporting::{reference, with},
    school::{Cast, School, SignedInBrowser},
};
use candour::domain::kernel::ids::Reference;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// An adult who hit a child, by words alone.
const ALLEGED: [(&str, &str); 7] = [
    ("category", "STF-ALLEG"),
    ("happened", "He hit a child."),
    ("in-person", "not_yet"),
    ("adult", "yes"),
    ("which", "somebody_else"),
    ("person-1-kind", "adult_here"),
    ("person-1-role", "alleged"),
];

/// That report as a concern about a pupil, which says of no adult that it is about them.
const ABOUT_A_PUPIL: [(&str, &str); 9] = [
    ("category", "CP-CONCERN"),
    ("happened", "He hit a child."),
    ("in-person", "not_yet"),
    ("adult", "no"),
    ("person-1-kind", "adult_here"),
    ("person-1-role", "alleged"),
    ("person-2", "Amara Chukwu"),
    ("person-2-kind", "pupil"),
    ("person-2-role", "affected"),
];

/// The deputy DSL gets this name: entered under People by one and confirmed by another.
async fn the_deputy_is(school: &School, name: &str) {
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let proposed = renames(&admin, Cast::DeputyDsl, name).await;
    assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", words_of(&proposed.body));
    let confirmed = decides(&head, "confirm").await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", words_of(&confirmed.body));
    assert_eq!(school.db.count(&format!("people WHERE name = '{name}' AND kind = 'staff'")), 1);
}

/// Sends a report; whatever it comes back to ask about people is left out.
async fn reports(teacher: &SignedInBrowser<'_>, fields: &[(&str, &str)]) -> Reference {
    let fields = with(fields);
    let mut sent = teacher.submit("/report", "/report", &fields).await;
    if sent.status == StatusCode::UNPROCESSABLE_ENTITY {
        let asked = sent.body.split("name=\"asked-about-").skip(1);
        let asked: Vec<String> =
            asked.map(|rest| format!("asked-about-{}", rest.split('"').next().unwrap())).collect();
        assert!(!asked.is_empty(), "it asks about people: {}", words_of(&sent.body));
        let answered: Vec<(&str, &str)> = asked.iter().map(|name| (name.as_str(), "yes")).collect();
        sent = teacher.submit_from(&sent, "/report", &[&fields[..], &answered[..]].concat()).await;
    }
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{fields:?}: {}", words_of(&sent.body));
    reference(&sent)
}

/// How many letters the deputy has had.
async fn letters_to_the_deputy(school: &School) -> usize {
    let told = school.deliver().await;
    told.iter().filter(|to| *to == "dougal.deputy@school.example").count()
}

/// Reports the deputy in each of these words, as an allegation and as a concern about a pupil: no page, no line in a list
/// and no letter for him, and the head has it.
async fn is_kept_from_the_deputy(school: &School, all: &[&str]) {
    let teacher = school.sign_in(Cast::Teacher).await;
    let (deputy, head) = (school.sign_in(Cast::DeputyDsl).await, school.sign_in(Cast::Head).await);
    let before = letters_to_the_deputy(school).await;
    for words in all {
        for fields in [&ALLEGED[..], &ABOUT_A_PUPIL[..]] {
            let reference = reports(&teacher, &[fields, &[("person-1", *words)][..]].concat()).await;
            let page = format!("/cases/{reference}");
            assert_eq!(deputy.get(&page).await.status, StatusCode::NOT_FOUND, "{words}");
            for list in ["/queue", "/cases"] {
                let list = deputy.get(list).await.body;
                assert!(!list.contains(reference.as_str()), "{words}: {}", words_of(&list));
            }
            assert_eq!(head.get(&page).await.status, StatusCode::OK, "{words}");
        }
    }
    assert_eq!(letters_to_the_deputy(school).await, before, "he is told of none of them");
}

/// I1: `alleged-deputy-in-words`. Seen: 200, first in his queue, and a critical letter to him.
#[apply(both_databases!)]
async fn i1_alleged_deputy_in_words(db: TestDb) {
    let school = School::open(db).await;
    the_deputy_is(&school, "Daniel Achebe").await;
    let words = ["Mr Achebe", "D Achebe", "the deputy DSL", "Deputy safeguarding lead", "Daniel Achebe"];
    is_kept_from_the_deputy(&school, &words).await;
}

/// I1: `alleged-deputy-in-words`, variant b: a pupil of his name comes with a list, and so his full name stays words.
#[apply(both_databases!)]
async fn i1_alleged_deputy_in_words_b_with_a_pupil_of_his_name(db: TestDb) {
    let school = School::open(db).await;
    the_deputy_is(&school, "Daniel Achebe").await;
    imports_the_list(&school);
    assert_eq!(school.db.count("people WHERE name = 'Daniel Achebe' AND kind = 'pupil'"), 1);
    is_kept_from_the_deputy(&school, &["Daniel Achebe", "Mr Achebe"]).await;
}

/// I1: `alleged-deputy-in-words`, variant c: his name is corrected to one with accents, in capitals that one of the two
/// databases does not fold.
#[apply(both_databases!)]
async fn i1_alleged_deputy_in_words_c_after_his_name_was_corrected(db: TestDb) {
    let school = School::open(db).await;
    the_deputy_is(&school, "Daniel Achebe").await;
    the_deputy_is(&school, "Étienne Óbasi").await;
    let words = ["Étienne Óbasi", "ÉTIENNE ÓBASI", "Mr Obasi", "Daniel Achebe", "Mr Achebe"];
    is_kept_from_the_deputy(&school, &words).await;
}

/// I1: `names-picked-but-not-linked`. Seen: “Łucja Zając, Year 8” in quotation marks, and no page of the pupil.
#[apply(both_databases!)]
async fn i1_names_picked_but_not_linked(db: TestDb) {
    let school = with_the_list(db).await;
    let (teacher, dsl) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Dsl).await);
    for name in ["Łucja Zając", "Élodie Ashe", "İbrahim Öztürk"] {
        let suggested = format!("{name}, Year 8");
        let fields = [
            ("category", "CP-CONCERN"),
            ("person-1", suggested.as_str()),
            ("person-1-kind", "pupil"),
            ("person-1-role", "affected"),
        ];
        let reference = reports(&teacher, &fields).await;
        let case = dsl.get(&format!("/cases/{reference}")).await.body;
        assert!(case.contains(name) && !case.contains(&format!("“{suggested}")), "{}", words_of(&case));
        let pupil = format!("/cases/{reference}/pupils/{}", only(&school, name));
        assert_eq!(dsl.get(&pupil).await.status, StatusCode::OK, "{name}");
    }
}

/// I8: `two-tabs-two-schools`. Seen: a receipt of the other school, whose head reads it, a draft there, and a note that was
/// gone.
#[apply(both_databases!)]
async fn i8_two_tabs_two_schools(db: TestDb) {
    const TOLD: &str = "A child of Upton told me.";
    const NOTE: &str = "The cabinet is locked now.";
    let school = School::open(db).await;
    let unlocked = school.report(Cast::Teacher, &school.draft("SYS-UNLOCKED")).reference;
    let (ned, dsl) = (school.sign_in(Cast::Network).await, school.sign_in(Cast::Dsl).await);
    let note = format!("/cases/{unlocked}/note");
    let (report, noting) = (ned.get("/report").await, ned.get(&note).await);
    moves(&ned, school.other_school).await;
    let fields = [
        ("category", "CP-CONCERN"),
        ("happened", TOLD),
        ("person-1", "Ellie Marsh"),
        ("person-1-kind", "pupil"),
        ("person-1-role", "affected"),
    ];
    let in_each = |table: &str| {
        [school.school, school.other_school]
            .map(|of| school.db.count(&format!("{table} WHERE school_id = '{of}'")))
    };
    assert_eq!(ned.submit_from(&report, "/drafts", &with(&fields)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(in_each("drafts"), [1, 0]);
    let noted = ned.submit_from(&noting, &note, &[("note", NOTE)]).await;
    assert_eq!(leads_to(&ned, &noted).await.status, StatusCode::OK);
    let kept = format!("texts WHERE words = '{NOTE}' AND school_id = '{}'", school.school);
    assert_eq!(school.db.count(&kept), 1);
    moves(&ned, school.other_school).await;
    let sent = ned.submit_from(&report, "/report", &with(&fields)).await;
    assert_eq!(in_each("cases"), [2, 0]);
    let receipt = leads_to(&ned, &sent).await;
    assert!(receipt.body.contains("Report sent") && receipt.body.contains("Upton School"));
    let of_the_child = format!("reference AS value FROM cases WHERE reference <> '{unlocked}'");
    let [reference] = &school.db.strings(&of_the_child)[..] else { panic!("one case beside the other") };
    let case = dsl.get(&format!("/cases/{reference}")).await;
    assert_eq!(case.status, StatusCode::OK);
    assert!(case.body.contains(TOLD), "{}", words_of(&case.body));
    school.deliver().await;
}
