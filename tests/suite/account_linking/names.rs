//! Under which names the sign-in adds nobody.

use super::*;

#[apply(both_databases!)]
async fn nobody_is_added_who_may_be_there_already(db: TestDb) {
    let scene = Scene::open(db, Rules { adding: Adding::Staff, ..entra() }).await;
    let says = |object: &'static str, name: &'static str, email: &'static str| {
        scene.says(move |claims| {
            (claims["tid"], claims["oid"]) = (json!("tenant-1"), json!(object));
            (claims["name"], claims["email"]) = (json!(name), json!(email));
        });
    };
    let head = scene.registers("Hedda Head", PersonKind::Staff, "hedda@school.example", None);
    for (name, email) in [("HEDDA head", "h@elsewhere.example"), ("H. Head", "Hedda@school.example")] {
        says("object-1", name, email);
        scene.stays_outside().await;
    }
    assert_eq!(scene.waiting().len(), 1, "one line for one account: {:?}", scene.waiting());
    assert!(scene.waiting()[0].ends_with(": perhaps_there"));
    let people = scene.school.db.read(|tx| staff::adults(tx, scene.school.school)).unwrap();
    assert_eq!(
        people.iter().filter(|person| person.name.contains("Hedda")).map(|p| p.id).collect::<Vec<_>>(),
        [head]
    );
    // Somebody else is added as before, and so is a namesake of somebody the directory tells apart.
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", Some("object-2"));
    says("object-3", "Ann Other", "ann.other@school.example");
    scene
        .provider
        .script(|s| s.user_info = std::sync::Arc::new(|info| info["email_verified"] = json!(false)));
    scene.comes_in().await;
}

/// I4: the sign-in adds nobody under a name that a person with a role has or had: that takes two people.
#[apply(both_databases!)]
async fn i4_the_sign_in_adds_nobody_under_the_name_of_a_person_with_a_role(db: TestDb) {
    let scene = Scene::open(db, Rules { adding: Adding::Staff, ..google() }).await;
    let people = scene.school.db.count("people");
    for name in ["Dinah Lead", "LEAD, Dinah"] {
        scene.says(move |claims| claims["name"] = json!(name));
        scene.stays_outside().await;
    }
    scene.says(|claims| claims["name"] = json!("Dinah Leed"));
    scene.stays_outside().await;
    assert!(scene.waiting()[0].ends_with(": name_of_role"), "{:?}", scene.waiting());
    scene.says(|claims| claims["name"] = json!("Dinah Lead"));
    scene.stays_outside().await;
    assert_eq!(scene.school.db.count("people"), people);
    assert!(scene.waiting()[0].ends_with(": perhaps_there"), "{:?}", scene.waiting());
}
