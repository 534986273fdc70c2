//! The cases by name: R1, R2 and each edge of the rules.

use super::*;
use AdultRule::{Leads, NotInForce, RouteStands, Unmatched};
use Desk::{Chair, DataProtection, Dsl, External, Head, InformationRisk, Network, OnlineSafety};
use SubjectRole::{Affected, Alleged, NamedOnly, Witness};

/// No deputy of any of these desks is told: they work for the person it is about.
fn no_deputy_hears(route: &Route) {
    let told = route.recipients();
    assert!(Desk::ALL.iter().all(|desk| !told.contains(&deputy(*desk))), "a deputy was told: {route:?}");
}

#[test]
fn r1_no_desk_for_the_category_is_accepted_and_falls_to_the_last_resort() {
    let ask = Ask::of("SYS-PHISH").vacant(Network).vacant(OnlineSafety).vacant(Dsl).vacant(Head);
    assert_eq!(ask.route().lead.desk, Chair);
    let ask = ask.vacant(Chair);
    assert_eq!(ask.route().lead.desk, External);
    assert_eq!(ask.route().nobody_reached, NobodyReached::No);
    let nobody = ask.vacant(External).route();
    assert_eq!((nobody.lead.desk, nobody.nobody_reached), (External, NobodyReached::Yes));
    assert!(nobody.lead.people.is_empty() && nobody.copied.is_empty());
}

#[test]
fn r1_an_empty_school_keeps_every_concern() {
    for category in all() {
        let route = Ask::of(category.code.as_str()).roster(Vec::new()).route();
        assert_eq!(route.nobody_reached, NobodyReached::Yes, "{}", category.code.as_str());
    }
}

#[test]
fn r2_subject_is_the_dsl() {
    for ask in [
        Ask::of("STF-ALLEG").about(adult(holder(Dsl), Alleged)),
        Ask::of("STF-ALLEG").answer(WhichAdult::SafeguardingLead),
        Ask::of("CP-CONCERN").about(adult(holder(Dsl), Alleged)).about(pupil()),
    ] {
        let route = ask.route();
        assert_eq!((route.lead.desk, route.adult_rule), (Head, Leads));
        assert_eq!((desks(&route.copied), route.oversight.as_slice()), (vec![], [].as_slice()));
        no_deputy_hears(&route);
    }
}

#[test]
fn r2_subject_is_the_dsl_and_she_is_only_named() {
    let route = Ask::of("CP-CONCERN").about(adult(holder(Dsl), NamedOnly)).about(pupil()).route();
    assert_eq!((route.lead.desk, route.adult_rule), (Head, NotInForce));
    assert_eq!(desks(&route.copied), []);
    no_deputy_hears(&route);
}

#[test]
fn r2_subject_is_the_head() {
    for ask in [
        Ask::of("STF-PUPIL-CONTACT").about(adult(holder(Head), Alleged)),
        Ask::of("STF-PUPIL-CONTACT").answer(WhichAdult::Headteacher),
    ] {
        let route = ask.route();
        assert_eq!((route.lead.desk, desks(&route.copied)), (Chair, vec![Dsl]));
        assert_eq!(route.oversight, []);
        no_deputy_hears(&route);
    }
}

#[test]
fn r2_subject_is_the_network_manager() {
    let route = Ask::of("SYS-UNAUTH").about(adult(holder(Network), Alleged)).route();
    assert_eq!((route.lead.desk, route.adult_rule), (Head, RouteStands));
    assert_eq!(desks(&route.copied), [InformationRisk, Dsl]);
    no_deputy_hears(&route);
}

