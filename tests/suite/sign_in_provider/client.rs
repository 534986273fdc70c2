//! What the client promises of itself, whatever the provider does.

use super::*;
use candour::sso::client::{Freshness, Outage, ProviderError, Returned};
use url::Url;

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
    fn whole(client: &Client, pending: candour::sso::client::Pending, returned: Returned, back: &Url) {
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
        let words = error.words();
        assert!(words.ends_with('.') && words.len() > 30, "{words}");
        for jargon in ["token", "nonce", "issuer", "state", "OpenID", "provider"] {
            assert!(!words.contains(jargon), "{words}");
        }
    }
}
