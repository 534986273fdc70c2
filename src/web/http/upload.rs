//! A file posted from one of Candour's own pages. Who posts it and the page's token are known before a byte of the file
//! is read, and no more is read than the address takes.

use super::{
    error::PageError,
    error_words::BadRequest,
    extract::{self, SignedIn},
    security::UPLOAD_LIMIT,
};
use actix_multipart::{Field, Multipart};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::StreamExt;
use std::{future::Future, pin::Pin};

/// A file, from a person signed in whose address it is.
#[derive(Debug)]
pub struct CheckedUpload {
    /// Who posted it.
    pub by: SignedIn,
    /// Its name as the browser says it, and what is in it. Both are empty if none was chosen.
    pub file: (String, Vec<u8>),
}

/// The most bytes of a token.
const TOKEN: usize = 1_000;

const CUT_OFF: PageError = PageError::Bad(BadRequest::FileCutOff);

impl FromRequest for CheckedUpload {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let by = SignedIn::from_request(request, payload);
        let parts = Multipart::new(request.headers(), payload.take());
        let request = request.clone();
        Box::pin(async move { read(&request, by.await?, parts).await })
    }
}

/// The token comes first on our own pages; whatever has none there is not ours.
async fn read(request: &HttpRequest, by: SignedIn, mut parts: Multipart) -> Result<CheckedUpload, PageError> {
    let token = match next(&mut parts).await.ok().flatten() {
        Some(mut field) if field.name() == Some("csrf") => whole(&mut field, TOKEN).await?,
        Some(_) | None => return Err(PageError::NotOurForm),
    };
    if !extract::is_ours(request, &by, &String::from_utf8_lossy(&token)) {
        return Err(PageError::NotOurForm);
    }
    let mut file = (String::new(), Vec::new());
    while let Some(mut field) = next(&mut parts).await? {
        let name =
            field.content_disposition().and_then(|told| told.get_filename()).unwrap_or_default().to_owned();
        let bytes = whole(&mut field, UPLOAD_LIMIT).await?;
        if field.name() == Some("file") {
            file = (name, bytes);
        }
    }
    Ok(CheckedUpload { by, file })
}

async fn next(parts: &mut Multipart) -> Result<Option<Field>, PageError> {
    parts.next().await.transpose().map_err(|_| CUT_OFF)
}

async fn whole(field: &mut Field, most: usize) -> Result<Vec<u8>, PageError> {
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
