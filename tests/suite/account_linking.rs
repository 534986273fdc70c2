//! People who come through the school's sign-in for the first time, played by a provider that says what it likes.

mod names;
mod pupils;
mod why;

use crate::{
    databases::{TestDb, both_databases},
    faulty_provider::FaultyProvider,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        entry::first_sign_in::{Adding, Mark, Pin, Rules},
        kernel::ids::PersonId,
        people::{Desk, PersonKind, Seat},
    },
    service::{clock::Randomness, entry::sign_in::IdentityProvider},
    store::{
        entry::account_linking,
        people::staff::{self, Duty, DutyKind, Person},
    },
    web::http::app::SignInProvider,
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;

const STAFF: &str = "groups=staff";

pub fn google() -> Rules {
    Rules {
        pin: Pin::Google { domain: "school.example".to_owned() },
        staff: Mark::parse(STAFF),
        pupils: Mark::parse("groups=pupils"),
        teaching: Mark::parse("groups=teachers"),
        ..Rules::by_code_only()
    }
}

fn entra() -> Rules {
    Rules { pin: Pin::Entra { tenant: "tenant-1".to_owned() }, ..google() }
}

/// A school whose second way in is a provider that says what the test wants.
pub struct Scene {
    pub school: School,
    pub provider: FaultyProvider,
}

impl Scene {
    pub async fn open(db: TestDb, rules: Rules) -> Self {
        Self::open_for(db, rules, &["upton"]).await
    }

    /// The provider serves these schools, or every school if none is named.
    pub async fn open_for(db: TestDb, rules: Rules, schools: &[&str]) -> Self {
        let provider = FaultyProvider::open().await;
        let identity = IdentityProvider {
            name: "the other sign-in".to_owned(),
            rules,
            schools: schools.iter().map(|s| (*s).to_owned()).collect(),
        };
        let school =
            School::open_with(db, vec![SignInProvider { identity, client: provider.client() }]).await;
        let scene = Self { school, provider };
        scene.says(|_| {});
        scene
    }

    /// What the provider says of the person who signs in, at the school's own time.
    pub fn says(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        let clock = self.school.clock.clone();
        self.provider.claims(move |claims| {
            let now = clock.now().timestamp();
            for claim in ["iat", "nbf", "auth_time"] {
                claims[claim] = json!(now - 1);
            }
            claims["exp"] = json!(now + 300);
            claims["groups"] = json!(["staff"]);
            claims["hd"] = json!("school.example");
            change(claims);
        });
    }

