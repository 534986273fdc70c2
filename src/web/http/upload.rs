//! A file posted from one of Candour's own pages. Who posts it and the page's token are known before a byte of the file
//! is read, and no more is read than the address takes.

use super::{
    error::PageError,
    extract::SignedIn,
    gate::school_of_page,
    posted::{Posted, next, whole},
    security::UPLOAD_LIMIT,
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use std::{future::Future, pin::Pin};

/// A file, from a person signed in whose address it is, for the school whose page it was chosen on.
#[derive(Debug)]
pub struct CheckedUpload {
    /// Who posted it.
    pub by: SignedIn,
    /// Its name as the browser says it, and what is in it. Both are empty if none was chosen.
    pub file: (String, Vec<u8>),
}

impl FromRequest for CheckedUpload {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let by = SignedIn::from_request(request, payload);
        let posted = request.extensions_mut().remove::<Posted>();
        let request = request.clone();
        Box::pin(async move { read(&request, by.await?, posted).await })
    }
}

async fn read(
    request: &HttpRequest,
    by: SignedIn,
    posted: Option<Posted>,
) -> Result<CheckedUpload, PageError> {
    let Some(Posted::File { token, mut parts }) = posted else { return Err(PageError::NotOurForm) };
    if school_of_page(request, &by, &token) != Some(by.op.viewer.school()) {
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
