//! Rules for the text of one file.

use std::path::Path;

use super::Breach;

/// Above this a file says in its module doc why it is long.
const LONG: usize = 500;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] = ["common", "core", "helper", "helpers", "misc", "shared", "util", "utils"];

/// Folders of one machine. Written in two parts, so that this file does not break its own rule.
const MACHINE_FOLDERS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Every rule that the file breaks.
pub(super) fn breaches(path: &str, text: &str) -> Vec<Breach> {
    let mut found = Vec::new();
    let mut report = |line: usize, text: String| found.push(Breach { path: path.to_owned(), line, text });
    // Snapshots repeat output as it is; the lock file is cargo's.
    let is_written_by_hand = !path.ends_with(".snap") && !path.ends_with("Cargo.lock");
    for (index, line) in text.lines().enumerate() {
        if is_written_by_hand && line.ends_with([' ', '\t']) {
            report(index + 1, "trailing whitespace".to_owned());
        }
        if let Some(folder) = machine_folder(line) {
            report(index + 1, format!("a path below {folder} exists on one machine only"));
        }
    }
    if path.ends_with(".rs") {
        rust_breaches(path, text, &mut report);
    }
    if path.ends_with("Cargo.toml")
        && let Some((index, name)) = package_name(text)
        && EMPTY_NAMES.contains(&name.rsplit('-').next().unwrap_or(name))
    {
        report(index + 1, format!("the package name {name} says nothing about what is inside"));
    }
    found
}

fn rust_breaches(path: &str, text: &str, report: &mut impl FnMut(usize, String)) {
    let mut doc = text.lines().take_while(|line| line.starts_with("//!")).peekable();
    if doc.peek().is_none() {
        report(1, "no module doc (//!) on the first line".to_owned());
    }
    let length = text.lines().count();
    if length > LONG && !doc.any(|line| line.contains("Long because:")) {
        report(
            1,
            format!("{length} lines are over {LONG}: split it, or say `Long because:` in its module doc"),
        );
    }
    for part in Path::new(path).iter().filter_map(|part| part.to_str()) {
        let name = part.strip_suffix(".rs").unwrap_or(part);
        if EMPTY_NAMES.contains(&name) {
            report(1, format!("the name {name} says nothing about what is inside"));
        }
    }
    for (index, line) in text.lines().enumerate() {
        if let Some(name) = inline_module(line).filter(|name| EMPTY_NAMES.contains(name)) {
            report(index + 1, format!("the module name {name} says nothing about what is inside"));
        }
    }
}

/// A path that starts there: not the middle of a URL or of a longer path.
fn machine_folder(line: &str) -> Option<&'static str> {
    let starts = |index: usize| {
        let before = line.get(..index).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !(c.is_alphanumeric() || "._-~}>)]*".contains(c)))
    };
    MACHINE_FOLDERS.into_iter().find(|folder| line.match_indices(folder).any(|(index, _)| starts(index)))
}

fn inline_module(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(" {")
}

fn package_name(manifest: &str) -> Option<(usize, &str)> {
    let mut lines = manifest.lines().enumerate();
    lines.find(|(_, line)| *line == "[package]")?;
    lines.find_map(|(index, line)| Some((index, line.strip_prefix("name = \"")?.strip_suffix('"')?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(path: &str, text: &str) -> Vec<String> {
        breaches(path, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_tidy_file_breaks_no_rule() {
        assert_eq!(texts("host/a/src/plan.rs", "//! Plans.\n\nfn plan() {}\n"), [""; 0]);
    }

    #[test]
    fn a_rust_file_opens_with_its_module_doc() {
        assert_eq!(texts("a.rs", "// Plans.\n"), ["a.rs:1: no module doc (//!) on the first line"]);
    }

    #[test]
    fn a_long_file_says_why() {
        let body = "\n".repeat(LONG);
        let breach = "a.rs:1: 501 lines are over 500: split it, or say `Long because:` in its module doc";
        assert_eq!(texts("a.rs", &format!("//! Table.\n{body}")), [breach]);
        assert_eq!(texts("a.rs", &format!("//! Table.\n//! Long because: one flat table.\n{body}")), [""; 0]);
        assert_eq!(texts("a.json", &"\n".repeat(LONG + 1)), [""; 0], "data may be long");
    }

    #[test]
    fn trailing_whitespace_is_found_where_people_write() {
        assert_eq!(texts("a.md", "a\nb \n"), ["a.md:2: trailing whitespace"]);
        assert_eq!(texts("a.snap", "b \n"), [""; 0]);
    }

    #[test]
    fn a_path_of_one_machine_is_found_and_a_route_of_a_url_is_not() {
        for folder in MACHINE_FOLDERS {
            let breach = format!("a.md:1: a path below {folder} exists on one machine only");
            assert_eq!(texts("a.md", &format!("see {folder}notes")), [breach.as_str()]);
            assert_eq!(texts("a.md", &format!("\"{folder}notes\"")), [breach.as_str()]);
            assert_eq!(texts("a.md", &format!("https://example.com{folder}notes")), [""; 0]);
        }
    }

    #[test]
    fn names_that_say_nothing_are_found_in_paths_modules_and_packages() {
        let doc = "//! Doc.\n";
        assert_eq!(
            texts("host/a/src/util/time.rs", doc),
            ["host/a/src/util/time.rs:1: the name util says nothing about what is inside"]
        );
        assert_eq!(
            texts("a.rs", "//! Doc.\npub(crate) mod helpers {\n}\n"),
            ["a.rs:2: the module name helpers says nothing about what is inside"]
        );
        assert_eq!(
            texts("host/core/Cargo.toml", "[package]\nname = \"glasshouse-core\"\n"),
            ["host/core/Cargo.toml:2: the package name glasshouse-core says nothing about what is inside"]
        );
    }
}
