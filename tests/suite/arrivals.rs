//! People who come through the school's sign-in for the first time, played by a provider that says what it likes; and
//! what becomes of their sessions afterwards.

use crate::{
    databases::both,
    faulty_provider::{FaultyProvider, SUBJECT},
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        arrival::{Adding, Mark, Pin, Rules},
        ids::PersonId,
        people::{Desk, PersonKind, Seat},
    },
    service::{clock::Randomness, sign_in::Door},
    store::{
        arrivals,
        staff::{self, Duty, DutyKind, Person},
    },
    web::app::Way,
};
use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;

const STAFF: &str = "groups=staff";

fn google() -> Rules {
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
struct Scene {
    school: School,
    provider: FaultyProvider,
}

impl Scene {
    async fn open(db: crate::databases::TestDb, rules: Rules) -> Self {
        let provider = FaultyProvider::open().await;
        let door = Door {
            name: "the other sign-in".to_owned(),
            rules,
            schools: vec!["upton".to_owned()],
        };
        let school = School::open_with(db, vec![Way { door, client: provider.client() }]).await;
        let scene = Self { school, provider };
        scene.says(|_| {});
        scene
    }

    /// What the provider says of whoever signs in, at the school's own time.
    fn says(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
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
    async fn arrives_with(&self, before: &str, start: &str) -> Answer {
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

    async fn arrives(&self) -> Answer {
        self.arrives_with("", "/signin/start?provider=1").await
    }

    /// Comes back in and gives the browser.
    async fn comes_in(&self) -> SignedInBrowser<'_> {
        let answer = self.arrives().await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/"), "{}", answer.body);
        self.school.browser_with(answer.cookies())
    }

    /// Stays outside, waiting for a code.
    async fn stays_outside(&self) -> SignedInBrowser<'_> {
        let answer = self.arrives().await;
        assert_eq!(answer.location, "/signin/code", "{}", answer.body);
        let browser = self.school.browser_with(answer.cookies());
        assert_eq!(browser.get("/report").await.status, StatusCode::SEE_OTHER, "nothing is open to them");
        browser
    }

    /// Adds an adult to the register.
    fn registers(&self, name: &str, kind: PersonKind, email: &str, directory_id: Option<&str>) -> PersonId {
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
                arrivals::set_directory_id(tx, self.school.school, id, directory_id)
            })
            .unwrap();
        id
    }

    fn waiting(&self) -> Vec<String> {
        let viewer = self.school.viewer(Cast::Administrator);
        let waiting = self.school.db.read(|tx| arrivals::waiting(tx, &viewer)).unwrap();
        waiting.into_iter().map(|arrival| format!("{}: {}", arrival.name, arrival.why.code())).collect()
    }
}

