//! The development provider's pages: choosing a person, signed out, and what went wrong.

use askama::Template;

use super::{DevPeople, DevPerson};

/// The content type of every page.
pub(super) const HTML: &str = "text/html; charset=utf-8";
/// Nothing but the page's own stylesheet and forms to itself.
pub(super) const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The stylesheet, served at `/dev-provider.css`.
pub(super) const STYLESHEET: &str = include_str!("../../../assets/dev-provider.css");

/// What is under the heading.
enum Content<'a> {
    Choose { request: &'a str, schools: Vec<School<'a>> },
    Words { text: &'a str },
}

/// A school and its people, in the order given.
struct School<'a> {
    name: &'a str,
    people: Vec<&'a DevPerson>,
}

#[derive(Template)]
#[template(path = "dev_provider.html")]
struct Page<'a> {
    heading: &'a str,
    content: Content<'a>,
}

impl Page<'_> {
    /// A page that cannot be rendered would be a mistake in the template; the words are the least it may say.
    fn html(&self) -> String {
        self.render().unwrap_or_else(|_| "Pretend school: enter nothing real".to_owned())
    }
}

/// "Choose a person": one button each, grouped by school.
pub(super) fn choose(people: &DevPeople, request: &str) -> String {
    let mut schools: Vec<School<'_>> = Vec::new();
    for person in &people.people {
        match schools.iter_mut().find(|school| school.name == person.school) {
            Some(school) => school.people.push(person),
            None => schools.push(School { name: &person.school, people: vec![person] }),
        }
    }
    Page { heading: "Choose a person", content: Content::Choose { request, schools } }.html()
}

/// After signing out, if there is nowhere to go back to.
pub(super) fn signed_out() -> String {
    Page { heading: "You are signed out", content: Content::Words { text: "You can close this page." } }
        .html()
}

/// Something is wrong, in fixed words.
pub(super) fn problem(text: &str) -> String {
    Page { heading: "There is a problem", content: Content::Words { text } }.html()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, school: &str) -> DevPerson {
        let (name, school) = (name.to_owned(), school.to_owned());
        DevPerson {
            subject: format!("s-{name}"),
            email: String::new(),
            duty_words: "Teacher".into(),
            name,
            school,
            directory_id: None,
            groups: Vec::new(),
        }
    }

    #[test]
    fn people_are_grouped_by_school_in_order() {
        let people = DevPeople { people: vec![person("B", "Two"), person("A", "One"), person("C", "Two")] };
        let page = choose(&people, "r");
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} in {page}"));
        assert!(
            at(">Two<") < at("s-B")
                && at("s-B") < at("s-C")
                && at("s-C") < at(">One<")
                && at(">One<") < at("s-A")
        );
        assert_eq!(page.matches(">Two<").count(), 1);
    }

    #[test]
    fn names_are_escaped() {
        let people = DevPeople { people: vec![person("<script>x</script>", "<b>")] };
        let page = choose(&people, "\"><script>");
        assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
    }

    #[test]
    fn every_page_says_that_the_school_is_pretend() {
        for page in [choose(&DevPeople::default(), "r"), signed_out(), problem("x")] {
            assert!(page.contains("Pretend school: enter nothing real"));
        }
    }
}
