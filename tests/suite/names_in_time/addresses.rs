//! I4: nobody alone sends the e-mails of a person with a role elsewhere, or adds somebody whose name is nearly theirs.

use super::*;

/// Enters another address for a member of staff, who keeps their name.
async fn readdresses(admin: &SignedInBrowser<'_>, who: Cast, email: &str) -> Answer {
    admin.school.hands.forward(TimeDelta::seconds(5));
    let page = format!("{}/correct", page_of(admin.school.person(who)));
    admin.submit(&page, &page, &[("name", who.name()), ("kind", "staff"), ("email", email)]).await
}

fn has_address(school: &School, email: &str) -> i64 {
    school.db.count(&format!("people WHERE email = '{email}'"))
}

#[apply(both_databases!)]
async fn i4_the_address_of_a_person_with_a_role_takes_two(db: TestDb) {
    let school = School::open(db).await;
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let (old, new) = ("dinah.lead@school.example", "mine@evil.example");
    done(&readdresses(&admin, Cast::Dsl, new).await, &waits(&school, Cast::Dsl));
    assert_eq!((has_address(&school, old), has_address(&school, new)), (1, 0), "it waits");
    not_taken(&readdresses(&admin, Cast::Dsl, new).await, "This address waits for a second person already");
    let dinah = school.sign_in(Cast::Dsl).await;
    assert!(
        dinah.get("/settings").await.body.contains("A change of your e-mail address to mine@evil.example")
    );
    let page = admin.get(&the_name_that_waits(&admin).await).await.body;
    assert!(page.contains(old) && page.contains(new) && !page.contains("value=\"confirm\""));
    let asked = the_name_that_waits(&head).await;
    not_taken(&admin.submit(&asked, &asked, &[("act", "confirm")]).await, "You proposed this name");
    let own = dinah.submit(FOR_ITS_TOKENS, &asked, &[("act", "confirm")]).await;
    assert_eq!(own.status, StatusCode::NOT_FOUND, "she confirms no names, least of all her own");
    assert_eq!(has_address(&school, new), 0);
    // Confirmed before any e-mail was sent, she is told where she would have missed it.
    school.hands.forward(TimeDelta::seconds(5));
    done(&decides(&head, "confirm").await, "/admin/names?confirmed");
    assert_eq!((has_address(&school, old), has_address(&school, new)), (0, 1));
    let told = school.deliver().await;
    assert!(told.iter().any(|to| to == old), "{told:?}");
    let kept = "audit_entries WHERE act = 'corrected_person' AND entry LIKE '%address_changed%'";
    assert_eq!(school.db.count(kept), 1);
    let with = "audit_entries WHERE act = 'proposed_name' AND entry LIKE '%\"session\":\"%'";
    assert_eq!(school.db.count(with), 1, "with account and session");
    assert_eq!(school.db.count("audit_entries WHERE entry LIKE '%evil%'"), 0);
    // Without a role one person is enough; the head's own is the chair's to confirm.
    let teacher = school.person(Cast::Teacher);
    let at_once = readdresses(&admin, Cast::Teacher, "tessa@school.example").await;
    done(&at_once, &format!("{}?corrected", page_of(teacher)));
    assert_eq!(has_address(&school, "tessa@school.example"), 1);
    done(&readdresses(&admin, Cast::Head, "hattie@evil.example").await, &waits(&school, Cast::Head));
    let asked = the_name_that_waits(&head).await;
    not_taken(
        &head.submit(FOR_ITS_TOKENS, &asked, &[("act", "confirm")]).await,
        "You cannot decide about your own name",
    );
    let chair = school.sign_in(Cast::Chair).await;
    done(&decides(&chair, "refuse").await, "/admin/names?refused");
    assert_eq!(has_address(&school, "hattie@evil.example"), 0);
    // Of a name and an address that both wait, each is decided by itself.
    let page = format!("{}/correct", page_of(school.person(Cast::Dsl)));
    let both = [("name", "Dinah Marsh"), ("kind", "staff"), ("email", old)];
    done(&admin.submit(&page, &page, &both).await, &waits(&school, Cast::Dsl));
    assert_eq!(school.db.count("name_proposals WHERE state = 'waiting'"), 2);
    assert_eq!((called(&school, "Dinah Marsh"), has_address(&school, old)), (0, 0));
}

