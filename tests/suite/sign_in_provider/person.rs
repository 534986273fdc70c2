//! What is said about the person, and how freshly they signed in.

use super::*;
use candour::sso::client::Freshness;

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
    assert_eq!(who.groups, ["staff", "office"]);
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
