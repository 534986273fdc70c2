//! C6, C7: several concerns in one case, and what a merge may not do.

use super::*;
use proptest::prelude::*;

/// Two cases of one school: a second teacher reported the second.
fn two(first: &Draft, second: &Draft) -> (School, Case) {
    let mut target = School::reported_by(OTHER_TEACHER, &SEATS, second);
    target.case.id = CaseId(Uuid::from_u128(77));
    let concern = &mut target.case.concerns[0];
    concern.id = crate::domain::kernel::ids::ConcernId(Uuid::from_u128(78));
    concern.submitted_at += TimeDelta::minutes(1);
    target.case.submitted_at = concern.submitted_at;
    (School::with(first), target.case)
}

fn merge(school: &mut School, who: PersonId, target: &Case) -> Result<MergeEvents, Refusal> {
    school.ask(who, |case, act| case.merge_into(target, act))
}

fn sees(school: &School, case: &Case, who: PersonId) -> Option<Sight> {
    case.sight(&standing(&school.seats, who, school.now))
}

#[test]
fn c7_a_merge_is_refused_where_it_would_lose_something() {
    let target = |make: &dyn Fn(&mut School)| {
        let mut target = School::with(&draft("CON-INAPP"));
        target.case.id = CaseId(Uuid::from_u128(77));
        make(&mut target);
        target.case
    };
    let open = target(&|_| ());
    let merge = |from: &dyn Fn(&mut School), into: &Case| {
        let mut school = School::with(&draft("CON-INAPP"));
        from(&mut school);
        school
            .tries(COORDINATOR, |case, act| case.merge_into(into, act).map(|merged| merged.source))
            .map(|()| school.case)
    };
    let refuses = |tried: Result<Case, Refusal>| fields(tried.map(|_| ())) == ["target"];

    let merged = merge(&|_| (), &open).unwrap();
    assert_eq!((merged.status, merged.merged_into), (Status::Merged, Some(open.id)));
    assert!(merged.dues.running().is_empty());

    let closed = target(&|school| {
        school.does(COORDINATOR, |case, act| case.no_case(&why(), act));
    });
    assert!(refuses(merge(&|_| (), &closed)), "closed");
    assert!(refuses(merge(&|_| (), &merged)), "merged already, so never in a circle");
    let elsewhere = target(&|school| school.case.desks = BTreeMap::from([(Desk::Head, DeskKind::Lead)]));
    assert!(refuses(merge(&|_| (), &elsewhere)), "one they cannot open");
    let itself = |school: &mut School| school.case.id = CaseId(Uuid::from_u128(77));
    assert!(refuses(merge(&itself, &open)), "itself");

    let holds = |school: &mut School| {
        school.case.hold = Some(Hold { since: school.now, by: DSL, reason: None });
    };
    assert!(refuses(merge(&holds, &open)), "a legal hold");
    let restricted = |school: &mut School| {
        school.does(HEAD, |case, act| case.restrict(Restriction::Restricted, &why(), act));
    };
    assert!(refuses(merge(&restricted, &open)), "a restriction");
    let declined = |school: &mut School| {
        school.does(DSL, |case, act| case.decline(Body::POLICE, &why(), act));
    };
    assert!(refuses(merge(&declined, &open)), "a second person would be got round");
    let tasks = |school: &mut School| {
        let form = form(&school.case, COORDINATOR, &[(Question::Crime, Reply::No)]);
        school.does(COORDINATOR, |case, act| case.triage(&form, act));
    };
    assert!(refuses(merge(&tasks, &open)), "a question still put to the DSL");
}

#[test]
fn c6_the_case_that_goes_on_gathers_concerns_and_people() {
    let first = about_pupil(draft("CON-INAPP"));
    let witness = about(draft("CON-INAPP"), OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Witness);
    let (mut school, target) = two(&about_pupil(first.clone()), &about_pupil(witness));
    let target = Case { at_risk: AtRisk::No, ..target };
    school.case.at_risk = AtRisk::NotSure;
    let merged = merge(&mut school, COORDINATOR, &target).unwrap();
    let (source, gathered) = (merged.source.case(), merged.target.case());
    let reporters: Vec<PersonId> = gathered.concerns.iter().map(|concern| concern.reporter).collect();
    assert_eq!(reporters, [TEACHER, OTHER_TEACHER], "the first one first");
    assert_eq!(gathered.submitted_at, school.case.submitted_at, "counted where its first concern is");
    let people: Vec<_> = gathered.current_subjects().map(|s| (s.person(), s.role)).collect();
    assert_eq!(
        people,
        [(Some(OTHER_TEACHER), SubjectRole::Witness), (Some(PUPIL), SubjectRole::Affected)],
        "no one twice with one part"
    );
    assert_eq!((gathered.at_risk, &gathered.gathered), (AtRisk::NotSure, &vec![school.case.id]));
    assert_eq!((source.status, source.merged_into), (Status::Merged, Some(target.id)));
    assert_eq!(source.concerns, school.case.concerns, "nothing is removed from it");
    assert_eq!(merged.target.entry().act, Move::Gather);
    assert_eq!(merged.target.kind(), workflow::Kind::Change, "both versions are compared");
    // A case that has gathered others is gathered whole.
    let (mut again, third) = two(&first, &about_pupil(draft("CON-INAPP")));
    again.case = gathered.clone();
    let third = Case { id: CaseId(Uuid::from_u128(79)), ..third };
    let all = merge(&mut again, COORDINATOR, &third).unwrap();
    assert_eq!(all.target.case().gathered, [school.case.id, target.id]);
    assert_eq!(all.target.case().concerns.len(), 3);
}

