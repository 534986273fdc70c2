//! What the jobs do about e-mails and deadlines: who is written to, when, how often, and what a bad server changes.

use crate::{
    databases::{TestDb, both_databases},
    small_school::{About, SmallSchool, monday},
};
use candour::{
    demo::sink::{Fault, Sink, Stage},
    domain::{
        case::{
            Case, DeskKind,
            lifecycle::workflow::{Move, Status},
        },
        concern::{AtRisk, DraftSubject, Somebody},
        kernel::{clock::Instant, ids::Reference},
        people::{
            Desk,
            subject::{SubjectKind, SubjectRole},
        },
        school::routing::Reason,
    },
    jobs::{self, Job, Jobs},
    mail::transport::{Mailer, Patience, Security, SmtpConfig},
    service::{
        Candour,
        clock::{Clock, Hands, Randomness},
        system::{self, CheckState},
    },
    store::{
        Db, StoreError,
        case::lists::{self, Show},
        entry::sessions,
        people::staff,
        record::{access_log, audit, outbox},
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use std::collections::BTreeSet;

/// The jobs at work for a test, by hand.
struct Post {
    db: Db,
    jobs: Jobs,
    hands: Hands,
    sink: Sink,
}

impl Post {
    async fn open(db: &TestDb) -> Self {
        let sink = Sink::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let (clock, hands) = Clock::fixed(monday());
        let jobs = Jobs {
            candour: Candour::clone(db),
            clock,
            mailer: mailer(sink.address().port()),
            public_url: "https://candour.school.example/".parse().unwrap(),
        };
        Self { db: db.db().clone(), jobs, hands, sink }
    }

    /// Delivers what is due and says who got a letter since the last time.
    async fn delivers(&self) -> Vec<String> {
        self.jobs.once(Job::DeliverMail).await.unwrap();
        let mut to: Vec<String> = self.sink.letters().iter().flat_map(|letter| letter.to.clone()).collect();
        self.sink.forget();
        to.sort();
        to.into_iter().map(|address| address.replace("@school.example", "")).collect()
    }

    async fn chases(&self, at: Instant) -> Vec<String> {
        self.hands.set(at);
        self.jobs.once(Job::ChaseDeadlines).await.unwrap();
        self.delivers().await
    }

    fn backlog(&self) -> i64 {
        let later = self.jobs.clock.now() + TimeDelta::days(60);
        self.db.read(|tx| outbox::late(tx, later)).unwrap()
    }
}

/// What somebody finds on their desk.
fn queue(school: &SmallSchool<'_>, name: &str, post: &Post) -> Vec<Reference> {
    let viewer = school.signs_in(name, post.jobs.clock.now());
    let lines = post.db.read(|tx| lists::list(tx, &viewer, Show::Queue, None, 50)).unwrap();
    lines.into_iter().map(|line| line.reference).collect()
}

fn at_school(name: &str) -> String {
    format!("{name}@school.example")
}

/// A port at which a connection is refused.
fn nobody_listens() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn mailer(port: u16) -> Mailer {
    Mailer::new(SmtpConfig {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        username: None,
        password: None,
        from: "Candour <candour@school.example>".into(),
        hostname: "candour.school.example".into(),
        patience: Patience::default(),
    })
    .unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn looks(school: &SmallSchool<'_>, name: &str, now: Instant) {
    let viewer = school.signs_in(name, now);
    school.db.write(|tx| outbox::mark_looked(tx, &viewer)).unwrap();
}

/// Led by the DSL, nobody copied, to be acknowledged the same school day.
const WORRY: &str = "CP-CONCERN";

#[apply(both_databases!)]
async fn m1_a_delivered_letter_tells_nothing_but_that_somebody_is_needed(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let case = school.reports("teacher", &About::category(WORRY), monday());
    post.jobs.once(Job::DeliverMail).await.unwrap();
    let letters = post.sink.letters();
    let raw = String::from_utf8(letters[0].raw.clone()).unwrap();
    assert!(raw.contains("Meadow School") && raw.contains("https://candour.school.example/"));
    let reference = case.reference.as_str();
    for told in
        ["canary", "Canary", WORRY, reference, &reference[4..], "welfare", "teacher", &case.id.to_string()]
    {
        assert!(!raw.contains(told), "the letter tells {told}");
    }
}

#[apply(both_databases!)]
async fn m2_nobody_is_told_of_their_own_act(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    // The DSL reports what her own desk leads.
    school.reports("dsl", &About::category(WORRY), monday());
    assert_eq!(post.delivers().await, [""; 0]);
    school.reports("teacher", &About::category(WORRY), monday());
    assert_eq!(post.delivers().await, ["dsl"]);
}

#[apply(both_databases!)]
async fn m3_one_letter_until_they_look(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    school.reports("teacher", &About::category(WORRY), monday());
    assert_eq!(post.delivers().await, ["dsl"]);
    school.reports("teacher", &About::category(WORRY), monday());
    assert_eq!(post.delivers().await, [""; 0]);
    post.hands.forward(TimeDelta::minutes(5));
    looks(&school, "dsl", monday() + TimeDelta::minutes(5));
    school.reports("teacher", &About::category(WORRY), monday());
    assert_eq!(post.delivers().await, ["dsl"]);
    assert_eq!(post.backlog(), 0, "what was collapsed does not come back");
}

#[apply(both_databases!)]
async fn m3_a_critical_case_is_always_sent(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let urgent = About { at_risk: AtRisk::Yes, ..About::category(WORRY) };
    for _ in 0..2 {
        school.reports("teacher", &urgent, monday());
        assert_eq!(post.delivers().await, ["deputy", "dsl", "head"]);
    }
}

#[apply(both_databases!)]
async fn m4_a_bad_address_does_not_stop_the_others(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    post.sink.refuse("dsl@school.example");
    school.reports("teacher", &About::category("CDT-NUDES"), monday());
    assert_eq!(post.delivers().await, ["head"]);
    assert_eq!(post.backlog(), 0, "what is refused for good is not tried again");
}

#[apply(both_databases!)]
async fn m5_a_server_that_fails_in_every_way_gets_each_letter_once(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    school.reports("teacher", &About::category("CDT-NUDES"), monday());
    post.sink.fail_next(Fault::Temp(Stage::Rcpt));
    post.sink.fail_next(Fault::DropAt(Stage::Data));
    assert_eq!(post.delivers().await, [""; 0]);
    assert_eq!((post.backlog(), post.sink.faults_left()), (2, 0));
    assert_eq!(post.delivers().await, [""; 0], "not at once again");
    post.hands.forward(TimeDelta::minutes(1));
    assert_eq!(post.delivers().await, ["dsl", "head"]);
    post.hands.forward(TimeDelta::hours(1));
    assert_eq!(post.delivers().await, [""; 0]);
    assert_eq!(post.backlog(), 0);
}

/// No e-mail gets out for a day. The person who watches the machine is warned, the next in the chain finds the case on
/// their own desk, and when the server is back each letter goes once, in the order they were written.
#[apply(both_databases!)]
async fn m5_a_server_down_for_a_day_leaves_nobody_in_the_dark(db: TestDb) {
    let (school, mut post) = (SmallSchool::new(&db), Post::open(&db).await);
    let up = std::mem::replace(&mut post.jobs.mailer, mailer(nobody_listens()));
    let mail = |post: &Post| {
        let checks = system::ready(&post.jobs.candour, post.jobs.clock.now());
        checks.into_iter().find(|check| check.name == "e-mails").unwrap().state
    };
    let worry = school.reports("teacher", &About::category(WORRY), monday());
    post.hands.forward(TimeDelta::minutes(10));
    let failure = school.reports("teacher", &About::category("FIL-FAIL"), post.jobs.clock.now());
    for hours in [0, 1] {
        assert_eq!(post.chases(monday() + TimeDelta::hours(hours) + TimeDelta::minutes(55)).await, [""; 0]);
        assert_eq!((mail(&post), queue(&school, "head", &post)), (CheckState::Well, Vec::new()));
    }
    assert_eq!(post.chases(monday() + TimeDelta::minutes(121)).await, [""; 0]);
    assert_eq!(mail(&post), CheckState::Amber);
    assert_eq!(queue(&school, "head", &post), vec![worry.reference.clone()]);
    assert_eq!(
        school.stored(&worry).reasons.last().unwrap(),
        &Reason::NotReached { desk: Desk::Head, silent: Desk::Dsl }
    );
    // A person who looks at their desk has been reached, with or without an e-mail.
    looks(&school, "network", post.jobs.clock.now());
    assert_eq!(post.chases(monday() + TimeDelta::minutes(135)).await, [""; 0]);
    assert_eq!(school.stored(&failure).chased.len(), 0);
    assert_eq!(school.stored(&worry).chased.len(), 1, "and nobody is told twice");

    post.hands.set(monday() + TimeDelta::hours(24));
    post.jobs.mailer = up;
    post.jobs.once(Job::DeliverMail).await.unwrap();
    let sent: Vec<String> = post.sink.letters().iter().flat_map(|letter| letter.to.clone()).collect();
    let [first, both @ .., last] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!((first.as_str(), last.as_str()), ("dsl@school.example", "head@school.example"));
    assert_eq!(BTreeSet::from_iter(both), BTreeSet::from([&at_school("coordinator"), &at_school("network")]));
    post.sink.forget();
    post.hands.forward(TimeDelta::hours(1));
    assert_eq!(post.delivers().await, [""; 0]);
    assert_eq!((post.backlog(), mail(&post)), (0, CheckState::Well));
}

#[apply(both_databases!)]
async fn m6_a_hundred_cases_in_one_act_are_one_letter(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    db.write(|tx| {
        for _ in 0..100 {
            school.lodge(tx, "teacher", &About::category(WORRY), monday())?;
        }
        Ok::<_, StoreError>(())
    })
    .unwrap();
    assert_eq!(post.delivers().await, ["dsl"]);
    assert_eq!(post.backlog(), 0);
}

#[apply(both_databases!)]
async fn m7_whoever_lost_access_is_not_written_to(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    school.reports("teacher", &About::category("CDT-NUDES"), monday());
    school.stands_down("dsl", monday());
    db.write(|tx| staff::leave(tx, school.id, school.person("head"), monday())).unwrap();
    assert_eq!(post.delivers().await, [""; 0]);
    assert_eq!(post.backlog(), 0);
}

#[apply(both_databases!)]
async fn m7_and_neither_is_whoever_became_a_subject_in_the_meantime(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let case = school.reports("teacher", &About::category("CDT-NUDES"), monday());
    let subject = candour::domain::concern::DraftSubject {
        who: Somebody::Known(school.person("head")),
        kind: SubjectKind::AdultHere,
        role: SubjectRole::NamedOnly,
    };
    school.does("dsl", &case, monday(), |case, act| case.add_subject(&subject, act).unwrap());
    let told = post.delivers().await;
    assert!(!told.contains(&"head".to_owned()) && told.contains(&"dsl".to_owned()), "{told:?}");
    assert_eq!(post.backlog(), 0);
}

#[apply(both_databases!)]
async fn d2_nothing_is_sent_outside_school_hours_but_for_immediate_risk(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let saturday = at("2026-11-21T22:00:00Z");
    post.hands.set(saturday);
    school.reports("teacher", &About::category(WORRY), saturday);
    assert_eq!(post.delivers().await, [""; 0]);
    // Due at 10:00 on Monday; asked all through the weekend.
    for hours in 1..34 {
        assert_eq!(post.chases(saturday + TimeDelta::hours(hours)).await, [""; 0]);
    }
    school.reports("teacher", &About { at_risk: AtRisk::Yes, ..About::category(WORRY) }, saturday);
    assert_eq!(post.delivers().await, ["deputy", "dsl", "head"]);
    looks(&school, "dsl", at("2026-11-23T07:00:00Z"));
    post.hands.set(at("2026-11-23T08:30:00Z"));
    assert_eq!(post.delivers().await, ["dsl"], "held until the school opened");
}

#[apply(both_databases!)]
async fn d2_what_is_not_acknowledged_goes_up_the_chain_in_school_hours(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let case = school.reports("teacher", &About::category(WORRY), monday());
    assert_eq!(post.delivers().await, ["dsl"]);
    assert_eq!(post.chases(at("2026-11-23T15:00:00Z")).await, [""; 0], "it is not due yet");
    assert_eq!(post.chases(at("2026-11-23T15:31:00Z")).await, [""; 0], "the school is closed");
    let tuesday = at("2026-11-24T08:30:00Z");
    // The DSL has not looked since she was told, so only the head hears.
    assert_eq!(post.chases(tuesday).await, ["head"]);
    assert_eq!(school.stored(&case).desks.get(&Desk::Head), Some(&DeskKind::Copied));
    assert_eq!(post.chases(tuesday + TimeDelta::minutes(1)).await, [""; 0], "once for every step");
    // The head has as long as the DSL had, then the chair is told, and after her nobody.
    assert_eq!(post.chases(at("2026-11-25T08:30:00Z")).await, ["chair"]);
    assert_eq!(post.chases(at("2026-11-26T09:00:00Z")).await, [""; 0]);
    let acts: Vec<_> = timeline(&school, &case);
    assert_eq!(
        acts,
        [(Move::Chase, None), (Move::Chase, None), (Move::Submit, Some(school.person("teacher")))]
    );
    // Nothing of this gets in the way of acknowledging it.
    let kept =
        school.does("dsl", &case, at("2026-11-26T09:01:00Z"), |case, act| case.acknowledge(act).unwrap());
    assert_eq!((kept.status, kept.version), (Status::Acknowledged, case.version + 1));
    assert_eq!(post.chases(at("2026-11-26T09:02:00Z")).await, [""; 0]);
}

#[apply(both_databases!)]
async fn a_child_at_risk_is_chased_at_every_hour(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let midnight = at("2026-11-22T00:00:00Z");
    post.hands.set(midnight);
    school.reports("teacher", &About::category("CNT-GROOM"), midnight);
    assert_eq!(post.delivers().await, ["deputy", "dsl", "head"]);
    assert_eq!(post.chases(midnight + TimeDelta::minutes(29)).await, [""; 0]);
    assert_eq!(post.chases(midnight + TimeDelta::minutes(31)).await, ["chair", "deputy", "dsl", "head"]);
    assert_eq!(post.chases(midnight + TimeDelta::minutes(32)).await, [""; 0]);
}

#[apply(both_databases!)]
async fn nobody_excluded_is_told_by_chasing(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let head = DraftSubject {
        who: Somebody::Known(school.person("head")),
        kind: SubjectKind::AdultHere,
        role: SubjectRole::NamedOnly,
    };
    let case = school.reports("teacher", &About { subjects: vec![head], ..About::category(WORRY) }, monday());
    post.delivers().await;
    assert_eq!(post.chases(at("2026-11-24T09:00:00Z")).await, ["chair"]);
    assert!(!school.stored(&case).desks.contains_key(&Desk::Head));
    for day in 25..28 {
        assert_eq!(post.chases(at(&format!("2026-11-{day}T09:00:00Z"))).await, [""; 0]);
    }
}

#[apply(both_databases!)]
async fn what_is_overdue_is_a_reminder_a_day(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let case = school.reports("teacher", &About::category(WORRY), monday());
    school.does("dsl", &case, monday(), |case, act| case.acknowledge(act).unwrap());
    assert_eq!(post.delivers().await, ["dsl"]);
    // Triage was due by the end of Tuesday.
    let wednesday = at("2026-11-25T09:00:00Z");
    let dsl = school.signs_in("dsl", wednesday - TimeDelta::hours(1));
    db.write(|tx| outbox::mark_looked(tx, &dsl)).unwrap();
    assert_eq!(post.chases(wednesday).await, ["dsl"]);
    let dsl = school.signs_in("dsl", wednesday + TimeDelta::minutes(1));
    db.write(|tx| outbox::mark_looked(tx, &dsl)).unwrap();
    assert_eq!(post.chases(wednesday + TimeDelta::minutes(2)).await, [""; 0], "one a day");
    assert_eq!(post.chases(at("2026-11-25T20:00:00Z")).await, [""; 0], "and in school hours");
    assert_eq!(post.chases(at("2026-11-26T09:00:00Z")).await, ["dsl"]);
}

#[apply(both_databases!)]
async fn two_nodes_do_everything_once(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let case = school.reports("teacher", &About::category("CDT-NUDES"), monday());
    let both = |job| {
        let (one, other) = (post.jobs.clone(), post.jobs.clone());
        async move { tokio::join!(one.once(job), other.once(job)) }
    };
    let (one, other) = both(Job::DeliverMail).await;
    one.and(other).unwrap();
    assert_eq!(post.delivers().await, ["dsl", "head"]);
    post.hands.set(at("2026-11-23T14:00:00Z"));
    let (one, other) = both(Job::ChaseDeadlines).await;
    one.and(other).unwrap();
    assert_eq!(school.stored(&case).chased.len(), 1);
    let (one, other) = both(Job::SendAuditHeads).await;
    one.and(other).unwrap();
    assert_eq!(post.delivers().await, ["chair", "chair", "dsl", "head"]);
}

#[apply(both_databases!)]
async fn the_head_of_the_audit_log_is_mailed_once_a_week(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    school.reports("network", &About::category(WORRY), monday() - TimeDelta::days(1));
    post.delivers().await;
    for _ in 0..2 {
        post.jobs.once(Job::SendAuditHeads).await.unwrap();
    }
    post.jobs.once(Job::DeliverMail).await.unwrap();
    let letters = post.sink.letters();
    let hash = db.read(|tx| audit::head(tx, school.id)).unwrap().1;
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().all(|letter| letter.text.contains(&hash)));
    post.sink.forget();
    // It is not what M3 means by a letter.
    school.reports("teacher", &About::category("STF-DISREP"), monday());
    assert_eq!(post.delivers().await, ["head"]);
    post.hands.forward(TimeDelta::days(6));
    post.jobs.once(Job::SendAuditHeads).await.unwrap();
    assert_eq!(post.delivers().await, [""; 0]);
    post.hands.forward(TimeDelta::days(1));
    post.jobs.once(Job::SendAuditHeads).await.unwrap();
    assert_eq!(post.delivers().await, ["chair", "dsl", "head"]);
}

#[apply(both_databases!)]
async fn looks_are_sealed_and_sessions_long_over_are_forgotten(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let case = school.reports("teacher", &About::category(WORRY), monday());
    let viewer = school.signs_in("dsl", monday());
    let look = access_log::look(&viewer, access_log::AccessKind::Case(&case), &mut Randomness);
    access_log::WaitingLooks::default().keep(db.db(), look).unwrap();
    for _ in 0..2 {
        post.jobs.once(Job::SealLooks).await.unwrap();
    }
    let verdict = db.read(|tx| audit::verify(tx, school.id, None)).unwrap();
    assert_eq!(verdict, audit::Verdict::Whole { entries: 2, known: None });
    school.signs_in("head", monday() + TimeDelta::days(3));
    post.hands.set(monday() + TimeDelta::days(31));
    post.jobs.once(Job::EndSessions).await.unwrap();
    let left = db.write(|tx| sessions::forget_ended(tx, monday() + TimeDelta::days(99))).unwrap();
    assert_eq!(left, 1, "the one that was over a month ago is gone");
}

#[apply(both_databases!)]
async fn one_case_that_cannot_be_read_holds_up_nothing_else(db: TestDb) {
    let (broken, post) = (SmallSchool::new(&db), Post::open(&db).await);
    let other = SmallSchool::called(&db, "willow", "Willow School");
    let case = broken.reports("teacher", &About::category(WORRY), monday());
    let second = broken.reports("teacher", &About::category(WORRY), monday());
    let third = other.reports("teacher", &About::category(WORRY), monday());
    db.run_sql(&format!("UPDATE cases SET document = '{{}}' WHERE id = '{}'", case.id));
    assert_eq!(post.delivers().await, ["dsl", "dsl"], "one for each school");
    post.hands.set(at("2026-11-24T09:00:00Z"));
    post.jobs.once(Job::ChaseDeadlines).await.unwrap();
    assert_eq!((broken.stored(&second).chased.len(), other.stored(&third).chased.len()), (1, 1));
}

#[apply(both_databases!)]
async fn running_jobs_deliver_by_themselves_and_stop_when_asked(db: TestDb) {
    let (school, post) = (SmallSchool::new(&db), Post::open(&db).await);
    // On a Saturday, when there is nothing else to send.
    let saturday = at("2026-11-21T12:00:00Z");
    post.hands.set(saturday);
    school.reports("teacher", &About { at_risk: AtRisk::Yes, ..About::category(WORRY) }, saturday);
    let running = jobs::run(post.jobs.clone());
    post.sink.wait_for(3).await;
    running.stop().await;
    assert_eq!(post.delivers().await, ["deputy", "dsl", "head"]);
}

fn timeline(
    school: &SmallSchool<'_>,
    case: &Case,
) -> Vec<(Move, Option<candour::domain::kernel::ids::PersonId>)> {
    let viewer = school.signs_in("dsl", monday());
    let (_, lines) = school.db.read(|tx| audit::story(tx, &viewer, case)).unwrap();
    lines.into_iter().map(|line| (line.entry.act, line.actor)).collect()
}
