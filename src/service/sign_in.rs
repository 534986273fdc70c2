//! Signing in: what goes to the provider and comes back, sessions, changing school, hiding the screen.

use super::{Op, Result, ServiceError};
use crate::{
    domain::{clock::Instant, ids::Random},
    sso::client::{Identity, Pending},
    store::{
        Db, StoreError,
        sessions::{self, NewSession, Place, Session, SignIn},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Keeps a sign-in that begins. Only addresses of Candour's own are gone back to.
pub fn begin(db: &Db, provider: &str, pending: &Pending, return_to: &str, now: Instant) -> Result<()> {
    let sign_in = SignIn {
        state_hash: hash(&pending.state),
        provider: provider.to_owned(),
        nonce: pending.nonce.clone(),
        verifier: pending.pkce_verifier.clone(),
        return_to: own_address(return_to).to_owned(),
        started_at: now,
    };
    Ok(db.write(|tx| sessions::begin_sign_in(tx, &sign_in))?)
}

/// An address of Candour's own: one slash, then no other slash or backslash, so that nobody is led elsewhere.
pub fn own_address(asked: &str) -> &str {
    let mut letters = asked.chars();
    let (first, second) = (letters.next(), letters.next());
    let harmless = first == Some('/') && !matches!(second, Some('/' | '\\'));
    if harmless && !asked.chars().any(char::is_control) { asked } else { "/" }
}

/// Takes back what was kept for a state, once.
pub fn returned(db: &Db, state: &str, now: Instant) -> Result<(SignIn, Pending)> {
    let kept = db.write(|tx| sessions::take_sign_in(tx, &hash(state), now))?;
    let pending = Pending {
        state: state.to_owned(),
        nonce: kept.nonce.clone(),
        pkce_verifier: kept.verifier.clone(),
        started_at: kept.started_at,
        authenticated_since: None,
    };
    Ok((kept, pending))
}

/// A session's cookie value and where it leads.
pub struct Opened {
    /// The cookie's value. It is kept nowhere else.
    pub token: String,
    /// The school it is in.
    pub place: Place,
}

/// Starts a session for somebody the provider vouched for and the installation knows, keyed on issuer and subject.
/// Anybody else is [`ServiceError::NotFound`].
pub fn open(
    db: &Db,
    identity: &Identity,
    provider: &str,
    now: Instant,
    random: &mut dyn Random,
) -> Result<Opened> {
    db.write(|tx| {
        let account =
            sessions::account(tx, &identity.issuer, &identity.subject)?.ok_or(ServiceError::NotFound)?;
        let place = sessions::places(tx, account)?.into_iter().next().ok_or(ServiceError::NotFound)?;
        let token = secret(random);
        let csrf = secret(random);
        let new = NewSession { token_hash: &hash(&token), account, place: &place, csrf: &csrf, provider };
        sessions::start(tx, &new, now, random)?;
        Ok(Opened { token, place })
    })
}

fn secret(random: &mut dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

/// What a cookie leads to. In use is noted at most once a minute.
pub fn resume(db: &Db, token: &str, now: Instant) -> Result<Session, StoreError> {
    let session = db.read(|tx| sessions::resume(tx, &hash(token), now))?;
    if let Session::Live(viewer) = &session
        && viewer.is_worth_noting()
    {
        db.write(|tx| sessions::seen(tx, viewer))?;
    }
    Ok(session)
}

/// The schools the signed-in account is somebody in.
pub fn places(db: &Db, op: &Op) -> Result<Vec<Place>> {
    Ok(db.read(|tx| sessions::places(tx, op.viewer.account()))?)
}

/// Moves the session to another school of the account.
pub fn change_school(db: &Db, op: &Op, to: crate::domain::ids::SchoolId) -> Result<()> {
    db.write(|tx| {
        let places = sessions::places(tx, op.viewer.account())?;
        let place = places.into_iter().find(|place| place.school == to).ok_or(ServiceError::NotFound)?;
        Ok(sessions::move_to(tx, &op.viewer, &place)?)
    })
}

/// Hides the screen: the session lives on, and shows nothing until a fresh sign-in.
pub fn hide(db: &Db, op: &Op) -> Result<()> {
    Ok(db.write(|tx| sessions::hide(tx, &op.viewer))?)
}

/// Ends a session.
pub fn end(db: &Db, token: &str, now: Instant) -> Result<()> {
    Ok(db.write(|tx| sessions::end(tx, &hash(token), now))?)
}
