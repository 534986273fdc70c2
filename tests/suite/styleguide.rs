//! The style guide page, which shows every macro once, obeys the rules of every page.

use crate::markup;
use askama::Template;
use candour::{
    domain::kernel::codes::Worded,
    web::http::{
        name_field::{NameField, Names},
        page::{Choice, Installation, Mistakes, NavItem, Place, Shell, Spacing, Theme},
        part::{TaskRow, Tile},
        person_field::PersonField,
    },
};
use std::borrow::Cow;

/// The style guide as a page.
#[derive(Template)]
#[template(path = "styleguide.html")]
pub struct Styleguide {
    shell: Shell,
    mistakes: Mistakes,
    categories: Vec<Choice>,
    whens: Vec<Choice>,
    steps: Vec<Choice>,
    owners: Vec<Choice>,
    groups: Vec<(String, Vec<Choice>)>,
    yes_no: Vec<Choice>,
    what: &'static str,
    place: &'static str,
    who: NameField,
    seen: NameField,
    helper: PersonField,
    new: Vec<(String, String)>,
    tiles: Vec<Tile>,
    tasks: Vec<TaskRow>,
    overdue: Entry,
    reported: Entry,
    bars: Vec<Bar>,
    dues: Vec<Due>,
}

/// An entry of a timeline.
struct Entry {
    title: &'static str,
    by: &'static str,
    iso: &'static str,
    when: &'static str,
}

/// A row of a chart.
struct Bar {
    label: &'static str,
    shape: &'static str,
    percent: u32,
    text: &'static str,
}

/// A step with its deadline.
struct Due {
    text: &'static str,
    href: &'static str,
    status: &'static str,
    colour: &'static str,
    detail: &'static str,
}

/// What is wrong on the page, in words of its own.
struct Said(&'static str);

impl Worded for Said {
    fn worded(&self) -> Cow<'static, str> {
        self.0.into()
    }
}

impl Styleguide {
    /// The page with these mistakes in its form.
    pub fn new(mistakes: Mistakes) -> Self {
        let shell = Shell {
            title: "Style guide".into(),
            school: Some("Ashgrove Community School".into()),
            change_school: Some("/schools".into()),
            person: Some("Amina Patel".into()),
            nav: vec![
                NavItem::new("/desk", "Desk").at(Place::Here).waiting("9"),
                NavItem::new("/report", "Report a concern"),
                NavItem::new("/my-reports", "My reports"),
            ],
            footer: vec![NavItem::new("/help", "Help and guidance")],
            csrf: "a-token".into(),
            installation: Installation::Demo,
            state: mistakes.state(),
            ..Shell::default()
        };
        Self {
            shell,
            mistakes,
            categories: vec![
                Choice::new("material", "Something inappropriate seen online")
                    .hint("By accident or on purpose."),
                Choice::new("filtering", "Filtering or monitoring").hint("Something got through."),
                Choice::new("not-sure", "I am not sure"),
            ],
            whens: Choice::mark(
                [Choice::new("now", "In the last hour"), Choice::new("day", "Another day")],
                &["day"],
            ),
            steps: vec![
                Choice::new("support", "Someone is looking after the pupil"),
                Choice::new("devices", "Devices are kept as they were found")
                    .hint("Switched off, not wiped."),
            ],
            owners: Choice::mark([Choice::new("1", "Amina Patel"), Choice::new("2", "Dan Reeve")], &["2"]),
            groups: vec![
                (String::new(), vec![Choice::new("", "Choose a person")]),
                ("In the roles that have this case".into(), vec![Choice::new("3", "Helen Ward")]),
            ],
            yes_no: vec![Choice::new("yes", "Yes"), Choice::new("no", "No")],
            what: "During period 3 a pupil said \"look\" & <b>laughed</b>.\nThen the bell rang.",
            place: "Room \"4\"",
            who: NameField::of(None, "who", "a person").entered(Names::Suggested),
            seen: NameField::of(None, "seen", "people who saw it").entered(Names::Suggested),
            helper: PersonField::Name("Sam".to_owned(), NameField::of(None, "helper", "a person")),
            new: vec![("who".into(), "Who do you mean by “Sam”?".into())],
            tiles: tiles(),
            tasks: tasks(),
            overdue: Entry {
                title: "Step overdue",
                by: "",
                iso: "2026-11-18T15:52:00Z",
                when: "Wed 18 Nov 2026, 15:52",
            },
            reported: Entry {
                title: "Concern reported",
                by: "Rachel Doyle",
                iso: "2026-11-17T15:52:00Z",
                when: "Tue 17 Nov 2026, 15:52",
            },
            bars: vec![
                Bar { label: "Seen online", shape: "bar", percent: 82, text: "23" },
                Bar { label: "Adult contact", shape: "range", percent: 14, text: "fewer than 5" },
                Bar { label: "Something else", shape: "none", percent: 0, text: "hidden" },
            ],
            dues: dues(),
        }
    }