#[test]
fn r2_subjects_are_two_of_them_at_once() {
    let both =
        Ask::of("SYS-UNAUTH").about(adult(holder(Network), Alleged)).about(adult(holder(Head), NamedOnly));
    let route = both.route();
    assert_eq!((route.lead.desk, desks(&route.copied)), (Chair, vec![InformationRisk, Dsl]));
    let three =
        both.about(adult(holder(Chair), Alleged)).about(adult(holder(InformationRisk), Alleged)).route();
    assert_eq!((three.lead.desk, desks(&three.copied)), (External, vec![Dsl]));
    let head_and_dsl =
        Ask::of("STF-COMM").answer(WhichAdult::Headteacher).about(adult(holder(Dsl), Alleged)).route();
    assert_eq!((head_and_dsl.lead.desk, desks(&head_and_dsl.copied)), (Chair, vec![]));
}

#[test]
fn r2_subjects_are_every_holder_of_the_desk() {
    let mut sittings = full();
    sittings.push(sits(Dsl, Seat::Holder, second(Dsl)));
    let one = Ask::of("CP-CONCERN").roster(sittings).about(adult(holder(Dsl), NamedOnly));
    assert_eq!((one.route().lead.desk, one.route().recipients()), (Dsl, BTreeSet::from([second(Dsl)])));
    let both = one.about(adult(second(Dsl), Alleged)).route();
    assert_eq!((both.lead.desk, desks(&both.copied)), (Head, vec![]));
    no_deputy_hears(&both);
}

#[test]
fn r2_subject_is_given_only_in_words() {
    for category in all() {
        for ask in [
            Ask::of(category.code.as_str()).about(words(Alleged)),
            Ask::of(category.code.as_str()).about(words(NamedOnly)),
            Ask::of(category.code.as_str()).answer(WhichAdult::SomebodyElse),
            Ask::of(category.code.as_str()).answer(WhichAdult::DoNotKnow),
        ] {
            let route = ask.route();
            assert_eq!(
                (route.lead.desk, desks(&route.copied), route.adult_rule),
                (Head, vec![Dsl], Unmatched)
            );
            assert_eq!(route.recipients(), BTreeSet::from([holder(Head), holder(Dsl)]));
        }
    }
}

#[test]
fn r2_an_adult_in_words_is_matched_later() {
    let before = Ask::of("SYS-CRED").answer(WhichAdult::DoNotKnow).about(words(Alleged));
    assert_eq!(before.route().adult_rule, Unmatched);
    let mut after = before;
    after.subjects = vec![adult(STRANGER, Alleged)];
    assert_eq!((after.route().lead.desk, after.route().adult_rule), (Network, RouteStands));
    assert!(desks(&after.route().copied).contains(&Head));
}

#[test]
fn r2_subject_is_the_reporter() {
    let route = Ask::of("STF-DETAILS").about(adult(holder(OnlineSafety), Alleged)).route();
    assert_eq!((route.lead.desk, desks(&route.copied)), (Head, vec![Dsl]));
    assert_eq!(route.exclusions[&holder(OnlineSafety)].why, ExclusionReason::Alleged);
}

#[test]
fn r2_a_dsl_who_was_only_told_is_no_subject_and_is_told() {
    let told = Ask::of("CP-CONCERN").route();
    assert_eq!((told.lead.desk, told.exclusions.len()), (Dsl, 0));
    let witness = Ask::of("CP-CONCERN").about(adult(holder(Dsl), Witness)).route();
    assert_eq!((witness.lead.desk, witness.exclusions.len()), (Dsl, 0));
}

#[test]
fn r2_a_subject_added_after_routing_who_owns_it_loses_it() {
    let before = Ask::of("CON-INAPP");
    assert_eq!(before.route().lead.people, BTreeSet::from([holder(OnlineSafety)]));
    let after = before.about(adult(holder(OnlineSafety), NamedOnly)).route();
    assert_eq!((after.lead.desk, desks(&after.copied)), (Dsl, vec![Network]));
    assert!(after.exclusions.contains_key(&holder(OnlineSafety)));
}