    /// Goes through the provider and comes back, with the cookies of `before`.
    pub async fn arrives_with(&self, before: &str, start: &str) -> Answer {
        let browser = self.school.browser_with(before.to_owned());
        let started = browser.get(start).await;
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
        let returned = self.provider.sign_in_at(&Url::parse(&started.location).unwrap());
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &returned.code.unwrap())
            .append_pair("state", &returned.state.unwrap())
            .append_pair("iss", &returned.iss.unwrap())
            .finish();
        let cookies = [before.to_owned(), started.cookies()].join("; ");
        self.school.browser_with(cookies).get(&format!("/signin/callback?{query}")).await
    }

    pub async fn arrives(&self) -> Answer {
        self.arrives_with("", "/signin/start?provider=1").await
    }

    /// Comes back in and gives the browser.
    pub async fn comes_in(&self) -> SignedInBrowser<'_> {
        let answer = self.arrives().await;
        assert_eq!(
            (answer.status, answer.location.as_str()),
            (StatusCode::SEE_OTHER, "/"),
            "{}",
            answer.body
        );
        self.school.browser_with(answer.cookies())
    }

    /// Stays outside, waiting for a code.
    pub async fn stays_outside(&self) -> SignedInBrowser<'_> {
        let answer = self.arrives().await;
        assert_eq!(answer.location, "/signin/code", "{}", answer.body);
        let browser = self.school.browser_with(answer.cookies());
        assert_eq!(browser.get("/report").await.status, StatusCode::SEE_OTHER, "nothing is open to them");
        browser
    }

    /// Adds an adult to the register.
    pub fn registers(
        &self,
        name: &str,
        kind: PersonKind,
        email: &str,
        directory_id: Option<&str>,
    ) -> PersonId {
        let now = self.school.clock.now();
        let id = PersonId::draw(now, &mut Randomness);
        let person = Person {
            id,
            kind,
            name: name.to_owned(),
            year_group: None,
            post: None,
            email: Some(email.to_owned()),
        };
        self.school
            .db
            .write(|tx| {
                staff::add_people(tx, self.school.school, &[person], now)?;
                account_linking::set_directory_id(tx, self.school.school, id, directory_id)
            })
            .unwrap();
        id
    }

    /// Makes somebody deputy DSL, in so long.
    fn makes_deputy_dsl(&self, person: PersonId, within: TimeDelta) {
        let (school, now) = (&self.school, self.school.clock.now());
        let id = candour::domain::kernel::ids::DutyId::draw(now, &mut Randomness);
        let what = DutyKind::Seat(Desk::Dsl, Seat::Deputy);
        let duty = Duty { id, person, what, starts_at: now + within, ends_at: None };
        school.db.write(|tx| staff::add_duty(tx, school.school, &duty)).unwrap();
    }

    fn waiting(&self) -> Vec<String> {
        let viewer = self.school.viewer(Cast::Administrator);
        let waiting = self.school.db.read(|tx| account_linking::waiting(tx, &viewer)).unwrap();
        waiting.into_iter().map(|arrival| format!("{}: {}", arrival.name, arrival.why.code())).collect()
    }
}

#[apply(both_databases!)]
async fn s6_google_binds_staff_of_its_domain_by_their_verified_address(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "Ann@School.example", None);
    let ann = scene.comes_in().await;
    assert!(ann.get("/report").await.body.contains("Ann Other"));
    // Once bound, issuer and subject are who she is: her address may change.
    scene.says(|claims| claims["email"] = json!("ann.newname@school.example"));
    scene.comes_in().await;
    assert!(scene.waiting().is_empty());
}

#[apply(both_databases!)]
async fn s6_nobody_is_bound_by_an_address_that_proves_nothing(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    scene.says(|claims| claims["hd"] = json!("evil.example"));
    scene.stays_outside().await;
    scene.says(|claims| drop(claims.as_object_mut().unwrap().remove("hd")));
    scene.stays_outside().await;
    scene.says(|claims| claims["email_verified"] = json!(false));
    // What userinfo says would complete it otherwise.
    scene
        .provider
        .script(|s| s.user_info = std::sync::Arc::new(|info| info["email_verified"] = json!(false)));
    scene.stays_outside().await;
    assert_eq!(scene.waiting(), ["Ann Other: no_key"], "one line, however often she knocks");
}

#[apply(both_databases!)]
async fn s6_entra_binds_by_the_directory_id_of_its_own_tenant_alone(db: TestDb) {
    let scene = Scene::open(db, entra()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", Some("object-7"));
    for (tenant, object) in [("tenant-2", "object-7"), ("tenant-1", "object-8")] {
        scene.says(move |claims| (claims["tid"], claims["oid"]) = (json!(tenant), json!(object)));
        scene.stays_outside().await;
    }
    scene.says(|claims| (claims["tid"], claims["oid"]) = (json!("tenant-1"), json!("object-7")));
    scene.comes_in().await;
}

#[apply(both_databases!)]
async fn s6_a_pupil_is_refused_and_an_unmarked_account_stays_outside(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    scene.says(|claims| claims["groups"] = json!(["staff", "pupils"]));
    let refused = scene.arrives().await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("adults of your school") && refused.cookies().is_empty());
    scene.says(|claims| claims["groups"] = json!(["alumni"]));
    scene.stays_outside().await;
    assert_eq!(scene.waiting(), ["Ann Other: unmarked"]);
    // Not sent at all: a pupil would stand here too, and the list says what is the matter.
    scene.says(|claims| drop(claims.as_object_mut().unwrap().remove("groups")));
    scene.stays_outside().await;
    assert_eq!(scene.waiting(), ["Ann Other: unsaid"]);
}

