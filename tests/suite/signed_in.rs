//! Somebody's browser, signed in, and what the site answers it.

use crate::school::School;
use reqwest::{StatusCode, header};

/// Somebody's browser, signed in.
pub struct SignedInBrowser<'s> {
    pub school: &'s School,
    pub cookie: String,
}

/// What the site answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// The cookies it set, as a browser would send them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs =
            set.filter_map(|(_, cookie)| cookie.split(';').next()).filter(|pair| !pair.ends_with('='));
        pairs.collect::<Vec<_>>().join("; ")
    }
}

impl SignedInBrowser<'_> {
    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Answer {
        let got = self.ask(path).await;
        // The report form leads on to a page of its own address, as a browser does without a word.
        if path == "/report" && got.location.starts_with("/report?form=") {
            return self.ask(&got.location).await;
        }
        got
    }

    async fn ask(&self, path: &str) -> Answer {
        let request = self.school.browser.get(format!("{}{path}", self.school.address));
        answer(request.header(header::COOKIE, &self.cookie).send().await.unwrap()).await
    }

    /// Posts fields as they are given, tokens too.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .school
            .browser
            .post(format!("{}{path}", self.school.address))
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded(fields));
        answer(request.send().await.unwrap()).await
    }

    /// Sends a file from a page's own form, in the order a browser does: the token, then the file.
    pub async fn send_file(&self, path: &str, token: &str, (name, bytes): (&str, &[u8])) -> Answer {
        const MARK: &str = "----the-mark-between-parts";
        let head = format!(
            "--{MARK}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--{MARK}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, format!("\r\n--{MARK}--\r\n").as_bytes()].concat();
        let request = self
            .school
            .browser
            .post(format!("{}{path}", self.school.address))
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={MARK}"))
            .body(body);
        answer(request.send().await.unwrap()).await
    }

    /// Posts a field of any length.
    pub async fn post_too_much(&self, path: &str, token: &str, value: &str) -> Answer {
        self.post(path, &[("csrf", token), ("happened", value)]).await
    }

    /// Posts fields as a browser would that says more about where they come from.
    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let request = self.school.browser.post(format!("{}{path}", self.school.address));
        let request = request.header(header::COOKIE, &self.cookie);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        answer(request.body(encoded(fields)).send().await.unwrap()).await
    }

    /// Opens a page with a form and posts it to `to` with the page's own tokens (csrf, idempotency, version, page).
    pub async fn submit(&self, page: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        assert_eq!(shown.status, StatusCode::OK, "the page with the form: {page}");
        self.submit_from(&shown, to, fields).await
    }

    /// Enters a one-time code on a page, and says that it is theirs if they are asked.
    pub async fn enters_code(&self, page: &str, code: &str) -> Answer {
        let asked = self.submit(page, page, &[("code", code)]).await;
        if asked.status != StatusCode::OK {
            return asked;
        }
        assert!(asked.body.contains("Is that you?"), "{}", asked.body);
        self.submit_from(&asked, page, &[("code", code), ("answer", "yes")]).await
    }

    /// Posts a form from a page that was opened before.
    pub async fn submit_from(&self, shown: &Answer, to: &str, fields: &[(&str, &str)]) -> Answer {
        let tokens: Vec<(&str, String)> = ["csrf", "idempotency", "version", "page"]
            .into_iter()
            .filter_map(|name| hidden(&shown.body, name).map(|value| (name, value)))
            .collect();
        let mut all: Vec<(&str, &str)> = tokens.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend_from_slice(fields);
        self.post(to, &all).await
    }
}

/// Reads what came back.
pub async fn answer(response: reqwest::Response) -> Answer {
    let status = response.status();
    let text = |value: &header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers =
        response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let location = response.headers().get(header::LOCATION).map(text).unwrap_or_default();
    Answer { status, location, headers, body: response.text().await.unwrap() }
}

/// Where an answer sends the browser.
pub fn location(response: &reqwest::Response) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

/// The cookies an answer sets, as they are sent back.
pub fn cookies(response: &reqwest::Response) -> String {
    let set = response.headers().get_all(header::SET_COOKIE).iter();
    let pairs = set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
    pairs.filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("; ")
}

/// Fields as a form posts them.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The value of the first hidden field of this name on a page.
pub fn hidden(page: &str, name: &str) -> Option<String> {
    let from = page.find(&format!("name=\"{name}\" value=\""))?;
    let rest = &page[from..];
    let value = rest.split_once("value=\"")?.1;
    Some(value.split_once('"')?.0.replace("&#38;", "&").replace("&amp;", "&"))
}
