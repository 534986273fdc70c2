//! `[[sign_in]]`: one OpenID Connect provider, and what may be believed of it.

use super::{
    pin, private_url,
    reader::{ConfigValue, Table},
    secret::{self, Secret},
};
use crate::{
    domain::entry::first_sign_in::{Adding, Mark, Pin, Rules},
    service::entry::sign_in::IdentityProvider,
    sso::client::{ClaimNames, ClaimsFrom, FreshProof, Provider, SKEW},
};
use chrono::TimeDelta;
use std::collections::BTreeSet;
use url::Url;

/// `[[sign_in]]`: one OpenID Connect provider.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// What its button says.
    pub name: String,
    /// The provider's issuer, exactly as it writes it itself: a final slash counts.
    pub issuer: String,
    /// The name the provider gave Candour.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: Secret,
    /// The scopes to ask for; `openid` among them.
    pub scopes: Vec<String>,
    /// The short names of the schools it serves; every school if there are none.
    pub schools: Vec<String>,
    /// What may be settled by what it says.
    pub rules: Rules,
    /// How its answers are read.
    pub reading: Reading,
}

/// How a provider's answers are read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The claims that are shown.
    pub names: ClaimNames,
    /// Where the claims are that decide.
    pub from: ClaimsFrom,
    /// What shows a fresh sign-in.
    pub proof: FreshProof,
    /// How old its ID tokens may be dated.
    pub issued_within: TimeDelta,
}

impl SignIn {
    /// The provider for its client; `redirect_uri` is where it sends the browser back to.
    pub fn provider(&self, redirect_uri: Url) -> Provider {
        Provider {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.expose().to_owned(),
            scopes: self.scopes.clone(),
            redirect_uri,
            issued_within: self.reading.issued_within,
            claims: self.reading.names.clone(),
            claims_from: self.reading.from,
            proof: self.reading.proof,
        }
    }

    /// The provider as the site sees it.
    pub fn identity(&self) -> IdentityProvider {
        IdentityProvider { name: self.name.clone(), rules: self.rules.clone(), schools: self.schools.clone() }
    }
}

/// Every `[[sign_in]]` of the file.
pub(super) fn all(tables: Vec<Table<'_, '_>>) -> Option<Vec<SignIn>> {
    let mut names = BTreeSet::new();
    // Collected first so that a mistake in one provider does not hide those of the next.
    let each: Vec<_> = tables.into_iter().map(|table| one(table, &mut names)).collect();
    each.into_iter().collect()
}

fn one(table: Table<'_, '_>, names: &mut BTreeSet<String>) -> Option<SignIn> {
    const ISSUER: &str = "the provider's issuer, such as \"https://login.school.example\"";
    const SCOPES: &str = "a list of scopes such as [\"openid\", \"profile\", \"email\"]";
    let name = table.text("name", "the words on its button, such as \"your school account\"");
    let name = name.and_then(|setting| once(setting, names));
    let issuer = table.text("issuer", ISSUER);
    let issuer = issuer.and_then(|setting| {
        let url = private_url(&setting, ISSUER)?;
        pin::refuse_everybody(&setting, &url)?;
        Some((setting.value, url))
    });
    let client_id =
        table.text("client_id", "the name the provider gave Candour").map(|setting| setting.value);
    let client_secret = table
        .text("client_secret_file", "the path of a file that holds the client secret")
        .and_then(|setting| secret::read(&setting));
    let scopes = table.texts("scopes", SCOPES).and_then(|setting| {
        let scopes: Vec<String> = setting.into_iter().map(|scope| scope.value).collect();
        let asks = scopes.iter().any(|scope| scope == "openid");
        asks.then_some(scopes).or_else(|| table.wrong("scopes", "must have \"openid\" in it"))
    });
    let schools = schools(&table);
    let (rules, reading) = (rules(&table, issuer.as_ref().map(|(_, url)| url)), reading(&table));
    table.finish();
    Some(SignIn {
        name: name?,
        issuer: issuer?.0,
        client_id: client_id?,
        client_secret: client_secret?,
        scopes: scopes?,
        schools: schools?,
        rules: rules?,
        reading: reading?,
    })
}

