//! Signing out, here and at the provider.

use super::*;

/// Signing out, from either side, and keys that change in between.
async fn everybody_leaves(which: Which, db: TestDb) {
    let mut day = FirstDay::breaks(which, db).await;

    // From Candour: her session ends there, and the page offers the provider's own sign-out, which ends that too.
    let (mut teacher, page) = day.signs_in("teacher").await;
    assert_eq!(page.url.path(), "/report");
    let goodbye = teacher.signs_out().await;
    assert!(!teacher.is_in().await);
    assert!(goodbye.body.contains("You are still signed in to your school account"), "{}", goodbye.body);
    let remembered = teacher.sign_in("nobody chooses").await;
    assert_eq!(remembered.url.path(), "/report", "the provider still remembers her: {}", remembered.body);
    let goodbye = teacher.signs_out().await;
    let there = goodbye.body.split("<a ").find(|link| link.contains("Sign out there too")).unwrap();
    let there = Url::parse(&attribute(there, "href").unwrap()).unwrap();
    let mut page = teacher.go(Method::GET, there, Vec::new()).await;
    if page.url.path() != "/signed-out" {
        page = teacher.submit(&page, "", &[]).await;
    }
    assert_eq!(page.url.as_str(), format!("{}/signed-out", day.address));
    let forgotten = teacher.get("/signin/start?provider=0").await;
    assert!(forgotten.is_choice(), "the provider asks again who it is");

    // From the provider: it tells Candour, and the session there is refused at its next request, on that device alone.
    let (mut teacher, _) = day.signs_in("teacher").await;
    let (mut elsewhere, _) = day.signs_in("teacher").await;
    assert!(teacher.is_in().await && elsewhere.is_in().await);
    signs_out_at_the_provider(which, &day, &mut teacher).await;
    let signed_out = Instant::now();
    assert!(!teacher.is_in().await, "signed out there, and so here");
    assert!(signed_out.elapsed() < Duration::from_secs(1));
    assert!(elsewhere.is_in().await, "her other device is another session");

    // The keys change while people are signed in: the next sign-out counts too, under a key nobody has seen yet, and so
    // does the next sign-in. They change once here: unknown keys are looked for once a minute.
    day.provider.changes_its_keys();
    signs_out_at_the_provider(which, &day, &mut elsewhere).await;
    assert!(!elsewhere.is_in().await);
    let (mut again, _) = day.signs_in("teacher").await;
    assert!(again.is_in().await);
}

/// Somebody signs out on the provider's own page, without Candour.
async fn signs_out_at_the_provider(which: Which, day: &FirstDay, browser: &mut Browser) {
    let page = match which {
        Which::OidcProvider => format!("{}/session/end", day.provider.issuer),
        Which::BetterAuth => format!("{}/oauth2/end-session", day.provider.issuer),
    };
    let asking = browser.get(&page).await;
    let done = browser.submit(&asking, "", &[]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
}

#[apply(both_databases!)]
async fn s2_everybody_leaves_oidc_provider(db: TestDb) {
    everybody_leaves(Which::OidcProvider, db).await;
}

#[apply(both_databases!)]
async fn s2_everybody_leaves_better_auth(db: TestDb) {
    everybody_leaves(Which::BetterAuth, db).await;
}