#[test]
fn c7_whoever_is_excluded_from_either_is_excluded_from_what_becomes_of_them() {
    let named = |who, role| about(draft("CON-INAPP"), who, SubjectKind::AdultHere, role);
    // The person named in the target led the source, and loses what is left of it too.
    let (mut school, target) = two(&draft("CON-INAPP"), &named(DEPUTY_COORDINATOR, SubjectRole::NamedOnly));
    let merged = merge(&mut school, COORDINATOR, &target).unwrap();
    assert_eq!(sees(&school, &school.case, DEPUTY_COORDINATOR), Some(Sight::Full), "before");
    for case in [merged.source.case(), merged.target.case()] {
        assert_eq!(sees(&school, case, DEPUTY_COORDINATOR), None);
    }
    // A person excluded from the source by name or by role is excluded from the target.
    let mut chosen = draft("CON-INAPP");
    chosen.adult = AdultAnswer::Yes(WhichAdult::SafeguardingLead);
    for hides in [named(DSL, SubjectRole::Alleged), chosen] {
        let (mut school, target) = two(&hides, &about_pupil(draft("CON-INAPP")));
        assert_eq!(sees(&school, &target, DSL), Some(Sight::Full), "before");
        let merged = merge(&mut school, HEAD, &target).unwrap();
        assert_eq!(sees(&school, merged.target.case(), DSL), None);
        assert!(merged.target.notices().iter().all(|notice| notice.person != DSL));
    }
    let (mut school, target) = two(&named(DPO, SubjectRole::Affected), &draft("CON-INAPP"));
    let merged = merge(&mut school, COORDINATOR, &target).unwrap();
    assert_eq!(merged.target.case().exclusions[&DPO].scope, ExclusionScope::Desks);
}

#[test]
fn c7_a_narrower_case_never_opens_to_the_readers_of_a_wider_one() {
    // The DSL's own case into one of the coordinator's.
    let (mut school, target) = two(&draft("CP-CONCERN"), &about_pupil(draft("CON-INAPP")));
    assert_eq!(fields(merge(&mut school, DSL, &target).map(|_| ())), ["target"]);
    // Nor to the owner of the other one, or to a person it was shared with.
    for gives in [(|case: &mut Case| case.owner = Some(SIRO)) as fn(&mut Case), |case| {
        case.shares.push(Share {
            person: SIRO,
            kind: ShareKind::Reader,
            by: COORDINATOR,
            since: ten_o_clock(),
            until: None,
            ended_at: None,
        });
    }] {
        let (mut school, mut target) = two(&draft("CON-INAPP"), &draft("CON-INAPP"));
        gives(&mut target);
        assert_eq!(fields(merge(&mut school, COORDINATOR, &target).map(|_| ())), ["target"]);
    }
}

#[test]
fn c7_what_was_to_be_decided_is_not_got_round() {
    let (mut school, target) = two(&draft("CP-CONCERN"), &draft("CP-CONCERN"));
    school.triaged_as(DSL, &[(Question::Crime, Reply::Possible)]);
    assert_eq!(fields(merge(&mut school, DSL, &target).map(|_| ())), ["target"], "a crime is possible");

    let (mut school, target) = two(&draft("DAT-LOSS"), &draft("DAT-LOSS"));
    let mut target = target;
    target.dues = Dues::default();
    let lead = people_at(&roster(&SEATS), school.case.lead())[0];
    let merged = merge(&mut school, lead, &target).unwrap();
    let running = |case: &Case, kind| case.dues.running().iter().any(|due| due.deadline.kind == kind);
    assert!(running(merged.target.case(), DeadlineKind::IcoReport), "its 72 hours go on");
    assert!(!running(merged.source.case(), DeadlineKind::IcoReport));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(tries(96)) })]

    /// For any two cases: a merge keeps both from every person who was kept from either, and shows nothing gathered to
    /// a person who could not read it before.
    #[test]
    fn c7_a_merge_never_gives_sight(
        categories in (prop::sample::select(vec!["CON-INAPP", "CP-CONCERN", "STF-COMM", "DAT-LOSS"]),
                       prop::sample::select(vec!["CON-INAPP", "CP-CONCERN", "STF-COMM", "DAT-LOSS"])),
        who in (0..SEATS.len(), 0..SEATS.len()),
        roles in (0..=SubjectRole::ALL.len(), 0..=SubjectRole::ALL.len()),
        restrictions in (0..3_usize, 0..3_usize),
        by in 0..SEATS.len(),
    ) {
        let about_one = |code, who: usize, role: usize| {
            let draft = draft(code);
            match SubjectRole::ALL.get(role) {
                Some(role) => about(draft, SEATS[who].2, SubjectKind::AdultHere, *role),
                None => draft,
            }
        };
        let (mut school, mut target) =
            two(&about_one(categories.0, who.0, roles.0), &about_one(categories.1, who.1, roles.1));
        school.case.restriction = Restriction::ALL[restrictions.0];
        target.restriction = Restriction::ALL[restrictions.1];
        let source = school.case.clone();
        if let Ok(merged) = merge(&mut school, SEATS[by].2, &target) {
            for (_, _, person) in SEATS {
                let (ended, goes_on) = (merged.source.case(), merged.target.case());
                if source.excludes(person) || target.excludes(person) {
                    prop_assert!(ended.excludes(person) && goes_on.excludes(person));
                }
                if sees(&school, goes_on, person) == Some(Sight::Full) {
                    prop_assert_eq!(sees(&school, &source, person), Some(Sight::Full));
                }
                prop_assert!(sees(&school, ended, person) <= sees(&school, &source, person));
            }
            for notice in merged.target.notices() {
                prop_assert!(sees(&school, merged.target.case(), notice.person).is_some());
            }
        }
    }
}
