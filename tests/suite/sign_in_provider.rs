//! Signing in through a provider that lies, fails or is slow: scenario S1, one test for each fault.

use std::{sync::Arc, time::Duration};

use candour::sso::client::{
    Callback, Client, DISCOVERY_KEPT, Fault, Freshness, Outage, ProviderError, SKEW, STARTED_WITHIN,
    SignInError,
};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use url::Url;

use crate::faulty_provider::{Answer, CLIENT_ID, CLIENT_SECRET, FaultyProvider, SUBJECT, Signing, now};

const DISCOVERY: &str = "/.well-known/openid-configuration";

fn untrusted<T>(fault: Fault) -> Result<T, SignInError> {
    Err(SignInError::Untrusted(fault))
}

fn seconds(offset: i64) -> Value {
    json!((now() + TimeDelta::seconds(offset)).timestamp())
}

/// Changes the ID token, signs in, and expects to be refused for exactly this fault.
async fn refuses(change: impl Fn(&mut Value) + Send + Sync + 'static, fault: Fault) {
    let provider = FaultyProvider::open().await;
    provider.claims(change);
    assert_eq!(provider.sign_in().await.map(|_| ()), untrusted(fault));
}

/// Changes the ID token and expects to be signed in all the same.
async fn accepts(change: impl Fn(&mut Value) + Send + Sync + 'static) {
    let provider = FaultyProvider::open().await;
    provider.claims(change);
    assert_eq!(provider.sign_in().await.map(|who| who.subject), Ok(SUBJECT.to_owned()));
}

#[tokio::test]
async fn s1_a_well_behaved_provider_signs_a_person_in() {
    let provider = FaultyProvider::open().await;
    let who = provider.sign_in().await.unwrap();
    assert_eq!((who.issuer.as_str(), who.subject.as_str()), (provider.issuer.as_str(), SUBJECT));
    assert_eq!(who.name.as_deref(), Some("Ann Other"));
    assert_eq!((who.email.as_deref(), who.email_verified), (Some("ann@school.example"), true));
    assert_eq!(who.auth_time, Some(now() - TimeDelta::seconds(20)));
    assert_eq!(who.sid.as_deref(), Some("session-1"));
    assert_eq!(provider.asked("/userinfo"), 0, "nothing is missing, so nothing more is asked");
}

// The answer of the authorization endpoint.

#[tokio::test]
async fn s1_access_denied() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (pending, mut returned) = provider.started(&client).await;
    returned.code = None;
    for (error, expected) in [
        ("access_denied", SignInError::Declined),
        ("temporarily_unavailable", SignInError::ProviderUnavailable(Outage::Failing)),
        ("invalid_scope", SignInError::ProviderRefused),
        ("<script>", SignInError::ProviderRefused),
    ] {
        returned.error = Some(error.into());
        assert_eq!(client.finish(&pending, &returned, now()).await, Err(expected), "{error}");
    }
    assert_eq!(provider.asked("/token"), 0);
}

#[tokio::test]
async fn s1_missing_or_wrong_state() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (pending, right) = provider.started(&client).await;
    let (_, other) = provider.started(&client).await;
    let shorter = pending.state[..42].to_owned();
    for state in [None, Some(String::new()), Some("wrong".into()), Some(shorter), other.state] {
        let returned = Callback { state, ..right.clone() };
        assert_eq!(client.finish(&pending, &returned, now()).await, Err(SignInError::NotStartedHere));
    }
    // A denial without the state is not believed either, nor does an emptied row match an empty state.
    let denied = Callback { error: Some("access_denied".into()), ..Callback::default() };
    assert_eq!(client.finish(&pending, &denied, now()).await, Err(SignInError::NotStartedHere));
    let mut emptied = pending.clone();
    emptied.state.clear();
    assert_eq!(client.finish(&emptied, &denied, now()).await, Err(SignInError::NotStartedHere));
    assert_eq!(provider.asked("/token"), 0, "the code goes nowhere before the state is right");
}

