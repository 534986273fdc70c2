//! What readiness says of what is outside this machine: each with its reason, at most a look every half a minute, and
//! never unready over somebody else's fault.

use crate::{
    databases::{TestDb, both_databases},
    faulty_provider::{self, FaultyProvider},
    school::{Answer, Cast, School},
};
use candour::{
    demo::sink::{Fault, Stage},
    domain::entry::first_sign_in::Rules,
    service::entry::sign_in::IdentityProvider,
    web::http::app::SignInProvider,
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

async fn ready(school: &School) -> Answer {
    school.get_as_nobody("/health/ready").await
}

/// Asks until the look that was begun behind an answer is over.
async fn ready_saying(school: &School, words: &str) -> Answer {
    for _ in 0..1_000 {
        let said = ready(school).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.body);
        if said.body.contains(words) {
            return said;
        }
    }
    panic!("never said: {words}: {}", ready(school).await.body)
}

#[apply(both_databases!)]
async fn each_dependency_is_said_with_its_reason_and_none_outside_makes_the_node_unready(db: TestDb) {
    let provider = FaultyProvider::open().await;
    let identity = IdentityProvider {
        name: "the other sign-in".to_owned(),
        rules: Rules::by_code_only(),
        schools: Vec::new(),
    };
    let school = School::open_with(db, vec![SignInProvider { identity, client: provider.client() }]).await;
    let dsl = school.sign_in(Cast::Dsl).await;

    let well = ready(&school).await;
    assert_eq!(well.status, StatusCode::OK);
    let lines: Vec<&str> = well.body.lines().collect();
    assert_eq!(
        lines,
        [
            "database: ok: answers",
            "migrations: ok: up to date",
            "e-mails: ok: no e-mail is late",
            "sign-in with Upton sign-in: ok: answers",
            "sign-in with the other sign-in: ok: answers",
            "mail server: ok: takes e-mails",
        ]
    );

    // However often somebody asks, nobody is looked at again within half a minute.
    let description = "/.well-known/openid-configuration";
    let asked = provider.asked(description);
    provider.script(|s| {
        let broken = faulty_provider::Answer::This(503, "text/plain", "canary".to_owned());
        s.answers.insert("/.well-known/openid-configuration", broken);
    });
    school.sink.fail_next(Fault::Temp(Stage::Connect));
    school.hands.forward(TimeDelta::seconds(29));
    for _ in 0..3 {
        assert_eq!(ready(&school).await.body, well.body);
    }
    assert_eq!(provider.asked(description), asked);

    // Then both are down: an amber line each, and still ready. What they answered is repeated to nobody.
    school.hands.forward(TimeDelta::seconds(2));
    let amber = ready_saying(&school, "the other sign-in: warning").await.body;
    assert!(
        amber.contains(
            "sign-in with the other sign-in: warning: answers with an error (503); people who are signed in \
         can go on working, no one new can sign in this way\n"
        ),
        "{amber}"
    );
    assert!(amber.contains("sign-in with Upton sign-in: ok: answers\n"), "{amber}");
    assert!(amber.contains("mail server: warning: "), "{amber}");
    assert!(amber.contains("e-mails wait, none is lost\n"), "{amber}");
    assert!(!amber.contains("canary"), "{amber}");
    assert_eq!(dsl.get("/queue").await.status, StatusCode::OK, "people who are signed in can go on working");

    // And well again by itself.
    provider.script(|s| s.answers.clear());
    school.hands.forward(TimeDelta::seconds(31));
    let again = ready_saying(&school, "the other sign-in: ok").await.body;
    assert_eq!(again, well.body);
}

/// The answer does not wait for a provider that never answers.
#[apply(both_databases!)]
async fn a_dependency_that_hangs_does_not_slow_the_answer(db: TestDb) {
    let provider = FaultyProvider::open().await;
    provider.script(|s| {
        s.answers.insert("/.well-known/openid-configuration", faulty_provider::Answer::Never);
    });
    let identity = IdentityProvider {
        name: "the other sign-in".to_owned(),
        rules: Rules::by_code_only(),
        schools: Vec::new(),
    };
    let school = School::open_with(db, vec![SignInProvider { identity, client: provider.client() }]).await;
    let said = ready(&school).await;
    assert_eq!(said.status, StatusCode::OK);
    assert!(said.body.contains("sign-in with the other sign-in: warning: "), "{}", said.body);
    assert!(said.body.contains("database: ok"), "{}", said.body);
}
