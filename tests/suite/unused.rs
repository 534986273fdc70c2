//! Public items that nothing but tests names, or nothing at all: found by following names from `main`.
//!
//! The library is public so that tests can try its locks from outside, and for what is public the compiler warns of
//! nothing. This reads the text as rustfmt leaves it: an item ends where its indentation comes back. An item is used if
//! something used names it, a method if its type is used too and something used calls a method of its name. Names are
//! compared, not what they mean: what it finds is unused, and it does not find everything.

use crate::tidy::{Source, none, sources};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// What only tests use, and why it stays.
const EXCUSED: [(&str, &str); 7] = [
    ("Calendar::provisional", "a pretend school need not enter its terms to be acted in"),
    ("Editions::untouched", "a pretend school acts under Candour's own rules"),
    ("Hands::forward", "tests move the clock"),
    ("Sink::fail_next", "the suite's mail server misbehaves when it is told to"),
    ("Sink::faults_left", "see fail_next"),
    ("end_duty", "tests take a duty away without the two people it needs"),
    ("revert_all", "tests take every migration back and forth"),
];

/// One item of the code that ships.
struct Item {
    path: String,
    line: usize,
    /// Its name; none for a trait that a type has, which is used where the type is.
    name: Option<String>,
    /// The type it belongs to.
    owner: Option<String>,
    is_public: bool,
    /// What it names.
    names: BTreeSet<String>,
}

impl Item {
    /// Its name with that of its type.
    fn full_name(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        self.owner.as_ref().map_or_else(|| name.to_owned(), |owner| format!("{owner}::{name}"))
    }

    fn is_used(&self, used: &BTreeSet<String>) -> bool {
        let has_its_type = self.owner.as_ref().is_none_or(|owner| used.contains(owner));
        has_its_type && self.name.as_ref().is_none_or(|name| used.contains(name))
    }
}

/// The lines of one file, and what is found in them.
struct Reading<'a> {
    path: &'a str,
    lines: Vec<(usize, &'a str)>,
    items: Vec<Item>,
    /// What is named outside every item: by calls of macros.
    outside: BTreeSet<String>,
}

impl<'a> Reading<'a> {
    fn of(source: &'a Source) -> Self {
        let lines = source.shipped().filter(|(_, line)| !line.trim().is_empty()).collect();
        let mut reading = Self { path: &source.path, lines, items: Vec::new(), outside: BTreeSet::new() };
        reading.read(0, reading.lines.len(), None);
        reading
    }

    /// Reads the lines from one to another, which belong to a type or to none.
    fn read(&mut self, from: usize, to: usize, owner: Option<&str>) {
        let (mut at, mut attributes) = (from, from);
        while at < to {
            let line = self.lines[at].1.trim_start();
            if line.starts_with('#') {
                at = self.end_of_attribute(at) + 1;
                continue;
            }
            let end = self.end(at).min(to - 1);
            let is_for_tests = self.lines[attributes..at].iter().any(|(_, line)| line.contains("cfg(test)"));
            if !is_for_tests {
                self.take(attributes, at, end, owner);
            }
            at = end + 1;
            attributes = at;
        }
    }

    /// Takes in what begins at a line, with the attributes before it.
    fn take(&mut self, attributes: usize, at: usize, end: usize, owner: Option<&str>) {
        let line = self.lines[at].1.trim_start();
        if let Some((name, is_public)) = declared(line) {
            let mut names = names_in(self.lines[attributes..=end].iter().map(|(_, line)| *line));
            // It names itself where it is declared.
            let times = |(_, line): &(usize, &str)| words(line).filter(|(word, _)| *word == name).count();
            if self.lines[at..=end].iter().map(times).sum::<usize>() < 2 {
                names.remove(name);
            }
            let is_method = owner.is_some() && line.contains("fn ");
            let name = if is_method { format!("{name}(") } else { name.to_owned() };
            self.add(at, Some(name), owner.map(str::to_owned), is_public, names);
        } else if line.starts_with("impl") || line.starts_with("unsafe impl") {
            self.take_impl(at, end);
        } else if line.starts_with("use ") || line.starts_with("pub use ") || line.starts_with("pub(") {
            // An import of a name uses it; an import under another name is not found by it.
            let renames = self.lines[at..=end].iter().filter(|(_, line)| line.contains(" as "));
            self.outside.extend(names_in(renames.map(|(_, line)| *line)));
        } else if line.starts_with("mod ") || line.starts_with("pub mod ") {
            self.read((at + 1).min(end), end, None);
        } else {
            let lines = self.lines[attributes..=end].iter().map(|(_, line)| *line);
            self.outside.extend(names_in(lines));
        }
    }

