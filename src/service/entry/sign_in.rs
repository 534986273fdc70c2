//! Signing in: what becomes of a person the provider vouched for, sessions, changing school, hiding the screen.

use super::{newcomers::bind_what_is_new, provider_change};
use crate::service::{Candour, Op, Result, ServiceError, people::renaming};
use crate::{
    domain::{
        entry::{
            account_proof::AccountProof,
            first_sign_in::{self, DirectoryIdentity, EmailCheck, Key, NotLetIn, Rules, Verdict},
            session::Asked,
        },
        kernel::{
            clock::Instant,
            document::DocumentVersion,
            ids::{AccountId, Random, SchoolId},
        },
    },
    sso::client::{Identity, LogoutTarget, LogoutToken, RawIdToken},
    store::{
        StoreError, Tx,
        entry::{
            account_linking::{self, Listing},
            account_proof,
            accounts::{self, AccountProfile},
            pending_sign_ins::{self, PendingSignIn},
            sessions::{self, Mine, NewSession, Place, SignInContext, SignedOut},
        },
        people::reactivation,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// One identity provider, as the school set it up.
#[derive(Debug, Clone)]
pub struct IdentityProvider {
    /// What its button says; also its name in the database.
    pub name: String,
    /// What may be settled by what it says.
    pub rules: Rules,
    /// The short names of the schools it serves; every school if there are none.
    pub schools: Vec<String>,
}

/// A first or later sign-in that the provider vouched for, on its way in.
pub struct FirstSignIn<'a> {
    /// Who the provider says they are.
    pub identity: &'a Identity,
    /// The provider they came from.
    pub provider: &'a IdentityProvider,
    /// How they were asked to sign in.
    pub asked: Asked,
    /// Where to go afterwards.
    pub return_to: &'a str,
    /// Their device, in a few words.
    pub device: &'a str,
    /// The cookie of the session they had in this browser before.
    pub before: Option<&'a str>,
}

/// What became of a sign-in.
#[derive(Debug)]
pub enum SignInOutcome {
    /// A session of theirs.
    In(SessionStart),
    /// They may enter a one-time code under this cookie.
    Outside {
        /// The cookie's value.
        token: String,
    },
    /// They hid a screen and have to sign in again, with their password.
    AgainFirst,
    /// A pupil. Candour is not for them.
    Pupil,
}

/// A new session's cookie value.
pub struct SessionStart {
    /// The cookie's value. It is stored nowhere else.
    pub token: String,
    /// Where to go afterwards.
    pub return_to: String,
}

impl std::fmt::Debug for SessionStart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionStart")
    }
}

/// Lets a person in whom the provider vouched for, if their account belongs to a person in a school: keyed on
/// issuer and subject, never on an e-mail address. A new account is bound here if the rules of its provider
/// allow it; any other waits for a code and appears among the administrators' access requests.
pub fn complete(
    candour: &Candour,
    first_sign_in: &FirstSignIn<'_>,
    now: Instant,
    random: &mut dyn Random,
) -> Result<SignInOutcome> {
    let FirstSignIn { identity, provider, .. } = first_sign_in;
    let verified = if identity.email_verified { EmailCheck::Yes } else { EmailCheck::No };
    let verdict = first_sign_in::judge(&provider.rules, &identity.said, identity.email.as_deref(), verified);
    if verdict == Verdict::Pupil {
        return Ok(SignInOutcome::Pupil);
    }
    candour.write(|tx| {
        let schools = account_linking::served(tx, &provider.schools)?;
        let known = sessions::account(tx, &identity.issuer, &identity.subject)?;
        let everywhere = |why: NotLetIn| schools.iter().map(|school| (*school, why)).collect::<Vec<_>>();
        let (waits, key) = match &verdict {
            Verdict::Known(key) => {
                (bind_what_is_new(tx, first_sign_in, &schools, key, now, random)?, Some(key))
            }
            Verdict::ByCode => (everywhere(NotLetIn::NeedsCode), None),
            Verdict::KeyUnsaid => (everywhere(NotLetIn::NoKey), None),
            Verdict::PupilUnsaid => (everywhere(NotLetIn::Unsaid), None),
            Verdict::StaffUnsaid | Verdict::NotStaff | Verdict::Pupil => {
                if let Some(account) = known {
                    reactivation::no_longer_marked(tx, account, &identity.issuer, now)?;
                }
                let is_unsaid = verdict == Verdict::StaffUnsaid;
                (everywhere(if is_unsaid { NotLetIn::Unsaid } else { NotLetIn::Unmarked }), None)
            }
        };
        let account = sessions::account(tx, &identity.issuer, &identity.subject)?;
        let places = account.map_or(Ok(Vec::new()), |account| sessions::places(tx, account))?;
        match account {
            Some(account) if !places.is_empty() => let_in(tx, first_sign_in, account, &places, now, random),
            Some(_) | None => keep_pending(tx, first_sign_in, (&waits, key), now, random),
        }
    })
}

