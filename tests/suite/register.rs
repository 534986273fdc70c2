//! People come from lists: what is kept, who leaves, what stays, and how a name is found while it is typed.

use crate::{
    databases::{TestDb, both_databases},
    people_lists::{file, one_roster, sims, staff, upn},
    small_school::{SmallSchool, monday},
};
use candour::{
    domain::{
        kernel::ids::{PersonId, SchoolId},
        people::{
            Office,
            register::{
                incoming::Extent,
                keys::{NameQuery, keys},
                known::{Known, Presence},
                plan::{Plan, Ruling},
            },
            ties::{Tie, Ties},
        },
    },
    register::NamedFile,
    service::{
        ServiceError,
        clock::Randomness,
        people::register::{self, ImportOptions, Importer, NotImported},
    },
    store::{
        people::{
            name_keys,
            register::load,
            staff as kept_staff,
            staff::{Duty, DutyKind},
            ties,
        },
        record::audit,
    },
};
use macro_rules_attribute::apply;
use std::collections::BTreeSet;

const MAISIE: &str = "Maisie";

fn by(school: SchoolId) -> Importer {
    Importer::on_the_machine(school, monday())
}

fn import(
    db: &TestDb,
    school: SchoolId,
    list: &NamedFile,
    chosen: &ImportOptions,
) -> Result<Plan, NotImported> {
    let sent = register::open(vec![list.clone()])?;
    register::import(db, &by(school), &sent, chosen, &mut Randomness, &mut |_, _| {})
}

fn imported(db: &TestDb, school: SchoolId, list: &NamedFile) -> Plan {
    import(db, school, list, &ImportOptions::default()).unwrap()
}

fn confirmed(leavers: usize) -> ImportOptions {
    ImportOptions { leavers: Some(leavers), ..ImportOptions::default() }
}

fn people(db: &TestDb, school: SchoolId) -> Vec<Known> {
    db.read(|tx| load(tx, school, monday())).unwrap().people
}

fn person(db: &TestDb, school: SchoolId, name: &str) -> Known {
    people(db, school).into_iter().find(|known| known.record.name == name).unwrap()
}

fn three() -> NamedFile {
    let upns = [upn(801_200_005_001), upn(801_200_005_002), upn(801_200_005_003)];
    sims(&[
        (&upns[0], "Osei", "Amara", "7"),
        (&upns[1], "Reid", MAISIE, "8"),
        (&upns[2], "Smith-Jones", "Zoë", "8"),
    ])
}

#[apply(both_databases!)]
fn a_list_is_kept_and_read_back_as_it_was(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    let plan = imported(&db, school, &three());
    assert_eq!((plan.new.len(), plan.leavers.len()), (3, 0), "staff typed in never leave by a list");
    let amara = person(&db, school, "Amara Osei").record;
    assert_eq!(amara.upn.unwrap().as_str(), upn(801_200_005_001));
    assert_eq!(amara.year.unwrap().as_str(), "Year 7");
    assert_eq!(amara.tutor_group.unwrap().as_str(), "7A");
    assert_eq!(amara.born.unwrap().to_string(), "4 March 2014");
    let again = imported(&db, school, &three());
    assert_eq!((again.unchanged.len(), again.new.len(), again.changed.len()), (3, 0, 0));
}

#[apply(both_databases!)]
fn who_is_on_the_list_no_more_leaves_and_comes_back_as_the_same_person(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    imported(&db, school, &three());
    let was = person(&db, school, "Maisie Reid");
    let without = sims(&[
        (&upn(801_200_005_001), "Osei", "Amara", "7"),
        (&upn(801_200_005_003), "Smith-Jones", "Zoë", "8"),
    ]);
    imported(&db, school, &without);
    let gone = person(&db, school, "Maisie Reid");
    assert_eq!((gone.id, gone.presence), (was.id, Presence::Left));
    assert_eq!(gone.record, was.record, "everything that is known of her stays");
    assert!(
        db.count(&format!("name_keys WHERE person_id = '{}'", gone.id)) > 0,
        "who has left is still found, marked so"
    );
    let plan = imported(&db, school, &three());
    assert_eq!((plan.back.len(), plan.new.len()), (1, 0));
    assert_eq!(person(&db, school, "Maisie Reid").id, was.id);
    assert!(db.count(&format!("name_keys WHERE person_id = '{}'", was.id)) > 0);
}

