//! Signing in through a provider that lies, fails or is slow: scenario S1, one test for each fault.

mod answer;
mod client;
mod outage;
mod person;
mod token;

use std::sync::Arc;

use candour::sso::client::{Client, Fault, SKEW, SignInError};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::faulty_provider::{CLIENT_ID, CLIENT_SECRET, FaultyProvider, SUBJECT, now};

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