#[tokio::test]
async fn s1_wrong_iss_beside_the_code() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (pending, mut returned) = provider.started(&client).await;
    returned.iss = Some(format!("{}/", provider.issuer));
    assert_eq!(client.finish(&pending, &returned, now()).await, untrusted(Fault::ResponseIssuer));
    assert_eq!(provider.asked("/token"), 0, "the code is not shown to a provider it may not belong to");
}

#[tokio::test]
async fn s1_missing_iss_beside_the_code() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (pending, mut returned) = provider.started(&client).await;
    returned.iss = None;
    assert_eq!(client.finish(&pending, &returned, now()).await, untrusted(Fault::ResponseIssuer));

    // A provider that never announced it may leave it out.
    let quiet = FaultyProvider::open().await;
    quiet.script(|s| {
        s.discovery = Arc::new(|d| d["authorization_response_iss_parameter_supported"] = json!(false))
    });
    let client = quiet.client();
    let (pending, mut returned) = quiet.started(&client).await;
    returned.iss = None;
    assert!(client.finish(&pending, &returned, now()).await.is_ok());
}

#[tokio::test]
async fn s1_no_code() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (pending, right) = provider.started(&client).await;
    for code in [None, Some(String::new())] {
        let returned = Callback { code, ..right.clone() };
        assert_eq!(client.finish(&pending, &returned, now()).await, untrusted(Fault::Unreadable));
    }
}

#[tokio::test]
async fn s1_came_back_too_late() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (pending, returned) = provider.started(&client).await;
    let late = now() + STARTED_WITHIN + TimeDelta::seconds(1);
    assert_eq!(client.finish(&pending, &returned, late).await, Err(SignInError::TookTooLong));
}

// The code.

#[tokio::test]
async fn s1_replayed_code() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (pending, returned) = provider.started(&client).await;
    assert!(client.finish(&pending, &returned, now()).await.is_ok());
    assert_eq!(client.finish(&pending, &returned, now()).await, Err(SignInError::CodeRefused));
}

#[tokio::test]
async fn s1_code_of_another_sign_in_fails_pkce() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (_, stolen) = provider.started(&client).await;
    let (pending, own) = provider.started(&client).await;
    let returned = Callback { code: stolen.code, ..own };
    assert_eq!(client.finish(&pending, &returned, now()).await, Err(SignInError::CodeRefused));
}

#[tokio::test]
async fn s1_wrong_client_secret() {
    let provider = FaultyProvider::open().await;
    let mut config = provider.config();
    config.client_secret = "old".into();
    let client = Client::new(config).unwrap();
    assert_eq!(provider.sign_in_with(&client).await, Err(SignInError::ProviderRefused));
}

#[tokio::test]
async fn s1_client_secret_in_the_body_where_basic_is_not_offered() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| {
        s.discovery =
            Arc::new(|d| d["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]));
    });
    assert!(provider.sign_in().await.is_ok());
}

// The claims of the ID token.

#[tokio::test]
async fn s1_wrong_iss() {
    refuses(|c| c["iss"] = json!("https://evil.example"), Fault::Issuer).await;
    refuses(|c| c["iss"] = json!(format!("{}/", c["iss"].as_str().unwrap())), Fault::Issuer).await;
}

#[tokio::test]
async fn s1_missing_iss() {
    refuses(|c| drop(c.as_object_mut().unwrap().remove("iss")), Fault::Unreadable).await;
}

#[tokio::test]
async fn s1_wrong_aud() {
    refuses(|c| c["aud"] = json!("another client"), Fault::Audience).await;
    refuses(|c| c["aud"] = json!([CLIENT_ID, "another client"]), Fault::Audience).await;
    refuses(|c| c["aud"] = json!([]), Fault::Audience).await;
    refuses(|c| drop(c.as_object_mut().unwrap().remove("aud")), Fault::Audience).await;
    accepts(|c| c["aud"] = json!([CLIENT_ID])).await;
}

#[tokio::test]
async fn s1_wrong_azp() {
    refuses(|c| c["azp"] = json!("another client"), Fault::AuthorizedParty).await;
    accepts(|c| drop(c.as_object_mut().unwrap().remove("azp"))).await;
}

