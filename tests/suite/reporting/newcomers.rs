//! People who join the school, or are given a role, after words were written that could mean them.

use super::case;
use crate::{
    databases::{TestDb, both_databases},
    school::{Cast, School},
};
use candour::{
    domain::{
        concern::{DraftSubject, Somebody},
        kernel::{
            ids::{DutyId, PersonId, Reference},
            text::{Line, Summary},
        },
        people::{
            Desk, PersonKind, Seat,
            subject::{SubjectKind, SubjectRole},
        },
    },
    jobs::Job,
    service::{
        case::act::{self, CaseOnPage},
        clock::Randomness,
    },
    store::people::staff::{self, Duty, DutyKind, Person},
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use std::collections::BTreeSet;

/// A person of this name joins and deputises for the online safety coordinator.
fn joins(school: &School, name: &str) -> PersonId {
    let now = school.clock.now();
    let (id, duty) = (PersonId::draw(now, &mut Randomness), DutyId::draw(now, &mut Randomness));
    let name = name.to_owned();
    let new = Person { id, kind: PersonKind::Staff, name, year_group: None, post: None, email: None };
    let what = DutyKind::Seat(Desk::OnlineSafety, Seat::Deputy);
    let seat = Duty { id: duty, person: id, what, starts_at: now, ends_at: None };
    school
        .db
        .write(|tx| {
            staff::add_people(tx, school.school, &[new], now)?;
            staff::add_duty(tx, school.school, &seat)
        })
        .unwrap();
    id
}

/// The coordinator ends a case, or opens it again.
fn acts(school: &School, reference: &Reference, step: &str) {
    let why = Summary::parse("For the test").unwrap();
    let (op, form) = (school.op(Cast::OnlineSafety), school.form());
    let version = case(school, Cast::OnlineSafety, reference).version;
    let seen = CaseOnPage { reference, version, form: &form };
    act::perform(&school.db, &op, &seen, &BTreeSet::new(), &mut Randomness, |case, act, _| {
        if step == "ends" { case.no_case(&why, act) } else { case.reopen(&why, act) }
    })
    .unwrap();
}

/// The words meant no one of the register. Whoever of that name joins and is given the role reads neither the open case nor
/// the ended one, nor that one once it is opened again; of another name they do.
#[apply(both_databases!)]
async fn i2_who_joins_later_is_kept_out_of_what_could_be_about_them(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("CON-INAPP");
    let who = Somebody::InWords(Line::parse("Mr Newcombe").unwrap());
    draft.subjects = vec![DraftSubject { who, kind: SubjectKind::SomebodyElse, role: SubjectRole::Alleged }];
    let [open, ended] = [(); 2].map(|()| school.report(Cast::Teacher, &draft).reference);
    acts(&school, &ended, "ends");
    school.does(Job::FollowDuties).await;
    school.hands.forward(TimeDelta::minutes(10));
    let (meant, other) = (joins(&school, "Norbert Newcombe"), joins(&school, "Zelda Quist"));
    let kept_out = |reference: &Reference| {
        let case = case(&school, Cast::OnlineSafety, reference);
        (case.excludes(meant), case.excludes(other))
    };
    assert_eq!(kept_out(&open), (false, false), "within a minute");
    school.hands.forward(TimeDelta::minutes(1));
    school.does(Job::FollowDuties).await;
    assert_eq!((kept_out(&open), kept_out(&ended)), ((true, false), (true, false)));
    acts(&school, &ended, "reopens");
    assert_eq!(kept_out(&ended), (true, false));
    school.deliver().await;
}
