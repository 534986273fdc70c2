//! Who reaches what: every address as nobody and as each kind of person against `docs/access.txt`, and the SQL of
//! `within` against the rule of `Case::sight` over generated cases and people, on both databases.

use crate::{
    databases::{TestDb, both_databases},
    school::{Cast, School},
    small_school::{About, SmallSchool, monday},
};
use actix_web::http::Method;
use candour::{
    domain::{
        case::{Case, Restriction, ShareKind},
        kernel::{
            ids::{PersonId, Reference, SchoolId, TextId},
            text::Summary,
        },
        people::{
            subject::{SubjectKind, SubjectRole},
            ties::{Grounds, Otherwise, Pair, Tie},
        },
        school::{
            categories,
            routing::{AdultAnswer, WhichAdult},
        },
    },
    service::{
        case::{
            act::{self, CaseOnPage},
            inspection, read,
        },
        clock::Randomness,
        people::ties,
    },
    store::{
        StoreError,
        case::{
            cases,
            steward::{self, Steward, Work},
        },
        people::staff,
        record::audit,
    },
    web::http::routes::ENDPOINTS,
};
use macro_rules_attribute::apply;
use std::{collections::BTreeSet, fmt::Write};

/// Accepts what a test found as the golden file if `make bless` asks for it; otherwise compares.
pub fn hold(path: &str, found: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("CANDOUR_BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, kept, "{} is out of date: read the difference, then make bless", path.display());
}

/// P1, P2: every address, asked by nobody and by each kind of person. A parameter is filled with a case of the school
/// that is led by the head and about the DSL, so that the subject and the reporter are among those who ask.
#[actix_web::test]
async fn p1_every_address_answers_each_kind_of_person_as_written() {
    let school = School::open(TestDb::sqlite()).await;
    let mut draft = school.draft("STF-COMM");
    draft.subjects =
        vec![school.about(school.person(Cast::Dsl), SubjectKind::AdultHere, SubjectRole::Alleged)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let mut table = String::from(
        "What each address answers (GET) or whether it lets a form through (POST without its token), by who asks.\n\
         The case asked for is about the DSL, reported by the teacher, led by the headteacher.\n\n",
    );
    let casts = [
        Cast::Teacher,
        Cast::Dsl,
        Cast::DeputyDsl,
        Cast::OnlineSafety,
        Cast::Network,
        Cast::Head,
        Cast::Siro,
        Cast::Dpo,
        Cast::Chair,
        Cast::External,
        Cast::Governor,
        Cast::Administrator,
        Cast::Inspector,
    ];
    let mut browsers = Vec::new();
    for cast in casts {
        browsers.push(school.sign_in(cast).await);
    }
    for endpoint in ENDPOINTS {
        let path = filled(endpoint.path, &reference);
        let is_get = endpoint.method == Method::GET;
        writeln!(table, "{} {}   for {}", endpoint.method, endpoint.path, endpoint.audience.words()).unwrap();
        let nobody =
            if is_get { school.get_as_nobody(&path).await } else { school.post_as_nobody(&path).await };
        let mut answers = vec![("nobody".to_owned(), nobody.status.as_u16())];
        // Signing out and hiding would end what the next lines ask with; their tokens are missing, so they do not.
        for (cast, browser) in casts.iter().zip(&browsers) {
            let answer = if is_get { browser.get(&path).await } else { browser.post(&path, &[]).await };
            answers.push((format!("{cast:?}"), answer.status.as_u16()));
            assert_ne!(answer.status.as_u16(), 500, "{} {path} as {cast:?}", endpoint.method);
        }
        for status in answers.iter().map(|(_, status)| *status).collect::<BTreeSet<u16>>() {
            let who: Vec<&str> =
                answers.iter().filter(|(_, s)| *s == status).map(|(who, _)| who.as_str()).collect();
            writeln!(table, "    {status}: {}", who.join(", ")).unwrap();
        }
    }
    hold("docs/access.txt", &table);
}

/// An address with its parameters filled in.
fn filled(pattern: &str, reference: &Reference) -> String {
    let mut path = String::new();
    for part in pattern.split('/').skip(1) {
        path.push('/');
        match part {
            "{reference}" | "{ref}" => path.push_str(reference.as_str()),
            "{code}" => path.push_str("CON-INAPP"),
            _ if part.starts_with('{') => path.push_str("00000000-0000-7000-8000-000000000000"),
            _ => path.push_str(part),
        }
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// Lock six: the SQL filter and the Rust predicate agree for every kind of person over many kinds of case.
#[apply(both_databases!)]
async fn the_sql_of_reach_agrees_with_the_rule_of_sight(db: TestDb) {
    let school = School::open(db).await;
    let roles = SubjectRole::ALL;
    let answers: Vec<AdultAnswer> = std::iter::once(AdultAnswer::No)
        .chain(WhichAdult::ALL.iter().copied().map(AdultAnswer::Yes))
        .collect();
    // Deputies too: their desk is reached, so only the anti-join keeps them out.
    let subjects: Vec<PersonId> = [
        Cast::Dsl,
        Cast::DeputyDsl,
        Cast::Head,
        Cast::DeputyHead,
        Cast::Network,
        Cast::Teacher,
        Cast::OnlineSafety,
        Cast::Inspector,
    ]
    .map(|cast| school.person(cast))
    .to_vec();
    let mut references = Vec::new();
    for (n, category) in categories::all().iter().enumerate() {
        let mut draft = school.draft(category.code.as_str());
        draft.adult = answers[n % answers.len()];
        if n % 3 != 0 {
            let who = subjects[n % subjects.len()];
            draft.subjects = vec![school.about(who, SubjectKind::AdultHere, roles[n % roles.len()])];
        }
        if n % 4 == 0 {
            draft.subjects.push(school.about(
                school.pupil("Ellie Marsh"),
                SubjectKind::Pupil,
                SubjectRole::Affected,
            ));
        }
        references.push(school.report(Cast::OtherTeacher, &draft).reference);
    }
    let why = Summary::parse("For the test").unwrap();
    for (n, reference) in references.iter().enumerate() {
        let op = school.op(Cast::Head);
        let Ok(read::CaseView::Full(full)) = read::case(&school.db, &op, reference, &mut Randomness) else {
            continue;
        };
        let form = school.form();
        let seen = CaseOnPage { reference, version: full.case.version, form: &form };
        let nobody = BTreeSet::new();
        let to = [Restriction::Open, Restriction::Restricted, Restriction::Sealed][n % 3];
        if to != Restriction::Open {
            act::perform(&school.db, &op, &seen, &nobody, &mut Randomness, |case, act, _| {
                case.restrict(to, &why, act)
            })
            .unwrap();
        }
        let form = school.form();
        let seen = CaseOnPage { reference, version: full.case.version + 1, form: &form };
        // Refused for people who are excluded, and for people who do not lead: both are part of the mixture.
        let _ = act::perform(&school.db, &op, &seen, &nobody, &mut Randomness, |case, act, _| {
            case.share(school.person(Cast::Teacher), ShareKind::Reader, None, &why, act)
        });
    }
    for (n, reference) in references.iter().enumerate().filter(|(n, _)| n % 2 == 0) {
        let op = school.op(if n % 3 == 2 { Cast::Dsl } else { Cast::Head });
        let Ok(read::CaseView::Full(full)) = read::case(&school.db, &op, reference, &mut Randomness) else {
            continue;
        };
        let form = school.form();
        let seen = CaseOnPage { reference, version: full.case.version, form: &form };
        let inspector = school.person(Cast::Inspector);
        let selection = inspection::Selection { inspector, until: None, reason: why.clone() };
        // Refused if they are a subject, which is part of the mixture.
        let _ = inspection::select(&school.db, &op, &seen, &selection, &mut Randomness);
    }
    // Recorded and decided otherwise about after the cases are there: some ties stand, one does not any more.
    let close = |one: Cast, other: Cast| {
        let pair = Pair::of(school.person(one), school.person(other)).unwrap();
        let how = (Tie::Household, Grounds::Known);
        ties::record(&school.db, &school.op(Cast::Head), pair, how, &school.form(), &mut Randomness).unwrap();
        pair
    };
    close(Cast::Teacher, Cast::DeputyDsl);
    close(Cast::OnlineSafety, Cast::DeputyHead);
    let over = close(Cast::Siro, Cast::DeputyDsl);
    let excluded = school.db.count("case_exclusions");
    ties::decide_otherwise(
        &school.db,
        &school.op(Cast::Head),
        over,
        Otherwise::Over,
        &school.form(),
        &mut Randomness,
    )
    .unwrap();
    assert!(school.db.count("case_exclusions") < excluded, "some rested on that tie alone");
    assert!(
        school.db.count("audit_entries WHERE act = 'ties_changed'") > 10,
        "the mixture has cases that follow"
    );
    let kept = school.db.write(|tx| steward::all(tx, Steward::of(school.school, Work::Recount))).unwrap();
    assert_eq!(kept.len(), references.len());
    let mut readable = 0;
    let mut inspected = 0;
    for cast in Cast::ALL {
        let viewer = school.viewer(cast);
        for reference in &references {
            let (by_sql, by_rule) = school
                .db
                .write(|tx| {
                    // `find` asks the rule once more; what an act starts from is the SQL alone.
                    let by_sql = cases::find_to_change(tx, &viewer, reference).is_ok();
                    let standing =
                        staff::standing(tx, school.school, school.person(cast), school.clock.now())?;
                    let case = kept.iter().find(|case| case.reference == *reference).unwrap();
                    Ok::<_, candour::store::StoreError>((by_sql, case.sight(&standing).is_some()))
                })
                .unwrap();
            assert_eq!(by_sql, by_rule, "{cast:?} and {reference}");
            readable += usize::from(by_sql);
            inspected += usize::from(by_sql && cast == Cast::Inspector);
        }
    }
    assert!(readable > 100, "the mixture has cases that can be read: {readable}");
    assert!(inspected > 5 && inspected < references.len() / 2, "some are selected: {inspected}");
}

/// Every move, from where, to where, by whom and with what recorded: the whole workflow as one table.
#[test]
fn every_permission_is_as_written() {
    hold("docs/permissions.txt", &candour::domain::case::lifecycle::workflow::permissions());
}

#[apply(both_databases!)]
fn words_are_given_to_those_who_may_read_their_case(db: TestDb) {
    let school = SmallSchool::new(&db);
    let case = school.reports("teacher", &About::category("CP-CONCERN"), monday());
    let story = |name: &str| {
        let viewer = school.signs_in(name, monday());
        let words = db.read(|tx| audit::words(tx, &viewer, std::slice::from_ref(&case), happened));
        let story = db.read(|tx| audit::story(tx, &viewer, &case));
        assert_eq!(words.is_ok(), story.is_ok(), "{name}");
        story.map(|(words, lines)| (words.len(), lines.len()))
    };
    assert_eq!(story("dsl").unwrap(), (1, 1));
    for name in ["teacher", "network", "chair"] {
        assert!(matches!(story(name), Err(StoreError::NotFound)), "{name}");
    }
}

#[apply(both_databases!)]
fn a_steward_reads_what_its_work_is_in_and_one_school(db: TestDb) {
    let school = SmallSchool::new(&db);
    let case = school.reports("teacher", &About::category("CP-CONCERN"), monday());
    let reads = |of: SchoolId, work| {
        let steward = Steward::of(of, work);
        let found = db.read(|tx| steward::case(tx, steward, case.id));
        let locked = db.write(|tx| steward::case_to_change(tx, steward, case.id));
        let all = db.write(|tx| steward::all(tx, steward)).unwrap();
        assert_eq!((found.is_ok(), found.is_ok()), (locked.is_ok(), all.len() == 1), "{work:?}");
        found.is_ok()
    };
    let elsewhere = SmallSchool::called(&db, "elsewhere", "Elsewhere School").id;
    assert!(reads(school.id, Work::ChaseDeadlines) && reads(school.id, Work::FollowTies));
    assert!(!reads(elsewhere, Work::ChaseDeadlines) && !reads(elsewhere, Work::FollowTies));
    db.run_sql("UPDATE cases SET is_open = false");
    for work in [Work::ChaseDeadlines, Work::FollowDuties, Work::Recount] {
        assert!(!reads(school.id, work), "{work:?} is in open cases alone");
    }
    for work in [Work::CompareWords, Work::FollowTies, Work::EndInspection, Work::TakeAlong] {
        assert!(reads(school.id, work), "{work:?} is in ended cases too");
    }
}

fn happened(case: &Case) -> Option<TextId> {
    case.concerns.first().and_then(|concern| concern.happened.text())
}
