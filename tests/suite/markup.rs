//! Reads an HTML page just well enough to say what is wrong with it, without a browser.

use std::collections::{HashMap, HashSet};

/// What no page may do: inline style, handlers or scripts, a repeated id, a control without a label, a reference to an
/// id that is not there, a posted form without its token. Empty if the page is right.
pub fn faults(html: &str) -> Vec<String> {
    let tags = tags(html);
    let mut faults = Vec::new();
    let mut ids = HashSet::new();
    for tag in &tags {
        for (name, value) in &tag.attributes {
            if name == "style" || name.starts_with("on") {
                faults.push(format!("<{}> has {name}={value:?}", tag.name));
            }
            if name == "href" && value.trim_start().to_lowercase().starts_with("javascript:") {
                faults.push(format!("<{}> leads to a script", tag.name));
            }
        }
        if tag.name == "style" || (tag.name == "script" && tag.get("src").is_none()) {
            faults.push(format!("inline <{}>", tag.name));
        }
        if let Some(id) = tag.get("id")
            && !ids.insert(id)
        {
            faults.push(format!("id {id:?} stands twice"));
        }
    }
    let labelled: HashSet<&str> =
        tags.iter().filter(|t| t.name == "label").filter_map(|t| t.get("for")).collect();
    for tag in &tags {
        let hidden = matches!(tag.get("type"), Some("hidden" | "submit" | "button"));
        if matches!(tag.name.as_str(), "input" | "textarea" | "select") && !hidden {
            let named = tag.get("aria-label").is_some() || tag.get("aria-labelledby").is_some();
            if !named && !tag.get("id").is_some_and(|id| labelled.contains(id)) {
                faults.push(format!("<{} name={:?}> has no label", tag.name, tag.get("name")));
            }
        }
        for reference in ["for", "aria-describedby", "aria-labelledby", "aria-controls"] {
            for id in tag.get(reference).unwrap_or_default().split_whitespace() {
                if !ids.contains(id) {
                    faults.push(format!("<{}> {reference} names {id:?}, which is not in the page", tag.name));
                }
            }
        }
        if let Some(id) = tag.get("href").and_then(|href| href.strip_prefix('#'))
            && !ids.contains(id)
        {
            faults.push(format!("a link leads to {id:?}, which is not in the page"));
        }
    }
    faults.extend(forms_without_token(&tags));
    faults
}

fn forms_without_token(tags: &[Tag]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut open: Option<(&Tag, bool)> = None;
    for tag in tags {
        if tag.name == "form" && tag.get("method").is_some_and(|m| m.eq_ignore_ascii_case("post")) {
            open = Some((tag, false));
        } else if tag.name == "/form"
            && let Some((form, has_token)) = open.take()
            && !has_token
        {
            faults.push(format!("the form to {:?} posts no csrf", form.get("action")));
        } else if tag.name == "input" && tag.get("name") == Some("csrf") {
            open = open.map(|(form, _)| (form, true));
        }
    }
    faults
}

/// A tag.
pub struct Tag {
    /// In lower case; a closing tag begins with `/`.
    pub name: String,
    attributes: HashMap<String, String>,
}

impl Tag {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The tags of a page that escapes `<` in text and values, as askama does.
pub fn tags(html: &str) -> Vec<Tag> {
    html.split('<')
        .skip(1)
        .filter(|rest| !rest.starts_with('!'))
        .filter_map(|rest| Some(tag(rest.split_once('>')?.0)))
        .collect()
}

fn tag(inside: &str) -> Tag {
    let inside = inside.trim_end_matches('/');
    let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let mut attributes = HashMap::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Tag { name: name.to_lowercase(), attributes };
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..end].to_lowercase();
        rest = &rest[end..];
        let value = if let Some(quoted) = rest.strip_prefix("=\"") {
            let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
            rest = after;
            value
        } else {
            ""
        };
        if attributes.insert(key.clone(), value.to_owned()).is_some() {
            attributes.insert("style".into(), format!("(repeated attribute {key})"));
        }
        if let Some(bare) = rest.strip_prefix('=') {
            rest = bare.find(char::is_whitespace).map_or("", |at| &bare[at..]);
        }
    }
}

#[test]
fn each_fault_is_found() {
    for (page, fault) in [
        ("<p style=\"color: red\">", "<p> has style"),
        ("<p onclick=\"go()\">", "<p> has onclick"),
        ("<script>go()</script>", "inline <script>"),
        ("<i id=\"a\"></i><b id=\"a\"></b>", "id \"a\" stands twice"),
        ("<input id=\"a\" name=\"a\">", "has no label"),
        ("<label for=\"a\">", "for names \"a\""),
        ("<a href=\"#a\">", "leads to \"a\""),
        ("<form method=\"post\" action=\"/x\"></form>", "posts no csrf"),
    ] {
        let faults = faults(page);
        assert!(faults.iter().any(|f| f.contains(fault)), "{page}: {faults:?}");
    }
    let right = "<form method=\"post\"><input type=\"hidden\" name=\"csrf\"><label for=\"a\">A</label><input id=\"a\"></form>";
    assert_eq!(faults(right), Vec::<String>::new());
}
