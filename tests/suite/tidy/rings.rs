//! No ring of imports is larger than a room: whoever opens a file needs to know its room at most to see what it rests on.
//!
//! A module imports another where a path of its code leads there: `use`, or written out, from `crate`, `super`, `self`, a
//! module of its own or a name that a `use` brought in.

use super::{Source, none, sources};
use std::collections::{BTreeMap, BTreeSet};

/// The floors whose rooms are held.
const FLOORS: [&str; 1] = ["web"];

/// A module's path below `crate`.
type Path = Vec<String>;

/// The room of a module: the folder of its floor that it stands in. Of `web`, whatever is no page is one room.
fn room(module: &[String]) -> String {
    let part = |at: usize| module.get(at).map_or("", String::as_str);
    match (part(0), part(1)) {
        ("web", "pages") => format!("web/pages/{}", part(2)),
        ("web", _) => "web/http".to_owned(),
        (floor, room) => format!("{floor}/{room}"),
    }
}

#[test]
fn no_ring_of_imports_is_larger_than_a_room() {
    let imports = imports(&sources());
    let mut faults = Vec::new();
    for ring in rings(&imports) {
        let rooms: BTreeSet<String> = ring.iter().map(|module| room(module)).collect();
        if rooms.len() == 1 || !FLOORS.contains(&ring[0][0].as_str()) {
            continue;
        }
        faults.push(format!("a ring through {}:", rooms.into_iter().collect::<Vec<_>>().join(", ")));
        for from in &ring {
            let leaves = imports[from].iter().filter(|to| ring.contains(to) && room(to) != room(from));
            faults.extend(leaves.map(|to| format!("    {} imports {}", from.join("::"), to.join("::"))));
        }
    }
    none(faults);
}

/// Every module that ships, with the modules it imports.
fn imports(sources: &[Source]) -> BTreeMap<Path, BTreeSet<Path>> {
    let ships = |source: &&Source| source.is_rust() && source.shipped().next().is_some();
    let files: Vec<(Path, &Source)> =
        sources.iter().filter(ships).filter_map(|source| Some((module(&source.path)?, source))).collect();
    let known: BTreeSet<Path> = files.iter().map(|(path, _)| path.clone()).collect();
    let of = |(path, source): &(Path, &Source)| (path.clone(), imported(path, &code(source), &known));
    files.iter().map(of).collect()
}

/// The module that a file is: `web::pages` for `src/web/pages/mod.rs`.
fn module(file: &str) -> Option<Path> {
    let inside = file.strip_prefix("src/")?.strip_suffix(".rs")?;
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    (!matches!(inside, "lib" | "main")).then(|| inside.split('/').map(str::to_owned).collect())
}

/// The code that ships, without what stands in quotation marks.
fn code(source: &Source) -> String {
    let mut code = String::new();
    for (_, line) in source.shipped() {
        let line = line.split(" // ").next().unwrap_or_default();
        code.extend(line.split('"').step_by(2));
        code.push('\n');
    }
    code
}

/// Names, `::`, and every other sign by itself.
fn words(code: &str) -> Vec<&str> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let (mut words, mut rest) = (Vec::new(), code.trim_start());
    while let Some(first) = rest.chars().next() {
        let length = match first {
            name if is_name(name) => rest.find(|letter| !is_name(letter)).unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            sign => sign.len_utf8(),
        };
        words.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    words
}

/// What a module imports of the modules there are.
fn imported(here: &Path, code: &str, known: &BTreeSet<Path>) -> BTreeSet<Path> {
    let words = words(code);
    let (mut named, mut paths, mut at) = (BTreeMap::new(), Vec::new(), 0);
    while at < words.len() {
        if words[at] == "use" {
            at = tree(&words, at + 1, &[], &mut |path: Path, name: &str| {
                named.insert(name.to_owned(), path.clone());
                paths.push(path);
            });
        } else if words.get(at + 1) == Some(&"::") && at.checked_sub(1).is_none_or(|a| words[a] != "::") {
            let (path, end) = written_out(&words, at);
            paths.push(path);
            at = end;
        } else {
            at += 1;
        }
    }
    let lead = |path: &Path| leads_to(here, path, &named, known);
    paths.iter().filter_map(lead).filter(|path| path != here).collect()
}

/// A path written out from here, and where it ends.
fn written_out(words: &[&str], start: usize) -> (Path, usize) {
    let (mut path, mut at) = (vec![words[start].to_owned()], start + 1);
    let is_name = |word: &&&str| word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    while words.get(at) == Some(&"::") {
        let Some(name) = words.get(at + 1).filter(is_name) else { break };
        path.push((*name).to_owned());
        at += 2;
    }
    (path, at.max(start + 1))
}