#[apply(both_databases!)]
async fn s6_a_pupil_of_the_register_is_never_bound(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Pupil, "ann@school.example", None);
    scene.stays_outside().await;
}

#[apply(both_databases!)]
async fn s1_an_address_reused_by_a_newcomer_opens_nothing(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    scene.comes_in().await;
    scene.says(|claims| (claims["sub"], claims["name"]) = (json!("newcomer"), json!("Ann Otherwise")));
    scene.provider.script(|s| s.user_info = std::sync::Arc::new(|info| info["sub"] = json!("newcomer")));
    scene.stays_outside().await;
    assert_eq!(scene.waiting(), ["Ann Otherwise: taken"]);
}

#[apply(both_databases!)]
async fn s1_two_providers_with_the_same_subject_are_two_people(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let teacher = Cast::Teacher.subject();
    let same = teacher.clone();
    scene.says(move |claims| claims["sub"] = json!(same));
    scene.provider.script(move |s| {
        s.user_info = std::sync::Arc::new(move |info| info["sub"] = json!(teacher));
    });
    scene.stays_outside().await;
}

#[apply(both_databases!)]
async fn a_desk_is_never_bound_by_claims_and_counts_only_after_a_code(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let school = &scene.school;
    let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let ann = scene.comes_in().await;
    assert_eq!(ann.get("/queue").await.status, StatusCode::NOT_FOUND);
    // She is made a deputy afterwards: nothing opens until she has entered a code.
    scene.makes_deputy_dsl(person, TimeDelta::zero());
    assert_eq!(ann.get("/queue").await.status, StatusCode::NOT_FOUND);
    let by_administrator = candour::service::entry::codes::make_code(
        &school.db,
        &school.op(Cast::Administrator),
        person,
        &mut Randomness,
    );
    assert!(by_administrator.is_err(), "an administrator could make herself the deputy");
    let (code, _) = candour::service::entry::codes::make_code(
        &school.db,
        &school.op(Cast::Head),
        person,
        &mut Randomness,
    )
    .unwrap();
    let typed = code.as_handed_over().to_lowercase();
    let wrong = ann.enters_code("/settings/code", "AAA-AAA-AAA-AAA").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = ann.enters_code("/settings/code", &typed).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER);
    assert_eq!(ann.get("/queue").await.status, StatusCode::OK);
    let again = ann.enters_code("/settings/code", &typed).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a code serves once");
}