#[test]
fn network_vacant_goes_to_the_coordinator_and_its_deputies_come_first() {
    let holderless: Vec<_> =
        full().into_iter().filter(|s| (s.desk, s.seat) != (Network, Seat::Holder)).collect();
    let with_deputy = Ask::of("SYS-PHISH").roster(holderless);
    assert_eq!(with_deputy.route().lead.people, BTreeSet::from([deputy(Network)]));
    assert_eq!(with_deputy.clone().vacant(Network).route().lead.desk, OnlineSafety);
    assert_eq!(with_deputy.clone().vacant(Network).vacant(OnlineSafety).route().lead.desk, Dsl);
    let out_of_bounds = with_deputy.aside(deputy(Network)).route();
    assert_eq!((out_of_bounds.lead.desk, desks(&out_of_bounds.copied)), (Head, vec![Dsl]));
}

#[test]
fn network_excluded_goes_to_the_head_and_past_the_head_to_the_chair() {
    let ask = Ask::of("SYS-PHISH").aside(holder(Network));
    assert_eq!((ask.route().lead.desk, desks(&ask.route().copied)), (Head, vec![Dsl]));
    let ask = ask.aside(holder(Head));
    assert_eq!((ask.route().lead.desk, desks(&ask.route().copied)), (Chair, vec![Dsl]));
    let ask = ask.aside(holder(Chair)).route();
    assert_eq!((ask.lead.desk, desks(&ask.copied)), (External, vec![Dsl]));
}

#[test]
fn network_excluded_where_it_is_copied_copies_head_and_dsl() {
    let route = Ask::of("CDT-MISUSE").aside(holder(Network)).route();
    assert_eq!((route.lead.desk, desks(&route.copied)), (OnlineSafety, vec![Dsl, Head]));
}

#[test]
fn network_vacant_where_it_is_copied_adds_nothing_to_the_coordinator() {
    let route = Ask::of("CDT-MISUSE").vacant(Network).route();
    assert_eq!((route.lead.desk, desks(&route.copied)), (OnlineSafety, vec![]));
}

#[test]
fn external_is_never_a_copy() {
    let ask = Ask::of("SYS-MALWARE").vacant(InformationRisk).vacant(Head).vacant(Chair).route();
    assert_eq!((ask.lead.desk, desks(&ask.copied)), (Network, vec![]));
}

#[test]
fn a_primary_whose_head_is_the_dsl() {
    let both = PersonId(Uuid::from_u128(500));
    let sittings = vec![
        sits(Dsl, Seat::Holder, both),
        sits(Head, Seat::Holder, both),
        sits(Dsl, Seat::Deputy, deputy(Dsl)),
        sits(Chair, Seat::Holder, holder(Chair)),
        sits(External, Seat::Holder, holder(External)),
    ];
    let usual = Ask::of("STF-ALLEG").roster(sittings.clone()).about(adult(STRANGER, Alleged)).route();
    assert_eq!((usual.lead.desk, usual.recipients()), (Head, BTreeSet::from([both])));
    for ask in [
        Ask::of("STF-ALLEG").roster(sittings.clone()).answer(WhichAdult::Headteacher),
        Ask::of("STF-ALLEG").roster(sittings.clone()).answer(WhichAdult::SafeguardingLead),
        Ask::of("CP-CONCERN").roster(sittings).about(adult(both, NamedOnly)),
    ] {
        let route = ask.route();
        assert_eq!((route.lead.desk, desks(&route.copied)), (Chair, vec![]));
        assert_eq!((route.recipients(), route.oversight), (BTreeSet::from([holder(Chair)]), vec![]));
    }
}