    /// The methods of a type one by one; a trait of a type as a whole.
    fn take_impl(&mut self, at: usize, end: usize) {
        let opens = (at..=end).find(|line| self.lines[*line].1.contains('{')).unwrap_or(end);
        let head: String = self.lines[at..=opens].iter().map(|(_, line)| *line).collect();
        let (of_trait, of_type) = match head.split_once(" for ") {
            Some((_, of_type)) => (true, of_type),
            None => (false, without_generics(head.trim_start().trim_start_matches("impl"))),
        };
        let owner = words(of_type).map(|(word, _)| word).find(|word| starts_large(word)).map(str::to_owned);
        if of_trait {
            let names = names_in(self.lines[at..=end].iter().map(|(_, line)| *line));
            self.add(at, None, owner, false, names);
        } else {
            self.read((opens + 1).min(end), end, owner.as_deref());
        }
    }

    fn add(
        &mut self,
        at: usize,
        name: Option<String>,
        owner: Option<String>,
        is_public: bool,
        names: BTreeSet<String>,
    ) {
        let (path, line) = (self.path.to_owned(), self.lines[at].0);
        self.items.push(Item { path, line, name, owner, is_public, names });
    }

    fn end_of_attribute(&self, at: usize) -> usize {
        (at..self.lines.len()).find(|line| self.lines[*line].1.ends_with(']')).unwrap_or(at)
    }

    /// The last line of what begins at a line.
    fn end(&self, at: usize) -> usize {
        let (first, deep) = (self.lines[at].1, indentation(self.lines[at].1));
        if first.ends_with([';', '}']) {
            return at;
        }
        for (next, (_, line)) in self.lines.iter().enumerate().skip(at + 1) {
            let text = line.trim_start();
            match indentation(line).cmp(&deep) {
                Ordering::Greater => {}
                Ordering::Equal if text.starts_with('}') => return next,
                Ordering::Equal if text.starts_with([')', ']']) && text.ends_with(';') => return next,
                Ordering::Equal if text == "where" || text.starts_with(['{', ')', ']']) => {}
                Ordering::Less | Ordering::Equal => return next - 1,
            }
        }
        self.lines.len() - 1
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn starts_large(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// `<T> Name<T>` without what stands in its first brackets.
fn without_generics(head: &str) -> &str {
    let mut depth = 0;
    for (at, letter) in head.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &head[at + letter.len_utf8()..];
        }
    }
    head
}

/// The name of the item a line declares, and whether it is public.
fn declared(line: &str) -> Option<(&str, bool)> {
    let is_public = line.starts_with("pub ");
    let mut rest = line;
    if let Some(after) = rest.strip_prefix("pub") {
        rest =
            after.strip_prefix('(').and_then(|within| within.split_once(')')).map_or(after, |(_, rest)| rest);
        rest = rest.trim_start();
    }
    while let Some(after) = ["async ", "unsafe "].iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after;
    }
    rest = rest.strip_prefix("const fn ").map_or(rest, |_| &rest["const ".len()..]);
    let kinds = ["fn ", "struct ", "enum ", "const ", "static ", "type ", "trait "];
    let after = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let name = words(after).next()?.0;
    after.starts_with(name).then_some((name, is_public))
}