both! {
    async fn s6_google_binds_staff_of_its_domain_by_their_verified_address(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "Ann@School.example", None);
        let ann = scene.comes_in().await;
        assert!(ann.get("/report").await.body.contains("Ann Other"));
        // Once bound, issuer and subject are who she is: her address may change.
        scene.says(|claims| claims["email"] = json!("ann.newname@school.example"));
        scene.comes_in().await;
        assert!(scene.waiting().is_empty());
    }

    async fn s6_nobody_is_bound_by_an_address_that_proves_nothing(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        scene.says(|claims| claims["hd"] = json!("evil.example"));
        scene.stays_outside().await;
        scene.says(|claims| drop(claims.as_object_mut().unwrap().remove("hd")));
        scene.stays_outside().await;
        scene.says(|claims| claims["email_verified"] = json!(false));
        // What userinfo says would complete it otherwise.
        scene.provider.script(|s| s.user_info = std::sync::Arc::new(|info| info["email_verified"] = json!(false)));
        scene.stays_outside().await;
        assert_eq!(scene.waiting(), ["Ann Other: needs_code"], "one line, however often she knocks");
    }

    async fn s6_entra_binds_by_the_directory_id_of_its_own_tenant_alone(db) {
        let scene = Scene::open(db, entra()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", Some("object-7"));
        for (tenant, object) in [("tenant-2", "object-7"), ("tenant-1", "object-8")] {
            scene.says(move |claims| (claims["tid"], claims["oid"]) = (json!(tenant), json!(object)));
            scene.stays_outside().await;
        }
        scene.says(|claims| (claims["tid"], claims["oid"]) = (json!("tenant-1"), json!("object-7")));
        scene.comes_in().await;
    }

    async fn s6_a_pupil_is_refused_and_an_unmarked_account_stays_outside(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        scene.says(|claims| claims["groups"] = json!(["staff", "pupils"]));
        let refused = scene.arrives().await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains("adults of your school") && refused.cookies().is_empty());
        scene.says(|claims| claims["groups"] = json!(["alumni"]));
        scene.stays_outside().await;
        assert_eq!(scene.waiting(), ["Ann Other: unmarked"]);
    }

    async fn s6_a_pupil_of_the_register_is_never_bound(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Pupil, "ann@school.example", None);
        scene.stays_outside().await;
    }

    async fn s1_an_address_reused_by_a_newcomer_opens_nothing(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        scene.comes_in().await;
        scene.says(|claims| (claims["sub"], claims["name"]) = (json!("newcomer"), json!("Ann Otherwise")));
        scene.provider.script(|s| s.user_info = std::sync::Arc::new(|info| info["sub"] = json!("newcomer")));
        scene.stays_outside().await;
        assert_eq!(scene.waiting(), ["Ann Otherwise: taken"]);
    }

    async fn s1_two_providers_with_the_same_subject_are_two_people(db) {
        let scene = Scene::open(db, google()).await;
        let teacher = Cast::Teacher.subject();
        let same = teacher.clone();
        scene.says(move |claims| claims["sub"] = json!(same));
        scene.provider.script(move |s| {
            s.user_info = std::sync::Arc::new(move |info| info["sub"] = json!(teacher));
        });
        scene.stays_outside().await;
    }

    async fn a_desk_is_never_bound_by_claims_and_counts_only_after_a_code(db) {
        let scene = Scene::open(db, google()).await;
        let school = &scene.school;
        let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let ann = scene.comes_in().await;
        assert_eq!(ann.get("/queue").await.status, StatusCode::NOT_FOUND);
        // She is made a deputy afterwards: nothing opens until she has entered a code.
        let now = school.clock.now();
        school
            .db
            .write(|tx| {
                let id = candour::domain::ids::DutyId::draw(now, &mut Randomness);
                let what = DutyKind::Seat(Desk::Dsl, Seat::Deputy);
                staff::add_duty(tx, school.school, &Duty { id, person, what, starts_at: now, ends_at: None })
            })
            .unwrap();
        assert_eq!(ann.get("/queue").await.status, StatusCode::NOT_FOUND);
        let by_administrator = candour::service::sign_in::make_code(
            &school.db, &school.op(Cast::Administrator), person, &mut Randomness,
        );
        assert!(by_administrator.is_err(), "an administrator could make herself the deputy");
        let (code, _) = candour::service::sign_in::make_code(
            &school.db, &school.op(Cast::Head), person, &mut Randomness,
        )
        .unwrap();
        let typed = code.as_handed_over().to_lowercase();
        let wrong = ann.submit("/settings/code", "/settings/code", &[("code", "AAA-AAA-AAA-AAA")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = ann.submit("/settings/code", "/settings/code", &[("code", &typed)]).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER);
        assert_eq!(ann.get("/queue").await.status, StatusCode::OK);
        let again = ann.submit("/settings/code", "/settings/code", &[("code", &typed)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a code serves once");
    }

    async fn a_desk_holder_who_arrives_needs_a_code(db) {
        let scene = Scene::open(db, google()).await;
        let school = &scene.school;
        let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let now = school.clock.now();
        school
            .db
            .write(|tx| {
                let id = candour::domain::ids::DutyId::draw(now, &mut Randomness);
                let what = DutyKind::Seat(Desk::Dsl, Seat::Deputy);
                let starts_at = now + TimeDelta::days(7);
                staff::add_duty(tx, school.school, &Duty { id, person, what, starts_at, ends_at: None })
            })
            .unwrap();
        let outside = scene.stays_outside().await;
        assert_eq!(scene.waiting(), ["Ann Other: needs_code"]);
        for _ in 0..arrivals::MOST_TRIES - 1 {
            let wrong = outside.submit("/signin/code", "/signin/code", &[("code", "AAA-AAA-AAA-AAA")]).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let (code, ends_at) = candour::service::sign_in::make_code(
            &school.db, &school.op(Cast::Head), person, &mut Randomness,
        )
        .unwrap();
        assert_eq!(ends_at, school.clock.now() + TimeDelta::hours(24));
        let typed = code.as_handed_over();
        let inside = outside.submit("/signin/code", "/signin/code", &[("code", &typed)]).await;
        assert_eq!((inside.status, inside.location.as_str()), (StatusCode::SEE_OTHER, "/"));
        let ann = school.browser_with(inside.cookies());
        assert!(ann.get("/report").await.body.contains("Ann Other"));
        assert!(scene.waiting().is_empty());
    }

    async fn a_code_runs_out_and_guessing_ends(db) {
        let scene = Scene::open(db, Rules::by_code_only()).await;
        let school = &scene.school;
        let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let code = || {
            let op = school.op(Cast::Administrator);
            candour::service::sign_in::make_code(&school.db, &op, person, &mut Randomness).unwrap().0
        };
        let (first, second) = (code(), code());
        let outside = scene.stays_outside().await;
        let typed = first.as_handed_over();
        let replaced = outside.submit("/signin/code", "/signin/code", &[("code", &typed)]).await;
        assert_eq!(replaced.status, StatusCode::UNPROCESSABLE_ENTITY, "a new code replaces the one before");
        school.hands.forward(TimeDelta::hours(24));
        let late = scene.stays_outside().await;
        let typed = second.as_handed_over();
        let late = late.submit("/signin/code", "/signin/code", &[("code", &typed)]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "24 hours have passed");
        let third = code().as_handed_over();
        let guessing = scene.stays_outside().await;
        for _ in 0..arrivals::MOST_TRIES {
            guessing.submit("/signin/code", "/signin/code", &[("code", "AAA-AAA-AAA-AAA")]).await;
        }
        let stopped = guessing.submit("/signin/code", "/signin/code", &[("code", &third)]).await;
        assert_eq!(stopped.status, StatusCode::FORBIDDEN, "even the right one, until they sign in again");
    }

    async fn claims_add_rename_and_deactivate_staff_and_nothing_more(db) {
        let scene = Scene::open(db, Rules { adding: Adding::Staff, ..google() }).await;
        let school = &scene.school;
        let ann = scene.comes_in().await;
        assert!(ann.get("/report").await.body.contains("Ann Other"));
        for page in ["/queue", "/cases", "/statistics", "/calendar"] {
            assert_eq!(ann.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
        }
        scene.says(|claims| claims["name"] = json!("Ann Married"));
        let ann = scene.comes_in().await;
        assert!(ann.get("/report").await.body.contains("Ann Married"));
        scene.says(|claims| claims["groups"] = json!([]));
        scene.stays_outside().await;
        assert_eq!(ann.get("/report").await.status, StatusCode::SEE_OTHER, "her other sessions ended too");
        let op = school.op(Cast::Administrator);
        let people = school.db.read(|tx| staff::current(tx, &op.viewer, &[PersonKind::Staff])).unwrap();
        assert!(!people.iter().any(|person| person.name.starts_with("Ann ")), "deactivated");
    }

    async fn s2_a_back_channel_logout_ends_the_session_before_it_is_answered(db) {
        let scene = Scene::open(db, google()).await;
        let school = &scene.school;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let ann = scene.comes_in().await;
        let now = school.clock.now().timestamp();
        let token = |change: fn(&mut Value)| {
            let mut claims = json!({
                "iss": scene.provider.issuer, "aud": crate::faulty_provider::CLIENT_ID, "iat": now,
                "exp": now + 120, "jti": "logout-1", "sid": "session-1", "sub": SUBJECT,
                "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
            });
            change(&mut claims);
            scene.provider.signs(&claims)
        };
        let post = |token: String| async move {
            school.browser_with(String::new()).post("/signin/backchannel-logout", &[("logout_token", &token)]).await
        };
        let wrong: [fn(&mut Value); 9] = [
            |c| c["iss"] = json!("https://evil.example"),
            |c| c["aud"] = json!("another client"),
            |c| c["iat"] = json!(c["iat"].as_i64().unwrap() - 301),
            |c| c["iat"] = json!(c["iat"].as_i64().unwrap() + 61),
            |c| c["nonce"] = json!("an ID token"),
            |c| c["events"] = json!({"http://schemas.openid.net/event/other": {}}),
            |c| drop(c.as_object_mut().unwrap().remove("events")),
            |c| drop(c.as_object_mut().unwrap().remove("jti")),
            |c| {
                drop(c.as_object_mut().unwrap().remove("sub"));
                drop(c.as_object_mut().unwrap().remove("sid"));
            },
        ];
        for (n, change) in wrong.into_iter().enumerate() {
            assert_eq!(post(token(change)).await.status, StatusCode::BAD_REQUEST, "fault {n}");
        }
        assert_eq!(post("not.a.token".to_owned()).await.status, StatusCode::BAD_REQUEST);
        scene.provider.script(|s| s.signing = crate::faulty_provider::Signing::SharedSecret);
        assert_eq!(post(token(|_| {})).await.status, StatusCode::BAD_REQUEST, "HS256");
        scene.provider.script(|s| s.signing = crate::faulty_provider::Signing::Nothing);
        assert_eq!(post(token(|_| {})).await.status, StatusCode::BAD_REQUEST, "alg none");
        scene.provider.script(|s| s.signing = crate::faulty_provider::Signing::Spoilt);
        assert_eq!(post(token(|_| {})).await.status, StatusCode::BAD_REQUEST, "spoilt");
        scene.provider.script(|s| s.signing = crate::faulty_provider::Signing::Key(0));
        assert_eq!(ann.get("/report").await.status, StatusCode::OK, "nothing of it signed her out");

        let logout = token(|_| {});
        assert_eq!(post(logout.clone()).await.status, StatusCode::OK);
        assert_eq!(ann.get("/report").await.status, StatusCode::SEE_OTHER);
        // The same token again signs nobody out who has come back since.
        let back = scene.comes_in().await;
        assert_eq!(post(logout).await.status, StatusCode::OK);
        assert_eq!(back.get("/report").await.status, StatusCode::OK);
        let everything = token(|c| {
            drop(c.as_object_mut().unwrap().remove("sid"));
            c["jti"] = json!("logout-2");
        });
        assert_eq!(post(everything).await.status, StatusCode::OK);
        assert_eq!(back.get("/report").await.status, StatusCode::SEE_OTHER);
    }

    async fn s3_a_hidden_screen_opens_by_a_fresh_sign_in_alone(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let ann = scene.comes_in().await;
        let hidden = ann.submit("/report", "/lock", &[]).await;
        assert_eq!(hidden.location, "/locked");
        assert_eq!(ann.get("/report").await.location, "/locked", "also after Back");
        // Whoever finds the keyboard comes back by the sign-in that the provider remembers: not in.
        scene.school.hands.forward(TimeDelta::minutes(5));
        let an_hour_ago = scene.school.clock.now().timestamp() - 3600;
        scene.says(move |claims| claims["auth_time"] = json!(an_hour_ago));
        for before in ["", ann.cookie.as_str()] {
            let remembered = scene.arrives_with(before, "/signin/start?provider=1&return_to=%2Freport").await;
            assert_eq!(remembered.location, "/signin?return_to=%2Freport&again=yes");
            assert!(remembered.cookies().is_empty());
        }
        scene.says(|_| {});
        let again = scene.arrives_with(ann.cookie.as_str(), "/signin/start?provider=1&again=yes").await;
        assert_eq!(again.location, "/");
        let back = scene.school.browser_with(again.cookies());
        assert_eq!(back.get("/report").await.status, StatusCode::OK);
        assert_eq!(ann.get("/report").await.location, "/signin?return_to=%2Freport", "the old cookie is dead");
    }

    async fn s3_sessions_end_when_idle_or_old_and_sooner_for_a_desk(db) {
        let school = School::open(db).await;
        let (teacher, dsl) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Dsl).await);
        school.hands.forward(TimeDelta::minutes(30));
        assert_eq!(teacher.get("/report").await.status, StatusCode::OK);
        assert_eq!(dsl.get("/queue").await.status, StatusCode::SEE_OTHER, "a desk: 30 minutes");
        school.hands.forward(TimeDelta::minutes(59));
        assert_eq!(teacher.get("/report").await.status, StatusCode::OK);
        school.hands.forward(TimeDelta::minutes(60));
        assert_eq!(teacher.get("/report").await.status, StatusCode::SEE_OTHER, "everybody: 60 minutes");
        let dsl = school.sign_in(Cast::Dsl).await;
        for _ in 0..23 {
            school.hands.forward(TimeDelta::minutes(25));
            assert_eq!(dsl.get("/queue").await.status, StatusCode::OK);
        }
        school.hands.forward(TimeDelta::minutes(25));
        assert_eq!(dsl.get("/queue").await.status, StatusCode::SEE_OTHER, "10 hours, however busy");
    }

    async fn s3_a_session_is_never_taken_over_from_before_the_sign_in(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let planted = "candour=planted-by-somebody-else";
        let answer = scene.arrives_with(planted, "/signin/start?provider=1").await;
        assert!(!answer.cookies().contains("planted"), "a new token each time");
        let fixed = scene.school.browser_with(planted.to_owned());
        assert_eq!(fixed.get("/report").await.status, StatusCode::SEE_OTHER);
        // Signing in again ends the session the browser had.
        let first = scene.comes_in().await;
        scene.arrives_with(first.cookie.as_str(), "/signin/start?provider=1").await;
        assert_eq!(first.get("/report").await.status, StatusCode::SEE_OTHER);
    }

    async fn s3_sign_out_everywhere_ends_every_session_of_the_account(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let (here, there) = (scene.comes_in().await, scene.comes_in().await);
        let other = scene.school.sign_in(Cast::Teacher).await;
        let page = here.get("/settings/sessions").await.body;
        assert_eq!(page.matches("Signed in</strong>").count(), 1);
        assert_eq!(page.matches("This device</strong>").count(), 1);
        let ended = here.submit("/settings/sessions", "/settings/sessions", &[]).await;
        assert_eq!(ended.location, "/signed-out");
        assert_eq!(here.get("/report").await.status, StatusCode::SEE_OTHER);
        assert_eq!(there.get("/report").await.status, StatusCode::SEE_OTHER);
        assert_eq!(other.get("/report").await.status, StatusCode::OK, "nobody else's");
    }

    async fn p6_a_leaver_is_cut_off_in_the_middle_of_a_session(db) {
        let scene = Scene::open(db, google()).await;
        let person = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let ann = scene.comes_in().await;
        let form = ann.get("/report").await;
        let school = &scene.school;
        school.db.write(|tx| staff::leave(tx, school.school, person, school.clock.now())).unwrap();
        assert_eq!(ann.get("/report").await.status, StatusCode::SEE_OTHER);
        let late = ann.submit_from(&form, "/report", &[("happened", "x")]).await;
        assert_eq!(late.status, StatusCode::FORBIDDEN);
        scene.stays_outside().await;
    }

    async fn s2_signing_out_offers_the_providers_own_sign_out(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let ann = scene.comes_in().await;
        let out = ann.submit("/settings", "/signout", &[]).await;
        assert_eq!(out.status, StatusCode::OK);
        assert!(out.body.contains("/end?tenant=1") && out.body.contains("id_token_hint="), "{}", out.body);
        assert_eq!(ann.get("/report").await.status, StatusCode::SEE_OTHER);
    }

    async fn s1_a_provider_that_is_down_leaves_signed_in_people_at_work(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let ann = scene.comes_in().await;
        for path in ["/.well-known/openid-configuration", "/jwks", "/token", "/userinfo"] {
            scene.provider.script(|s| drop(s.answers.insert(path, crate::faulty_provider::Answer::Broken)));
        }
        scene.school.hands.forward(TimeDelta::minutes(59));
        assert_eq!(ann.get("/report").await.status, StatusCode::OK);
        let out = ann.submit("/settings", "/signout", &[]).await;
        assert_eq!(out.status, StatusCode::OK, "nobody is kept from leaving either");
    }

    async fn s4_after_signing_in_nobody_is_led_elsewhere(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        for evil in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\r\nSet-Cookie: x=y"] {
            let to = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect::<String>();
            let start = format!("/signin/start?provider=1&return_to={to}");
            assert_eq!(scene.arrives_with("", &start).await.location, "/", "{evil}");
        }
        let own = scene.arrives_with("", "/signin/start?provider=1&return_to=%2Fmy-reports").await;
        assert_eq!(own.location, "/my-reports");
    }

    async fn s5_an_answer_is_taken_once_and_in_its_own_browser(db) {
        let scene = Scene::open(db, google()).await;
        scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
        let started = scene.school.browser_with(String::new()).get("/signin/start?provider=1").await;
        let returned = scene.provider.sign_in_at(&Url::parse(&started.location).unwrap());
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &returned.code.unwrap())
            .append_pair("state", &returned.state.unwrap())
            .append_pair("iss", &returned.iss.unwrap())
            .finish();
        let callback = format!("/signin/callback?{query}");
        let elsewhere = scene.school.browser_with(String::new()).get(&callback).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "a stolen answer in another browser");
        let own = scene.school.browser_with(started.cookies());
        assert_eq!(own.get(&callback).await.status, StatusCode::SEE_OTHER);
        assert_eq!(own.get(&callback).await.status, StatusCode::FORBIDDEN, "a second time");
    }
}