    /// The page with a mistake in every kind of field.
    pub fn mistaken() -> Self {
        let said = |(field, words): (&'static str, &'static str)| (field, Said(words));
        Self::new(
            [
                ("category", "Select what your concern is about"),
                ("what", "Enter what happened"),
                ("place", "The place must be 200 characters or fewer"),
                ("when", "Select when you noticed it"),
                ("noticed", "Enter a date, like 14 11 2026"),
                ("done", "Select what is in place"),
                ("owner", "Choose who should own it"),
            ]
            .into_iter()
            .map(said)
            .collect(),
        )
    }

    /// The page in these colours and this spacing.
    pub fn looking(mut self, theme: Theme, spacing: Spacing) -> Self {
        (self.shell.theme, self.shell.spacing) = (theme, spacing);
        self
    }
}

fn tiles() -> Vec<Tile> {
    vec![
        Tile {
            number: "2".into(),
            label: "Overdue",
            href: "/desk?due=overdue".into(),
            kind: "alert",
            ..Tile::default()
        },
        Tile { number: "4".into(), label: "Due today", href: "/desk?due=today".into(), ..Tile::default() },
        Tile {
            number: "94%".into(),
            label: "looked at within one school day",
            detail: "Target 95%".into(),
            ..Tile::default()
        },
    ]
}

fn tasks() -> Vec<TaskRow> {
    vec![
        TaskRow {
            id: "task-1".into(),
            text: "Save the logs".into(),
            href: "/tasks/1".into(),
            status: "To do",
            colour: "blue",
            hint: "Due Mon 23 Nov".into(),
        },
        TaskRow {
            id: "task-2".into(),
            text: "Tell the headteacher".into(),
            status: "Done",
            colour: "green",
            ..TaskRow::default()
        },
    ]
}

fn dues() -> Vec<Due> {
    vec![
        Due {
            text: "Tell the designated officer",
            href: "/refer",
            status: "2 days overdue",
            colour: "overdue",
            detail: "Was due Wed 18 Nov, 15:52",
        },
        Due {
            text: "Tell the headteacher",
            href: "",
            status: "Done",
            colour: "green",
            detail: "Tue 17 Nov, 16:30",
        },
    ]
}

#[test]
fn shows_every_macro() {
    let macros = include_str!("../../templates/macros.html");
    let page = include_str!("../../templates/styleguide.html");
    let inner = [
        "error_message",
        "described_by",
        "optional_mark",
        "fieldset_open",
        "fieldset_close",
        "reveal_open",
        "reveal_close",
        "checkbox",
        "name_picks",
    ];
    let named: Vec<&str> =
        macros.split("{% macro ").skip(1).filter_map(|rest| rest.split('(').next()).collect();
    assert!(named.len() > 30, "only {} macros found", named.len());
    for name in named {
        let shown = page.contains(&format!("m::{name}("));
        assert!(shown || inner.contains(&name), "the style guide does not show `{name}`");
    }
}

#[test]
fn has_no_faults() {
    for page in [Styleguide::new(Mistakes::none()), Styleguide::mistaken()] {
        assert_eq!(markup::faults(&page.render().unwrap()), Vec::<String>::new());
    }
}

#[test]
fn a_mistake_stands_in_the_summary_and_beside_its_field_and_what_was_typed_is_kept() {
    let html = Styleguide::mistaken().render().unwrap();
    assert!(html.contains("<title>Error: Style guide – Candour</title>"));
    for (field, words) in
        [("category", "Select what your concern is about"), ("noticed", "Enter a date, like 14 11 2026")]
    {
        assert!(html.contains(&format!("<a href=\"#{field}\">{words}</a>")), "no {field} in the summary");
        assert!(html.contains(&format!("id=\"{field}-error\"")), "nothing beside {field}");
        assert_eq!(html.matches(words).count(), 2, "{words}");
    }
    assert!(html.contains("value=\"Room &#34;4&#34;\""), "the typed place is gone");
    assert!(html.contains(
        ">\nDuring period 3 a pupil said &#34;look&#34; &#38; &#60;b&#62;laughed&#60;/b&#62;.\nThen"
    ));
    assert!(html.contains("value=\"2\" selected"));
    assert!(html.contains("type=\"radio\" value=\"day\" checked"));
}

#[test]
fn a_right_form_shows_no_mistake() {
    let html = Styleguide::new(Mistakes::none()).render().unwrap();
    assert!(html.contains("<title>Style guide – Candour</title>"));
    assert!(!html.contains("There is a problem") && !html.contains("govuk-error-message"));
}

#[test]
fn every_page_says_what_it_is() {
    let html = Styleguide::new(Mistakes::none()).render().unwrap();
    assert!(html.contains("Pretend school: enter nothing real"));
    assert!(html.contains("It is not a government service."));
    assert!(html.contains("id=\"hide-screen-form\""));
    let bare = Styleguide { shell: Shell::default(), ..Styleguide::new(Mistakes::none()) }.render().unwrap();
    assert!(
        !bare.contains("Pretend school")
            && !bare.contains("hide-screen-form")
            && !bare.contains("aria-label=\"Menu\"")
    );
    assert!(bare.contains("It is not a government service."));
}
