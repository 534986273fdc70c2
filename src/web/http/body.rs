//! The body of a posted form: read up to what a form may hold. What is longer is read on and thrown away, within bounds:
//! a browser listens for the answer only once it has sent everything, and shows a broken connection otherwise.

use super::{error::PageError, error_words::BadRequest, security::FORM_LIMIT};
use actix_web::{dev::Payload, web::BytesMut};
use futures_util::StreamExt;
use std::time::Duration;

/// The most that is thrown away: a browser that sends more than that gets a broken connection after all.
const THROWN_AWAY: usize = 32 * 1024 * 1024;
/// How long that may take.
const THROWN_AWAY_WITHIN: Duration = Duration::from_secs(10);

/// Reads a form.
///
/// # Errors
/// [`PageError::TooLong`], or [`PageError::Bad`] if it was cut off.
pub async fn read(mut payload: Payload) -> Result<BytesMut, PageError> {
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| PageError::Bad(BadRequest::FormCutOff))?;
        if body.len() + piece.len() > FORM_LIMIT {
            throw_away(&mut payload).await;
            return Err(PageError::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// Reads what is still coming and keeps nothing of it.
pub async fn throw_away(payload: &mut Payload) {
    let reading = async {
        let mut left = THROWN_AWAY;
        while let Some(Ok(piece)) = payload.next().await {
            match left.checked_sub(piece.len()) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // If it takes too long or is too much, the answer is sent, heard or not.
    let _ = tokio::time::timeout(THROWN_AWAY_WITHIN, reading).await;
}
