//! A case that another one opened, and that became part of a third one.

use super::*;
use candour::{
    domain::{
        kernel::ids::DutyId,
        people::{Desk, Seat},
    },
    store::people::staff::{self, Duty, DutyKind},
};

/// I6: what is left of a filtering case at its old address shows no more than the case that goes on: a deputy of a desk
/// that is shut reads neither, and one whom that case excludes stays out however often the other follows.
#[apply(both_databases!)]
async fn i6_a_merged_case_shows_no_more_at_its_old_address(db: TestDb) {
    let school = School::open(db).await;
    let (oliver, now) = (school.person(Cast::OtherTeacher), school.clock.now());
    let what = DutyKind::Seat(Desk::Network, Seat::Deputy);
    let id = DutyId::draw(now, &mut Randomness);
    let duty = Duty { id, person: oliver, what, starts_at: now, ends_at: None };
    school.db.write(|tx| staff::add_duty(tx, school.school, &duty)).unwrap();
    let reference = school.report(Cast::Teacher, &content(&school, AdultAnswer::No)).reference;
    let linked = let_through(&school, Cast::OnlineSafety, &reference).await;
    let mut draft = school.draft("FIL-FAIL");
    let named = school.person(Cast::DeputyDsl);
    draft.subjects = vec![school.about(named, SubjectKind::SomebodyElse, SubjectRole::NamedOnly)];
    let target = school.report(Cast::Teacher, &draft).reference;
    let (nick, deputy) = (school.sign_in(Cast::Network).await, school.sign_in(Cast::OtherTeacher).await);
    let (head, dougal) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::DeputyDsl).await);
    let merge = format!("{linked}/merge");
    let merged = nick.submit(&merge, &merge, &[("target", target.as_str())]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.body);
    let addresses = [format!("{linked}?as=it-was"), format!("/cases/{target}")];
    for address in &addresses {
        assert_eq!(status(&deputy, address).await, StatusCode::OK, "{address}");
        assert_eq!(status(&dougal, address).await, StatusCode::NOT_FOUND, "{address}");
    }

    let him = school.about(school.person(Cast::Network), SubjectKind::AdultHere, SubjectRole::Alleged);
    acts(&school, Cast::OnlineSafety, &reference, |case, act| case.add_subject(&him, act));
    for address in &addresses {
        assert_eq!(status(&head, address).await, StatusCode::OK, "{address}: the head stands in");
        for kept_out in [&nick, &deputy, &dougal] {
            assert_eq!(status(kept_out, address).await, StatusCode::NOT_FOUND, "{address}");
        }
    }

    let op = school.op(Cast::Head);
    let Ok(CaseView::Full(full)) = read::case(&school.db, &op, &reference, &mut Randomness) else { panic!() };
    let id = full.case.current_subjects().next().unwrap().id;
    acts(&school, Cast::Head, &reference, |case, act| case.remove_subject(id, &why(), act));
    for address in &addresses {
        assert_eq!(status(&deputy, address).await, StatusCode::OK, "{address}: the reason is gone");
        assert_eq!(status(&dougal, address).await, StatusCode::NOT_FOUND, "{address}: his own is not");
    }
    school.deliver().await;
}
