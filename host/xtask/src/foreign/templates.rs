//! One plugin of every template of `glasshouse new`, written by the binary itself, tested and built.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::project::{self, Made};
use super::{component, rust};
use crate::process::{capture, program};
use crate::workspace::Workspace;
use crate::{ci, glasshouse};

const ROLES: [&str; 2] = ["tool", "judge"];
const LANGUAGES: [&str; 4] = ["rust", "js", "python", "c"];

/// Fails at the first template whose plugin does not build, fails its tests or asks for more than its world; in CI also
/// where one cannot be built.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    glasshouse::build(workspace)?;
    let plugins = workspace.made("templates-check");
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
    let folder = plugins.join(name);
    let earlier = plugins.join(format!("{name}-earlier"));
    if earlier.exists() {
        project::remove(&earlier)?;
    }
    if folder.exists() {
        fs::rename(&folder, &earlier)?;
    }
    let mut new = program(workspace.binary(), &["new", role, name, "--lang", language]);
    capture(new.current_dir(plugins))?;
    if earlier.exists() {
        project::take_installed(&earlier, &folder)?;
        project::remove(&earlier)?;
    }
    let made = match language {
        "rust" => rust::build(workspace, &folder, name),
        _ => project::build(workspace, &folder, name, role),
    }?;
    match made {
        Made::Component(built) => component::check(&built, &folder.join("wit")),
        Made::Skipped(missing) if ci::is_in_ci() => bail!("there is no {missing}"),
        Made::Skipped(missing) => {
            eprintln!("glasshouse: SKIPPED the template of a {role} in {language}: there is no {missing}");
            Ok(())
        }
    }
}
