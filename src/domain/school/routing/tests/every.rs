//! The whole table: category x subject x answer x state of a desk, held to invariants and to a second, plainer reading.

use super::*;
use proptest::prelude::*;

/// What is changed about one desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Empty,
    OnlyDeputy,
    OnlyDeputyExcluded,
    HolderExcluded,
    OneOfTwoExcluded,
}

const CHANGED: [State; 5] = [
    State::Empty,
    State::OnlyDeputy,
    State::OnlyDeputyExcluded,
    State::HolderExcluded,
    State::OneOfTwoExcluded,
];

fn put(ask: &mut Ask, desk: Desk, state: State) {
    let mut sittings = full();
    match state {
        State::Empty => sittings.retain(|s| s.desk != desk),
        State::OnlyDeputy | State::OnlyDeputyExcluded => {
            sittings.retain(|s| (s.desk, s.seat) != (desk, Seat::Holder));
        }
        State::HolderExcluded => {}
        State::OneOfTwoExcluded => sittings.push(sits(desk, Seat::Cover, second(desk))),
    }
    ask.aside = match state {
        State::OnlyDeputyExcluded => BTreeSet::from([deputy(desk)]),
        State::HolderExcluded | State::OneOfTwoExcluded => BTreeSet::from([holder(desk)]),
        State::Empty | State::OnlyDeputy => BTreeSet::new(),
    };
    ask.roster = Roster::new(sittings);
}

fn every_answer() -> Vec<AdultAnswer> {
    let yes = WhichAdult::ALL.iter().map(|which| AdultAnswer::Yes(*which));
    std::iter::once(AdultAnswer::No).chain(yes).collect()
}

/// No subject; every kind and part, matched and in words; and the holder of the desk as an adult here in every part.
fn every_subject(desk: Desk) -> Vec<Option<Subject>> {
    let mut subjects = vec![None];
    for role in SubjectRole::ALL {
        for kind in SubjectKind::ALL {
            for who in [SubjectIdentity::Person(STRANGER), SubjectIdentity::Words(TextId(Uuid::nil()))] {
                subjects.push(Some(subject(who, *kind, *role)));
            }
        }
        subjects.push(Some(adult(holder(desk), *role)));
    }
    subjects
}

/// The people a desk gives, written again without sharing a line with the code under test.
fn able(ask: &Ask, out: &BTreeSet<PersonId>, desk: Desk) -> Result<BTreeSet<PersonId>, &'static str> {
    let at = |deputies: bool| -> BTreeSet<PersonId> {
        let here = ask.roster.sittings().iter().filter(|s| s.desk == desk);
        here.filter(|s| (s.seat == Seat::Deputy) == deputies).map(|s| s.person).collect()
    };
    let asked = if at(false).is_empty() { at(true) } else { at(false) };
    let free: BTreeSet<_> = asked.difference(out).copied().collect();
    if asked.is_empty() {
        Err("vacant")
    } else if free.is_empty() {
        Err("excluded")
    } else {
        Ok(free)
    }
}

fn expected_lead(ask: &Ask, out: &BTreeSet<PersonId>, wanted: Desk) -> Option<(Desk, BTreeSet<PersonId>)> {
    let why = able(ask, out, wanted).err().unwrap_or("reached");
    let order = match (wanted.code(), why) {
        (code, "reached") => code.to_owned(),
        ("dsl", _) => "head chair external".to_owned(),
        ("online_safety", _) => "dsl head chair external".to_owned(),
        ("network", "vacant") => "online_safety dsl head chair external".to_owned(),
        ("network", _) => "head chair external".to_owned(),
        ("head", _) => "chair external".to_owned(),
        (_, _) => "head chair external".to_owned(),
    };
    order
        .split(' ')
        .map(|code| code.parse().unwrap())
        .find_map(|desk| Some((desk, able(ask, out, desk).ok()?)))
}

/// Every person who may not be told, written again in the plainest way.
fn out(ask: &Ask) -> BTreeSet<PersonId> {
    let mut out = ask.aside.clone();
    for s in &ask.subjects {
        let counts = s.kind != SubjectKind::Pupil && s.role != SubjectRole::Witness;
        if let (SubjectIdentity::Person(person), true) = (s.who, counts) {
            out.insert(person);
        }
    }
    let chosen = match ask.adult {
        AdultAnswer::Yes(WhichAdult::Headteacher) => "head",
        AdultAnswer::Yes(WhichAdult::SafeguardingLead) => "dsl",
        AdultAnswer::Yes(WhichAdult::OnlineSafetyCoordinator) => "online_safety",
        AdultAnswer::Yes(WhichAdult::NetworkManager) => "network",
        AdultAnswer::Yes(WhichAdult::Chair) => "chair",
        AdultAnswer::Yes(WhichAdult::SomebodyElse | WhichAdult::DoNotKnow) | AdultAnswer::No => "",
    };
    let holds = ask.roster.sittings().iter().filter(|s| s.seat != Seat::Deputy && s.desk.code() == chosen);
    out.extend(holds.map(|s| s.person));
    out.extend(
        ask.close
            .iter()
            .flat_map(|(one, other)| [(one, other), (other, one)])
            .filter(|(of, other)| of != other)
            .filter(|(of, _)| {
                ask.subjects
                    .iter()
                    .any(|s| s.who == SubjectIdentity::Person(**of) && s.role != SubjectRole::Witness)
            })
            .map(|(_, other)| *other),
    );
    out
}

