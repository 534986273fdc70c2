//! What the browser is asked to run in a page: finding what a person means, and checking what they see.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// Finds what a person means by some words, as a script in the page. An exact match wins over a beginning.
pub(super) const FIND: &str = r##"
const [how, words] = arguments;
const plain = (node) => (node.innerText || node.textContent || node.value || "").replace(/\s+/g, " ").trim();
const named = (nodes, name) => {
  const seen = [...nodes].filter((node) => node.getClientRects().length > 0);
  return seen.find((node) => plain(node) === name) ?? seen.find((node) => plain(node).startsWith(name)) ?? null;
};
const group = words[2] && named(document.querySelectorAll("legend"), words[2])?.closest("fieldset");
if (words[2] && !group) return null;
const place = group || document;
let target = null;
if (how === "click") {
  target = named(document.querySelectorAll("a, button, summary, input[type=submit]"), words[0]);
} else if (how === "field") {
  target = named(place.querySelectorAll("label"), words[0])?.control ?? null;
} else {
  const list = named(place.querySelectorAll("label"), words[0])?.control;
  if (list?.tagName === "SELECT") {
    target = [...list.options].find((option) => plain(option) === words[1]) ?? null;
  } else {
    const question = named(place.querySelectorAll("legend"), words[0])?.closest("fieldset");
    target = question && named(question.querySelectorAll("label"), words[1]);
  }
}
target?.scrollIntoView({ block: "center", behavior: "instant" });
return target;
"##;

pub(super) const MARK_AS_LEFT: &str = "window.isLeft = true;";

pub(super) const HEADING: &str =
    r#"return document.querySelector("h1")?.innerText.replace(/\s+/g, " ").trim() ?? "";"#;

pub(super) const FOCUSED: &str = r#"
const it = document.activeElement;
const name = it.labels?.[0]?.innerText || it.innerText || it.getAttribute("aria-label") || it.tagName;
return name.replace(/\s+/g, " ").trim();
"#;

pub(super) const HAS_ARRIVED: &str = r#"
const heading = document.querySelector("h1")?.innerText.replace(/\s+/g, " ").trim() ?? "";
return !window.isLeft && document.readyState === "complete" && heading.endsWith(arguments[0]);
"#;

pub(super) const RUN_AXE: &str = r#"
const done = arguments[arguments.length - 1];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const lines = (rules) => rules.flatMap((rule) => rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${rule.help}: ${node.target.join(" ")}`));
const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
const twice = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map((id) => `id ${id} stands twice`);
axe.run(document, { runOnly: { type: "tag", values: tags } }).then(
  (result) => done([...lines(result.violations), ...lines(result.incomplete.filter((rule) => rule.id.startsWith("duplicate-id"))), ...twice]),
  (error) => done([`the checker failed: ${error}`]),
);
"#;

pub(super) const WIDER_THAN_THE_SCREEN: &str = r#"
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= width) return [];
const wide = [...document.body.querySelectorAll("*")].filter((node) => node.getBoundingClientRect().right > width + 1);
return [`page is ${document.documentElement.scrollWidth} of ${width}`, ...wide.slice(0, 8).map((node) => `${node.tagName} ${node.className}`)];
"#;

/// The checker's source, installed the first time.
pub(super) fn axe_source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
        let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
        let file = to.join("node_modules/axe-core/axe.min.js");
        let lock = std::fs::read(from.join("package-lock.json")).unwrap();
        let is_current =
            file.exists() && std::fs::read(to.join("package-lock.json")).is_ok_and(|old| old == lock);
        if !is_current {
            std::fs::create_dir_all(&to).unwrap();
            for name in ["package.json", ".npmrc", "package-lock.json"] {
                std::fs::copy(from.join(name), to.join(name)).unwrap();
            }
            let npm = Command::new("npm")
                .args(["ci", "--ignore-scripts", "--prefer-offline"])
                .current_dir(&to)
                .output();
            let npm = npm
                .unwrap_or_else(|e| panic!("npm did not start ({e}): install Node.js 20 or newer with npm"));
            assert!(npm.status.success(), "npm ci: {}", String::from_utf8_lossy(&npm.stderr));
        }
        std::fs::read_to_string(&file).unwrap()
    })
}
