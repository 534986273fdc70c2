//! The house rules of templates: what they escape, how wide they are, and what their macros take.

use super::{Source, none, sources};
use std::collections::BTreeMap;

/// Templates that may write a value without escaping it: the template and why the value is safe.
const UNESCAPED: [(&str, &str); 0] = [];

#[test]
fn templates_escape_what_they_write() {
    let excused: BTreeMap<&str, &str> = UNESCAPED.into();
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("templates/")) {
        let raw = |line: &str| {
            let tight = line.replace(' ', "");
            ["|safe", "|escape(", "|e(", "{%autoescape"].iter().any(|filter| tight.contains(filter))
        };
        let found: Vec<_> = source.lines().filter(|(_, line)| raw(line)).collect();
        match (found.is_empty(), excused.contains_key(source.path.as_str())) {
            (false, false) => {
                faults.extend(found.iter().map(|(line, _)| source.says(*line, "is not escaped")))
            }
            (true, true) => faults.push(source.says(1, "escapes everything: take it off the list")),
            (true, false) | (false, true) => {}
        }
    }
    none(faults);
}

/// Longest line of a template, in characters.
const WIDEST: usize = 160;

#[test]
fn no_line_of_a_template_is_too_long_to_read() {
    let wide = |source: &Source| {
        let lines = source.lines().filter(|(_, line)| line.chars().count() > WIDEST);
        lines.map(|(line, _)| source.says(line, "goes on for more than 160 characters")).collect::<Vec<_>>()
    };
    let templates = sources().into_iter().filter(|source| source.path.starts_with("templates/"));
    none(templates.flat_map(|source| wide(&source)).collect());
}

/// A control of a form takes one value with named parts, never a row of strings that only their place tells apart.
#[test]
fn a_form_control_takes_one_value() {
    let controls = ["input", "textarea", "select", "radios", "checkboxes", "fieldset", "date_input"];
    let sources = sources();
    let macros = sources.iter().find(|source| source.path == "templates/macros.html").unwrap();
    for control in controls {
        assert!(macros.text.contains(&format!("{{% macro {control}(field) %}}")), "{control} takes more");
    }
}

#[test]
fn no_macro_takes_more_than_three_values() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("templates/")) {
        for (line, text) in source.lines() {
            let values = text.split("{% macro ").skip(1).filter_map(|rest| rest.split(')').next());
            let too_many = values.filter(|values| values.matches(',').count() > 2);
            faults.extend(
                too_many.map(|values| source.says(line, &format!("{values}) takes too many values"))),
            );
        }
    }
    none(faults);
}