#[test]
fn one_man_is_network_manager_and_filtering_lead() {
    let man = PersonId(Uuid::from_u128(600));
    let mut sittings = full();
    sittings.retain(|s| s.desk != Network && s.desk != OnlineSafety);
    sittings.extend([sits(Network, Seat::Holder, man), sits(OnlineSafety, Seat::Holder, man)]);
    let route = Ask::of("FIL-FAIL").roster(sittings.clone()).about(adult(man, Alleged)).route();
    assert_eq!((route.lead.desk, desks(&route.copied)), (Head, vec![Dsl]));
    let chosen = Ask::of("FIL-FAIL").roster(sittings).answer(WhichAdult::NetworkManager).route();
    assert_eq!((chosen.lead.desk, desks(&chosen.copied)), (Head, vec![Dsl]));
}

#[test]
fn an_affected_adult_neither_leads_nor_sees_through_a_desk_and_may_be_given_a_share() {
    let route = Ask::of("STF-VICTIM").about(adult(holder(Head), Affected)).route();
    assert_eq!((route.lead.desk, route.adult_rule), (Chair, NotInForce));
    let exclusion = route.exclusions[&holder(Head)];
    assert_eq!((exclusion.scope, exclusion.why), (ExclusionScope::Desks, ExclusionReason::AffectedAdult));
    let also =
        Ask::of("STF-VICTIM").about(adult(holder(Head), Affected)).about(adult(holder(Head), NamedOnly));
    assert_eq!(also.route().exclusions[&holder(Head)].scope, ExclusionScope::All);
}

#[test]
fn somebody_whom_words_could_mean_is_passed_over_and_a_stronger_reason_stands() {
    let route = Ask::of("CP-CONCERN").meant(holder(Dsl)).meant(deputy(Head)).route();
    assert_eq!((route.lead.desk, route.adult_rule), (Head, NotInForce), "who leads changes, not the rule");
    no_deputy_hears(&route);
    for who in [holder(Dsl), deputy(Head)] {
        let kept_out = route.exclusions[&who];
        assert_eq!((kept_out.scope, kept_out.why), (ExclusionScope::All, ExclusionReason::NotRuledOut));
    }
    let of = |role| Ask::of("STF-VICTIM").about(adult(holder(Head), role)).meant(holder(Head)).route();
    assert_eq!(of(Affected).exclusions[&holder(Head)].why, ExclusionReason::NotRuledOut);
    assert_eq!(of(NamedOnly).exclusions[&holder(Head)].why, ExclusionReason::NamedOnly);
}

#[test]
fn somebody_close_to_a_subject_is_excluded_like_them() {
    let ties = vec![(STRANGER, holder(Head)), (holder(Chair), holder(Dsl))];
    let route = Ask::of("CP-CONCERN").about(adult(STRANGER, Alleged)).with_ties(ties).route();
    assert_eq!((route.lead.desk, desks(&route.copied)), (Chair, vec![Dsl]));
    assert_eq!(route.exclusions[&holder(Head)].why, ExclusionReason::Tied);
    let mut pupil_did_it = Ask::of("CDT-HSB");
    pupil_did_it.subjects = vec![subject(SubjectIdentity::Person(STRANGER), SubjectKind::Pupil, Alleged)];
    let pupil_did_it = pupil_did_it.with_ties(vec![(STRANGER, holder(Dsl))]);
    assert_eq!(pupil_did_it.route().lead.desk, Head);
}

#[test]
fn somebody_close_to_a_person_affected_is_excluded_like_an_affected_adult() {
    let child = Ask::of("CP-CONCERN").about(pupil()).with_ties(vec![(STRANGER, holder(Dsl))]);
    let route = child.route();
    assert_eq!(route.lead.desk, Head, "the parent does not lead, nor does a deputy of theirs");
    let exclusion = route.exclusions[&holder(Dsl)];
    assert_eq!((exclusion.scope, exclusion.why), (ExclusionScope::Desks, ExclusionReason::TiedToAffected));
    let also = child.about(adult(holder(Dsl), NamedOnly)).route().exclusions[&holder(Dsl)];
    assert_eq!((also.scope, also.why), (ExclusionScope::All, ExclusionReason::NamedOnly));
    let witness = subject(SubjectIdentity::Person(STRANGER), SubjectKind::Pupil, SubjectRole::Witness);
    let seen = Ask::of("CP-CONCERN").about(witness).with_ties(vec![(STRANGER, holder(Dsl))]).route();
    assert!(seen.exclusions.is_empty(), "a witness keeps nobody away");
}