#[apply(both_databases!)]
fn many_leavers_have_to_be_confirmed_by_their_number(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    imported(&db, school, &three());
    let one = sims(&[(&upn(801_200_005_001), "Osei", "Amara", "7")]);
    let refused = import(&db, school, &one, &ImportOptions::default()).unwrap_err();
    assert!(matches!(refused, NotImported::Unconfirmed(plan) if plan.leavers.len() == 2));
    assert!(matches!(import(&db, school, &one, &confirmed(3)), Err(NotImported::Unconfirmed(_))));
    assert_eq!(import(&db, school, &one, &confirmed(2)).unwrap().leavers.len(), 2);
    let part = ImportOptions { extent: Extent::Part, ..ImportOptions::default() };
    assert_eq!(import(&db, school, &three(), &part).unwrap().back.len(), 2);
}

#[apply(both_databases!)]
fn one_wrong_row_and_nothing_is_written(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    let (before, head) = (people(&db, school), db.read(|tx| audit::head(tx, school)).unwrap());
    let good = upn(801_200_005_001);
    let list = sims(&[(&good, "Osei", "Amara", "7"), ("A801200005001", "Reid", MAISIE, "8")]);
    let Err(NotImported::Rejected(plan)) = import(&db, school, &list, &ImportOptions::default()) else {
        panic!("the check letter does not fit")
    };
    assert_eq!(plan.rejected.len(), 1);
    assert_eq!(plan.rejected[0].place.to_string(), "pupils.csv, line 3");
    assert_eq!(people(&db, school), before);
    assert_eq!(db.read(|tx| audit::head(tx, school)).unwrap(), head);
}

#[apply(both_databases!)]
fn an_import_is_one_entry_of_the_audit_log_and_names_nobody(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    let (before, _) = db.read(|tx| audit::head(tx, school)).unwrap();
    imported(&db, school, &three());
    let (after, _) = db.read(|tx| audit::head(tx, school)).unwrap();
    assert_eq!(after, before + 1);
    assert_eq!(db.count("audit_entries WHERE act = 'imported_people' AND entry LIKE '%sha256%'"), 1);
    for name in ["Osei", MAISIE, "Smith"] {
        assert_eq!(db.count(&format!("audit_entries WHERE entry LIKE '%{name}%'")), 0);
    }
    assert!(matches!(db.read(|tx| audit::verify(tx, school, None)).unwrap(), audit::Verdict::Whole { .. }));
}

#[apply(both_databases!)]
fn context_and_families_are_kept_and_a_silent_list_takes_nothing_away(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    imported(&db, school, &staff(&[("ama.osei@school.example", "Osei", "Ama", "Teacher")]));
    let full = file(
        "pupils.csv",
        &format!(
            "UPN,Legal Surname,Legal Forename,Year Group,Reg Group,DOB,SEN Status,Looked After,Staff Parents,Siblings\n\
         {0},Osei,Amara,7,7A,04/03/2014,K,Yes,ama.osei@school.example,{1}\n\
         {1},Osei,Kofi,8,8A,04/03/2013,N,No,,\n",
            upn(801_200_005_001),
            upn(801_200_005_002)
        ),
    );
    let plan = imported(&db, school, &full);
    assert_eq!(plan.ties.len(), 2, "{plan:?}");
    let ties: BTreeSet<Tie> = plan.ties.iter().map(|tie| tie.tie).collect();
    assert_eq!(ties, BTreeSet::from([Tie::Sibling, Tie::Parent]));
    let context = person(&db, school, "Amara Osei").context;
    assert_ne!(context, Default::default());
    let acts_read = db.read(|tx| ties::in_force(tx, school)).unwrap();
    assert_eq!(
        acts_read.changed_from(&Ties::default()).len(),
        2,
        "parent and child; brothers and sisters keep nobody from a case"
    );
    let silent =
        sims(&[(&upn(801_200_005_001), "Osei", "Amara", "7"), (&upn(801_200_005_002), "Osei", "Kofi", "8")]);
    let plan = imported(&db, school, &silent);
    assert_eq!((plan.context.len(), plan.ties.len(), plan.leavers.len()), (0, 0, 0));
    assert_eq!(person(&db, school, "Amara Osei").context, context);
}

#[apply(both_databases!)]
fn somebody_of_a_known_name_is_asked_about_and_a_ruling_settles_it(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    let old =
        file("staff.csv", "Staff Code,Work Email,Surname,Forename\nS1,p.hart@school.example,Hart,Pat\n");
    imported(&db, school, &old);
    let pat = person(&db, school, "Pat Hart").id;
    let new = file(
        "more.csv",
        "Arbor Staff ID,Work Email,Legal Last Name,Legal First Name\n9,pat@school.example,Hart,Pat\n",
    );
    let Err(NotImported::Rejected(plan)) = import(&db, school, &new, &ImportOptions::default()) else {
        panic!("nothing tells whether it is the same Pat Hart")
    };
    let place = plan.rejected[0].place.clone();
    let ruled =
        |ruling| ImportOptions { rulings: [(place.clone(), ruling)].into(), ..ImportOptions::default() };
    let sent = || register::open(vec![new.clone()]).unwrap();
    let same = register::check(&db, &by(school), &sent(), &ruled(Ruling::Same(pat))).unwrap();
    assert_eq!((same.changed.len(), same.new.len()), (1, 0));
    let other = import(&db, school, &new, &ruled(Ruling::SomebodyElse)).unwrap();
    assert_eq!((other.changed.len(), other.new.len()), (0, 1));
}