/// Reads one tree of a `use`, gives every path of it with the name it has here, and says where it ends.
fn tree(words: &[&str], mut at: usize, above: &[String], give: &mut dyn FnMut(Path, &str)) -> usize {
    let mut path = above.to_vec();
    loop {
        match words.get(at).copied() {
            Some("::") => at += 1,
            Some("{") => {
                at += 1;
                while words.get(at).is_some_and(|word| *word != "}") {
                    at = tree(words, at, &path, give);
                    at += usize::from(words.get(at) == Some(&","));
                }
                return at + 1;
            }
            Some("*") => {
                give(path, "*");
                return at + 1;
            }
            Some("self") if !above.is_empty() => at += 1,
            Some("as") => {
                give(path, words.get(at + 1).copied().unwrap_or_default());
                return at + 2;
            }
            Some("," | "}" | ";") | None => {
                let name = path.last().cloned().unwrap_or_default();
                give(path, &name);
                return at;
            }
            Some(name) => {
                path.push(name.to_owned());
                at += 1;
            }
        }
    }
}

/// The module a path leads to: the longest beginning of it that is one.
fn leads_to(
    here: &Path,
    path: &[String],
    named: &BTreeMap<String, Path>,
    known: &BTreeSet<Path>,
) -> Option<Path> {
    let mut full = absolute(here, path, named, known)?;
    while !full.is_empty() && !known.contains(&full) {
        full.pop();
    }
    (!full.is_empty()).then_some(full)
}

fn absolute(
    here: &Path,
    path: &[String],
    named: &BTreeMap<String, Path>,
    known: &BTreeSet<Path>,
) -> Option<Path> {
    let (first, rest) = path.split_first()?;
    let below = |start: &[String]| [start, rest].concat();
    let child = [here.as_slice(), std::slice::from_ref(first)].concat();
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some(below(here)),
        "super" => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            Some([&here[..here.len().checked_sub(ups)?], &path[ups..]].concat())
        }
        _ if known.contains(&child) => Some(below(&child)),
        // A name that a `use` brought in leads where that path does; one that leads to itself is another crate's.
        name => named
            .get(name)
            .filter(|to| to.first() != Some(first))
            .and_then(|to| absolute(here, &[to.as_slice(), rest].concat(), named, known)),
    }
}

/// The rings: modules each of which leads to each other one.
fn rings(imports: &BTreeMap<Path, BTreeSet<Path>>) -> Vec<Vec<Path>> {
    let reached: BTreeMap<&Path, BTreeSet<&Path>> =
        imports.keys().map(|from| (from, reached_from(from, imports))).collect();
    let mut rings = BTreeSet::new();
    for (from, all) in &reached {
        let ring: Vec<Path> =
            all.iter().filter(|to| reached[**to].contains(from)).map(|to| (*to).clone()).collect();
        if ring.len() > 1 {
            rings.insert(ring);
        }
    }
    rings.into_iter().collect()
}

fn reached_from<'a>(from: &Path, imports: &'a BTreeMap<Path, BTreeSet<Path>>) -> BTreeSet<&'a Path> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        for to in &imports[module] {
            if reached.insert(to) {
                next.push(to);
            }
        }
    }
    reached
}

#[test]
fn imports_are_found_in_every_form() {
    let path = |path: &str| -> Path { path.split("::").map(str::to_owned).collect() };
    let known: BTreeSet<Path> =
        ["web::a", "web::a::b", "web::c", "web::pages", "web::pages::d", "store"].map(path).into();
    let found = |here: &str, code: &str| {
        let found = imported(&path(here), code, &known).into_iter().map(|path| path.join("::"));
        found.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("web::c", "use super::{a::{self, b::Item}, pages};"), "web::a web::a::b web::pages");
    assert_eq!(
        found("web::c", "use super::pages::{self as p};\nfn x() { p::d::draw() }"),
        "web::pages web::pages::d"
    );
    assert_eq!(found("web::c", "use crate::{store::Db, web::a::*};"), "store web::a");
    assert_eq!(
        found("web::a", "fn x() -> b::Item { crate::web::c::y(super::pages::z) }"),
        "web::a::b web::c web::pages"
    );
    assert_eq!(found("web::a::b", "use super::super::c::{x as y, z};"), "web::c");
    assert_eq!(found("web::c", "use std::fmt;\nuse web::Data;\nlet it = web::get().to(fmt::x);"), "");
    let ring = BTreeMap::from([
        (path("a"), BTreeSet::from([path("b")])),
        (path("b"), BTreeSet::from([path("c"), path("d")])),
        (path("c"), BTreeSet::from([path("a")])),
        (path("d"), BTreeSet::new()),
    ]);
    assert_eq!(rings(&ring), [[path("a"), path("b"), path("c")].to_vec()]);
}
