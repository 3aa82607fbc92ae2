//! One plugin of every template of `glasshouse new`, written by the binary itself, tested and built.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::project::{self, Made};
use super::{component, rust};
use crate::glasshouse;
use crate::process::{capture, program};
use crate::workspace::Workspace;

const ROLES: [&str; 2] = ["tool", "judge"];
const LANGUAGES: [&str; 4] = ["rust", "js", "python", "c"];

/// Fails at the first template whose plugin does not build, fails its tests or asks for more than its world.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    glasshouse::build(workspace)?;
    let plugins = workspace.made("templates-check");
    if plugins.exists() {
        project::remove(&plugins)?;
    }
    fs::create_dir_all(&plugins)?;
    for role in ROLES {
        for language in LANGUAGES {
            let name = format!("{role}-in-{language}");
            eprintln!("glasshouse: checking the template of a {role} in {language}");
            check_one(workspace, &plugins, role, language, &name)
                .with_context(|| format!("`glasshouse new {role} {name} --lang {language}`"))?;
        }
    }
    Ok(())
}

fn check_one(workspace: &Workspace, plugins: &Path, role: &str, language: &str, name: &str) -> Result<()> {
    let mut new = program(workspace.binary(), &["new", role, name, "--lang", language]);
    capture(new.current_dir(plugins))?;
    let folder = plugins.join(name);
    let made = match language {
        "rust" => rust::build(workspace, &folder, name),
        _ => project::build(workspace, &folder, name, role),
    }?;
    match made {
        Made::Component(built) => component::check(&built, &folder.join("wit")),
        Made::Skipped(missing) => {
            eprintln!("glasshouse: SKIPPED the template of a {role} in {language}: there is no {missing}");
            Ok(())
        }
    }
}
