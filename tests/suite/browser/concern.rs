//! What somebody reports in a browser, as they would say it.

/// What somebody reports, as they would say it.
#[derive(Debug, Clone, Copy)]
pub struct Concern<'a> {
    /// The heading the category is found under; nothing for "I am not sure".
    pub group: Option<&'a str>,
    pub category: &'a str,
    pub happened: &'a str,
    /// Which adult who works here did it, if one did.
    pub adult: Option<&'a str>,
    /// Each with who they are and their part in it.
    pub people: &'a [(&'a str, &'a str, &'a str)],
    pub web: Option<&'a str>,
    pub how: Option<&'a str>,
    /// Whether information about people was lost or shared.
    pub data: Option<&'a str>,
    /// Whether somebody was told in person, if the form asks.
    pub in_person: Option<&'a str>,
}

impl<'a> Concern<'a> {
    /// A concern of this category, about nobody.
    pub const fn of(group: &'a str, category: &'a str, happened: &'a str) -> Self {
        Self {
            group: Some(group),
            category,
            happened,
            adult: None,
            people: &[],
            web: None,
            how: None,
            data: None,
            in_person: None,
        }
    }
}
