//! The embedded front end: style, scripts, font and pictures, compressed when the program was built.
//!
//! A file's address holds a digest of its content, so an answer may be kept for ever. Templates name the
//! constants (`APP_CSS`, `MARK_SVG`, ...): one that names a missing file does not compile.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// The address, such as `/assets/app.0123456789ab.css`.
    pub path: &'static str,
    /// The value of `Content-Type`.
    pub media_type: &'static str,
    /// The bytes as they are.
    pub raw: &'static [u8],
    /// Brotli, if that is smaller.
    pub br: Option<&'static [u8]>,
    /// Gzip, if that is smaller.
    pub gz: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The file at an address, or `None`.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// Answers `GET /assets/{name}`: the smallest form the browser takes, to be kept for a year; 404 if there is none.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    let Some(asset) = find(request.path()) else { return HttpResponse::NotFound().finish() };
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let (coding, body) = asset.best_for(accepted.unwrap_or_default());
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CONTENT_TYPE, asset.media_type));
    if let Some(coding) = coding {
        answer.insert_header((header::CONTENT_ENCODING, coding));
    }
    answer.body(body)
}

impl Asset {
    /// The smallest form for an `Accept-Encoding` value, with the name of its coding.
    fn best_for(&self, accepted: &str) -> (Option<&'static str>, &'static [u8]) {
        let packed = [("br", self.br), ("gzip", self.gz)];
        let found = packed
            .into_iter()
            .find_map(|(coding, bytes)| Some((coding, bytes?)).filter(|_| takes(accepted, coding)));
        found.map_or((None, self.raw), |(coding, bytes)| (Some(coding), bytes))
    }
}

/// Whether an `Accept-Encoding` value names a coding and does not weigh it at nothing.
fn takes(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map(|q| q.parse::<f32>().unwrap_or(0.0));
        named && weight.is_none_or(|q| q > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, body::MessageBody, test as actix, web};

    fn text(address: &str) -> String {
        String::from_utf8(find(address).unwrap().raw.to_vec()).unwrap()
    }

    #[actix_web::test]
    async fn sends_the_smallest_form_the_browser_takes() {
        let app = actix::init_service(App::new().route("/assets/{name}", web::get().to(serve))).await;
        for (accepted, coding) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip;q=1.0, br;q=0", Some("gzip")),
            ("identity", None),
            ("br;q=0.0, gzip;q=0.000", None),
            ("", None),
        ] {
            let request = actix::TestRequest::get().uri(APP_CSS).insert_header(("accept-encoding", accepted));
            let answer = actix::call_service(&app, request.to_request()).await;
            let header = |name: &str| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
            assert_eq!(header("content-encoding").as_deref(), coding, "{accepted}");
            assert_eq!(header("cache-control").as_deref(), Some("public, max-age=31536000, immutable"));
            assert_eq!(header("vary").as_deref(), Some("Accept-Encoding"));
            assert_eq!(header("content-type").as_deref(), Some("text/css; charset=utf-8"));
        }
        let unknown = actix::TestRequest::get().uri("/assets/app.css").to_request();
        assert_eq!(actix::call_service(&app, unknown).await.status(), 404);
    }

    #[actix_web::test]
    async fn an_unpacked_answer_is_the_file_itself() {
        let request = actix::TestRequest::get().uri(MARK_SVG).to_http_request();
        let answer = serve(request).await;
        assert_eq!(answer.into_body().try_into_bytes().unwrap(), find(MARK_SVG).unwrap().raw);
    }

    #[test]
    fn every_file_the_stylesheet_names_is_here() {
        let css = text(APP_CSS);
        let named: Vec<&str> = css.split("url(").skip(1).filter_map(|rest| rest.split(')').next()).collect();
        assert!(!named.is_empty());
        for name in named {
            assert!(find(&format!("/assets/{}", name.trim_matches('"'))).is_some(), "{name} is not embedded");
        }
    }

    #[test]
    fn nothing_that_belongs_to_gov_uk_alone_is_here() {
        let css = text(APP_CSS).to_lowercase();
        for word in ["gds transport", "crown", "crest", "logotype"] {
            assert!(!css.contains(word), "the stylesheet names {word}");
            assert!(!ASSETS.iter().any(|asset| asset.path.contains(word)), "a file is named {word}");
        }
    }

    #[test]
    fn scripts_pass_trusted_types() {
        for script in [text(APP_JS), text(BOOT_JS)] {
            for sink in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"]
            {
                assert!(!script.contains(sink), "a script uses {sink}");
            }
        }
    }

    #[test]
    fn the_first_load_is_light() {
        let sent = |address| find(address).map(|a| a.br.unwrap_or(a.raw).len()).unwrap();
        let total: usize = [APP_CSS, APP_JS, BOOT_JS, MARK_SVG, ATKINSON_NEXT_WOFF2].map(sent).iter().sum();
        assert!(
            total < 80_000,
            "style, scripts, font and mark are {total} bytes; the page needs the rest of 100 KB"
        );
    }
}