#[tokio::test]
async fn s1_wrong_nonce() {
    refuses(|c| c["nonce"] = json!("another sign-in's"), Fault::Nonce).await;
}

#[tokio::test]
async fn s1_missing_nonce() {
    refuses(|c| drop(c.as_object_mut().unwrap().remove("nonce")), Fault::Nonce).await;
}

#[tokio::test]
async fn s1_empty_or_endless_subject() {
    refuses(|c| c["sub"] = json!(""), Fault::Subject).await;
    refuses(|c| c["sub"] = json!("x".repeat(256)), Fault::Subject).await;
}

#[tokio::test]
async fn s1_expired() {
    refuses(|c| c["exp"] = seconds(-61), Fault::Expired).await;
    refuses(|c| c["exp"] = seconds(-60), Fault::Expired).await;
}

#[tokio::test]
async fn s1_not_yet_valid() {
    refuses(|c| c["nbf"] = seconds(61), Fault::NotYetValid).await;
    refuses(|c| c["nbf"] = json!("soon"), Fault::Unreadable).await;
}

#[tokio::test]
async fn s1_issued_too_long_ago() {
    refuses(|c| c["iat"] = seconds(-61), Fault::IssuedTooLongAgo).await;
}

#[tokio::test]
async fn s1_issued_long_ago_by_a_provider_that_dates_back() {
    let provider = FaultyProvider::open().await;
    provider.claims(|c| c["iat"] = seconds(-300));
    let mut config = provider.config();
    config.issued_within = TimeDelta::minutes(6);
    let client = Client::new(config).unwrap();
    assert!(provider.sign_in_with(&client).await.is_ok());
}

#[tokio::test]
async fn s1_issued_in_the_future() {
    refuses(|c| c["iat"] = seconds(61), Fault::IssuedInFuture).await;
}

#[tokio::test]
async fn s1_signed_in_in_the_future() {
    refuses(|c| c["auth_time"] = seconds(61), Fault::AuthTimeInFuture).await;
}

#[tokio::test]
async fn s1_clock_skew_of_under_a_minute_is_forgiven() {
    accepts(|c| {
        for claim in ["iat", "nbf", "auth_time"] {
            c[claim] = seconds(59);
        }
    })
    .await;
    accepts(|c| {
        for claim in ["iat", "exp"] {
            c[claim] = seconds(-59);
        }
    })
    .await;
    accepts(|c| c["auth_time"] = json!(now().timestamp() as f64 + 0.5)).await;
}

#[tokio::test]
async fn s1_token_of_another_access_token() {
    refuses(|c| c["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA"), Fault::AccessTokenHash).await;
    accepts(|c| drop(c.as_object_mut().unwrap().remove("at_hash"))).await;
}

// The signature.

#[tokio::test]
async fn s1_alg_none() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| s.signing = Signing::Nothing);
    assert_eq!(provider.sign_in().await, untrusted(Fault::Algorithm));
}

#[tokio::test]
async fn s1_hs256_with_the_public_key() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| s.signing = Signing::SharedPublicKey);
    assert_eq!(provider.sign_in().await, untrusted(Fault::Algorithm));
}

#[tokio::test]
async fn s1_hs256_with_the_client_secret() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| s.signing = Signing::SharedSecret);
    assert_eq!(provider.sign_in().await, untrusted(Fault::Algorithm));
}

#[tokio::test]
async fn s1_spoilt_signature() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| s.signing = Signing::Spoilt);
    assert_eq!(provider.sign_in().await, untrusted(Fault::Signature));
}

#[tokio::test]
async fn s1_signed_by_a_strangers_key_under_a_known_id() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| {
        s.signing = Signing::Key(1);
        s.header = Arc::new(|h| h["kid"] = json!("key-0"));
    });
    assert_eq!(provider.sign_in().await, untrusted(Fault::Signature));
}

#[tokio::test]
async fn s1_unknown_critical_header() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| s.header = Arc::new(|h| h["crit"] = json!(["b64"])));
    assert_eq!(provider.sign_in().await, untrusted(Fault::Unreadable));
}