#[apply(both_databases!)]
fn p7_the_last_administrator_does_not_leave_by_a_list(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    imported(
        &db,
        school,
        &staff(&[
            ("a@school.example", "Admin", "Addy", "IT"),
            ("b@school.example", "Other", "Olly", "Teacher"),
        ]),
    );
    let addy = person(&db, school, "Addy Admin").id;
    let duty = Duty {
        id: candour::domain::kernel::ids::DutyId::draw(monday(), &mut Randomness),
        person: addy,
        what: DutyKind::Office(Office::Administrator),
        starts_at: monday(),
        ends_at: None,
    };
    db.write(|tx| kept_staff::add_duty(tx, school, &duty)).unwrap();
    let without = file(
        "staff.csv",
        "Staff Code,Work Email,Surname,Forename,Post\nS1,b@school.example,Other,Olly,Teacher\n",
    );
    let asked = import(&db, school, &without, &ImportOptions::default());
    assert!(matches!(asked, Err(NotImported::Unconfirmed(_))), "{asked:?}");
    let refused = import(&db, school, &without, &confirmed(1));
    assert!(matches!(refused, Err(NotImported::Service(ServiceError::Refused(_)))), "{refused:?}");
    assert_eq!(person(&db, school, "Addy Admin").presence, Presence::Here);
}

#[apply(both_databases!)]
fn two_imports_at_once_add_nobody_twice(db: TestDb) {
    let school = SmallSchool::new(&db).id;
    let list =
        staff(&[("a@school.example", "Hart", "Pat", "Cook"), ("b@school.example", "Lee", "Sam", "Cook")]);
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| imported(&db, school, &list));
        }
    });
    assert_eq!(people(&db, school).iter().filter(|known| known.record.name == "Pat Hart").count(), 1);
}

#[apply(both_databases!)]
fn what_is_typed_finds_exactly_whom_the_rule_finds(db: TestDb) {
    let small = SmallSchool::new(&db);
    let school = small.id;
    imported(&db, school, &three());
    imported_bundle(&db, school, 300);
    let everybody = people(&db, school);
    let viewer = small.signs_in("teacher", monday());
    for typed in
        ["zo", "smi jo", "smith-jones", "zoe s", "OSEI AM", "ose", "ba", "eb aa", "ee ee", "aei", "u", "zz"]
    {
        let Some(rule) = NameQuery::parse(typed) else {
            assert!(typed.len() < 2);
            continue;
        };
        let expected: BTreeSet<PersonId> =
            everybody.iter().filter(|known| rule.finds(&keys(&known.record))).map(|known| known.id).collect();
        let found = db.read(|tx| name_keys::suggest(tx, &viewer, &rule)).unwrap();
        assert_eq!(found.len(), expected.len().min(8), "{typed}: {found:?}");
        for suggested in &found {
            let is_expected = everybody.iter().any(|known| {
                expected.contains(&known.id)
                    && known.record.name == suggested.name
                    && known.record.year.as_ref().map(ToString::to_string) == suggested.year_group
            });
            assert!(is_expected, "{typed}: {suggested:?}");
        }
    }
}

#[apply(both_databases!)]
fn nobody_of_another_school_is_suggested_and_whoever_left_is_marked_so(db: TestDb) {
    let (here, there) = (SmallSchool::new(&db), SmallSchool::called(&db, "hill", "Hill School"));
    imported(&db, there.id, &three());
    let suggested = |typed: &str| {
        let viewer = here.signs_in("teacher", monday());
        db.read(|tx| name_keys::suggest(tx, &viewer, &NameQuery::parse(typed).unwrap())).unwrap()
    };
    assert_eq!(suggested("osei"), []);
    imported(&db, here.id, &three());
    assert_eq!(suggested("osei").len(), 1);
    let amara = person(&db, here.id, "Amara Osei").id;
    db.write(|tx| kept_staff::leave(tx, here.id, amara, monday())).unwrap();
    let left: Vec<_> = suggested("osei").iter().map(|one| one.left_at).collect();
    assert_eq!(left, [Some(monday())]);
}

fn imported_bundle(db: &TestDb, school: SchoolId, people: usize) {
    let sent = register::open(one_roster(people)).unwrap();
    let chosen = ImportOptions::default();
    register::import(db, &by(school), &sent, &chosen, &mut Randomness, &mut |_, _| {}).unwrap();
}
