//! The doctor's look at each sign-in provider: its description of itself, its keys, its clock, its
//! certificate.

use super::{
    certificate,
    finding::{Finding, causes},
};
use crate::{
    cli::config::{Config, SignIn},
    domain::{
        entry::first_sign_in::{EMAIL_DOMAIN, Pin},
        kernel::clock::Instant,
    },
    service::clock::Clock,
    sso::client::{Client, ExaminationError, ProviderReport, SKEW},
};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// A clock that is this far out is worth a word before it keeps people out.
const DRIFT: TimeDelta = TimeDelta::seconds(15);

pub(super) async fn findings(config: &Config, clock: &Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    for provider in &config.sign_in {
        let whose = format!("sign-in: {}", provider.name);
        let client = match Client::new(provider.provider(config.server.public_url.clone())) {
            Ok(client) => client,
            Err(error) => {
                findings.push(Finding::fault(format!("{whose}: {}", causes(&error)), "correct [[sign_in]]"));
                continue;
            }
        };
        match client.examine(|| clock.now()).await {
            Ok(report) => findings.extend(examination(&whose, provider, &report, clock.now())),
            Err(error) => findings.push(unexamined(&whose, &error)),
        }
    }
    findings
}

fn unexamined(whose: &str, error: &ExaminationError) -> Finding {
    let to_do = match error {
        ExaminationError::NoAnswer(_) => {
            "check `issuer`, this machine's way out, and the provider's certificate; people who are signed \
             in can go on working, no one new can sign in"
        }
        ExaminationError::Status(_) => "check `issuer`, letter for letter: the description is at its address",
        ExaminationError::Untrusted(_) => {
            "compare `issuer` letter for letter with the provider's description of itself, a final slash included"
        }
    };
    Finding::fault(format!("{whose}: {}", causes(error)), to_do)
}

fn examination(whose: &str, provider: &SignIn, report: &ProviderReport, now: Instant) -> Vec<Finding> {
    let mut findings = vec![Finding::ok(format!("{whose}: the provider describes itself as it should"))];
    findings.push(match report.keys {
        0 => Finding::fault(
            format!("{whose}: it publishes no key that Candour accepts"),
            "have it sign ID tokens with RS, PS, ES or EdDSA",
        ),
        1 => Finding::ok(format!("{whose}: it publishes 1 key")),
        many => Finding::ok(format!("{whose}: it publishes {many} keys")),
    });
    let missing: Vec<&str> =
        provider.scopes.iter().map(String::as_str).filter(|scope| !report.offers(scope)).collect();
    if !missing.is_empty() {
        let what = format!("{whose}: it does not say that it offers the scope {}", missing.join(", "));
        findings.push(Finding::warning(what, "check `scopes`, and that the claims in [[sign_in]] arrive"));
    }
    findings.extend(claims(whose, provider, report));
    findings.push(clock_of(whose, report));
    findings.extend(certificate::finding(whose, report.certificate.as_deref(), now));
    findings
}

/// The claims that decide who is staff, who is a pupil and who is who: one that never comes lets no one in by
/// itself and refuses no pupil, so that it is reported before the first sign-in. Entra publishes a list that
/// never changes, and names none of the claims that a school adds there.
fn claims(whose: &str, provider: &SignIn, report: &ProviderReport) -> Vec<Finding> {
    let rules = &provider.rules;
    let bound_by = match &rules.pin {
        Pin::Entra { .. } => return Vec::new(),
        Pin::Vouched { claim } => Some(("bind_claim", claim.as_str())),
        Pin::Unpinned | Pin::Google { .. } => None,
    };
    let marks = [
        ("staff", &rules.staff),
        ("pupils", &rules.pupils),
        ("teaching", &rules.teaching),
        ("governors", &rules.governors),
    ];
    let marks = marks.into_iter().filter_map(|(key, mark)| Some((key, mark.as_ref()?.claim.as_str())));
    let mut keys_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, claim) in marks.chain(bound_by) {
        let sent_as = if claim == EMAIL_DOMAIN { "email" } else { claim };
        keys_of.entry(sent_as).or_default().push(key);
    }
    keys_of
        .into_iter()
        .filter_map(|(claim, keys)| missing_claim(whose, provider, report, (claim, &keys)))
        .collect()
}

/// Why a claim may never come, if that can be told.
fn missing_claim(
    whose: &str,
    provider: &SignIn,
    report: &ProviderReport,
    (claim, keys): (&str, &[&str]),
) -> Option<Finding> {
    let needed = format!("the claim {claim}, for `{}`", keys.join("` and `"));
    let offered = report.scopes.as_ref().is_some_and(|scopes| scopes.iter().any(|scope| scope == claim));
    if offered && !provider.scopes.iter().any(|scope| scope == claim) {
        let what = format!("{whose}: {needed}, has a scope {claim} there, and Candour does not ask for it");
        return Some(Finding::warning(what, format!("add \"{claim}\" to `scopes`")));
    }
    (!report.sends(claim)).then(|| {
        let what = format!("{whose}: it does not say that it sends {needed}");
        let to_do = "ask its administrator under which scope it is sent, and whether in the ID token or only \
            from userinfo (`claims_from`). If it never comes, no one gets access by themselves, and no pupil \
            is refused as one";
        Finding::warning(what, to_do)
    })
}

/// The clocks of the two machines: a token of a provider whose clock is out by more than a minute is refused.
fn clock_of(whose: &str, report: &ProviderReport) -> Finding {
    let Some(ahead) = report.ahead else {
        let to_do = "compare this machine's clock with the right time yourself";
        return Finding::warning(format!("{whose}: it does not say what time it is"), to_do);
    };
    let seconds = ahead.num_seconds();
    let way = if seconds < 0 { "behind" } else { "ahead of" };
    let what = format!("{whose}: its clock is {} seconds {way} this machine's", seconds.abs());
    let to_do = "set this machine's clock by the network (NTP); tokens more than a minute out are refused";
    if ahead.abs() >= SKEW {
        Finding::fault(what, to_do)
    } else if ahead.abs() > DRIFT {
        Finding::warning(what, to_do)
    } else {
        Finding::ok(format!("{whose}: its clock and this machine's agree"))
    }
}
