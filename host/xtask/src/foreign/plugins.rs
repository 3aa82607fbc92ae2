//! The plugins of `plugins/` that are not cargo packages, as components under `target/foreign`: apart from the
//! guests that the binary carries and that every test looks at.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::component;
use super::project::{self, Language, Made};
use crate::workspace::Workspace;

/// Builds those that changed since their component was made.
pub(crate) fn make(workspace: &Workspace) -> Result<()> {
    let components = workspace.made("foreign");
    fs::create_dir_all(&components)?;
    for (name, source) in find(&workspace.root)? {
        let component = components.join(format!("{name}.wasm"));
        if is_current(&component, &source)? {
            continue;
        }
        eprintln!("glasshouse: building plugins/{name}");
        let folder = workspace.made("foreign-build").join(&name);
        project::lay(&source, &folder)?;
        let world = component::world_of(&name)?;
        let made = project::build(workspace, &folder, &name, world)
            .with_context(|| format!("plugins/{name} does not build"))?;
        match made {
            Made::Component(built) => {
                component::check(&built, &folder.join("wit")).with_context(|| name.clone())?;
                // Renamed into place, so that nobody who reads it meanwhile gets half of it.
                let partial = folder.join("build.wasm");
                fs::copy(&built, &partial)?;
                fs::rename(partial, component)?;
            }
            Made::Skipped(missing) => eprintln!("glasshouse: SKIPPED plugins/{name}: there is no {missing}"),
        }
    }
    Ok(())
}

/// Name and folder of each plugin, in order.
fn find(root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in root.join("plugins").read_dir().context("there is no folder plugins")? {
        let folder = entry?.path();
        let name = folder.file_name().and_then(|name| name.to_str()).map(str::to_owned);
        if let (Some(name), Some(_)) = (name, Language::of(&folder)) {
            found.push((name, folder));
        }
    }
    found.sort();
    Ok(found)
}

fn is_current(component: &Path, source: &Path) -> Result<bool> {
    match fs::metadata(component) {
        Ok(facts) => Ok(facts.modified()? > project::changed(source)?),
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_found_by_the_file_of_their_language() {
        let root = tempfile::tempdir().unwrap();
        for file in ["tool-b/package.json", "tool-a/Makefile", "tool-c/component.py", "tool-d/Cargo.toml"] {
            let file = root.path().join("plugins").join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        fs::write(root.path().join("plugins/README.md"), "").unwrap();
        let names: Vec<String> = find(root.path()).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["tool-a", "tool-b", "tool-c"]);
    }
}
