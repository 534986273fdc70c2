//! Deciding not to tell a body: whose decision it is.

use super::*;
use crate::domain::school::{Settings, routing::AdultLead};

const HR: Body = Body::HR;
const ICO: Body = Body::ICO;
const LADO: Body = Body::LADO;
const POLICE: Body = Body::POLICE;

fn may(school: &mut School, who: PersonId, body: Body) -> bool {
    let (asked, tried) = school.ask(who, |case, act| {
        let tried = case.decline(body, &why(), act).is_ok();
        (case.may_decline(body, act), tried)
    });
    let sees = school.sees(who) == Some(Sight::Full);
    assert_eq!(asked && sees, tried, "{who:?} and {body:?}");
    tried
}

#[test]
fn the_lead_desk_decides_about_the_ico_and_the_dsl_or_the_head_about_the_rest() {
    let mut school = School::with(&about_pupil(draft("CON-INAPP")));
    assert_eq!(school.case.lead(), Desk::OnlineSafety);
    for (who, ico, rest) in
        [(COORDINATOR, true, false), (DSL, false, true), (HEAD, false, true), (CHAIR, false, false)]
    {
        assert_eq!(may(&mut school, who, ICO), ico, "{who:?}");
        for body in [LADO, HR, POLICE] {
            assert_eq!(may(&mut school, who, body), rest, "{who:?} and {body:?}");
        }
    }
    let refused = school.tries(COORDINATOR, |case, act| case.decline(LADO, &why(), act));
    assert_eq!(fields(refused), ["body"]);
}

#[test]
fn about_an_adult_the_head_decides_alone() {
    let mut school =
        School::with(&about(draft("STF-COMM"), OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Alleged));
    for body in [LADO, HR, POLICE] {
        assert!(may(&mut school, HEAD, body), "{body:?}");
        assert!(!may(&mut school, DSL, body) && !may(&mut school, DEPUTY_DSL, body), "{body:?}");
    }
    let refused = school.tries(DSL, |case, act| case.decline(LADO, &why(), act));
    assert!(refused.is_err(), "the case is about an adult");
}

#[test]
fn where_the_head_is_excluded_the_chair_decides() {
    let mut school =
        School::with(&about(draft("STF-COMM"), HEAD, SubjectKind::AdultHere, SubjectRole::Alleged));
    assert_eq!(school.case.lead(), Desk::Chair);
    assert!(may(&mut school, CHAIR, LADO));
    assert!(
        !may(&mut school, HEAD, LADO) && !may(&mut school, DEPUTY_HEAD, LADO) && !may(&mut school, DSL, LADO)
    );
}

#[test]
fn a_school_that_lets_the_dsl_lead_concerns_about_adults_lets_the_dsl_decide_them() {
    let mut school =
        School::with(&about(draft("STF-COMM"), OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Alleged));
    school.case.desks = BTreeMap::from([(Desk::Dsl, DeskKind::Lead), (Desk::Head, DeskKind::Copied)]);
    school.editions = Editions::founded(Settings {
        adult_lead: AdultLead::Dsl,
        ..Editions::untouched().settings_at(school.now)
    });
    assert!(may(&mut school, DSL, LADO));
    school.editions = Editions::untouched().clone();
    assert!(!may(&mut school, DSL, LADO), "not under the default");
}
