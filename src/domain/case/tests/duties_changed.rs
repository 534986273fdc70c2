//! A person was given a role or lost one: what moves, what stays, and that no one gains sight they were kept from.

use super::*;
use proptest::prelude::*;

impl School {
    /// Seats people like this and lets the case follow. Whether anything moved.
    fn follows(&mut self, seats: &[(Desk, Seat, PersonId)], gone: &Gone) -> bool {
        self.seats = seats.to_vec();
        self.now += TimeDelta::minutes(1);
        let (nobody, setting) = (Standing::nobodys(SCHOOL, self.now), self.setting());
        let mut act = Act::new(&nobody, &setting, &mut self.random);
        let Some(event) = self.case.follow_duties(gone, &mut act) else { return false };
        assert_eq!(event.actor(), None);
        self.case = event.case().clone();
        self.notices = event.notices().to_vec();
        self.holds_together();
        true
    }
}

fn without(gone: &[PersonId]) -> Vec<(Desk, Seat, PersonId)> {
    SEATS.into_iter().filter(|(_, _, who)| !gone.contains(who)).collect()
}

fn and(mut seats: Vec<(Desk, Seat, PersonId)>, desk: Desk, who: PersonId) -> Vec<(Desk, Seat, PersonId)> {
    seats.push((desk, Seat::Holder, who));
    seats
}

fn named_only(who: PersonId) -> Draft {
    about(about_pupil(draft("CP-CONCERN")), who, SubjectKind::SomebodyElse, SubjectRole::NamedOnly)
}

#[test]
fn a_case_stays_where_somebody_can_act() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    let nobody = Gone::default();
    assert!(!school.follows(&SEATS, &nobody), "nothing changed");
    assert!(!school.follows(&and(SEATS.to_vec(), Desk::Dsl, OTHER_TEACHER), &nobody), "one more");
    assert!(!school.follows(&without(&[DSL]), &nobody), "the deputy acts");
    assert!(school.follows(&without(&[DSL, DEPUTY_DSL]), &nobody));
    assert_eq!((school.case.lead(), school.told()), (Desk::Head, vec![HEAD]));
    assert!(!school.follows(&SEATS, &nobody), "a desk that is filled does not take it back");
    assert_eq!(school.case.lead(), Desk::Head);
}

#[test]
fn a_desk_held_by_somebody_excluded_loses_it_and_so_do_its_deputies() {
    let mut school = School::with(&named_only(OTHER_TEACHER));
    school.triaged(DSL);
    let seats = and(without(&[DSL]), Desk::Dsl, OTHER_TEACHER);
    assert!(school.follows(&seats, &Gone::default()));
    assert_eq!((school.case.lead(), school.case.status), (Desk::Head, Status::Submitted));
    assert_eq!((school.sees(OTHER_TEACHER), school.sees(DEPUTY_DSL)), (None, None));
    assert_eq!(school.sees(HEAD), Some(Sight::Full));
    assert!(!school.follows(&seats, &Gone::default()), "once");
}

#[test]
fn the_chosen_duty_keeps_away_who_had_it_then() {
    let mut it = draft("STF-COMM");
    it.adult = AdultAnswer::Yes(WhichAdult::Headteacher);
    let mut school = School::with(&it);
    assert_eq!(school.case.lead(), Desk::Chair);
    let seats = and(and(without(&[HEAD]), Desk::Head, OTHER_TEACHER), Desk::Dsl, HEAD);
    school.follows(&seats, &Gone::default());
    assert_eq!(school.case.exclusions.keys().copied().collect::<Vec<_>>(), [HEAD]);
    assert_eq!(school.sees(HEAD), None);
}

#[test]
fn what_somebody_had_goes_back_when_they_are_gone() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL).does(DSL, |case, act| case.assign(DEPUTY_DSL, act));
    let from_desk = [(Desk::Dsl, DEPUTY_DSL)].into_iter().collect();
    let gone = Gone { from_desk, ..Gone::default() };
    assert!(!school.follows(&SEATS, &gone), "they sit there again");
    assert!(school.follows(&without(&[DEPUTY_DSL]), &gone));
    assert_eq!((school.case.owner, school.case.lead(), school.told()), (None, Desk::Dsl, vec![DSL]));
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL).does(DSL, |case, act| case.assign(OTHER_TEACHER, act));
    let gone = Gone { from_school: [OTHER_TEACHER].into_iter().collect(), ..Gone::default() };
    assert!(school.follows(&SEATS, &gone));
    assert_eq!(school.case.owner, None);
}

