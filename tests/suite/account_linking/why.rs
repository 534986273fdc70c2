//! I7: the list of who waits says why, each reason in its own words, and in each school its own.

use super::*;
use candour::domain::entry::first_sign_in::NotLetIn;

/// What the list of access requests says of the one account that waits.
async fn said(scene: &Scene) -> String {
    let head = scene.school.sign_in(Cast::Head).await;
    let page = head.get("/admin/access-requests").await.body;
    let why = page.split("No access yet because ").nth(1).unwrap_or_else(|| panic!("nobody waits: {page}"));
    why.split(".</p>").next().unwrap().to_owned()
}

#[track_caller]
fn is_why(said: &str, why: NotLetIn) {
    // An apostrophe is written otherwise in a page.
    assert_eq!(said.replace("&#39;", "'"), why.words());
}

#[apply(both_databases!)]
async fn i7_no_claim_no_such_id_and_a_role_are_told_apart(db: TestDb) {
    let scene = Scene::open(db, entra()).await;
    let person = scene.registers("Bea Bell", PersonKind::Staff, "bea@school.example", Some("object-7"));
    // The mark of staff is there, and what people are known by is not.
    scene.stays_outside().await;
    is_why(&said(&scene).await, NotLetIn::NoKey);
    // No claim came that marks staff at all.
    scene.says(|claims| drop(claims.as_object_mut().unwrap().remove("groups")));
    scene.stays_outside().await;
    is_why(&said(&scene).await, NotLetIn::Unsaid);
    scene.says(|claims| claims["groups"] = json!(["alumni"]));
    scene.stays_outside().await;
    is_why(&said(&scene).await, NotLetIn::Unmarked);
    // An id came that no one on the register has.
    scene.says(|claims| (claims["tid"], claims["oid"]) = (json!("tenant-1"), json!("object-8")));
    scene.stays_outside().await;
    is_why(&said(&scene).await, NotLetIn::NoSuchId);
    // A person has it, and has a role.
    scene.makes_deputy_dsl(person, TimeDelta::zero());
    scene.says(|claims| (claims["tid"], claims["oid"]) = (json!("tenant-1"), json!("object-7")));
    scene.stays_outside().await;
    is_why(&said(&scene).await, NotLetIn::HasRole);
    assert_eq!(scene.waiting().len(), 1, "one line, however often they try: {:?}", scene.waiting());
}

#[apply(both_databases!)]
async fn i7_nobody_several_and_a_name_that_is_there_are_told_apart(db: TestDb) {
    let scene = Scene::open(db, Rules { adding: Adding::Staff, ..google() }).await;
    // Two people have the address that came: it means neither, and no third one is added.
    for name in ["Bea Bell", "Bob Bell"] {
        scene.registers(name, PersonKind::Staff, "ann@school.example", None);
    }
    let people = scene.school.db.count("people");
    scene.stays_outside().await;
    is_why(&said(&scene).await, NotLetIn::Several);
    // Nobody has it, and one of the same name has no account yet.
    scene.registers("Cara Cope", PersonKind::Staff, "cope@school.example", None);
    scene.says(|claims| {
        (claims["name"], claims["email"]) = (json!("Cara Cope"), json!("c.cope@school.example"));
    });
    scene.stays_outside().await;
    is_why(&said(&scene).await, NotLetIn::PerhapsThere);
    assert_eq!(scene.school.db.count("people"), people + 1, "nobody was added by the sign-in");
    // A sign-in that settles nothing.
    let unpinned =
        Scene::open(TestDb::sqlite(), Rules { staff: Mark::parse(STAFF), ..Rules::by_code_only() });
    let unpinned = unpinned.await;
    unpinned.stays_outside().await;
    is_why(&said(&unpinned).await, NotLetIn::NeedsCode);
}

/// A reason that is one school's is not the other's.
#[apply(both_databases!)]
async fn i7_each_school_says_its_own_reason(db: TestDb) {
    let scene = Scene::open_for(db, entra(), &[]).await;
    let school = &scene.school;
    let person = scene.registers("Bea Bell", PersonKind::Staff, "bea@school.example", Some("object-7"));
    scene.makes_deputy_dsl(person, TimeDelta::zero());
    scene.says(|claims| (claims["tid"], claims["oid"]) = (json!("tenant-1"), json!("object-7")));
    scene.stays_outside().await;
    for (of, why) in [(school.school, "has_role"), (school.other_school, "no_such_id")] {
        let here = format!("access_requests WHERE school_id = '{of}' AND why = '{why}'");
        assert_eq!(school.db.count(&here), 1, "{why}");
    }
}
