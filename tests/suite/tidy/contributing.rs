//! `docs/CONTRIBUTING.md` is true: the files it names are there, and each list shows how the last such thing was done.

use super::{Source, none, sources};

/// What people change, in the order of the page.
const CHANGES: [&str; 10] = [
    "A field on the report form",
    "A screen",
    "A category",
    "A referral body",
    "A clock",
    "A statistic",
    "A status or a move of the workflow",
    "A setting of the school",
    "An e-mail",
    "A column of a list of people",
];

/// The most files that a field on the report form may take.
const MOST_FOR_A_FIELD: usize = 4;

/// How a change is made.
struct Change<'a> {
    title: &'a str,
    /// Words that show how the last such thing was done.
    examples: Vec<&'a str>,
    /// The files edited by hand, in order.
    files: Vec<&'a str>,
}

impl<'a> Change<'a> {
    /// Reads a section from its title on.
    fn read(section: &'a str) -> Self {
        let (title, text) = section.split_once('\n').unwrap_or((section, ""));
        let example = text.lines().find(|line| line.starts_with("Look for ")).unwrap_or_default();
        let steps = text.lines().filter(|line| is_step(line));
        Self {
            title,
            examples: in_backticks(example).collect(),
            files: steps.filter_map(|step| in_backticks(step).next()).collect(),
        }
    }

    /// The files of the list in which no example stands.
    fn without_example(&self, sources: &[Source]) -> Vec<String> {
        let shows = |source: &Source| {
            let has = |word: &&str| has_word(&source.text, word) || has_word(&source.path, word);
            self.examples.iter().any(has)
        };
        let faults = self.files.iter().filter(|file| !below(file, sources).any(shows));
        faults.map(|file| format!("{}: {file} shows none of {:?}", self.title, self.examples)).collect()
    }
}

/// "3. `src/…`: what to write there".
fn is_step(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok())
}

fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// A file, or every file of a folder.
fn below<'a>(path: &'a str, sources: &'a [Source]) -> impl Iterator<Item = &'a Source> {
    let is_folder = path.ends_with('/');
    sources.iter().filter(move |source| source.path == path || (is_folder && source.path.starts_with(path)))
}

/// Whether a word stands in a text by itself, not within a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let in_a_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(in_a_word) && !after.starts_with(in_a_word)
    })
}

/// What stands in backticks is a path if it begins with a folder of the repository.
fn is_path(words: &str) -> bool {
    ["src/", "tests/", "templates/", "docs/", "migrations/", "assets/"]
        .iter()
        .any(|folder| words.starts_with(folder))
}

fn page(sources: &[Source]) -> &str {
    let page = sources.iter().find(|source| source.path == "docs/CONTRIBUTING.md");
    page.map_or("", |page| page.text.as_str())
}

fn changes(sources: &[Source]) -> Vec<Change<'_>> {
    page(sources).split("\n## ").skip(1).map(Change::read).collect()
}

#[test]
fn it_tells_of_ten_changes() {
    let sources = sources();
    let titles: Vec<&str> = changes(&sources).iter().map(|change| change.title).collect();
    assert_eq!(titles, CHANGES);
}

#[test]
fn every_file_it_names_is_there() {
    let sources = sources();
    let named = in_backticks(page(&sources)).filter(|words| is_path(words));
    none(named.filter(|path| below(path, &sources).next().is_none()).map(str::to_owned).collect());
}

#[test]
fn every_file_of_a_list_shows_how_the_last_such_thing_was_done() {
    let sources = sources();
    let changes = changes(&sources);
    assert!(changes.iter().all(|change| !change.examples.is_empty() && !change.files.is_empty()));
    assert!(changes.iter().flat_map(|change| &change.files).all(|file| is_path(file)));
    none(changes.iter().flat_map(|change| change.without_example(&sources)).collect());
}

#[test]
fn a_field_on_the_report_form_takes_fewer_than_five_files() {
    let sources = sources();
    let changes = changes(&sources);
    let field = changes.iter().find(|change| change.title == CHANGES[0]).unwrap();
    assert!(field.files.len() <= MOST_FOR_A_FIELD, "{:?}", field.files);
}

/// `OptionalQuestion::Place`, but not `OptionalQuestion::ALL` and not `OptionalQuestion::of`.
fn names_a_question(line: &str) -> bool {
    line.split("OptionalQuestion::").skip(1).any(|name| {
        let mut letters = name.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    })
}

/// A new question needs no file beyond its list as long as none that ships treats one by name.
#[test]
fn an_optional_question_is_named_in_its_own_file_only() {
    let sources = sources();
    let rust = sources.iter().filter(|source| source.is_rust() && source.path.starts_with("src/"));
    let elsewhere = rust.filter(|source| source.path != "src/domain/concern/optional.rs");
    let faults = elsewhere.flat_map(|source| {
        let lines = source.shipped().filter(|(_, line)| names_a_question(line));
        lines.map(|(line, _)| source.says(line, "names one question of the form")).collect::<Vec<_>>()
    });
    none(faults.collect());
}
