//! The phone numbers of the school, and who is on call today.

use super::*;

/// Telephone numbers: plausible ones are proposed and then shown to everybody who reports.
#[apply(both_databases!)]
async fn new_telephone_numbers_are_on_the_form_once_approved(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head, teacher) = (
        school.sign_in(Cast::Administrator).await,
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Teacher).await,
    );
    let contacts = "/admin/contacts";
    let numbers = [
        ("duty", "01632 960 100"),
        ("out-of-hours", "01632 960 002"),
        ("lado", "01632 960 003"),
        ("why", "A new telephone."),
        ("starts", "approved"),
    ];
    let wrong =
        administrator.submit(contacts, contacts, &with(&numbers, &[("lado", "ask at the office")])).await;
    assert_eq!(problems(&wrong.body, "lado"), "Enter a phone number, like 01632 960 001 or +44 1632 960 001");
    let same = with(&numbers, &[("duty", "01632 960 001")]);
    let nothing = administrator.submit(contacts, contacts, &same).await;
    assert_eq!(problems(&nothing.body, "duty"), "Change something first: this is how it is now");
    let proposal = proposes(&administrator, contacts, &numbers).await;
    assert!(teacher.get("/report").await.body.contains("tel:01632960001"));
    approves(&head, &proposal).await;
    let form = teacher.get("/report").await.body;
    assert!(form.contains("tel:01632960100") && form.contains("tel:01632960002"));
}

/// A school without a number for closed hours changes the others, and may not lose one it has without a word.
#[apply(both_databases!)]
async fn a_number_the_school_does_not_have_may_stay_away(db: TestDb) {
    let school = School::open(db).await;
    let administrator = school.sign_in(Cast::Administrator).await;
    let contacts = "/admin/contacts";
    let numbers = [
        ("duty", "01632 960 100"),
        ("out-of-hours", ""),
        ("lado", "01632 960 003"),
        ("why", "A new telephone."),
        ("starts", "approved"),
    ];
    let lost = administrator.submit(contacts, contacts, &numbers).await;
    assert!(problems(&lost.body, "out-of-hours").starts_with("Enter a phone number"));
    let (settings, back) = match school.db.url() {
        DbUrl::Sqlite(_) => ("settings", ""),
        DbUrl::Postgres(_) => ("settings::text", "::jsonb"),
    };
    school
        .db
        .run_sql(&format!("UPDATE schools SET settings = replace({settings}, '01632 960 002', ''){back}"));
    proposes(&administrator, contacts, &numbers).await;
}

/// Who is on duty today: said by a deputy, at once, shown first with the number, gone with the day.
#[apply(both_databases!)]
async fn a_deputy_says_who_is_on_duty_today(db: TestDb) {
    let school = School::open(db).await;
    let (deputy, teacher) = (school.sign_in(Cast::DeputyDsl).await, school.sign_in(Cast::Teacher).await);
    assert!(teacher.get("/report").await.body.contains("tell Dinah Lead in person"));
    let person = school.person(Cast::DeputyDsl).to_string();
    let say = |fields: Vec<(&'static str, String)>| {
        let deputy = &deputy;
        async move {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            deputy.submit("/admin/contacts", "/admin/contacts/duty", &fields).await
        }
    };
    let nobody = say(vec![("phone", "12".to_owned())]).await;
    assert_eq!(problems(&nobody.body, "person"), "Choose who is on call today");
    assert!(problems(&nobody.body, "phone").starts_with("Enter a phone number"));
    let another = say(vec![("person", school.person(Cast::Teacher).to_string())]).await;
    assert_eq!(problems(&another.body, "person"), "Choose the DSL or one of their deputies");
    let said = say(vec![("person", person), ("phone", "01632 960 555".to_owned())]).await;
    assert_eq!(said.location, "/admin/contacts?said");
    let form = teacher.get("/report").await.body;
    assert!(form.contains("tell Dougal Deputy, who is on call today, in person"), "{form}");
    assert!(form.contains("tel:01632960555"));
    assert!(!form.contains("Dinah Lead"), "nobody stands beside somebody else's number");
    assert!(
        shown(&deputy, "/admin/settings").await.contains("Dougal Deputy is on call today, on 01632 960 555.")
    );
    assert!(
        shown(&deputy, "/admin/contacts")
            .await
            .contains("Dougal Deputy on 01632 960 555, entered by Dougal Deputy")
    );
    // Midnight: yesterday's word is kept, and counts no more.
    school.hands.forward(TimeDelta::hours(14));
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await.body;
    assert!(
        form.contains("The school is closed now")
            && form.contains("If it is about Dinah Lead, tell the headteacher")
    );
    assert!(!form.contains("Dougal Deputy"));
    school.hands.forward(TimeDelta::hours(10));
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await.body;
    assert!(form.contains("tell Dinah Lead in person") && form.contains("tel:01632960001"));
}
