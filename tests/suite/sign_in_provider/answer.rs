//! What the browser brings back, and the code in it.

use super::*;
use candour::sso::client::{Outage, Returned, STARTED_WITHIN};

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
        let returned = Returned { state, ..right.clone() };
        assert_eq!(client.finish(&pending, &returned, now()).await, Err(SignInError::NotStartedHere));
    }
    // A denial without the state is not believed either, nor does an emptied row match an empty state.
    let denied = Returned { error: Some("access_denied".into()), ..Returned::default() };
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
        let returned = Returned { code, ..right.clone() };
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
    let returned = Returned { code: stolen.code, ..own };
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
