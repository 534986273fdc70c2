//! A school with many adults: each stands on one page of the list.

use super::*;

/// Of many, each stands on one page, and no page takes more statements for it.
#[apply(both_databases!)]
async fn every_adult_stands_on_one_page(db: TestDb) {
    let school = School::open(db).await;
    let (now, random) = (school.clock.now(), &mut Randomness);
    let many: Vec<staff::Person> = (0..130)
        .map(|n| staff::Person {
            id: PersonId::draw(now, random),
            kind: PersonKind::Staff,
            // Names that many share, so that pages end among them.
            name: format!("Sam {}", ["Brook", "Moor", "Émile", "zu Marsh"][n % 4]),
            year_group: None,
            post: None,
            email: Some(format!("sam{n}@school.example")),
        })
        .collect();
    school.db.write(|tx| staff::add_people(tx, school.school, &many, now)).unwrap();
    let admin = school.sign_in(Cast::Administrator).await;
    let all = walked(&admin, PEOPLE).await;
    assert_eq!(all.len(), 130 + Cast::ALL.len());
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "each once");
    for (n, person) in many.iter().enumerate().take(120) {
        let at = now + TimeDelta::seconds(i64::try_from(n / 3).unwrap());
        school.db.write(|tx| staff::leave(tx, school.school, person.id, at)).unwrap();
    }
    let left = walked(&admin, "/admin/people/left").await;
    assert_eq!((left.len(), left.iter().collect::<BTreeSet<_>>().len()), (120, 120));
    assert!(many[117..120].iter().any(|one| left[0] == page_of(one.id, "")), "the latest first");
    let found = admin.submit(PEOPLE, PEOPLE, &[("find", "sam")]).await.body;
    assert!(found.contains("These are the first of many"));
    not_taken(&admin.submit(PEOPLE, PEOPLE, &[("find", "s")]).await, "Enter at least two letters");
}