fn expected_rule(ask: &Ask) -> AdultRule {
    let suspects: Vec<_> = ask
        .subjects
        .iter()
        .filter(|s| s.kind == SubjectKind::AdultHere)
        .filter(|s| s.role == SubjectRole::Alleged || s.role == SubjectRole::NamedOnly)
        .collect();
    let nameless = matches!(ask.adult, AdultAnswer::Yes(WhichAdult::SomebodyElse | WhichAdult::DoNotKnow));
    let none_matched = suspects.iter().all(|s| matches!(s.who, SubjectIdentity::Words(_)));
    if suspects.iter().any(|s| matches!(s.who, SubjectIdentity::Words(_))) || (nameless && none_matched) {
        AdultRule::Unmatched
    } else if ask.adult == AdultAnswer::No && suspects.iter().all(|s| s.role == SubjectRole::NamedOnly) {
        AdultRule::NotInForce
    } else if [Group::Systems, Group::DataProtection, Group::Filtering, Group::AupBreach]
        .contains(&ask.category.group)
    {
        AdultRule::RouteStands
    } else {
        AdultRule::Leads
    }
}

/// What is true of every route; panics with the question if it is not.
fn hold(ask: &Ask) {
    let route = ask.route();
    let said = || {
        format!(
            "{} {:?} {:?} aside {:?}\n{route:#?}",
            ask.category.code.as_str(),
            ask.adult,
            ask.subjects,
            ask.aside
        )
    };
    let out = out(ask);
    let excluded: BTreeSet<_> = route.exclusions.keys().copied().collect();
    assert_eq!(excluded, out, "who is excluded: {}", said());
    assert_eq!(route.adult_rule, expected_rule(ask), "{}", said());

    // Exactly one lead, and it is the one the rules give.
    let wanted = match route.adult_rule {
        AdultRule::NotInForce | AdultRule::RouteStands => ask.category.lead,
        AdultRule::Unmatched | AdultRule::Waits | AdultRule::Together => Desk::Head,
        AdultRule::Leads if ask.policy == AdultLead::Dsl => Desk::Dsl,
        AdultRule::Leads => Desk::Head,
    };
    match expected_lead(ask, &out, wanted) {
        Some((desk, people)) => {
            assert_eq!((route.lead.desk, &route.lead.people), (desk, &people), "{}", said());
            assert_eq!(route.nobody_reached, NobodyReached::No);
        }
        None => {
            assert_eq!((route.lead.desk, route.lead.people.len()), (Desk::External, 0), "{}", said());
            assert_eq!(route.nobody_reached, NobodyReached::Yes);
        }
    }

    // No excluded person is told; deputies only if the desk has no holder; no desk twice.
    assert!(route.recipients().is_disjoint(&out), "an excluded person is told: {}", said());
    let mut seen = BTreeSet::new();
    for reached in std::iter::once(&route.lead).chain(&route.copied) {
        assert!(seen.insert(reached.desk), "a desk twice: {}", said());
        assert!(route.reasons.contains(&reached.reason), "{}", said());
        assert_eq!(reached.reason.desk().unwrap_or(reached.desk), reached.desk, "{}", said());
        if reached.people.is_empty() {
            assert_eq!(route.nobody_reached, NobodyReached::Yes, "{}", said());
        } else {
            assert_eq!(able(ask, &out, reached.desk).as_ref(), Ok(&reached.people), "{}", said());
        }
    }
    assert!(route.copied.iter().all(|r| r.desk != Desk::External), "{}", said());
    assert!(route.oversight.iter().all(|desk| seen.insert(*desk)), "oversight repeats a desk: {}", said());
    assert!(route.oversight.iter().all(|desk| [Desk::Head, Desk::Dsl].contains(desk)), "{}", said());
    assert!(route.oversight.iter().all(|desk| able(ask, &out, *desk) != Err("excluded")), "{}", said());

    // The two desks that always know, if they can.
    if able(ask, &out, Desk::Head).is_ok() {
        assert!(seen.contains(&Desk::Head), "the head neither has nor oversees it: {}", said());
    }
    match route.adult_rule {
        AdultRule::Leads => {
            for off in [Desk::OnlineSafety, Desk::Network, Desk::Slt] {
                assert!(!route.has(off), "{off:?} is taken off: {}", said());
            }
            let lado = ask.category.decisions.contains(&Decision::Lado);
            assert!(lado || route.extra_decisions == [Decision::Lado], "{}", said());
        }
        AdultRule::Unmatched | AdultRule::Waits | AdultRule::Together => {
            let may = [Desk::Head, Desk::Dsl, Desk::Chair, Desk::External];
            assert!(seen.iter().all(|desk| may.contains(desk)), "unmatched goes too far: {}", said());
            if able(ask, &out, Desk::Head).is_ok() {
                assert!(seen.iter().all(|desk| [Desk::Head, Desk::Dsl].contains(desk)), "{}", said());
            }
        }
        AdultRule::RouteStands => {
            let standing = able(ask, &out, Desk::Head).is_err() || route.has(Desk::Head);
            assert!(standing, "the head is copied: {}", said());
        }
        AdultRule::NotInForce => assert!(route.extra_decisions.is_empty(), "{}", said()),
    }
    if route.adult_rule == AdultRule::Leads || route.adult_rule == AdultRule::Unmatched {
        assert!(able(ask, &out, Desk::Dsl).is_err() || route.has(Desk::Dsl), "the DSL has it: {}", said());
    }
}

