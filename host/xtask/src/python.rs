//! Python environments of this checkout, made where missing and kept while their requirements stay the same.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::process::{program, run};

/// The folder of the programs of an environment with these requirements (the text of a requirements file).
///
/// The stamp holds the requirements and is written last, so a half-made environment is made anew.
pub(crate) fn environment(folder: &Path, requirements: &str) -> Result<PathBuf> {
    let stamp = folder.join("made-for.txt");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    if fs::read_to_string(&stamp).is_ok_and(|present| present == requirements) {
        return Ok(programs);
    }
    eprintln!("glasshouse: installing Python packages into {}", folder.display());
    run(program("python3", &["-m", "venv", "--clear"]).arg(folder))?;
    let wanted = folder.join("requirements.txt");
    fs::write(&wanted, requirements)?;
    let mut python = program(
        programs.join("python"),
        &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"],
    );
    run(python.arg(wanted))?;
    fs::write(stamp, requirements)?;
    Ok(programs)
}
