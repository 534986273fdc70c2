//! What a provider is pinned to: `bind` and what goes with it. It refuses a pin that would bind more than the
//! school's own people: a tenant that is everybody's, and a claim that a person may change themselves.

use super::reader::{ConfigValue, Table};
use crate::domain::entry::first_sign_in::Pin;
use url::Url;
use uuid::Uuid;

/// What Entra calls every tenant, every tenant of an organisation, and every private account.
const EVERYBODYS: [&str; 3] = ["common", "organizations", "consumers"];
/// The tenant of private Microsoft accounts (Microsoft identity platform, ID token claims reference, `tid`).
const PRIVATE_ACCOUNTS: Uuid = Uuid::from_u128(0x9188040d_6c67_4c5b_b112_36a304b66dad);
/// Claims of a profile that people, or the administrators of some other tenant, may write themselves (OpenID
/// Connect Core 5.1 and 5.7; Microsoft's reference warns of it for `email`, `preferred_username`,
/// `unique_name` and `upn`).
const CHANGEABLE: [&str; 20] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "unique_name",
    "upn",
    "website",
    "zoneinfo",
];

/// Refuses an issuer at which anybody with a Microsoft account signs in, however people are bound.
pub(super) fn refuse_everybody(setting: &ConfigValue<'_, '_, String>, issuer: &Url) -> Option<()> {
    let is_microsofts = issuer.host_str().is_some_and(|host| host.starts_with("login.microsoftonline."));
    if is_microsofts && tenant_of(issuer).is_some_and(|tenant| is_everybodys(&tenant)) {
        return setting.wrong(
            "lets anyone with a Microsoft account sign in; expected your own tenant's id in it, as Entra shows \
             it under Overview",
        );
    }
    Some(())
}

/// Reads `bind`, and what goes with it.
pub(super) fn read(table: &Table<'_, '_>, issuer: Option<&Url>) -> Option<Pin> {
    const BIND: &str = "\"entra\", \"google\", \"claim\", or \"code\" if everyone enters a one-time code";
    const TENANT: &str = "the tenant's id, as Entra shows it under Overview";
    const DOMAIN: &str = "the school's Google Workspace domain such as \"school.example\"";
    const CLAIM: &str = "the claim that holds the id from the import, such as \"employee_number\"";
    let bind = table.text("bind", BIND);
    let tenant = table.optional_text("tenant", TENANT);
    let domain = table.optional_text("domain", DOMAIN);
    let claim = table.optional_text("bind_claim", CLAIM);
    let bind = bind?;
    let need = |key: &'static str, what: &str| table.wrong(key, &format!("is missing; expected {what}"));
    match bind.value.as_str() {
        "code" => Some(Pin::Unpinned),
        "entra" => match tenant {
            Some(tenant) => own_tenant(tenant, issuer),
            None => need("tenant", TENANT),
        },
        "google" => match domain {
            Some(domain) if !is_domain(&domain.value) => domain.wrong(format!("expected {DOMAIN}")),
            Some(domain) => Some(Pin::Google { domain: domain.value }),
            None => need("domain", DOMAIN),
        },
        "claim" => match claim {
            Some(claim) => vouched(claim),
            None => need("bind_claim", CLAIM),
        },
        _ => bind.wrong(format!("expected {BIND}")),
    }
}

/// The school's own tenant, by its id, which the issuer has to name too.
fn own_tenant(tenant: ConfigValue<'_, '_, String>, issuer: Option<&Url>) -> Option<Pin> {
    if is_everybodys(&tenant.value) {
        return tenant.wrong(
            "is every tenant at once: anyone with a Microsoft account could come. Expected your own tenant's \
             id, as Entra shows it under Overview",
        );
    }
    if tenant.value.len() != 36 || Uuid::try_parse(&tenant.value).is_err() {
        return tenant.wrong(
            "expected the tenant's id, as Entra shows it under Overview, such as \"11111111-2222-3333-4444-555555555555\"; \
             a domain is not enough",
        );
    }
    match issuer.and_then(tenant_of) {
        Some(named) if !named.eq_ignore_ascii_case(&tenant.value) => {
            tenant.wrong("is not the tenant that `issuer` names; expected the same id in both")
        }
        Some(_) | None => Some(Pin::Entra { tenant: tenant.value }),
    }
}

fn is_domain(typed: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    typed.contains('.') && typed.split('.').all(is_part)
}

fn tenant_of(issuer: &Url) -> Option<String> {
    issuer.path_segments()?.next().filter(|first| !first.is_empty()).map(str::to_owned)
}

fn is_everybodys(tenant: &str) -> bool {
    EVERYBODYS.iter().any(|every| every.eq_ignore_ascii_case(tenant))
        || Uuid::try_parse(tenant).is_ok_and(|id| id == PRIVATE_ACCOUNTS)
}

/// A claim that only the school's directory writes.
fn vouched(claim: ConfigValue<'_, '_, String>) -> Option<Pin> {
    if CHANGEABLE.iter().any(|known| known.eq_ignore_ascii_case(&claim.value)) {
        return claim.wrong(format!(
            "names {}, which people may change themselves or another person may come to have. Expected a \
             claim that only the school's directory writes and never gives twice, such as \
             \"employee_number\"; if there is none, bind = \"code\"",
            claim.value
        ));
    }
    Some(Pin::Vouched { claim: claim.value })
}