#[apply(both_databases!)]
async fn a_desk_holder_who_arrives_needs_a_code(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let school = &scene.school;
    let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    scene.makes_deputy_dsl(person, TimeDelta::days(7));
    let outside = scene.stays_outside().await;
    assert_eq!(scene.waiting(), ["Ann Other: has_role"]);
    for _ in 0..candour::store::entry::pending_sign_ins::MOST_TRIES - 1 {
        let wrong = outside.enters_code("/signin/code", "AAA-AAA-AAA-AAA").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let (code, ends_at) = candour::service::entry::codes::make_code(
        &school.db,
        &school.op(Cast::Head),
        person,
        &mut Randomness,
    )
    .unwrap();
    assert_eq!(ends_at, school.clock.now() + TimeDelta::hours(24));
    let typed = code.as_handed_over();
    let inside = outside.enters_code("/signin/code", &typed).await;
    assert_eq!((inside.status, inside.location.as_str()), (StatusCode::SEE_OTHER, "/"));
    let ann = school.browser_with(inside.cookies());
    assert!(ann.get("/report").await.body.contains("Ann Other"));
    assert!(scene.waiting().is_empty());
}

/// Who is let in at their school waits at no other, whose administrators would read the name of somebody else's staff.
#[apply(both_databases!)]
async fn whoever_is_let_in_at_one_school_waits_at_no_other(db: TestDb) {
    let scene = Scene::open_for(db, Rules::by_code_only(), &[]).await;
    let school = &scene.school;
    let ann = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let outside = scene.stays_outside().await;
    let waiting = || school.db.count("access_requests WHERE settled_at IS NULL");
    assert_eq!(waiting(), 2, "at both schools");
    let code = crate::whose_code::code_for(school, Cast::Administrator, ann);
    assert_eq!(outside.enters_code("/signin/code", &code).await.status, StatusCode::SEE_OTHER);
    assert_eq!(waiting(), 0);
    // Who left and is back waits no longer once they are in.
    school.db.write(|tx| staff::leave(tx, school.school, ann, school.clock.now())).unwrap();
    scene.stays_outside().await;
    assert_eq!(waiting(), 2);
    school.db.run_sql(&format!("UPDATE people SET left_at = NULL WHERE id = '{ann}'"));
    scene.comes_in().await;
    assert_eq!(waiting(), 0);
}

#[apply(both_databases!)]
async fn a_code_runs_out_and_guessing_ends(db: TestDb) {
    let scene = Scene::open(db, Rules::by_code_only()).await;
    let school = &scene.school;
    let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let code = || {
        let op = school.op(Cast::Administrator);
        candour::service::entry::codes::make_code(&school.db, &op, person, &mut Randomness).unwrap().0
    };
    let (first, second) = (code(), code());
    let outside = scene.stays_outside().await;
    let typed = first.as_handed_over();
    let replaced = outside.enters_code("/signin/code", &typed).await;
    assert_eq!(replaced.status, StatusCode::UNPROCESSABLE_ENTITY, "a new code replaces the one before");
    school.hands.forward(TimeDelta::hours(24));
    let late = scene.stays_outside().await;
    let typed = second.as_handed_over();
    let late = late.enters_code("/signin/code", &typed).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "24 hours have passed");
    let third = code().as_handed_over();
    let guessing = scene.stays_outside().await;
    for _ in 0..candour::store::entry::pending_sign_ins::MOST_TRIES {
        guessing.enters_code("/signin/code", "AAA-AAA-AAA-AAA").await;
    }
    let stopped = guessing.enters_code("/signin/code", &third).await;
    assert_eq!(stopped.status, StatusCode::FORBIDDEN, "even the right one, until they sign in again");
}