/// By a list on the page and by the command: the address waits, the rest of the row is taken, and it is asked once.
#[apply(both_databases!)]
async fn i4_a_list_readdresses_nobody_with_a_role_and_the_rest_is_taken(db: TestDb) {
    let school = School::open(db).await;
    let dinah = school.person(Cast::Dsl);
    let imports = |by: &Importer, post: &str, rulings| {
        let list = staff_list(&[("mine@evil.example", "Lead", "Dinah", post)]);
        let sent = register::open(vec![list]).unwrap();
        let chosen = ImportOptions { extent: Extent::Part, rulings, ..ImportOptions::default() };
        register::import(&school.db, by, &sent, &chosen, &mut Randomness, &mut |_, _| {})
    };
    let administrator = Importer::administrator(&school.op(Cast::Administrator)).unwrap();
    let machine = Importer::on_the_machine(school.school, school.clock.now());
    let Err(NotImported::Rejected(asked)) = imports(&machine, "Head of Music", Default::default()) else {
        panic!("who is it?");
    };
    let is_she = [(asked.rejected[0].place.clone(), Ruling::Same(dinah))];
    let plan = imports(&machine, "Head of Music", is_she.into()).unwrap();
    assert_eq!((plan.changed.len(), plan.waiting.len()), (1, 1));
    assert_eq!(
        plan.waiting[0].line().words(),
        "Dinah Lead, another e-mail address, because they have a role"
    );
    assert_eq!(school.db.count(&format!("people WHERE id = '{dinah}' AND post = 'Head of Music'")), 1);
    assert_eq!(
        (has_address(&school, "dinah.lead@school.example"), has_address(&school, "mine@evil.example")),
        (1, 0)
    );
    let again = imports(&administrator, "Head of Art", Default::default()).unwrap();
    assert_eq!((again.changed.len(), again.waiting.len()), (1, 1));
    assert_eq!(school.db.count("name_proposals"), 1, "asked once");
    let head = school.sign_in(Cast::Head).await;
    done(&decides(&head, "confirm").await, "/admin/names?confirmed");
    assert_eq!(has_address(&school, "mine@evil.example"), 1);
    school.deliver().await;
}

/// A new person whose name is nearly that of a person with a role takes two, on the page and by a list.
#[apply(both_databases!)]
async fn i4_nobody_alone_adds_a_name_that_is_nearly_a_role_holders(db: TestDb) {
    let school = School::open(db).await;
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let people = school.db.count("people");
    let added = admin.submit(ADD, ADD, &[("name", "Dinah Leed"), ("kind", "visitor")]).await;
    done(&added, "/admin/names?proposed");
    let asked = words_of(&head.get(&the_name_that_waits(&head).await).await.body);
    assert!(asked.contains("Dinah Lead") && asked.contains("spelt nearly like it"), "{asked}");
    done(&decides(&head, "refuse").await, "/admin/names?refused");
    let list = staff_list(&[("d.laed@school.example", "Laed", "Dinah", "Cook")]);
    let sent = register::open(vec![list]).unwrap();
    let chosen = ImportOptions { extent: Extent::Part, ..ImportOptions::default() };
    let by = Importer::administrator(&school.op(Cast::Administrator)).unwrap();
    let plan = register::import(&school.db, &by, &sent, &chosen, &mut Randomness, &mut |_, _| {}).unwrap();
    assert_eq!((plan.new.len(), plan.waiting.len()), (0, 1));
    assert_eq!(school.db.count("people"), people, "nobody was added");
    // Nor is anybody renamed so.
    done(&renames(&admin, Cast::Teacher, "Dina Lead").await, &waits(&school, Cast::Teacher));
    // Nearly the name of somebody without a role is a name like any other.
    let like = admin.submit(ADD, ADD, &[("name", "Tessa Teech"), ("kind", "visitor")]).await;
    assert_eq!((like.status, called(&school, "Tessa Teech")), (StatusCode::SEE_OTHER, 1));
}
