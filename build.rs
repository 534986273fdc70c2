//! Builds the front end with npm and embeds it in the binary. Uses nothing but the standard library.
//!
//! Sources are `assets/`. They are copied to `OUT_DIR`, so a build never writes into the source tree; packages are
//! installed once for each state of the lock file. `CANDOUR_UI_DIR` names a folder built elsewhere
//! (`cd assets && npm ci --ignore-scripts && npm run build`, then `assets/dist`) for machines without Node.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::{env, fs, io};

const SOURCES: [&str; 7] =
    ["package.json", "package-lock.json", ".npmrc", "build.mjs", "scss", "js", "static"];
/// What the templates name; each becomes a typed constant.
const NEEDED: [&str; 6] = ["app.css", "app.js", "boot.js", "mark.svg", "atkinson-next.woff2", "licences.txt"];
const OLDEST_NODE: u32 = 20;

fn main() {
    if let Err(why) = build() {
        // Nothing else is printed before it: cargo repeats what a failed build script said.
        println!("cargo::error={}", why.replace('\n', " "));
        exit(1);
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed=CANDOUR_UI_DIR");
    for source in SOURCES {
        println!("cargo::rerun-if-changed=assets/{source}");
    }
}

fn build() -> Result<(), String> {
    let assets = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("assets");
    let out = PathBuf::from(variable("OUT_DIR")?);
    let built = match env::var_os("CANDOUR_UI_DIR") {
        Some(folder) => {
            let folder = fs::canonicalize(&folder)
                .map_err(|e| format!("CANDOUR_UI_DIR names {}: {e}", Path::new(&folder).display()))?;
            println!("cargo::rerun-if-changed={}", folder.display());
            folder
        }
        None => build_pages(&assets, &out.join("assets"))?,
    };
    let table = table(&built)?;
    write(&out.join("assets.rs"), &table)
}

/// Installs the packages where the lock file changed, then builds; the answer is the folder of built files.
fn build_pages(assets: &Path, work: &Path) -> Result<PathBuf, String> {
    check_node()?;
    for source in SOURCES {
        copy(&assets.join(source), &work.join(source))
            .map_err(|e| format!("assets/{source} could not be copied: {e}"))?;
    }
    let mut hasher = DefaultHasher::new();
    read(&assets.join("package-lock.json"))?.hash(&mut hasher);
    let (stamp, stamp_file) = (format!("{:016x}", hasher.finish()), work.join(".installed"));
    if fs::read_to_string(&stamp_file).ok().as_deref() != Some(stamp.as_str()) {
        run(Command::new(npm())
            .args(["ci", "--ignore-scripts", "--omit=dev", "--prefer-offline", "--fetch-retries=2"])
            .current_dir(work))?;
        write(&stamp_file, &stamp)?;
    }
    let dist = work.join("dist");
    run(Command::new("node").arg("build.mjs").env("CANDOUR_UI_OUT", &dist).current_dir(work))?;
    Ok(dist)
}

/// One line that names what to install, before anything else is tried.
fn check_node() -> Result<(), String> {
    let remedy = format!(
        "install Node.js {OLDEST_NODE} or newer with npm (Debian: apt install nodejs npm), or set CANDOUR_UI_DIR to a \
         folder of pages built on another machine"
    );
    let version = |program: &str| -> Result<String, String> {
        let output = Command::new(program).arg("--version").output();
        let output = output.map_err(|_| format!("{program} was not found: {remedy}"))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let node = version("node")?;
    let major = node.trim_start_matches('v').split('.').next().and_then(|n| n.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        return Err(format!("node {node} is too old: {remedy}"));
    }
    version(npm()).map(|_| ())
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// The Rust source of the asset table and the address constants, from `manifest.txt` in the built folder.
fn table(built: &Path) -> Result<String, String> {
    let manifest = String::from_utf8_lossy(&read(&built.join("manifest.txt"))?).into_owned();
    let files: Vec<(&str, &str)> = manifest.lines().filter_map(|line| line.split_once(' ')).collect();
    if let Some(missing) = NEEDED.iter().find(|needed| !files.iter().any(|(name, _)| name == *needed)) {
        return Err(format!("{missing} is not in {}: build the folder again", built.display()));
    }
    let (mut rows, mut addresses) = (String::new(), String::new());
    for (name, hashed) in &files {
        let media_type = match name.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("woff2") => "font/woff2",
            _ => "text/plain; charset=utf-8",
        };
        let packed = |extension: &str| {
            let file = built.join(format!("{hashed}.{extension}"));
            if file.exists() { format!("Some(include_bytes!({file:?}))") } else { "None".into() }
        };
        let raw = built.join(hashed);
        let _ = writeln!(
            rows,
            "    Asset {{ path: \"/assets/{hashed}\", media_type: {media_type:?}, raw: include_bytes!({raw:?}), br: {}, gz: {} }},",
            packed("br"),
            packed("gz"),
        );
        if NEEDED.contains(name) {
            let constant = name.to_uppercase().replace(['.', '-'], "_");
            let _ = writeln!(
                addresses,
                "/// Address of `{name}`; it changes with the content.\npub const {constant}: &str = \"/assets/{hashed}\";"
            );
        }
    }
    Ok(format!("/// Every embedded file.\npub static ASSETS: &[Asset] = &[\n{rows}];\n{addresses}"))
}

/// Runs to the end; a failure is told in one line, with what the program itself said.
fn run(command: &mut Command) -> Result<(), String> {
    let name = format!(
        "{} {}",
        command.get_program().to_string_lossy(),
        command.get_args().next().unwrap_or_default().to_string_lossy()
    );
    let output = command.output().map_err(|e| format!("`{name}` did not start: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.contains("npm warn") && !l.contains("complete log"))
        .collect();
    let first = lines.iter().position(|l| l.to_lowercase().contains("error")).unwrap_or(0);
    let gist = lines.iter().skip(first).take(4).copied().collect::<Vec<_>>().join(" | ");
    Err(format!("the pages could not be built: `{name}` in {} failed: {gist}", folder_of(command)))
}

fn folder_of(command: &Command) -> String {
    command.get_current_dir().map(|d| d.display().to_string()).unwrap_or_default()
}

/// Copies a file, or a folder with what no longer exists removed.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        return fs::copy(from, to).map(|_| ());
    }
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|e| format!("{name}: {e}"))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|e| format!("{} could not be read: {e}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| format!("{} could not be written: {e}", path.display()))
}
