//! The provider itself: down, slow, moved, or talking nonsense.

use super::*;
use crate::faulty_provider::Answer;
use candour::sso::client::{DISCOVERY_KEPT, Freshness, Outage};
use chrono::DateTime;
use std::time::Duration;
use url::Url;

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
