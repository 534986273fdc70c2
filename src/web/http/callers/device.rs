//! A person's device in a few words, so that they know their own in a list. It decides nothing.

use actix_web::{HttpRequest, http::header};

/// Browsers by what only they say of themselves: the first that fits, since most also name the others.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android device"),
    ("CrOS", "a Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
];

/// What a browser is called that does not say what it is.
const UNKNOWN: &str = "An unknown device";

/// "Chrome on Windows".
pub fn words(request: &HttpRequest) -> String {
    let said = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    of(said.unwrap_or_default())
}

/// What [`words`] says, or nothing if the browser does not say what it is.
pub fn if_known(request: &HttpRequest) -> String {
    Some(words(request)).filter(|words| words != UNKNOWN).unwrap_or_default()
}

fn of(said: &str) -> String {
    let first = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| said.contains(mark)).map(|(_, name)| *name)
    };
    match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_device_is_named_by_what_only_it_says() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0";
        assert_eq!(of(edge), "Edge on Windows");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";
        assert_eq!(of(phone), "Safari on an iPhone");
        assert_eq!(of("Mozilla/5.0 (X11; CrOS x86_64) Chrome/150.0 Safari/537.36"), "Chrome on a Chromebook");
        assert_eq!(of(""), "An unknown device");
        assert_eq!(of("<script>"), "An unknown device");
    }
}