fn once(setting: ConfigValue<'_, '_, String>, before: &mut BTreeSet<String>) -> Option<String> {
    if before.insert(setting.value.clone()) {
        Some(setting.value)
    } else {
        setting.wrong("is the name of another one")
    }
}

fn schools(table: &Table<'_, '_>) -> Option<Vec<String>> {
    const SCHOOLS: &str = "a list of schools by their short names such as [\"upton\"]; leave it out for all";
    match table.optional_texts("schools", SCHOOLS) {
        None => Some(Vec::new()),
        Some(setting) => setting.map(|all| all.into_iter().map(|school| school.value).collect()),
    }
}

fn rules(table: &Table<'_, '_>, issuer: Option<&Url>) -> Option<Rules> {
    let pin = pin::read(table, issuer);
    let mut right = true;
    let mut mark = |key: &'static str, what: &'static str| {
        let setting = table.optional_text(key, what)?;
        Mark::parse(&setting.value).or_else(|| {
            right = false;
            setting.wrong(format!("expected {what}"))
        })
    };
    let staff = mark("staff", "a claim and its value such as \"groups=staff\"");
    let pupils = mark("pupils", "a claim and its value such as \"groups=pupils\"");
    let teaching = mark("teaching", "a claim and its value such as \"groups=teachers\"");
    let governors = mark("governors", "a claim and its value such as \"groups=governors\"");
    let adding = match table.optional_text("add_staff", ADD) {
        None => Some(Adding::Nobody),
        Some(setting) => match setting.value.as_str() {
            "yes" => Some(Adding::Staff),
            "no" => Some(Adding::Nobody),
            _ => setting.wrong(format!("expected {ADD}")),
        },
    };
    let also_marks_pupils = |mark: &Option<Mark>| mark.is_some() && *mark == pupils;
    if [&staff, &teaching, &governors].into_iter().any(also_marks_pupils) {
        return table.wrong(
            "pupils",
            "marks staff or governors as well: everyone it marks would be refused as a pupil",
        );
    }
    let rules = Rules { pin: pin?, staff, pupils, teaching, governors, adding: adding? };
    if right && rules.staff.is_none() && rules.pin != Pin::Unpinned {
        return table.wrong(
            "bind",
            "needs `staff` as well: a provider that does not say who is staff settles nothing by itself",
        );
    }
    right.then_some(rules)
}

const ADD: &str = "\"yes\" to add staff at their first sign-in, or \"no\"";

fn reading(table: &Table<'_, '_>) -> Option<Reading> {
    const FROM: &str = "\"id_token\" or \"userinfo\"";
    const PROOF: &str = "\"auth_time\", or \"round_trip\" for a provider that never sends auth_time";
    const AGE: &str = "a number of seconds from 60 to 900; 60 unless the provider dates its tokens back";
    let usual = ClaimNames::default();
    let named = |key: &'static str, usual: String| {
        table.optional_text(key, "the name of a claim").map_or(usual, |setting| setting.value)
    };
    let names =
        ClaimNames { name: named("name_claim", usual.name), email: named("email_claim", usual.email) };
    let from = match table.optional_text("claims_from", FROM) {
        None => Some(ClaimsFrom::IdToken),
        Some(setting) => match setting.value.as_str() {
            "id_token" => Some(ClaimsFrom::IdToken),
            "userinfo" => Some(ClaimsFrom::UserInfo),
            _ => setting.wrong(format!("expected {FROM}")),
        },
    };
    let proof = match table.optional_text("fresh_sign_in", PROOF) {
        None => Some(FreshProof::AuthTime),
        Some(setting) => match setting.value.as_str() {
            "auth_time" => Some(FreshProof::AuthTime),
            "round_trip" => Some(FreshProof::RoundTrip),
            _ => setting.wrong(format!("expected {PROOF}")),
        },
    };
    let issued_within = match table.optional_number("issued_within", 60..901, AGE) {
        None => Some(SKEW),
        Some(seconds) => seconds.map(TimeDelta::seconds),
    };
    Some(Reading { names, from: from?, proof: proof?, issued_within: issued_within? })
}