#[test]
fn cover_counts_as_a_holder_and_is_excluded_with_the_chosen_duty() {
    let mut sittings = full();
    sittings.push(sits(Head, Seat::Cover, second(Head)));
    let ask = Ask::of("STF-DISREP").roster(sittings);
    assert_eq!(ask.route().lead.people, BTreeSet::from([holder(Head), second(Head)]));
    let chosen = ask.answer(WhichAdult::Headteacher).route();
    assert_eq!(chosen.lead.desk, Chair);
    assert!(chosen.exclusions.contains_key(&second(Head)) && !chosen.exclusions.contains_key(&deputy(Head)));
}

#[test]
fn a_school_may_let_the_dsl_lead() {
    let mut ask = Ask::of("STF-DETAILS").about(adult(STRANGER, Alleged));
    ask.policy = AdultLead::Dsl;
    assert_eq!((ask.route().lead.desk, desks(&ask.route().copied)), (Dsl, vec![Head]));
    let ask = ask.answer(WhichAdult::SafeguardingLead);
    assert_eq!((ask.route().lead.desk, desks(&ask.route().copied)), (Head, vec![]));
}

#[test]
fn conditional_copies_and_the_decision_on_the_lado() {
    let loss = Ask::of("DAT-LOSS");
    assert_eq!(desks(&loss.route().copied), [InformationRisk, DataProtection]);
    let mut with_data = loss;
    with_data.personal_data = PersonalData::Involved;
    assert_eq!(desks(&with_data.route().copied), [InformationRisk, DataProtection, Dsl]);
    assert_eq!(desks(&Ask::of("STF-BULLY").about(pupil()).route().copied), [Dsl]);
    assert_eq!(desks(&Ask::of("STF-BULLY").route().copied), []);
    let alleged = |code| Ask::of(code).about(adult(STRANGER, Alleged)).route().extra_decisions;
    assert_eq!(alleged("CP-CONCERN"), [Decision::Lado]);
    assert_eq!((alleged("STF-ALLEG"), alleged("SYS-CRED")), (vec![], vec![]));
}

#[test]
fn other_copies_stay_when_the_adult_rule_takes_desks_off() {
    let route = Ask::of("IMG-STORE").about(adult(STRANGER, Alleged)).route();
    assert_eq!((route.lead.desk, desks(&route.copied)), (Head, vec![Dsl, DataProtection]));
}

#[test]
fn oversight_is_not_repeated_and_is_dropped_without_a_chain() {
    assert_eq!(Ask::of("CON-INAPP").route().oversight, [Head]);
    assert_eq!(Ask::of("SYS-CRED").route().oversight, [Head]);
    assert_eq!(Ask::of("SYS-CRED").about(pupil()).route().oversight, [Head, Dsl]);
    assert_eq!(Ask::of("SYS-CRED").about(pupil()).aside(holder(Head)).route().oversight, [Dsl]);
    assert_eq!(Ask::of("SYS-CRED").vacant(Head).route().oversight, [Head]);
}

#[test]
fn reasons_are_words_a_dsl_reads() {
    let led = |ask: Ask| ask.route().lead.reason.words();
    assert_eq!(led(Ask::of("CNT-STRANGER")), "The online safety coordinator leads in this category");
    let about_adult = Ask::of("CNT-STRANGER").about(adult(STRANGER, Alleged));
    assert_eq!(led(about_adult), "The headteacher leads because it is about something an adult here did");
    assert_eq!(
        led(Ask::of("STF-DISREP").answer(WhichAdult::Headteacher)),
        "The chair of governors leads in place of the headteacher: the headteacher may not deal with this"
    );
}