#[tokio::test]
async fn s1_rotated_keys() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    assert!(provider.sign_in_with(&client).await.is_ok());
    provider.script(|s| (s.signing, s.published) = (Signing::Key(1), vec![1]));
    assert!(provider.sign_in_with(&client).await.is_ok());
    assert!(provider.sign_in_with(&client).await.is_ok());
    assert_eq!(provider.asked("/jwks"), 2, "once at first, once for the new key");
    // The old key is no longer believed.
    provider.script(|s| s.signing = Signing::Key(0));
    assert_eq!(provider.sign_in_with(&client).await, untrusted(Fault::UnknownKey));
}

#[tokio::test]
async fn s1_unknown_key_id() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| s.signing = Signing::Key(1));
    assert_eq!(provider.sign_in().await, untrusted(Fault::UnknownKey));
    assert_eq!(provider.asked("/jwks"), 2, "the keys are fetched again once and no more");
}

// E-mail and the other details.

#[tokio::test]
async fn s1_no_email() {
    let provider = FaultyProvider::open().await;
    let without = |v: &mut Value| {
        v.as_object_mut().unwrap().retain(|claim, _| !claim.starts_with("email"));
    };
    provider.script(|s| (s.claims, s.user_info) = (Arc::new(without), Arc::new(without)));
    let who = provider.sign_in().await.unwrap();
    assert_eq!((who.subject.as_str(), who.email, who.email_verified), (SUBJECT, None, false));
}

#[tokio::test]
async fn s1_email_not_verified() {
    let provider = FaultyProvider::open().await;
    let unsaid = |v: &mut Value| drop(v.as_object_mut().unwrap().remove("email_verified"));
    provider.script(|s| (s.claims, s.user_info) = (Arc::new(unsaid), Arc::new(unsaid)));
    assert!(!provider.sign_in().await.unwrap().email_verified);
    // One address unverified in the token, another verified in userinfo: the verification is not transferred.
    provider.script(|s| {
        s.user_info = Arc::new(|v| {
            v["email"] = json!("head@school.example");
            v["email_verified"] = json!(true);
        });
    });
    let who = provider.sign_in().await.unwrap();
    assert_eq!((who.email.as_deref(), who.email_verified), (Some("ann@school.example"), false));
}

#[tokio::test]
async fn s1_details_only_in_userinfo() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| {
        s.claims = Arc::new(|c| {
            c.as_object_mut().unwrap().retain(|claim, _| claim != "name" && !claim.starts_with("email"));
        });
        s.user_info = Arc::new(|v| v["groups"] = json!(["staff", "office"]));
    });
    let mut config = provider.config();
    config.scopes.push("groups".into());
    let who = provider.sign_in_with(&Client::new(config).unwrap()).await.unwrap();
    assert_eq!(who.name.as_deref(), Some("Ann Other"));
    assert_eq!((who.email.as_deref(), who.email_verified), (Some("ann@school.example"), true));
    assert_eq!(who.said["groups"], ["staff", "office"]);
}

#[tokio::test]
async fn s1_userinfo_about_somebody_else() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| {
        s.claims = Arc::new(|c| drop(c.as_object_mut().unwrap().remove("email")));
        s.user_info = Arc::new(|v| v["sub"] = json!("person-8"));
    });
    assert_eq!(provider.sign_in().await, untrusted(Fault::UserInfoSubject));
}

#[tokio::test]
async fn s1_two_providers_with_the_same_subject_are_two_people() {
    let (one, two) = (FaultyProvider::open().await, FaultyProvider::open().await);
    let (first, second) = (one.sign_in().await.unwrap(), two.sign_in().await.unwrap());
    assert_eq!(first.subject, second.subject);
    assert_ne!(first.issuer, second.issuer);
    // And an answer meant for one is refused by the client of the other.
    let (here, there) = (one.client(), two.client());
    let (pending, _) = one.started(&here).await;
    let (_, mut foreign) = two.started(&there).await;
    foreign.state = Some(pending.state.clone());
    assert_eq!(here.finish(&pending, &foreign, now()).await, untrusted(Fault::ResponseIssuer));
}

