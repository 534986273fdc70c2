//! Help: for everybody, and for somebody signed in with their menu and their school's numbers.

use crate::{
    databases::{TestDb, both_databases},
    markup,
    school::{Cast, School},
};
use candour::{domain::school::settings::Phone, service::school::settings};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

const NUMBERS: [&str; 3] = ["tel:01632960001", "tel:01632960002", "tel:01632960003"];

#[apply(both_databases!)]
async fn help_keeps_the_menu_and_gives_the_schools_own_numbers(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    for page in ["/help", "/accessibility", "/privacy"] {
        let (own, nobodys) = (teacher.get(page).await, school.get_as_nobody(page).await);
        for shown in [&own, &nobodys] {
            assert_eq!(shown.status, StatusCode::OK, "{page}");
            assert_eq!(markup::faults(&shown.body), Vec::<String>::new(), "{page}");
        }
        assert!(own.body.contains("href=\"/my-reports\"") && own.body.contains("Tessa Teach"), "{page}");
        assert!(own.body.contains("Hide screen"), "{page}");
        assert!(!nobodys.body.contains("href=\"/my-reports\"") && !nobodys.body.contains("Upton"), "{page}");
    }
    let (own, nobodys) = (teacher.get("/help").await.body, school.get_as_nobody("/help").await.body);
    for number in NUMBERS {
        assert!(own.contains(number), "{number}");
        assert!(!nobodys.contains(number), "a number of a school is for its people: {number}");
    }
    assert!(own.contains("Dinah Lead") && !nobodys.contains("Dinah Lead"));
    // The person on call today, and the number they gave.
    let phone = Phone::parse("01632 960 044").ok();
    let deputy = school.person(Cast::DeputyDsl);
    settings::say_on_duty(&school.db, &school.op(Cast::Dsl), deputy, phone, &school.form()).unwrap();
    let own = teacher.get("/help").await.body;
    assert!(own.contains("Dougal Deputy") && own.contains("tel:01632960044") && !own.contains(NUMBERS[0]));
    // A hidden screen shows nothing of anybody.
    teacher.submit("/report", "/lock", &[]).await;
    let hidden = teacher.get("/help").await.body;
    assert!(!hidden.contains("Tessa Teach") && !hidden.contains("tel:01632"), "{hidden}");
}
