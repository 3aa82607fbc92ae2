//! JavaScript projects, by npm.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::process::{program, run};

/// Installs, tests and builds as the project's README says.
pub(super) fn build(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let pinned = packages(&lock)?;
    // Not `npm ci`: it refuses a lock file without the optional packages that exist for no machine of this kind.
    npm(folder, &["install", "--no-audit", "--no-fund", "--prefer-offline"])?;
    if let Some(loose) = not_pinned(&pinned, &packages(&lock)?) {
        bail!("package-lock.json does not pin `{loose}`, which package.json asks for");
    }
    npm(folder, &["test"])?;
    npm(folder, &["run", "build"])
}

fn npm(folder: &Path, args: &[&str]) -> Result<()> {
    run(program("npm", args).args(["--silent"]).current_dir(folder))
}

/// What a lock file pins, by its place.
fn packages(lock: &Path) -> Result<Map<String, Value>> {
    let document: Value = serde_json::from_str(&fs::read_to_string(lock)?)?;
    let packages = document.get("packages").and_then(Value::as_object);
    packages.cloned().with_context(|| format!("{} names no packages", lock.display()))
}

/// The first package that was installed otherwise than pinned. Which optional ones a lock file lists depends on the
/// machine that it was made on; they are for other machines.
fn not_pinned<'f>(pinned: &Map<String, Value>, found: &'f Map<String, Value>) -> Option<&'f str> {
    let is_optional = |package: &Value| package.get("optional") == Some(&Value::Bool(true));
    let is_pinned = |(place, package): &(&String, &Value)| match pinned.get(*place) {
        Some(known) => known.get("integrity") == package.get("integrity"),
        None => is_optional(package),
    };
    found.iter().find(|each| !is_pinned(each)).map(|(place, _)| place.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_optional_packages_may_come_along() {
        let map = |value: Value| value.as_object().unwrap().clone();
        let pinned = map(json!({"": {}, "a": {"integrity": "1"}}));
        assert_eq!(not_pinned(&pinned, &pinned), None);
        let more = map(json!({"": {}, "a": {"integrity": "1"}, "b": {"integrity": "2", "optional": true}}));
        assert_eq!(not_pinned(&pinned, &more), None);
        let other = map(json!({"": {}, "a": {"integrity": "3"}}));
        assert_eq!(not_pinned(&pinned, &other), Some("a"));
        let further = map(json!({"": {}, "a": {"integrity": "1"}, "c": {"integrity": "2"}}));
        assert_eq!(not_pinned(&pinned, &further), Some("c"));
    }
}