// A fresh sign-in.

#[tokio::test]
async fn s1_fresh_sign_in_is_asked_for_and_checked() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let attempt = async || {
        let started = client.start(Freshness::Again, getrandom::fill, now()).await.unwrap();
        let asked = started.authorize_url.query().unwrap().to_owned();
        assert!(asked.contains("prompt=login") && asked.contains("max_age=0"), "{asked}");
        let returned = provider.sign_in_at(&started.authorize_url);
        client.finish(&started.pending, &returned, now()).await.map(|_| ())
    };
    assert_eq!(attempt().await, Ok(()));
    provider.claims(|c| c["auth_time"] = seconds(-61));
    assert_eq!(attempt().await, Err(SignInError::NotFresh));
    provider.claims(|c| drop(c.as_object_mut().unwrap().remove("auth_time")));
    assert_eq!(attempt().await, Err(SignInError::NotFresh));
}

#[tokio::test]
async fn s1_sign_in_within_an_age_is_asked_for_and_checked() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let attempt = async || {
        let within = Freshness::Within(TimeDelta::minutes(10));
        let started = client.start(within, getrandom::fill, now()).await.unwrap();
        assert!(started.authorize_url.query().unwrap().contains("max_age=600"));
        let returned = provider.sign_in_at(&started.authorize_url);
        client.finish(&started.pending, &returned, now()).await.map(|_| ())
    };
    provider.claims(|c| c["auth_time"] = seconds(-600));
    assert_eq!(attempt().await, Ok(()));
    provider.claims(|c| c["auth_time"] = seconds(-661));
    assert_eq!(attempt().await, Err(SignInError::NotFresh));
}

// The provider itself.

/// A whole sign-in whose start may fail too.
async fn start_and_finish(provider: &FaultyProvider, client: &Client) -> Result<(), SignInError> {
    let started = client.start(Freshness::Remembered, getrandom::fill, now()).await?;
    let returned = provider.sign_in_at(&started.authorize_url);
    client.finish(&started.pending, &returned, now()).await.map(|_| ())
}

#[tokio::test]
async fn s1_provider_down() {
    for (answer, outage) in [
        (Answer::Broken, Outage::Unreachable),
        (Answer::This(500, "text/html", "<h1>CANARY</h1>".into()), Outage::Failing),
        (Answer::This(503, "application/json", "{}".into()), Outage::Failing),
    ] {
        let provider = FaultyProvider::open().await;
        let client = provider.client();
        provider.script(|s| drop(s.answers.insert(DISCOVERY, answer.clone())));
        let start = client.start(Freshness::Remembered, getrandom::fill, now()).await.map(|_| ());
        assert_eq!(start, Err(SignInError::ProviderUnavailable(outage)));
        // It comes back, and goes down again while the person is at it.
        provider.script(|s| s.answers.clear());
        let (pending, returned) = provider.started(&client).await;
        provider.script(|s| drop(s.answers.insert("/token", answer)));
        let finish = client.finish(&pending, &returned, now()).await;
        assert_eq!(finish, Err(SignInError::ProviderUnavailable(outage)));
    }
}

#[tokio::test]
async fn s1_nobody_listens() {
    let mut config = FaultyProvider::open().await.config();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    config.issuer = format!("http://{closed}");
    let client = Client::new(config).unwrap();
    let start = client.start(Freshness::Remembered, getrandom::fill, now()).await.map(|_| ());
    assert_eq!(start, Err(SignInError::ProviderUnavailable(Outage::Unreachable)));
}

#[tokio::test]
async fn s1_provider_slow() {
    let attempt = async |slow: &'static str| {
        let provider = FaultyProvider::open().await;
        provider.claims(|c| drop(c.as_object_mut().unwrap().remove("email")));
        provider.script(|s| drop(s.answers.insert(slow, Answer::Never)));
        let client = Client::with_time_limit(provider.config(), Duration::from_secs(1)).unwrap();
        (slow, start_and_finish(&provider, &client).await)
    };
    let all = [DISCOVERY, "/jwks", "/token", "/userinfo"].map(attempt);
    for (slow, result) in futures_util::future::join_all(all).await {
        assert_eq!(result, Err(SignInError::ProviderUnavailable(Outage::TimedOut)), "{slow}");
    }
}