fn let_in(
    tx: &mut Tx<'_>,
    first_sign_in: &FirstSignIn<'_>,
    account: AccountId,
    places: &[Place],
    now: Instant,
    random: &mut dyn Random,
) -> Result<SignInOutcome> {
    let identity = first_sign_in.identity;
    let fresh_at = fresh_at(identity, first_sign_in.asked, now);
    let here = first_sign_in.before.map(hash);
    if let Some(hidden_at) = sessions::hidden_since(tx, account, here.as_deref(), now)? {
        // A stranger at the keyboard must not come back in by a sign-in that the provider still remembers.
        if fresh_at.is_none_or(|at| at < hidden_at) {
            return Ok(SignInOutcome::AgainFirst);
        }
        // A sign-in opens the screen of the browser it happened in. Elsewhere a stranger may be at the
        // keyboard.
        if let Some(here) = &here {
            sessions::reopen(tx, account, here, now)?;
        }
    }
    let vouched = vouched(first_sign_in);
    let profile = AccountProfile {
        name: &shown_name(identity),
        email: identity.email.as_deref(),
        provider: &first_sign_in.provider.name,
        vouched: vouched.as_ref(),
    };
    accounts::set_profile(tx, account, &profile)?;
    // People an import brought back wait no longer either.
    account_linking::settle(tx, account, now)?;
    let audiences = first_sign_in::audiences(&first_sign_in.provider.rules, &identity.said);
    for place in places {
        let whom = (place.school, place.person);
        // What an account says of its person counts once it is proven to be them.
        match account_proof::of(tx, place.school, (account, place.person))? {
            AccountProof::Awaited => {}
            AccountProof::Proven => {
                account_linking::refresh(tx, whom, audiences)?;
                if let Some(name) = &identity.name {
                    renaming::heard_at_sign_in(tx, whom, (&identity.issuer, name), now, random)?;
                }
            }
        }
    }
    let last = sessions::last_school(tx, account)?;
    let place = places.iter().find(|place| Some(place.school) == last).or_else(|| places.first());
    let place = place.ok_or(ServiceError::NotFound)?;
    if let Some(here) = &here {
        sessions::end(tx, here, now)?;
    }
    let context = SignInContext {
        provider_session: identity.sid.as_deref(),
        id_token: Some(identity.id_token.as_str()),
        device: first_sign_in.device,
        fresh_at,
    };
    let token = start(tx, account, place, (&first_sign_in.provider.name, context), now, random)?;
    Ok(SignInOutcome::In(SessionStart { token, return_to: first_sign_in.return_to.to_owned() }))
}

/// When the person last typed their password or the like, as far as that is known.
fn fresh_at(identity: &Identity, asked: Asked, now: Instant) -> Option<Instant> {
    match (identity.auth_time, asked) {
        (Some(at), _) => Some(at.min(now)),
        // The client has checked that this provider's round trip counts.
        (None, Asked::Again) => Some(now),
        (None, Asked::Remembered) => None,
    }
}

