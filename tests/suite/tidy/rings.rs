//! No ring of imports is larger than a room: whoever opens a file needs to know its room at most to see what it rests on.
//!
//! A module imports another if a path of its code leads there: `use`, or written out, from `crate`, `super`, `self`, a
//! module of its own or a name that a `use` brought in. A path to a name that a module only passes on leads to the
//! module that declares it.

use super::{Source, none, sources};
use std::collections::{BTreeMap, BTreeSet};

/// A module's path below `crate`.
type Path = Vec<String>;

/// The paths that a module names, and what each name stands for that a `use` brought in.
#[derive(Default)]
struct Names {
    paths: Vec<Path>,
    brought_in: BTreeMap<String, Path>,
}

/// Every module with the names in it.
type Modules = BTreeMap<Path, Names>;

/// The room of a module: the folder of its floor that it stands in. A floor without such folders is one room, and so is
/// whatever of `web` is no page.
fn room(module: &[String]) -> String {
    let part = |at: usize| module.get(at).map_or("", String::as_str);
    match (part(0), part(1)) {
        ("web", "pages") => format!("web/pages/{}", part(2)),
        ("web", _) => "web/http".to_owned(),
        (floor @ ("domain" | "store" | "service"), room) => format!("{floor}/{room}"),
        (floor, _) => floor.to_owned(),
    }
}

#[test]
fn no_ring_of_imports_is_larger_than_a_room() {
    let imports = imports(&sources());
    let mut faults = Vec::new();
    for ring in rings(&imports) {
        let rooms: BTreeSet<String> = ring.iter().map(|module| room(module)).collect();
        if rooms.len() == 1 {
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

/// Whoever reads the rules from the top has always read what a room rests on.
#[test]
fn a_room_of_the_domain_uses_only_the_rooms_listed_above_it() {
    let sources = sources();
    let head = sources.iter().find(|source| source.path == "src/domain/mod.rs").unwrap();
    let listed =
        |(_, line): (usize, &str)| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    let rooms: Vec<String> = head.shipped().filter_map(listed).collect();
    let place = |module: &Path| rooms.iter().position(|room| module.get(1) == Some(room));
    let is_of_the_domain = |module: &Path| module[0] == "domain";
    let mut faults = Vec::new();
    for (from, all) in imports(&sources).iter().filter(|(from, _)| is_of_the_domain(from)) {
        let later = all.iter().filter(|to| is_of_the_domain(to) && place(to) > place(from));
        faults.extend(later.map(|to| format!("{} imports {}", from.join("::"), to.join("::"))));
    }
    none(faults);
}

/// Every module that ships, with the modules it imports.
fn imports(sources: &[Source]) -> BTreeMap<Path, BTreeSet<Path>> {
    let ships = |source: &&Source| source.is_rust() && source.shipped().next().is_some();
    let of = |source: &Source| Some((module(&source.path)?, names(&code(source))));
    let modules: Modules = sources.iter().filter(ships).filter_map(of).collect();
    modules.keys().map(|here| (here.clone(), imported(here, &modules))).collect()
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
fn imported(here: &Path, modules: &Modules) -> BTreeSet<Path> {
    let lead = |path: &Path| declared_in(&absolute(here, path, modules)?, modules);
    modules[here].paths.iter().filter_map(lead).filter(|path| path != here).collect()
}

/// The names in the code of a module. `pub(in ..)` says who may see something and imports nothing.
fn names(code: &str) -> Names {
    let words = words(code);
    let (mut names, mut at) = (Names::default(), 0);
    while at < words.len() {
        if words[at] == "use" {
            at = tree(&words, at + 1, &[], &mut |path: Path, name: &str| {
                names.brought_in.insert(name.to_owned(), path.clone());
                names.paths.push(path);
            });
        } else if words[at..].starts_with(&["pub", "(", "in"]) {
            at += words[at..].iter().take_while(|word| **word != ")").count();
        } else if words.get(at + 1) == Some(&"::") && at.checked_sub(1).is_none_or(|a| words[a] != "::") {
            let (path, end) = written_out(&words, at);
            names.paths.push(path);
            at = end;
        } else {
            at += 1;
        }
    }
    names
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

/// The module that declares what a path leads to: the longest beginning of it that is one, or whichever that one has
/// the rest from.
fn declared_in(full: &[String], modules: &Modules) -> Option<Path> {
    let end = (1..=full.len()).rev().find(|end| modules.contains_key(&full[..*end]))?;
    let (module, rest) = full.split_at(end);
    let passed_on = rest.split_first().and_then(|(name, rest)| {
        let path = modules[module].brought_in.get(name)?;
        absolute(module, &[path.as_slice(), rest].concat(), modules)
    });
    let further = passed_on.filter(|path| path != full).and_then(|path| declared_in(&path, modules));
    further.or_else(|| Some(module.to_vec()))
}

fn absolute(here: &[String], path: &[String], modules: &Modules) -> Option<Path> {
    let (first, rest) = path.split_first()?;
    let below = |start: &[String]| [start, rest].concat();
    let child = [here, std::slice::from_ref(first)].concat();
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some(below(here)),
        "super" => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            Some([&here[..here.len().checked_sub(ups)?], &path[ups..]].concat())
        }
        _ if modules.contains_key(&child) => Some(below(&child)),
        // A name that a `use` brought in leads where that path does; one that leads to itself is another crate's.
        name => modules
            .get(here)
            .and_then(|names| names.brought_in.get(name))
            .filter(|to| to.first() != Some(first))
            .and_then(|to| absolute(here, &[to.as_slice(), rest].concat(), modules)),
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
    let found = |here: &str, code: &str| {
        let all = ["web::a", "web::a::b", "web::c", "web::pages", "web::pages::d", "store", "store::e"];
        let mut modules: Modules = all.map(|module| (path(module), Names::default())).into();
        modules.insert(path("store"), names("pub use e::{Item, Other as Another};\nuse std::fmt;"));
        modules.insert(path(here), names(code));
        let found = imported(&path(here), &modules).into_iter().map(|path| path.join("::"));
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
    assert_eq!(
        found("web::c", "pub(in crate::web) use super::a::X;\npub(in crate::store) fn y() {}"),
        "web::a"
    );
    assert_eq!(found("web::c", "use crate::store::{Item, Own};"), "store store::e");
    assert_eq!(found("web::c", "fn x() { crate::store::Another::new(); }"), "store::e");
    assert_eq!(found("web::c", "use crate::store::fmt;"), "store");
    let ring = BTreeMap::from([
        (path("a"), BTreeSet::from([path("b")])),
        (path("b"), BTreeSet::from([path("c"), path("d")])),
        (path("c"), BTreeSet::from([path("a")])),
        (path("d"), BTreeSet::new()),
    ]);
    assert_eq!(rings(&ring), [[path("a"), path("b"), path("c")].to_vec()]);
}
