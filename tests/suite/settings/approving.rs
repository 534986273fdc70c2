//! Who approves a change of settings, and what they have seen of it.

use super::*;

/// Two proposals at once: the decider looks at the second again, since what it would do has changed.
#[apply(both_databases!)]
async fn nobody_approves_what_they_did_not_see(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let stale = administrator.get(BULLYING).await;
    let first = proposes(&administrator, BULLYING, &CHANGED).await;
    school.hands.forward(TimeDelta::minutes(1));
    let rules =
        [("adult-lead", "dsl"), ("smallest", "8"), ("why", "As our policy has it."), ("starts", "approved")];
    proposes(&administrator, "/admin/rules", &rules).await;
    let list = head.get("/admin/proposals").await.body;
    let second = list
        .split("href=\"")
        .find_map(|rest| {
            let path = rest.split('"').next().unwrap();
            (path.starts_with("/admin/proposals/") && path != first).then(|| path.to_owned())
        })
        .unwrap();
    let seen = head.get(&second).await;
    approves(&head, &first).await;
    let unseen = head.submit_from(&seen, &second, &[("act", "approve")]).await;
    assert_eq!(unseen.status, StatusCode::CONFLICT);
    assert_eq!(approves(&head, &second).await.location, "/admin/proposals?approved");
    let late = administrator.submit_from(&stale, BULLYING, &with(&CHANGED, &[("severity", "low")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "the page was opened before the rules changed");
    let smallest =
        [("adult-lead", "head"), ("smallest", "4"), ("why", "To show more."), ("starts", "approved")];
    let refused = administrator.submit("/admin/rules", "/admin/rules", &smallest).await;
    assert_eq!(problems(&refused.body, "smallest"), "Enter a number from 5 to 20");
    assert!(shown(&administrator, "/admin/rules").await.contains(">8<"));
}

/// A cover for the head decides as the head does; somebody at the network desk does not even see the pages.
#[apply(both_databases!)]
async fn cover_decides_and_the_network_manager_sees_nothing(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, network) =
        (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Network).await);
    let proposal = proposes(&administrator, BULLYING, &CHANGED).await;
    for path in [
        "/admin/settings",
        "/admin/categories",
        BULLYING,
        "/admin/contacts",
        "/admin/rules",
        "/admin/proposals",
        proposal.as_str(),
    ] {
        assert_eq!(network.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!network.get("/queue").await.body.contains("/admin/"), "no link either");
    let now = school.clock.now();
    let cover = Duty {
        id: candour::domain::kernel::ids::DutyId::draw(now, &mut Randomness),
        person: school.person(Cast::DeputyHead),
        what: DutyKind::Seat(Desk::Head, Seat::Cover),
        starts_at: now,
        ends_at: None,
    };
    school.db.write(|tx| staff::add_duty(tx, school.school, &cover)).unwrap();
    let deputy = school.sign_in(Cast::DeputyHead).await;
    assert_eq!(approves(&deputy, &proposal).await.location, "/admin/proposals?approved");
}
