//! Governors, visitors and people from outside type a name whole: "Find" lists who is called so and no one else, and tells no
//! more of the only one than the name.

use super::{case, only, people_of, radio, reports, with_the_list};
use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    reporting::reference,
    school::Cast,
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// I1: a governor, the chair and the external contact find a person by the whole name, without a script, and tell namesakes
/// apart.
#[apply(both_databases!)]
async fn i1_governors_and_people_from_outside_find_by_the_whole_name(db: TestDb) {
    let school = with_the_list(db).await;
    for cast in [Cast::Governor, Cast::Chair, Cast::External] {
        let browser = school.sign_in(cast).await;
        let form = browser.get("/report").await;
        assert_eq!(markup::faults(&form.body), Vec::<String>::new(), "{cast:?}");
        assert!(
            form.body.contains("value=\"person-1\">Find") && !form.body.contains("data-suggest"),
            "{cast:?}"
        );
        for part in ["zaj", "Zając", "Łucja Z", "Muhammad", "%"] {
            let found = reports(&browser, &[("person-1", part), ("find-name", "person-1")]).await;
            assert_eq!(found.status, StatusCode::OK);
            assert!(found.body.contains("The register has no one of this name."), "{cast:?}: {part}");
            assert!(!found.body.contains("Year 8") && !found.body.contains("Khan,"), "{cast:?}: {part}");
        }
    }
    let governor = school.sign_in(Cast::Governor).await;
    let found = reports(&governor, &[("person-1", "lucja zajac"), ("find-name", "person-1")]).await;
    let lucja = radio(&found.body, "person-1-id", "Łucja Zając");
    assert!(!found.body.contains("Year 8"), "the only one is told by nothing but the name");
    let more = [("person-1", "lucja zajac"), ("person-1-id", lucja.as_str())];
    let sent = reports(&governor, &more).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
    assert_eq!(people_of(&case(&school, &reference(&sent))), [Some(only(&school, "Łucja Zając"))]);

    // Three are called so: what tells them apart is told, and two who look the same are not guessed.
    let found = reports(&governor, &[("person-1", "Muhammad Khan"), ("find-name", "person-1")]).await;
    assert!(
        found.body.contains("2 people are called Muhammad Khan, Year 7, 7A."),
        "{}",
        words_of(&found.body)
    );
    assert!(!found.body.contains("born"), "no day of birth");
    let third = radio(&found.body, "person-1-id", "Muhammad Khan, Year 7, 7C");
    let more = [("person-1", "Muhammad Khan"), ("person-1-id", third.as_str())];
    let sent = reports(&governor, &more).await;
    let person = people_of(&case(&school, &reference(&sent)))[0].unwrap();
    assert!(third.starts_with(&person.to_string()));
    let sent = reports(&governor, &[("person-1", "Muhammad Khan")]).await;
    assert_eq!(people_of(&case(&school, &reference(&sent))), [None], "of several none is guessed");
    school.deliver().await;
}

/// I1: whoever types names whole may look for no more of them in a minute than anyone else, and still reports.
#[apply(both_databases!)]
async fn i1_find_by_the_whole_name_is_counted_as_suggestions_are(db: TestDb) {
    let school = with_the_list(db).await;
    let governor = school.sign_in(Cast::Governor).await;
    let asks = || reports(&governor, &[("person-1", "Ada Twyford"), ("find-name", "person-1")]);
    for _ in 0..60 {
        assert!(asks().await.body.contains("Who do you mean by “Ada Twyford”?"));
    }
    let late = asks().await;
    assert!(late.body.contains("You have looked up many names."), "{}", words_of(&late.body));
    let sent = reports(&governor, &[("person-1", "Ada Twyford")]).await;
    assert_eq!(people_of(&case(&school, &reference(&sent))), [Some(only(&school, "Ada Twyford"))]);
    school.deliver().await;
}