/// The words of a line, and whether each is called or stands behind its type: `.name(`, `Type::name`.
fn words(line: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + line[at..].find(is_part)?;
        let end = line[start..].find(|letter| !is_part(letter)).map_or(line.len(), |length| start + length);
        at = end;
        let (before, after) = (&line[..start], &line[end..]);
        let is_called = after.starts_with('(') || after.starts_with("::<") || before.ends_with("::");
        Some((&line[start..end], is_called && !before.ends_with("fn ")))
    })
}

/// Every word of some lines; one that is called with its bracket too.
fn names_in<'a>(lines: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (word, is_called) in lines.flat_map(words) {
        names.insert(word.to_owned());
        if is_called {
            names.insert(format!("{word}("));
        }
    }
    names
}

/// What the templates name between their braces.
fn names_in_templates(sources: &[Source]) -> BTreeSet<String> {
    let templates = sources.iter().filter(|source| source.path.starts_with("templates/"));
    let code = templates.flat_map(|source| source.text.split('{').filter_map(|part| part.split('}').next()));
    names_in(code.flat_map(str::lines))
}

#[test]
fn every_public_item_is_used_by_what_ships() {
    let sources = sources();
    let ships = sources.iter().filter(|source| source.is_rust() && source.path.starts_with("src/"));
    let (mut items, mut used) = (Vec::new(), names_in_templates(&sources));
    used.insert("main".to_owned());
    for reading in ships.map(Reading::of) {
        items.extend(reading.items);
        used.extend(reading.outside);
    }
    let mut unused = items;
    loop {
        let (found, rest): (Vec<Item>, Vec<Item>) = unused.into_iter().partition(|item| item.is_used(&used));
        unused = rest;
        if found.is_empty() {
            break;
        }
        used.extend(found.into_iter().flat_map(|item| item.names));
    }
    let excused: BTreeMap<&str, &str> = EXCUSED.into();
    let unused: Vec<(String, String)> = unused
        .iter()
        .filter(|item| item.is_public)
        .map(|item| {
            (item.full_name().trim_end_matches('(').to_owned(), format!("{}:{}", item.path, item.line))
        })
        .collect();
    let named: BTreeSet<&str> = unused.iter().map(|(name, _)| name.as_str()).collect();
    let faults = unused.iter().filter(|(name, _)| !excused.contains_key(name.as_str()));
    let faults = faults.map(|(name, place)| format!("{place}: nothing that ships uses {name}"));
    let over = excused.keys().filter(|name| !named.contains(*name));
    none(faults.chain(over.map(|name| format!("{name} is used or gone: take it off the list"))).collect());
}

#[test]
fn items_and_what_they_name_are_found() {
    let text = "use x::{a as b};\n\npub const A: &str =\n    \"words\";\n\n#[cfg(test)]\npub fn of_tests() {}\n\n\
                pub fn outer(\n    x: u8,\n) -> u8\nwhere\n    u8: Copy,\n{\n    inner(x)\n}\n\n\
                impl Thing {\n    pub const fn method(&self) -> u8 {\n        self.field\n    }\n}\n\n\
                impl Copy for Thing {}\n\nsome_macro! {\n    named\n}\n";
    let source = Source { path: "src/x.rs".to_owned(), text: text.to_owned() };
    let reading = Reading::of(&source);
    let found: Vec<(String, bool, usize)> =
        reading.items.iter().map(|item| (item.full_name(), item.is_public, item.line)).collect();
    let expected = [("A", true, 3), ("outer", true, 9), ("Thing::method(", true, 19), ("Thing::", false, 24)];
    assert_eq!(found, expected.map(|(name, public, line)| (name.to_owned(), public, line)));
    assert!(reading.items[1].names.contains("inner(") && !reading.items[1].names.contains("outer"));
    assert!(reading.items[2].names.contains("field") && !reading.items[2].names.contains("field("));
    assert!(reading.outside.contains("named") && reading.outside.contains("b"));
}