#[test]
fn answers_are_read_back_from_their_codes() {
    let every = WhichAdult::ALL.iter().map(|which| AdultAnswer::Yes(*which)).chain([AdultAnswer::No]);
    assert!(every.into_iter().all(|answer| answer.code().parse() == Ok(answer)));
    assert!("somebody".parse::<AdultAnswer>().is_err());
}

#[test]
fn a_reason_is_stored_as_a_code_and_worded_when_it_is_shown() {
    let route = Ask::of("STF-DISREP").answer(WhichAdult::Headteacher).route();
    let stored = serde_json::to_value(&route.lead.reason).unwrap();
    assert_eq!(
        stored,
        serde_json::json!({
            "code": "leads_in_place", "desk": "chair", "other": "head", "stand_in": "no",
            "causes": [{"code": "excluded", "desk": "head"}],
        })
    );
    assert_eq!(serde_json::from_value::<Reason>(stored).unwrap(), route.lead.reason);
}

#[test]
fn without_the_words_of_any_code_every_concern_goes_where_it_went() {
    for category in all() {
        for answer in [WhichAdult::Headteacher, WhichAdult::NetworkManager, WhichAdult::DoNotKnow] {
            let ask = || Ask::of(category.code.as_str()).answer(answer).about(adult(STRANGER, Alleged));
            assert_eq!(ask().route(), reworded(|| ask().route()), "{category:?}");
        }
    }
}

#[test]
fn a_case_that_could_be_about_anyone_goes_to_head_dsl_and_chair_and_to_no_deputy() {
    let ask = Ask::of("STF-ALLEG").answer(WhichAdult::DoNotKnow).could_be_anyone();
    let route = ask.route();
    assert_eq!((route.lead.desk, desks(&route.copied)), (Head, vec![Dsl, Chair]));
    assert_eq!(route.recipients(), BTreeSet::from([holder(Head), holder(Dsl), holder(Chair)]));
    assert_eq!((route.adult_rule, route.oversight.len()), (AdultRule::Together, 0));
    for (out, lead, copied) in [
        (Head, Chair, vec![Dsl, External]),
        (Dsl, Head, vec![Chair, External]),
        (Chair, Head, vec![Dsl, External]),
        (External, Head, vec![Dsl, Chair]),
    ] {
        let words = ask.clone().meant(holder(out)).route();
        assert_eq!((words.lead.desk, desks(&words.copied)), (lead, copied.clone()), "{out:?} could be meant");
        let vacant = ask.clone().vacant(out).route();
        assert_eq!((vacant.lead.desk, desks(&vacant.copied)), (lead, copied), "no one is {out:?}");
    }
    let covered = [sits(Head, Seat::Cover, second(Head))];
    let roster = full().into_iter().filter(|sitting| sitting.desk != Head).chain(covered).collect();
    assert_eq!(ask.clone().roster(roster).route().lead.desk, Chair, "cover does not count");
    let nobody = ask.roster(vec![sits(Dsl, Seat::Deputy, deputy(Dsl))]).route();
    assert_eq!((nobody.nobody_reached, nobody.recipients().len()), (NobodyReached::Yes, 0));
}

#[test]
fn whom_an_account_names_is_kept_out_only_where_they_would_have_it() {
    let ask = Ask::of("CP-CONCERN").named(holder(InformationRisk)).named(holder(Dsl)).named(holder(Head));
    let route = ask.route();
    assert!(!route.exclusions.contains_key(&holder(InformationRisk)), "nothing of it is theirs");
    assert_eq!(route.exclusions[&holder(Dsl)].why, ExclusionReason::NotRuledOut);
    assert_eq!(route.lead.desk, Chair, "nor has it the next in line who is named");
    let data = Ask { category: find("DAT-LOSS").unwrap(), ..ask }.route();
    assert!(data.exclusions.contains_key(&holder(InformationRisk)));
}