pub(in crate::service) fn start(
    tx: &mut Tx<'_>,
    account: AccountId,
    place: &Place,
    (provider, context): (&str, SignInContext<'_>),
    now: Instant,
    random: &mut dyn Random,
) -> Result<String> {
    let (token, csrf) = (secret(random), secret(random));
    let new = NewSession { token_hash: &hash(&token), account, place, csrf: &csrf, provider, context };
    sessions::start(tx, &new, now, random)?;
    Ok(token)
}

fn keep_pending(
    tx: &mut Tx<'_>,
    first_sign_in: &FirstSignIn<'_>,
    (waits, key): (&[(SchoolId, NotLetIn)], Option<&Key>),
    now: Instant,
    random: &mut dyn Random,
) -> Result<SignInOutcome> {
    let identity = first_sign_in.identity;
    let token = secret(random);
    let pending = PendingSignIn {
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        name: shown_name(identity),
        email: identity.email.clone(),
        vouched: vouched(first_sign_in),
        provider: first_sign_in.provider.name.clone(),
        provider_session: identity.sid.clone(),
        id_token: Some(identity.id_token.as_str().to_owned()),
        return_to: first_sign_in.return_to.to_owned(),
    };
    pending_sign_ins::add(tx, &hash(&token), &pending, now)?;
    for (school, why) in waits {
        let listing = account_linking::list_access_request(tx, *school, &pending, (*why, key), now, random)?;
        if listing == Listing::New {
            provider_change::tell_of_new(tx, *school, (&pending.issuer, &pending.subject), now, random)?;
        }
    }
    Ok(SignInOutcome::Outside { token })
}

/// The record that the directory of the provider's schools has of a person.
fn vouched(first_sign_in: &FirstSignIn<'_>) -> Option<DirectoryIdentity> {
    let FirstSignIn { identity, provider, .. } = first_sign_in;
    let directory_id = first_sign_in::vouched_id(&provider.rules, &identity.said)?;
    Some(DirectoryIdentity {
        document_version: DocumentVersion,
        directory_id,
        schools: provider.schools.clone(),
    })
}

pub(super) fn shown_name(identity: &Identity) -> String {
    identity
        .name
        .clone()
        .or_else(|| identity.email.clone())
        .unwrap_or_else(|| "A person without a name".to_owned())
}

/// Ends what the provider signed out, at once. A logout that came before is passed over.
pub fn provider_signed_out(candour: &Candour, logout: &LogoutToken, now: Instant) -> Result<()> {
    let whom = match &logout.target {
        LogoutTarget::Session(session) => SignedOut::Session(session),
        LogoutTarget::Subject(subject) => SignedOut::Subject(subject),
    };
    let once = (hash(&logout.id), logout.ends_at);
    let ended =
        candour.write(|tx| sessions::provider_signed_out(tx, &logout.issuer, whom, (&once.0, once.1), now));
    match ended {
        Ok(_) | Err(StoreError::Duplicate) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// Where the person signed in, and the token their provider wants back when they sign out there.
pub fn id_token(candour: &Candour, op: &Op) -> Result<(String, Option<RawIdToken>)> {
    let (provider, token) = candour.read(|tx| sessions::id_token(tx, &op.viewer))?;
    Ok((provider, token.map(RawIdToken::from_store)))
}

/// The person's own live sessions.
pub fn mine(candour: &Candour, op: &Op) -> Result<Vec<Mine>> {
    Ok(candour.read(|tx| sessions::mine(tx, &op.viewer))?)
}

/// Ends every session of the person, on every device.
pub fn end_everywhere(candour: &Candour, op: &Op) -> Result<usize> {
    Ok(candour.write(|tx| sessions::end_mine(tx, &op.viewer))?)
}

pub(super) fn secret(random: &mut dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(in crate::service) fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}