#[test]
fn what_was_shared_with_somebody_ends_when_they_leave_the_school() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school
        .triaged(DSL)
        .does(DSL, |case, act| case.share(OTHER_TEACHER, ShareKind::Reader, None, &why(), act));
    assert_eq!(school.sees(OTHER_TEACHER), Some(Sight::Full));
    let from_desk = [(Desk::Slt, OTHER_TEACHER)].into_iter().collect();
    assert!(!school.follows(&SEATS, &Gone { from_desk, ..Gone::default() }), "a desk is not the school");
    let gone = Gone { from_school: [OTHER_TEACHER].into_iter().collect(), ..Gone::default() };
    assert!(school.follows(&SEATS, &gone));
    assert_eq!(school.sees(OTHER_TEACHER), None, "were they back, they would not see it");
    assert!(!school.follows(&SEATS, &gone), "once");
}

#[test]
fn where_nobody_is_reached_nobody_reads_it_until_somebody_can() {
    let everybody = [DSL, HEAD, CHAIR, EXTERNAL];
    let it = everybody
        .into_iter()
        .fold(draft("STF-COMM"), |it, who| about(it, who, SubjectKind::AdultHere, SubjectRole::Alleged));
    let mut school = School::with(&it);
    assert_eq!((school.case.lead(), school.case.nobody_reached), (Desk::External, NobodyReached::Yes));
    let mut seats = SEATS.to_vec();
    seats.push((Desk::External, Seat::Deputy, OTHER_TEACHER));
    school.follows(&seats, &Gone::default());
    assert_eq!(school.sees(OTHER_TEACHER), None, "the deputy of an excluded person works for them");
    assert_eq!(school.case.grants(), []);
    let seats = and(without(&[EXTERNAL]), Desk::External, OTHER_TEACHER);
    assert!(school.follows(&seats, &Gone::default()));
    assert_eq!((school.sees(OTHER_TEACHER), school.told()), (Some(Sight::Full), vec![OTHER_TEACHER]));
}

fn any_seats() -> impl Strategy<Value = Vec<(Desk, Seat, PersonId)>> {
    let people = [DSL, DEPUTY_DSL, NETWORK, HEAD, DEPUTY_HEAD, CHAIR, EXTERNAL, OTHER_TEACHER, COORDINATOR];
    let seat = (
        proptest::sample::select(Desk::ALL),
        proptest::sample::select(Seat::ALL),
        proptest::sample::select(people.to_vec()),
    );
    proptest::collection::vec(seat, 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tries(300)))]

    /// For any changes of roles in any order: an excluded person stays excluded, no deputy of one sees it, it has a
    /// lead if routing finds one, and following again changes nothing.
    #[test]
    fn no_change_of_duties_shows_a_case_to_who_was_kept_from_it(
        rosters in proptest::collection::vec(any_seats(), 1..5),
        adult in proptest::sample::select(WhichAdult::ALL),
        category in proptest::sample::select(&["CP-CONCERN", "FIL-FAIL", "STF-COMM", "CON-INAPP"][..]),
    ) {
        let mut it = named_only(OTHER_TEACHER);
        it.category = draft(category).category;
        if category == "STF-COMM" {
            it.adult = AdultAnswer::Yes(adult);
        }
        let mut school = School::with(&it);
        for seats in rosters {
            let excluded: Vec<PersonId> = school.case.exclusions.keys().copied().collect();
            school.follows(&seats, &Gone::default());
            for who in excluded {
                prop_assert_eq!(school.sees(who), None);
            }
            let here = roster(&seats);
            for desk in school.case.desks.keys() {
                let holders = here.holders(*desk);
                let all_excluded = !holders.is_empty() && holders.iter().all(|who| school.case.excludes(*who));
                // A person who also sits at another desk of the case reads it from there.
                let only_here = |who: &PersonId| {
                    here.desks_of(*who).iter().filter(|seat| school.case.desks.contains_key(seat)).count() == 1
                };
                let mut people = here.everyone_at(*desk).into_iter().filter(only_here);
                let reads = people.any(|who| school.sees(who).is_some());
                // If no one at all is reached it waits at the external desk, and no one there reads it.
                prop_assert!(
                    !all_excluded || (*desk == Desk::External && !reads),
                    "{desk:?} works for an excluded person"
                );
            }
            prop_assert!(!school.follows(&seats, &Gone::default()), "following again changes nothing");
        }
    }
}
