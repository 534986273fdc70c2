//! The body of a posted form: read up to what a form may hold. What is longer is read on and thrown away, within bounds:
//! a browser listens for the answer only once it has sent everything, and shows a broken connection otherwise.
//!
//! A person who is not signed in has a limited time for it, so that slow bodies hold nothing here.

use super::{error::PageError, error_words::BadRequest, security::FORM_LIMIT};
use actix_web::{
    dev::Payload,
    error::PayloadError,
    rt,
    web::{Bytes, BytesMut},
};
use futures_util::{Stream, StreamExt};
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// The most that is thrown away: a browser that sends more than that gets a broken connection after all.
const THROWN_AWAY: usize = 32 * 1024 * 1024;
/// How long that may take.
const THROWN_AWAY_WITHIN: Duration = Duration::from_secs(10);
/// How long a body that no one reads is held, which has the server close its connection: a little longer than that takes.
const HELD_FOR: Duration = Duration::from_secs(5);

/// Reads a form of a person signed in.
///
/// # Errors
/// [`PageError::TooLong`], or [`PageError::Bad`] if it was cut off.
pub async fn read(mut payload: Payload) -> Result<BytesMut, PageError> {
    read_on(&mut payload).await
}

/// Reads a form of a person who is not signed in, within a time.
///
/// # Errors
/// [`PageError::TooLong`], or [`PageError::Bad`] if it was cut off or took too long.
pub async fn read_within(mut payload: Payload, limit: Duration) -> Result<BytesMut, PageError> {
    let in_time = tokio::time::timeout(limit, read_on(&mut payload)).await;
    in_time.unwrap_or_else(|_| {
        rt::spawn(hold(payload));
        Err(PageError::Bad(BadRequest::TooSlow))
    })
}

async fn read_on(payload: &mut Payload) -> Result<BytesMut, PageError> {
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| PageError::Bad(BadRequest::FormCutOff))?;
        if body.len() + piece.len() > FORM_LIMIT {
            throw_away(payload).await;
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

type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>>;

/// A body in pieces, of a length that was not said. Once such a body is dropped the server would wait for its end for
/// ever; while it is held the server closes the connection after the answer.
pub fn held(payload: Payload) -> Payload {
    let payload: Pieces = Box::pin(Held(Some(payload)));
    Payload::Stream { payload }
}

async fn hold(mut payload: Payload) {
    let passing = async { while let Some(Ok(_)) = payload.next().await {} };
    let _ = tokio::time::timeout(HELD_FOR, passing).await;
}

/// See [`held`]. It holds nothing any more once it was read to its end.
struct Held(Option<Payload>);

impl Stream for Held {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(payload) = self.0.as_mut() else { return Poll::Ready(None) };
        let piece = payload.poll_next_unpin(context);
        if matches!(piece, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        piece
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(payload) = self.0.take() {
            rt::spawn(hold(payload));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    fn body<S: Stream<Item = Result<Bytes, PayloadError>> + 'static>(pieces: S) -> Payload {
        let payload: Pieces = Box::pin(pieces);
        Payload::Stream { payload }
    }

    #[actix_web::test]
    async fn a_body_that_never_ends_is_given_up() {
        let never = stream::iter([Ok(Bytes::from_static(b"a=1"))]).chain(stream::pending());
        let read = read_within(body(never), Duration::from_millis(1)).await;
        assert!(matches!(read, Err(PageError::Bad(BadRequest::TooSlow))), "{read:?}");
    }

    #[actix_web::test]
    async fn a_held_body_is_read_as_any_other() {
        let pieces = stream::iter([Ok(Bytes::from_static(b"a=1")), Ok(Bytes::from_static(b"&b=2"))]);
        let read = read_within(held(body(pieces)), Duration::from_secs(60)).await.unwrap();
        assert_eq!(read.as_ref(), b"a=1&b=2");
    }
}
