//! What becomes of a sign-in afterwards: it ends when idle, old, hidden, signed out here, everywhere, or at the provider.

use crate::{
    account_linking::{Scene, google},
    databases::{TestDb, both_databases},
    faulty_provider::SUBJECT,
    school::{Cast, School},
};
use candour::{domain::people::PersonKind, store::people::staff};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;

#[apply(both_databases!)]
async fn s2_a_back_channel_logout_ends_the_session_before_it_is_answered(db: TestDb) {
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
        school
            .browser_with(String::new())
            .post("/signin/backchannel-logout", &[("logout_token", &token)])
            .await
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
    scene.provider.script(|s| s.signing = crate::faulty_provider::Signing::Key(1));
    assert_eq!(post(token(|_| {})).await.status, StatusCode::BAD_REQUEST, "a key it does not publish");
    scene.provider.script(|s| s.signing = crate::faulty_provider::Signing::Key(0));
    scene.provider.script(|s| s.header = Arc::new(|header| header["crit"] = json!(["b64"])));
    assert_eq!(post(token(|_| {})).await.status, StatusCode::BAD_REQUEST, "something we do not understand");
    scene.provider.script(|s| s.header = Arc::new(|header| header["kid"] = json!("key-9")));
    assert_eq!(post(token(|_| {})).await.status, StatusCode::BAD_REQUEST, "a key there is not");
    scene.provider.script(|s| s.header = Arc::new(|_| {}));
    assert_eq!(ann.get("/report").await.status, StatusCode::OK, "nothing of it signed her out");

    let logout = token(|_| {});
    assert_eq!(post(logout.clone()).await.status, StatusCode::OK);
    assert_eq!(ann.get("/report").await.status, StatusCode::SEE_OTHER);
    // A token sent again signs out no one who has come back since.
    let back = scene.comes_in().await;
    assert_eq!(post(logout).await.status, StatusCode::OK);
    assert_eq!(back.get("/report").await.status, StatusCode::OK);
    scene
        .provider
        .script(|s| s.header = Arc::new(|header| drop(header.as_object_mut().unwrap().remove("kid"))));
    let everything = token(|c| {
        drop(c.as_object_mut().unwrap().remove("sid"));
        c["aud"] = json!(["another client", c["aud"]]);
        c["jti"] = json!("logout-2");
    });
    assert_eq!(post(everything).await.status, StatusCode::OK);
    assert_eq!(back.get("/report").await.status, StatusCode::SEE_OTHER);
}

#[apply(both_databases!)]
async fn s3_a_hidden_screen_opens_by_a_fresh_sign_in_alone(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let ann = scene.comes_in().await;
    let hidden = ann.submit("/report", "/lock", &[]).await;
    assert_eq!(hidden.location, "/locked");
    assert_eq!(ann.get("/report").await.location, "/locked", "also after Back");
    // A person who finds the keyboard comes back by the sign-in that the provider remembers: not in.
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

/// The classroom's screen is hidden; its teacher signs in at the office. The classroom's stays hidden.
#[apply(both_databases!)]
async fn s3_a_hidden_screen_is_not_opened_by_a_sign_in_elsewhere(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let classroom = scene.comes_in().await;
    let hidden = classroom.submit("/report", "/lock", &[]).await;
    let kept =
        hidden.headers.iter().any(|(name, value)| name == "set-cookie" && value.contains("Max-Age=604800"));
    assert!(kept, "a browser that is closed knows it still: {:?}", hidden.headers);
    scene.school.hands.forward(TimeDelta::minutes(5));
    let office = scene.arrives_with("", "/signin/start?provider=1&again=yes").await;
    assert_eq!(office.location, "/", "a fresh sign-in elsewhere is one");
    let office = scene.school.browser_with(office.cookies());
    assert_eq!(classroom.get("/report").await.location, "/locked");
    let before_it_was_hidden = scene.school.clock.now().timestamp() - 3600;
    let remembered = || async {
        scene.says(move |claims| claims["auth_time"] = json!(before_it_was_hidden));
        let came = scene.arrives_with(&classroom.cookie, "/signin/start?provider=1").await;
        scene.says(|_| {});
        came.location
    };
    assert_eq!(remembered().await, "/signin?return_to=%2F&again=yes");
    // Nor by signing out everywhere, nor by the end of the session.
    office.submit("/settings/sessions", "/settings/sessions", &[]).await;
    assert_eq!(remembered().await, "/signin?return_to=%2F&again=yes");
    scene.school.hands.forward(TimeDelta::hours(20));
    assert_eq!(remembered().await, "/signin?return_to=%2F&again=yes");
    let there = scene.arrives_with(&classroom.cookie, "/signin/start?provider=1&again=yes").await;
    assert_eq!(there.location, "/");
    assert_eq!(scene.school.browser_with(there.cookies()).get("/report").await.status, StatusCode::OK);
    assert_eq!(remembered().await, "/", "it was opened, and a remembered sign-in will do again");
}

#[apply(both_databases!)]
async fn s3_sessions_end_when_idle_or_old_and_sooner_for_a_desk(db: TestDb) {
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

#[apply(both_databases!)]
async fn s3_a_session_is_never_taken_over_from_before_the_sign_in(db: TestDb) {
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

#[apply(both_databases!)]
async fn s3_sign_out_everywhere_ends_every_session_of_the_account(db: TestDb) {
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

#[apply(both_databases!)]
async fn p6_a_leaver_is_cut_off_in_the_middle_of_a_session(db: TestDb) {
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

#[apply(both_databases!)]
async fn s2_signing_out_offers_the_providers_own_sign_out(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let ann = scene.comes_in().await;
    let out = ann.submit("/settings", "/signout", &[]).await;
    assert_eq!(out.status, StatusCode::OK);
    assert!(out.body.contains("/end?tenant=1") && out.body.contains("id_token_hint="), "{}", out.body);
    assert_eq!(ann.get("/report").await.status, StatusCode::SEE_OTHER);
}

#[apply(both_databases!)]
async fn s1_a_provider_that_is_down_leaves_signed_in_people_at_work(db: TestDb) {
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

#[apply(both_databases!)]
async fn s4_after_signing_in_nobody_is_led_elsewhere(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    for evil in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\r\nSet-Cookie: x=y",
    ] {
        let to = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect::<String>();
        let start = format!("/signin/start?provider=1&return_to={to}");
        assert_eq!(scene.arrives_with("", &start).await.location, "/", "{evil}");
    }
    let own = scene.arrives_with("", "/signin/start?provider=1&return_to=%2Fmy-reports").await;
    assert_eq!(own.location, "/my-reports");
}

#[apply(both_databases!)]
async fn s5_an_answer_is_taken_once_and_in_its_own_browser(db: TestDb) {
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
