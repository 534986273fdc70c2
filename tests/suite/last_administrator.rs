//! P7: the last administrator cannot go, on any of the ways by which a person or a duty can end.

use crate::{
    databases::{TestDb, both_databases},
    page_forms::words_of,
    people_lists::file,
    school::{Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        kernel::ids::{AccountId, DutyId, PersonId},
        people::{
            Office,
            duty::{CodeState, HeldDuty},
        },
    },
    service::{
        ServiceError,
        clock::Randomness,
        people::register::{self, ImportOptions, Importer, NotImported},
    },
    store::{
        entry::{account_linking, account_proof, sessions},
        people::{
            duties, reactivation, staff as people,
            staff::{Duty, DutyKind},
        },
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::fmt::Write;

/// Everything that can end a person or a duty. A new way belongs here.
#[derive(Debug, Clone, Copy)]
enum Way {
    EndedAtOnce,
    ProposedAndConfirmed,
    ALastDay,
    AnImport,
    ThePeoplePage,
    TheProvidersWord,
}

const WAYS: [Way; 6] = [
    Way::EndedAtOnce,
    Way::ProposedAndConfirmed,
    Way::ALastDay,
    Way::AnImport,
    Way::ThePeoplePage,
    Way::TheProvidersWord,
];

fn administers(school: &School) -> bool {
    let book = school.db.read(|tx| duties::book(tx, school.school, school.clock.now())).unwrap();
    let is_one = |duty: &&HeldDuty| duty.what == DutyKind::Office(Office::Administrator);
    book.present().filter(is_one).any(|duty| duty.code == CodeState::Entered)
}

fn is_here(school: &School, person: PersonId) -> bool {
    school.db.count(&format!("people WHERE id = '{person}' AND left_at IS NULL")) == 1
}

/// A list of the school's staff is imported, of these people alone.
fn imports(school: &School, adults: &[Cast], leavers: usize) -> Result<(), NotImported> {
    let mut text = "Staff Code,Work Email,Surname,Forename,Post\n".to_owned();
    for cast in adults {
        let (given, family) = cast.name().split_once(' ').unwrap();
        let email = format!("{given}.{family}@school.example").to_lowercase();
        writeln!(text, "{},{email},{family},{given},Teacher", cast.subject()).unwrap();
    }
    let by = Importer::on_the_machine(school.school, school.clock.now());
    let sent = register::open(vec![file("staff.csv", &text)]).unwrap();
    let chosen = ImportOptions { leavers: Some(leavers), ..ImportOptions::default() };
    register::import(&school.db, &by, &sent, &chosen, &mut Randomness, &mut |_, _| {}).map(drop)
}

/// A second account of somebody by the provider's word alone, and the provider marks it no more.
fn is_marked_no_more(school: &School, cast: Cast) {
    let (person, now, issuer) = (school.person(cast), school.clock.now(), "https://provider.example");
    let account = AccountId::draw(now, &mut Randomness);
    school
        .db
        .write(|tx| {
            sessions::add_account(tx, account, (issuer, &format!("{account}")), cast.name(), now)?;
            account_linking::added_by(tx, (school.school, person), issuer, None)?;
            account_linking::bind_vouched(tx, school.school, account, person, now)?;
            // As confirmed: any other account takes no one with it.
            account_proof::prove(tx, school.school, (account, person), now)?;
            reactivation::no_longer_marked(tx, account, issuer, now)
        })
        .unwrap();
}

/// An administrator behind everybody's back.
fn gives(school: &School, cast: Cast) -> DutyId {
    let starts_at = school.clock.now();
    let id = DutyId::draw(starts_at, &mut Randomness);
    let what = DutyKind::Office(Office::Administrator);
    let duty = Duty { id, person: school.person(cast), what, starts_at, ends_at: None };
    school.db.write(|tx| people::add_duty(tx, school.school, &duty)).unwrap();
    id
}

async fn proposal(head: &SignedInBrowser<'_>) -> String {
    let page = head.get("/admin/duties").await;
    let from = page.body.split("href=\"/admin/duties/proposals/").nth(1).unwrap();
    format!("/admin/duties/proposals/{}", from.split('"').next().unwrap())
}

/// Tries to make an administrator go. Gives back what was said against it.
async fn tries(school: &School, way: Way, duty: DutyId) -> String {
    let head = school.sign_in(Cast::Head).await;
    let end = format!("/admin/duties/{duty}/end");
    match way {
        Way::EndedAtOnce => {
            words_of(&head.submit(&end, &end, &[("why", "leaving"), ("act", "at-once")]).await.body)
        }
        Way::ProposedAndConfirmed => {
            // Proposed while there were two, and confirmed when there is one.
            let other = gives(school, Cast::OtherTeacher);
            let oliver = school.sign_in(Cast::OtherTeacher).await;
            let proposed = oliver.submit(&end, &end, &[("why", "leaving"), ("act", "propose")]).await;
            assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", words_of(&proposed.body));
            let one = format!("/admin/duties/{other}/end");
            let ended = head.submit(&one, &one, &[("why", "leaving"), ("act", "at-once")]).await;
            assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", words_of(&ended.body));
            let waiting = proposal(&head).await;
            let said = words_of(&head.submit(&waiting, &waiting, &[("act", "confirm")]).await.body);
            let refused = head.submit(&waiting, &waiting, &[("act", "refuse")]).await;
            assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", words_of(&refused.body));
            said
        }
        Way::ALastDay => {
            let admin = school.sign_in(Cast::Administrator).await;
            let (form, to) = ("/admin/duties/propose", school.person(Cast::Teacher).to_string());
            let fields = [
                ("person", to.as_str()),
                ("what", "administrator"),
                ("why", "shared"),
                ("to-day", "30"),
                ("to-month", "11"),
                ("to-year", "2026"),
            ];
            words_of(&admin.submit(form, form, &fields).await.body)
        }
        Way::AnImport => {
            imports(school, &[Cast::Administrator, Cast::Siro], 0).unwrap();
            match imports(school, &[Cast::Siro], 1) {
                Err(NotImported::Service(ServiceError::Refused(why))) => why.words(),
                other => panic!("{other:?}"),
            }
        }
        Way::ThePeoplePage => {
            // By another administrator: nobody with a duty goes this way, the last or not.
            let other = gives(school, Cast::OtherTeacher);
            let oliver = school.sign_in(Cast::OtherTeacher).await;
            let leave = format!("/admin/people/{}/leave", school.person(Cast::Administrator));
            let refused = oliver.submit("/admin/people/add", &leave, &[]).await;
            let one = format!("/admin/duties/{other}/end");
            let ended = head.submit(&one, &one, &[("why", "leaving"), ("act", "at-once")]).await;
            assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", words_of(&ended.body));
            words_of(&refused.body)
        }
        Way::TheProvidersWord => {
            is_marked_no_more(school, Cast::Administrator);
            // It says nothing: nobody is there to read it. Anybody else goes.
            is_marked_no_more(school, Cast::Teacher);
            assert!(!is_here(school, school.person(Cast::Teacher)));
            "administrator".to_owned()
        }
    }
}

#[apply(both_databases!)]
async fn p7_the_last_administrator_goes_on_no_way_at_all(db: TestDb) {
    let school = School::open(db).await;
    let (addy, duty) = (school.person(Cast::Administrator), school.duty(Cast::Administrator));
    for way in WAYS {
        let said = tries(&school, way, duty).await;
        assert!(said.to_lowercase().contains("administrator"), "{way:?}: {said}");
        assert!(administers(&school) && is_here(&school, addy), "{way:?}");
        let admin = school.sign_in(Cast::Administrator).await;
        assert_eq!(admin.get("/admin/duties").await.status, StatusCode::OK, "{way:?}");
        school.hands.forward(TimeDelta::seconds(5));
    }
    assert_eq!(school.db.count(&format!("duties WHERE id = '{duty}' AND ends_at IS NULL")), 1);
}

/// A list may take several administrators with it, and is refused only if nobody is left who has entered a code.
#[apply(both_databases!)]
async fn p7_an_import_may_take_all_but_the_last_administrator(db: TestDb) {
    let school = School::open(db).await;
    gives(&school, Cast::OtherTeacher);
    imports(&school, &[Cast::Administrator, Cast::OtherTeacher, Cast::Siro], 0).unwrap();
    let refused = imports(&school, &[Cast::Siro], 2);
    assert!(matches!(refused, Err(NotImported::Service(ServiceError::Refused(_)))), "{refused:?}");
    assert!(
        [Cast::Administrator, Cast::OtherTeacher].iter().all(|cast| is_here(&school, school.person(*cast))),
        "all or nothing"
    );
    // A person who waits for a code administers nothing: they cannot be the one who stays.
    let not_in = school.person(Cast::OtherTeacher);
    school
        .db
        .run_sql(&format!("UPDATE bindings SET code_from = 'administrator' WHERE person_id = '{not_in}'"));
    let refused = imports(&school, &[Cast::OtherTeacher, Cast::Siro], 1);
    assert!(matches!(refused, Err(NotImported::Service(ServiceError::Refused(_)))), "{refused:?}");
    school.db.run_sql(&format!("UPDATE bindings SET code_from = 'head' WHERE person_id = '{not_in}'"));
    imports(&school, &[Cast::OtherTeacher, Cast::Siro], 1).unwrap();
    assert!(administers(&school) && !is_here(&school, school.person(Cast::Administrator)));
}