#[tokio::test]
async fn s1_redirects_are_not_followed() {
    for path in [DISCOVERY, "/jwks", "/token", "/userinfo"] {
        let provider = FaultyProvider::open().await;
        provider.claims(|c| drop(c.as_object_mut().unwrap().remove("email")));
        provider.script(|s| drop(s.answers.insert(path, Answer::Redirect)));
        let client = provider.client();
        let result = start_and_finish(&provider, &client).await;
        assert!(matches!(result, Err(SignInError::Untrusted(_))), "{path}: {result:?}");
        assert_eq!(provider.asked(&format!("/moved{path}")), 0, "{path}");
    }
}

#[tokio::test]
async fn s1_unreadable_answers() {
    let nonsense = ["", "{", "[]", "{\"access_token\": 7}", "<html>CANARY</html>"];
    for body in nonsense.map(str::to_owned).into_iter().chain(["x".repeat(2_000_000)]) {
        let provider = FaultyProvider::open().await;
        let client = provider.client();
        let (pending, returned) = provider.started(&client).await;
        provider.script(|s| drop(s.answers.insert("/token", Answer::This(200, "application/json", body))));
        assert_eq!(client.finish(&pending, &returned, now()).await, untrusted(Fault::Unreadable));
    }
}

#[tokio::test]
async fn s1_no_id_token() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| s.token = Arc::new(|t| drop(t.as_object_mut().unwrap().remove("id_token"))));
    assert_eq!(provider.sign_in().await, untrusted(Fault::NoIdToken));
}

#[tokio::test]
async fn s1_discovery_names_another_issuer() {
    let provider = FaultyProvider::open().await;
    provider.script(|s| s.discovery = Arc::new(|d| d["issuer"] = json!("https://evil.example")));
    let start = provider.client().start(Freshness::Remembered, getrandom::fill, now()).await;
    assert_eq!(start.map(|_| ()), untrusted(Fault::Discovery));
}

#[tokio::test]
async fn s1_discovery_sends_people_elsewhere() {
    for address in
        ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint", "jwks_uri"]
    {
        let provider = FaultyProvider::open().await;
        provider.script(|s| {
            s.discovery = Arc::new(move |d| d[address] = json!("http://evil.example/take"));
        });
        let start = provider.client().start(Freshness::Remembered, getrandom::fill, now()).await;
        assert_eq!(start.map(|_| ()), untrusted(Fault::Address), "{address}");
    }
}

#[tokio::test]
async fn s1_discovery_document_changed() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let path = |url: &Url| url.path().to_owned();
    let ask = async |at: DateTime<chrono::Utc>| {
        let started = client.start(Freshness::Remembered, getrandom::fill, at).await.unwrap();
        path(&started.authorize_url)
    };
    assert_eq!(ask(now()).await, "/authorize");
    let moved = format!("{}/v2/authorize", provider.issuer);
    provider.script(|s| s.discovery = Arc::new(move |d| d["authorization_endpoint"] = json!(moved)));
    assert_eq!(ask(now() + DISCOVERY_KEPT - SKEW).await, "/authorize");
    assert_eq!(provider.asked(DISCOVERY), 1, "remembered in between");
    assert_eq!(ask(now() + DISCOVERY_KEPT).await, "/v2/authorize");
}

// The client itself.

#[tokio::test]
async fn an_issuer_in_clear_is_for_this_machine_only() {
    let right = FaultyProvider::open().await.config();
    for issuer in
        ["http://login.school.example", "login.school.example", "ftp://127.0.0.1", "https://x.example/?a=b"]
    {
        let mut config = right.clone();
        config.issuer = issuer.into();
        assert!(matches!(Client::new(config), Err(ProviderError::Issuer)), "{issuer}");
    }
    let mut config = right.clone();
    config.redirect_uri = Url::parse("http://candour.school.example/signin/callback").unwrap();
    assert!(matches!(Client::new(config), Err(ProviderError::RedirectUri)));
    let mut config = right;
    config.issuer = "https://login.school.example/tenant/".into();
    config.redirect_uri = Url::parse("https://candour.school.example/signin/callback").unwrap();
    assert!(Client::new(config).is_ok());
}