/// All that routing may read of a category. Two alike here are routed alike.
fn shape(category: &Category) -> impl Ord {
    let lado = category.decisions.contains(&Decision::Lado);
    let Category { group, lead, copied, copied_if_pupil, copied_if_personal_data, .. } = category.clone();
    let groups = (group.keeps_its_route_for_adults(), group.overseen_by_dsl());
    (groups, lead, copied, copied_if_pupil, copied_if_personal_data, lado)
}

/// No subject, a pupil, and an adult here in every part: a stranger, in words, or the holder of the desk. The other
/// kinds bear on no desk, which the whole list shows in the usual school.
fn telling_subjects(desk: Desk) -> Vec<Option<Subject>> {
    let tells =
        |s: &Subject| s.is_adult_here() || (s.kind, s.role) == (SubjectKind::Pupil, SubjectRole::Affected);
    every_subject(desk).into_iter().filter(|subject| subject.as_ref().is_none_or(tells)).collect()
}

/// Asks with every one of the subjects and every answer; how many that were.
fn ask_all(ask: &mut Ask, subjects: &[Option<Subject>]) -> usize {
    for subject in subjects {
        ask.subjects = subject.iter().copied().collect();
        for adult in every_answer() {
            ask.adult = adult;
            hold(ask);
        }
    }
    subjects.len() * every_answer().len()
}

/// Every category with every subject and answer; and, for one category of each shape, every state of every desk.
#[test]
fn every_category_subject_answer_and_state_of_a_desk() {
    let mut shapes = BTreeSet::new();
    let mut asked = 0;
    for category in all() {
        let mut ask = Ask::of(category.code.as_str());
        asked += ask_all(&mut ask, &every_subject(category.lead));
        if !shapes.insert(shape(category)) {
            continue;
        }
        for (desk, state) in Desk::ALL.iter().flat_map(|desk| CHANGED.map(|state| (*desk, state))) {
            put(&mut ask, desk, state);
            asked += ask_all(&mut ask, &telling_subjects(desk));
        }
    }
    assert_eq!(asked, (all().len() * 37 + shapes.len() * 9 * 5 * 15) * 8);
}

fn any_person() -> impl Strategy<Value = PersonId> {
    (0u128..6).prop_map(|n| PersonId(Uuid::from_u128(n)))
}

fn any_subject() -> impl Strategy<Value = Subject> {
    let who = prop_oneof![4 => any_person().prop_map(SubjectIdentity::Person), 1 => Just(SubjectIdentity::Words(TextId(Uuid::nil())))];
    let kind = proptest::sample::select(SubjectKind::ALL);
    (who, kind, proptest::sample::select(SubjectRole::ALL))
        .prop_map(|(who, kind, role)| subject(who, kind, role))
}

fn any_ask() -> impl Strategy<Value = Ask> {
    let sitting = (proptest::sample::select(Desk::ALL), proptest::sample::select(Seat::ALL), any_person());
    let sittings =
        proptest::collection::vec(sitting.prop_map(|(desk, seat, person)| sits(desk, seat, person)), 0..24);
    let close = proptest::collection::vec((any_person(), any_person()), 0..3);
    let aside = proptest::collection::btree_set(any_person(), 0..3);
    (
        0..all().len(),
        proptest::sample::select(every_answer()),
        proptest::collection::vec(any_subject(), 0..4),
        proptest::sample::select(PersonalData::ALL),
        sittings,
        aside,
        close,
        proptest::sample::select(AdultLead::ALL),
    )
        .prop_map(|(at, adult, subjects, personal_data, sittings, aside, close, policy)| {
            Ask {
                category: &all()[at],
                adult,
                subjects,
                personal_data,
                roster: Roster::new(sittings),
                aside,
                meant: CouldBeMeant::default(),
                close: Vec::new(),
                ties: Ties::default(),
                policy,
            }
            .with_ties(close)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Small schools where people have several roles, several subjects at once, and declared relationships.
    #[test]
    fn any_school_and_any_concern(ask in any_ask()) {
        hold(&ask);
    }
}
