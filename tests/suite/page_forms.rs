//! Fills in whatever form a page has, and compares what the site answered.

use crate::{
    markup::{Tag, tags},
    school::{Answer, SignedInBrowser},
};
use candour::domain::kernel::ids::Reference;
use reqwest::StatusCode;

/// A field of a form, by what a person does with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Not seen: tokens and the like, with their value.
    Hidden(String),
    /// Anything may be typed.
    Words,
    /// Day, month, year or time.
    PartOfADate,
    /// One of these.
    OneOf(Vec<String>),
    /// Any of these.
    AnyOf(Vec<String>),
}

/// The fields of the form that posts to `action`, in order, each name once.
pub fn form(page: &str, action: &str) -> Vec<(String, Field)> {
    let all = tags(page);
    let opens = |tag: &&Tag| tag.name == "form" && tag.get("action") == Some(action);
    let from = all.iter().position(|tag| opens(&tag)).unwrap_or_else(|| panic!("no form posts to {action}"));
    let mut fields: Vec<(String, Field)> = Vec::new();
    let mut select = String::new();
    for tag in all[from..].iter().take_while(|tag| tag.name != "/form") {
        let value = unescaped(tag.get("value").unwrap_or_default());
        let name = tag.get("name").unwrap_or_default().to_owned();
        match tag.name.as_str() {
            "textarea" => fields.push((name, Field::Words)),
            "select" => {
                select.clone_from(&name);
                fields.push((name, Field::OneOf(Vec::new())));
            }
            "option" => offer(&mut fields, &select, value, Field::OneOf),
            "input" => match tag.get("type").unwrap_or("text") {
                "hidden" => fields.push((name, Field::Hidden(value))),
                "radio" => offer(&mut fields, &name, value, Field::OneOf),
                "checkbox" => offer(&mut fields, &name, value, Field::AnyOf),
                _ if is_part_of_a_date(&name) => fields.push((name, Field::PartOfADate)),
                _ => fields.push((name, Field::Words)),
            },
            _ => {}
        }
    }
    fields
}

fn is_part_of_a_date(name: &str) -> bool {
    ["-day", "-month", "-year", "-time"].iter().any(|part| name.ends_with(part))
}

fn offer(fields: &mut Vec<(String, Field)>, name: &str, value: String, kind: fn(Vec<String>) -> Field) {
    if let Some((_, Field::OneOf(values) | Field::AnyOf(values))) =
        fields.iter_mut().find(|(field, _)| field == name)
    {
        values.push(value);
    } else {
        fields.push((name.to_owned(), kind(vec![value])));
    }
}

fn unescaped(value: &str) -> String {
    value
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
}

/// Fills every field in: what was chosen, or else the first answer, the first of December, and words.
pub fn filled(
    fields: &[(String, Field)],
    chosen: &[(&str, &str)],
    words: &mut dyn FnMut(&str) -> String,
) -> Vec<(String, String)> {
    let answer = |(name, field): &(String, Field)| {
        let given = chosen.iter().find(|(field, _)| field == name).map(|(_, value)| (*value).to_owned());
        let value = match field {
            _ if given.is_some() => given,
            Field::Hidden(value) => Some(value.clone()),
            Field::Words => Some(words(name)),
            Field::PartOfADate => Some(part_of_a_date(name).to_owned()),
            Field::OneOf(values) => values.iter().find(|value| !value.is_empty()).cloned(),
            Field::AnyOf(_) => None,
        };
        value.map(|value| (name.clone(), value))
    };
    fields.iter().filter_map(answer).collect()
}

fn part_of_a_date(name: &str) -> &'static str {
    match name.rsplit('-').next() {
        Some("month") => "12",
        Some("year") => "2026",
        Some("time") => "10:00",
        _ => "1",
    }
}

/// Fields as they are posted.
pub fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The fields of a posted form that a person filled in.
pub fn without_tokens(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    let tokens = ["csrf", "idempotency", "version", "page"];
    fields.into_iter().filter(|(name, _)| !tokens.contains(&name.as_str())).collect()
}

/// What a page of content says, for a failure that can be read.
pub fn words_of(html: &str) -> String {
    let content = html.split_once("<main").map_or(html, |(_, rest)| rest);
    let texts = content.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ")
}

/// The addresses below the case that a page leads to, in its order.
pub fn led_to(page: &str, reference: &Reference) -> Vec<String> {
    let below = format!("/cases/{reference}/");
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(href, _)| href);
    let mut all = Vec::new();
    for href in hrefs.filter(|href| href.starts_with(&below)) {
        if !all.iter().any(|seen| seen == href) {
            all.push(href.to_owned());
        }
    }
    all
}

/// An answer without what is new in each: tokens, the request's id, the time of day, and whether the line is kept open.
pub fn blanked(answer: &Answer) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id", "connection"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    headers.sort();
    format!("{}\n{}\n\n{}", answer.status, headers.join("\n"), without_new_values(&answer.body))
}

/// The first lines in which two answers differ.
pub fn first_difference<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    let lines = one.lines().chain([""]).zip(other.lines().chain([""]));
    lines.into_iter().find(|(one, other)| one != other)
}

/// A page with the values of its tokens taken out.
pub fn without_new_values(page: &str) -> String {
    let mut page = page.to_owned();
    let number = "tell an administrator this number: ";
    if let Some((before, after)) = page.split_once(number) {
        page = format!("{before}{number}{}", after.find('<').map_or("", |end| &after[end..]));
    }
    for token in ["csrf", "idempotency", "page"] {
        let opening = format!("name=\"{token}\" value=\"");
        let mut parts = page.split(opening.as_str());
        let mut blank = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            blank.push_str(&opening);
            blank.push_str(part.find('"').map_or("", |end| &part[end..]));
        }
        page = blank;
    }
    page
}

impl SignedInBrowser<'_> {
    /// Fills in the page of an act and sends it; whatever comes of it.
    pub async fn fills_in(
        &self,
        address: &str,
        chosen: &[(&str, &str)],
        words: &mut dyn FnMut(&str) -> String,
    ) -> (Answer, Vec<(String, String)>) {
        let shown = self.get(address).await;
        assert_eq!(shown.status, StatusCode::OK, "{address}: {}", words_of(&shown.body));
        let fields = filled(&form(&shown.body, address), chosen, words);
        (self.post(address, &pairs(&fields)).await, fields)
    }

    /// A form token of this session.
    pub async fn token(&self) -> String {
        crate::school::hidden(&self.get("/settings").await.body, "csrf").unwrap()
    }
}