#[tokio::test]
async fn no_randomness_no_sign_in() {
    let provider = FaultyProvider::open().await;
    let broken = |_: &mut [u8]| Err(getrandom::Error::UNSUPPORTED);
    let start = provider.client().start(Freshness::Remembered, broken, now()).await.map(|_| ());
    assert_eq!(start, Err(SignInError::NoRandomness));
}

#[tokio::test]
async fn no_two_sign_ins_share_a_secret() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let (one, _) = provider.started(&client).await;
    let (two, _) = provider.started(&client).await;
    let secrets = [&one.state, &one.nonce, &one.pkce_verifier, &two.state, &two.nonce, &two.pkce_verifier];
    for (at, secret) in secrets.iter().enumerate() {
        assert_eq!(secret.len(), 43);
        assert!(!secrets[..at].contains(secret));
    }
}

#[tokio::test]
async fn debug_shows_nothing_secret_or_personal() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let started = client.start(Freshness::Remembered, getrandom::fill, now()).await.unwrap();
    let returned = provider.sign_in_at(&started.authorize_url);
    let who = client.finish(&started.pending, &returned, now()).await.unwrap();
    let shown = format!("{client:?} {:?} {:?} {returned:?} {who:?}", provider.config(), started.pending);
    let pending = &started.pending;
    let code = returned.code.unwrap();
    for secret in [
        CLIENT_SECRET,
        &pending.state,
        &pending.nonce,
        &pending.pkce_verifier,
        &code,
        who.id_token.as_str(),
        "Ann",
        "ann@school.example",
        SUBJECT,
        "session-1",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn sign_out_goes_to_the_provider() {
    let provider = FaultyProvider::open().await;
    let client = provider.client();
    let who = provider.sign_in_with(&client).await.unwrap();
    let back = Url::parse("http://127.0.0.1:8080/signed-out?x=1&y=2").unwrap();
    let url = client.sign_out_url(Some(&who.id_token), &back, now()).await.unwrap().unwrap();
    let asked: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(url.path(), "/end");
    assert_eq!(asked["tenant"], "1");
    assert_eq!(asked["client_id"], CLIENT_ID);
    assert_eq!(asked["id_token_hint"], who.id_token.as_str());
    assert_eq!(asked["post_logout_redirect_uri"], back.as_str());

    let without = FaultyProvider::open().await;
    without.script(|s| {
        s.discovery = Arc::new(|d| drop(d.as_object_mut().unwrap().remove("end_session_endpoint")));
    });
    assert_eq!(without.client().sign_out_url(None, &back, now()).await, Ok(None));
}

#[test]
fn the_client_can_be_shared_between_runtimes() {
    fn is_send<T: Send>(_: T) {}
    fn whole(client: &Client, pending: candour::sso::client::Pending, returned: Callback, back: &Url) {
        is_send(client.start(Freshness::Again, getrandom::fill, now()));
        is_send(client.finish(&pending, &returned, now()));
        is_send(client.sign_out_url(None, back, now()));
    }
    let _ = whole;
    fn is_sync<T: Send + Sync>() {}
    is_sync::<Client>();
}

#[test]
fn every_refusal_has_plain_words() {
    for error in [
        SignInError::ProviderUnavailable(Outage::TimedOut),
        SignInError::Declined,
        SignInError::NotStartedHere,
        SignInError::TookTooLong,
        SignInError::CodeRefused,
        SignInError::NotFresh,
        SignInError::ProviderRefused,
        SignInError::Untrusted(Fault::Nonce),
        SignInError::NoRandomness,
    ] {
        let words = error.for_the_person().words();
        assert!(words.ends_with('.') && words.len() > 30, "{words}");
        for jargon in ["token", "nonce", "issuer", "state", "OpenID", "provider"] {
            assert!(!words.contains(jargon), "{words}");
        }
    }
}
