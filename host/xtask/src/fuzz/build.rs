//! Builds the programs, with the compiler's coverage counters in the crates of this workspace and in no other.
//!
//! `cargo fuzz` sets flags for every crate, for which the engine would be compiled again. Here a wrapper that cargo
//! calls for members of the workspace adds them, and the rest is what any release build has made.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use cargo_metadata::Target;

use super::{ENGINE, PACKAGE};
use crate::process::{capture, cargo, program, run};
use crate::workspace::Workspace;

/// Coverage as libFuzzer takes it, from LLVM's pass, which the stable compiler runs by its name. Checks of debug builds
/// find more; less optimisation halves the time of a build that runs for minutes.
const FLAGS: [&str; 8] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions=on",
    "-Cdebuginfo=0",
    "-Copt-level=1",
];

/// The name of the C++ compiler that libFuzzer is built with.
///
/// # Errors
/// It is not there; the text says what to install.
pub(crate) fn compiler() -> Result<String> {
    let name = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    match capture(&mut program(&name, &["--version"])) {
        Ok(_) => Ok(name),
        Err(error) => {
            let hint = "fuzzing needs a C++ compiler for libFuzzer: install g++ or clang, or name one in CXX";
            Err(error.context(hint))
        }
    }
}

/// Builds the programs of these targets beside the release build.
pub(super) fn build(workspace: &Workspace, programs: &[&Target]) -> Result<()> {
    if !cfg!(unix) {
        bail!("fuzzing is built for Unix alone: the wrapper around the compiler is a shell script");
    }
    compiler()?;
    let mut cargo = cargo();
    // The whole workspace, as for the binary and the tests: another selection would compile the engine again.
    cargo.args(["build", "--release", "--workspace", "--features", &format!("{PACKAGE}/libfuzzer")]);
    if !programs.iter().any(|program| program.required_features.iter().any(|feature| feature == ENGINE)) {
        // No member but the targets' own has features by default.
        cargo.arg("--no-default-features");
    }
    for program in programs {
        cargo.args(["--bin", &program.name]);
    }
    run(cargo.env("RUSTC_WORKSPACE_WRAPPER", wrapper(workspace)?)).context("the targets do not build")
}

/// A script that calls the compiler with the flags. Cargo knows what was compiled through it by its path, so that path
/// is another one for other flags.
fn wrapper(workspace: &Workspace) -> Result<PathBuf> {
    let script = script();
    let mut hasher = DefaultHasher::new();
    script.hash(&mut hasher);
    let folder = workspace.made("fuzz");
    let path = folder.join(format!("rustc-{:016x}", hasher.finish()));
    if !path.exists() {
        fs::create_dir_all(&folder)?;
        fs::write(&path, script)?;
        run(&mut program("chmod", &["+x", &path.to_string_lossy()]))?;
    }
    Ok(path)
}

/// Build scripts run while the targets are built, without libFuzzer to be linked with.
fn script() -> String {
    let plain = r#"*" --crate-name build_script_"*|*" --print"*|*" -vV "*"#;
    format!("#!/bin/sh\ncase \" $* \" in\n{plain}) exec \"$@\" ;;\nesac\nexec \"$@\" {}\n", FLAGS.join(" "))
}
