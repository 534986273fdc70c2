//! `docs/words.txt`: every code with its words, made from where `codes!`, `sentences!` and `problems!` declare them in the source.

use crate::{access::hold, tidy};
use std::{collections::BTreeMap, fmt::Write};

const OPENING: &str = "Every code with the words shown for it, by list. A word in braces is a parameter, filled in when \
                       the sentence is shown.\nMade by `make bless`; the words themselves stand in the source.\n";

/// A declared list: what it is about, and each code with its words.
struct List {
    about: String,
    lines: Vec<(String, String)>,
}

/// What the source is made of, as far as a declaration needs it.
#[derive(Debug, PartialEq)]
enum Token {
    /// A line of documentation.
    Doc(String),
    /// A string, as it reads.
    Text(String),
    /// A name.
    Name(String),
    /// Anything else.
    Sign(char),
}

fn tokens(source: &str) -> Vec<Token> {
    let (mut found, mut rest) = (Vec::new(), source.trim_start());
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("//") {
            let (line, after) = comment.split_once('\n').unwrap_or((comment, ""));
            found.extend(line.strip_prefix('/').map(|doc| Token::Doc(doc.trim().to_owned())));
            rest = after;
        } else if let Some(text) = rest.strip_prefix('"') {
            let mut letters = text.char_indices().scan(false, |escaped, (at, letter)| {
                let ends = letter == '"' && !*escaped;
                *escaped = letter == '\\' && !*escaped;
                Some((at, ends))
            });
            let (end, _) = letters.find(|(_, ends)| *ends).unwrap();
            found.push(Token::Text(as_it_reads(&text[..end])));
            rest = &text[end + 1..];
        } else if first.is_alphanumeric() || first == '_' {
            let end =
                rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            found.push(Token::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            found.push(Token::Sign(first));
            rest = &rest[first.len_utf8()..];
        }
        rest = rest.trim_start();
    }
    found
}

/// A string without its escapes: a backslash at the end of a line takes the break and what leads the next away.
fn as_it_reads(text: &str) -> String {
    let mut pieces = text.split("\\\n");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |read, piece| read + piece.trim_start()).replace("\\\"", "\"")
}

fn list(declaration: &str) -> (String, List) {
    let tokens = tokens(declaration);
    let name = tokens.windows(2).position(|pair| matches!(pair, [Token::Name(_), Token::Sign('{')])).unwrap();
    let about: Vec<&str> = tokens[..name]
        .iter()
        .filter_map(|token| match token {
            Token::Doc(line) => Some(line.as_str()),
            Token::Text(_) | Token::Name(_) | Token::Sign(_) => None,
        })
        .collect();
    let texts: Vec<&String> = tokens[name..]
        .iter()
        .filter_map(|token| match token {
            Token::Text(text) => Some(text),
            Token::Doc(_) | Token::Name(_) | Token::Sign(_) => None,
        })
        .collect();
    let lines = texts.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    let Token::Name(name) = &tokens[name] else { unreachable!() };
    (name.clone(), List { about: about.join(" "), lines })
}

/// Every list of the source, by its name and where it stands.
fn lists() -> BTreeMap<String, List> {
    let mut found = BTreeMap::new();
    for source in tidy::sources().into_iter().filter(|source| source.path.starts_with("src/")) {
        let shipped = source.text.split("\nmod tests {").next().unwrap_or_default();
        for opens in ["\ncodes! {", "\nsentences! {", "\nproblems! {"] {
            for after in shipped.split(opens).skip(1).filter(|after| after.trim_start().starts_with("///")) {
                let (name, list) = list(after.split("\n}").next().unwrap_or_default());
                let room = source.path.trim_start_matches("src/").trim_end_matches(".rs").replace('/', " ");
                found.insert(format!("{name} ({room})"), list);
            }
        }
    }
    found
}

#[test]
fn every_code_stands_in_one_file_with_its_words() {
    let mut written = OPENING.to_owned();
    for (name, List { about, lines }) in lists() {
        writeln!(written, "\n{name}: {about}").unwrap();
        let width = lines.iter().map(|(code, _)| code.len()).max().unwrap_or_default();
        for (code, words) in lines {
            let line = format!("  {code:width$}  {words}");
            writeln!(written, "{}", line.trim_end()).unwrap();
        }
    }
    hold("docs/words.txt", &written);
}

#[test]
fn a_declaration_is_read_as_it_is_written() {
    let source = r#"
    /// Why,
    /// "at all".
    #[derive(Copy)]
    Why {
        /// First.
        Far { by: u32 } = "far", "{by} miles: \
            \"too\" far";
        Near = "near", "near";
    }"#;
    let (name, List { about, lines }) = list(source);
    assert_eq!((name.as_str(), about.as_str()), ("Why", "Why, \"at all\"."));
    let lines: Vec<_> = lines.iter().map(|(code, words)| (code.as_str(), words.as_str())).collect();
    assert_eq!(lines, [("far", "{by} miles: \"too\" far"), ("near", "near")]);
}
