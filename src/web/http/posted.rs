//! What was posted, read by the gate before it knows for which school: a form whole, of a file only the token before it.
//! No handler sees a field of it before the token is checked (`extract`, `upload`).

use super::{body, error::PageError, error_words::BadRequest, fields::Fields};
use actix_multipart::{Field, Multipart};
use actix_web::{HttpMessage, dev::ServiceRequest, http::header};
use futures_util::StreamExt;

/// What was posted, as far as it is read.
pub(super) enum Posted {
    /// A form.
    Form(Fields),
    /// A file, which is still to come after the token of its page.
    File {
        /// The token; empty if something else came first.
        token: String,
        /// What is still to come.
        parts: Box<Multipart>,
    },
}

/// The most bytes of a token.
const TOKEN: usize = 1_000;

const CUT_OFF: PageError = PageError::Bad(BadRequest::FileCutOff);

impl Posted {
    /// Reads it.
    ///
    /// # Errors
    /// As `body::read`, or [`PageError::Bad`] if a token has no end.
    pub(super) async fn read(request: &mut ServiceRequest) -> Result<Self, PageError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_file = kind.is_some_and(|kind| kind.starts_with("multipart/"));
        let payload = request.take_payload();
        if !is_file {
            return Ok(Self::Form(Fields::read(&body::read(payload).await?)));
        }
        let mut parts = Box::new(Multipart::new(request.headers(), payload));
        // The token comes first on our own pages; whatever has none there is not ours.
        let token = match next(&mut parts).await.ok().flatten() {
            Some(mut field) if field.name() == Some("csrf") => whole(&mut field, TOKEN).await?,
            Some(_) | None => Vec::new(),
        };
        Ok(Self::File { token: String::from_utf8_lossy(&token).into_owned(), parts })
    }

    /// The token of the page it came from.
    pub(super) fn token(&self) -> &str {
        match self {
            Self::Form(fields) => fields.get("csrf"),
            Self::File { token, .. } => token,
        }
    }

    /// What was entered, to be shown back: of a file nothing.
    pub(super) fn entered(&self) -> Fields {
        match self {
            Self::Form(fields) => fields.clone(),
            Self::File { .. } => Fields::default(),
        }
    }
}

/// The next part of what comes with a file.
pub(super) async fn next(parts: &mut Multipart) -> Result<Option<Field>, PageError> {
    parts.next().await.transpose().map_err(|_| CUT_OFF)
}

/// One part whole, if it is not too long.
pub(super) async fn whole(field: &mut Field, most: usize) -> Result<Vec<u8>, PageError> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.next().await {
        let piece = piece.map_err(|_| CUT_OFF)?;
        if bytes.len() + piece.len() > most {
            return Err(CUT_OFF);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}