#[apply(both_databases!)]
async fn claims_add_rename_and_deactivate_staff_and_nothing_more(db: TestDb) {
    let scene = Scene::open(db, Rules { adding: Adding::Staff, ..google() }).await;
    let school = &scene.school;
    let ann = scene.comes_in().await;
    assert!(ann.get("/report").await.body.contains("Ann Other"));
    for page in ["/queue", "/cases", "/statistics", "/calendar"] {
        assert_eq!(ann.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    // It is her own sign-in that says so: the name she has stays until a second person confirms the new one.
    scene.says(|claims| claims["name"] = json!("Ann Married"));
    for _ in 0..2 {
        let ann = scene.comes_in().await;
        assert!(ann.get("/report").await.body.contains("Ann Other"));
        assert!(ann.get("/settings").await.body.contains("A change to Ann Married waits"));
    }
    assert_eq!(school.db.count("name_proposals WHERE road = 'sign_in' AND state = 'waiting'"), 1);
    let head = school.sign_in(Cast::Head).await;
    let page = head.get("/admin/names").await.body;
    let name = page.split("href=\"/admin/names/").nth(1).unwrap().split('"').next().unwrap();
    let name = format!("/admin/names/{name}");
    let confirmed = head.submit(&name, &name, &[("act", "confirm")]).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.body);
    let ann = scene.comes_in().await;
    assert!(ann.get("/report").await.body.contains("Ann Married"));
    scene.says(|claims| claims["groups"] = json!([]));
    scene.stays_outside().await;
    assert_eq!(ann.get("/report").await.status, StatusCode::SEE_OTHER, "her other sessions ended too");
    let people = school.db.read(|tx| staff::adults(tx, school.school)).unwrap();
    assert!(!people.iter().any(|person| person.name.starts_with("Ann ")), "deactivated");
}

/// Whom the provider added, stopped marking and marks again is the same person: a case about them keeps them out, and
/// what they reported stays theirs. The duty they had does not come back.
#[apply(both_databases!)]
async fn whom_the_provider_marks_again_is_who_they_were(db: TestDb) {
    let scene = Scene::open(db, Rules { adding: Adding::Staff, ..google() }).await;
    let school = &scene.school;
    scene.comes_in().await;
    let anns = || {
        let people = school.db.read(|tx| staff::adults(tx, school.school)).unwrap();
        people
            .into_iter()
            .filter(|person| person.name == "Ann Other")
            .map(|person| person.id)
            .collect::<Vec<_>>()
    };
    let [ann] = anns()[..] else { panic!("one Ann") };
    scene.makes_deputy_dsl(ann, TimeDelta::zero());
    scene.says(|claims| claims["groups"] = json!([]));
    scene.stays_outside().await;
    assert_eq!(anns(), []);
    scene.says(|_| {});
    scene.comes_in().await;
    assert_eq!(anns(), [ann], "nobody stands there twice");
    assert!(scene.waiting().is_empty(), "{:?}", scene.waiting());
    assert_eq!(school.db.count(&format!("duties WHERE person_id = '{ann}' AND ends_at IS NULL")), 0);
    assert_eq!(school.db.count("people WHERE name = 'Ann Other'"), 1);
}

/// Whom the register records as having left stays out, whatever the provider says, and the list says why: with the
/// account they had, and with a new one.
#[apply(both_databases!)]
async fn whoever_has_left_by_the_register_stays_out(db: TestDb) {
    let scene = Scene::open(db, Rules { adding: Adding::Staff, ..google() }).await;
    let school = &scene.school;
    let ann = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let inside = scene.comes_in().await;
    school.db.write(|tx| staff::leave(tx, school.school, ann, school.clock.now())).unwrap();
    assert_eq!(inside.get("/report").await.status, StatusCode::SEE_OTHER);
    scene.stays_outside().await;
    assert_eq!(scene.waiting(), ["Ann Other: left"]);
    scene.says(|claims| claims["sub"] = json!("another-account"));
    scene.stays_outside().await;
    assert_eq!(scene.waiting(), ["Ann Other: left", "Ann Other: left"]);
    assert_eq!(school.db.count("people WHERE name = 'Ann Other'"), 1, "nobody was added in her place");
}

#[apply(both_databases!)]
async fn the_headteacher_lets_somebody_in_from_the_page(db: TestDb) {
    let scene = Scene::open(db, Rules::by_code_only()).await;
    let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let outside = scene.stays_outside().await;
    let head = scene.school.sign_in(Cast::Head).await;
    let page = "/admin/access-requests";
    assert!(head.get(page).await.body.contains("No access yet because the sign-in does not say"));
    let nobody = head.submit(page, page, &[("person", "")]).await;
    assert!(nobody.status == StatusCode::UNPROCESSABLE_ENTITY && nobody.body.contains("Select who"));
    let own = scene.school.person(Cast::Head).to_string();
    let refused = head.submit(page, page, &[("person", &own)]).await;
    assert!(refused.body.contains("You cannot make a code for yourself"));
    let made = head.submit(page, page, &[("person", &person.to_string())]).await;
    let code = made.body.split("own-code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let inside = outside.enters_code("/signin/code", &code).await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER);
    assert!(head.get(page).await.body.contains("No one has asked."));
    // The page asks for a fresh sign-in; a screen left open for ten minutes makes no codes.
    let form = head.get(page).await;
    scene.school.hands.forward(TimeDelta::minutes(11));
    assert_eq!(head.get(page).await.location, "/signin?return_to=%2Fadmin%2Faccess-requests&again=yes");
    let late = head.submit_from(&form, page, &[("person", &person.to_string())]).await;
    assert!(late.status == StatusCode::FORBIDDEN && late.body.contains("Sign in again to do this"));
}
