//! Ties that come by a list: cases follow them in the import's own transaction, and no list brings back what was decided
//! otherwise.

use crate::{
    databases::{TestDb, both_databases},
    people_lists::{file, upn},
    school::{Cast, School},
    small_school::{About, SmallSchool, monday},
};
use candour::{
    domain::{
        concern::{DraftSubject, Somebody},
        kernel::ids::{PersonId, SchoolId},
        people::{
            register::plan::Plan,
            subject::{SubjectKind, SubjectRole},
            ties::{Otherwise, Pair, Ties},
        },
    },
    register::NamedFile,
    service::{
        clock::Randomness,
        people::register::{self, ImportOptions, Importer},
    },
    store::people::{register::load, ties},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

fn imported(db: &TestDb, school: SchoolId, list: &NamedFile) -> Plan {
    let sent = register::open(vec![list.clone()]).unwrap();
    let by = Importer::on_the_machine(school, monday());
    register::import(db, &by, &sent, &ImportOptions::default(), &mut Randomness, &mut |_, _| {}).unwrap()
}

/// A pupil whose parent, if one is given, works here.
fn amara(parent: &str) -> NamedFile {
    let upn = upn(801_200_005_001);
    let heads = "UPN,Legal Surname,Legal Forename,Year Group,DOB,Staff Parents";
    file("pupils.csv", &format!("{heads}\n{upn},Osei,Amara,8,04/03/2013,{parent}\n"))
}

fn found(db: &TestDb, school: SchoolId, name: &str) -> PersonId {
    let people = db.read(|tx| load(tx, school, monday())).unwrap().people;
    people.into_iter().find(|known| known.record.name == name).unwrap().id
}

fn in_force(db: &TestDb, school: SchoolId) -> Ties {
    db.read(|tx| ties::in_force(tx, school)).unwrap()
}

/// A list says that the DSL is the parent of a pupil who is said to have done it: she is kept from it from then on,
/// from what has ended too.
#[apply(both_databases!)]
fn cases_follow_a_tie_that_a_list_adds(db: TestDb) {
    let school = SmallSchool::new(&db);
    imported(&db, school.id, &amara(""));
    let pupil = found(&db, school.id, "Amara Osei");
    let about = About {
        subjects: vec![DraftSubject {
            who: Somebody::Known(pupil),
            kind: SubjectKind::Pupil,
            role: SubjectRole::Alleged,
        }],
        ..About::category("CDT-HSB")
    };
    let open = school.reports("teacher", &about, monday());
    let ended = school.reports("teacher", &about, monday());
    let why = candour::domain::kernel::text::Summary::parse("A mistake").unwrap();
    let ended = school.does("dsl", &ended, monday(), |case, act| case.no_case(&why, act).unwrap());
    let dsl = school.person("dsl");
    assert!(!school.stored(&open).excludes(dsl) && !school.stored(&ended).excludes(dsl));
    let plan = imported(&db, school.id, &amara("dsl@school.example"));
    assert_eq!(plan.ties.len(), 1);
    for case in [&open, &ended] {
        let kept = school.stored(case);
        assert!(kept.excludes(dsl));
        assert_eq!(kept.status, case.status);
        assert_eq!(
            db.count(&format!("case_exclusions WHERE case_id = '{}' AND person_id = '{dsl}'", case.id)),
            1
        );
    }
    assert_eq!(db.count("audit_entries WHERE act = 'ties_changed'"), 2);
    imported(&db, school.id, &amara("dsl@school.example"));
    assert_eq!(db.count("audit_entries WHERE act = 'ties_changed'"), 2, "nothing new, nothing moved");
}

/// What was decided otherwise stays so, whichever way round the two are kept.
#[apply(both_databases!)]
fn no_list_brings_back_what_was_decided_otherwise(db: TestDb) {
    let school = SmallSchool::new(&db);
    let head = school.signs_in("head", monday());
    imported(&db, school.id, &amara("dsl@school.example"));
    let pair = Pair::of(found(&db, school.id, "Amara Osei"), school.person("dsl")).unwrap();
    assert_eq!(in_force(&db, school.id), Ties::from_iter([pair]));
    db.write(|tx| ties::set_aside(tx, &head, pair, Otherwise::Over)).unwrap();
    let [one, other] = pair.both();
    for (first, second) in [(one, other), (other, one)] {
        let swap = format!("UPDATE person_ties SET person_id = '{first}', other_id = '{second}'");
        db.run_sql(&swap);
        assert_eq!(imported(&db, school.id, &amara("dsl@school.example")).ties.len(), 0);
        assert_eq!((in_force(&db, school.id), db.count("person_ties")), (Ties::default(), 1));
        let kept = db.read(|tx| ties::between(tx, school.id, pair)).unwrap().unwrap();
        assert_eq!(kept.set_aside.map(|aside| (aside.by, aside.why)), Some((head.person(), Otherwise::Over)));
    }
}

/// Thousands of parents who work here are a page of fifty at a time.
#[apply(both_databases!)]
async fn many_ties_come_page_by_page(db: TestDb) {
    let school = School::open(db).await;
    let mut rows = String::from("UPN,Legal Surname,Legal Forename,Year Group,DOB,Staff Parents\n");
    for n in 0..60u64 {
        let (surname, parent) = (format!("Pupil{}", letters(n)), "oliver.other@school.example");
        rows += &format!("{},{surname},Sam,8,04/03/2013,{parent}\n", upn(801_200_006_000 + n));
    }
    imported(&school.db, school.school, &file("pupils.csv", &rows));
    let head = school.sign_in(Cast::Head).await;
    let (first, second) = (head.get("/admin/ties").await, head.get("/admin/ties?page=2").await);
    let lines = |body: &str| body.matches("Oliver Other and Sam").count() / 2;
    assert_eq!((lines(&first.body), lines(&second.body)), (50, 10));
    assert!(first.body.contains("Showing 1 to 50 of 60") && first.body.contains("/admin/ties?page=2"));
    assert!(second.body.contains("Showing 51 to 60 of 60") && second.body.contains("/admin/ties?page=1"));
    assert!(first.body.contains("From a list"));
    for beyond in [
        "/admin/ties?page=9999999999999999999",
        "/admin/ties?page=0",
        "/admin/ties?page=x",
        "/admin/ties?page=77",
    ] {
        assert_eq!(head.get(beyond).await.status, StatusCode::OK, "{beyond}");
    }
}

fn letters(n: u64) -> String {
    [n / 26, n % 26].into_iter().map(|n| char::from(b'a' + u8::try_from(n).unwrap())).collect()
}
