//! The ID token: its claims and its signature.

use super::*;
use crate::faulty_provider::Signing;

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
