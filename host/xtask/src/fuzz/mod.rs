//! `fuzz`: feeds every parser of foreign bytes with what libFuzzer makes of the corpus in `host/fuzz`, on stable Rust.

mod build;
mod report;
mod run;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};
use cargo_metadata::Target;
use clap::Args;

use crate::workspace::Workspace;

pub(crate) use build::compiler;
use report::Ran;
use run::run;

const PACKAGE: &str = "glasshouse-fuzz";
/// The feature that the programs of those targets require that need the engine.
const ENGINE: &str = "engine";
/// Targets that run at one time.
const AT_ONCE: usize = 4;

/// What is fuzzed, and for how long.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Which targets; without any, all of them
    targets: Vec<String>,
    /// How long each of them runs
    #[arg(long, default_value_t = 60, value_name = "N")]
    seconds: u64,
    /// Run each input of the corpus once, and make no others
    #[arg(long, conflicts_with_all = ["seconds", "keep"])]
    corpus_only: bool,
    /// Add to the corpus what reached code that nothing in it reaches
    #[arg(long)]
    keep: bool,
    /// Targets that run for another time, and for how long.
    #[arg(skip)]
    exceptions: BTreeMap<String, u64>,
}

impl Options {
    /// All targets for so long each, but for the exceptions.
    pub(crate) fn all(seconds: u64, exceptions: &[(&str, u64)]) -> Self {
        let exceptions = exceptions.iter().map(|(name, seconds)| ((*name).to_owned(), *seconds)).collect();
        Self { targets: Vec::new(), seconds, corpus_only: false, keep: false, exceptions }
    }

    /// How long a target runs.
    fn seconds_of(&self, name: &str) -> u64 {
        self.exceptions.get(name).copied().unwrap_or(self.seconds)
    }

    /// Every target that it names.
    fn named(&self) -> impl Iterator<Item = &String> {
        self.targets.iter().chain(self.exceptions.keys())
    }
}

/// Builds the programs of the targets and runs them, four at a time, those first that take longest. Prints a line for
/// each, and fails when any failed.
pub(crate) fn fuzz(workspace: &Workspace, options: &Options) -> Result<()> {
    let programs = chosen(workspace, options)?;
    build::build(workspace, &programs)?;
    let waiting = Mutex::new(programs.iter());
    let failed = Mutex::new(Vec::new());
    let next = || waiting.lock().ok()?.next();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(program) = next() {
                    let ran = one(workspace, &program.name, options);
                    println!("{}", report::line(&program.name, &ran));
                    if !matches!(&ran, Ok(Ran { failure: None, .. }))
                        && let Ok(mut failed) = failed.lock()
                    {
                        failed.push(program.name.clone());
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_default();
    if !failed.is_empty() {
        bail!("fuzzing found something in {}", failed.join(", "));
    }
    Ok(())
}

fn one(workspace: &Workspace, name: &str, options: &Options) -> Result<Ran> {
    let seconds = (!options.corpus_only).then(|| options.seconds_of(name));
    let ran = run(workspace, name, seconds)?;
    if options.keep && ran.failure.is_none() {
        run::keep(workspace, name)?;
    }
    Ok(ran)
}

/// The programs of the targets that are asked for: by how long they run, then by name.
fn chosen<'w>(workspace: &'w Workspace, options: &Options) -> Result<Vec<&'w Target>> {
    let (package, _) = workspace
        .packages()
        .find(|(package, _)| package.name.as_str() == PACKAGE)
        .with_context(|| format!("the workspace has no package {PACKAGE}"))?;
    let mut programs: Vec<_> = package.targets.iter().filter(|target| target.is_bin()).collect();
    programs.sort_by_key(|program| (Reverse(options.seconds_of(&program.name)), &program.name));
    let all: Vec<_> = programs.iter().map(|program| program.name.as_str()).collect();
    if let Some(unknown) = options.named().find(|name| !all.contains(&name.as_str())) {
        bail!("there is no target {unknown:?}; there are {}", all.join(", "));
    }
    programs.retain(|program| options.targets.is_empty() || options.targets.contains(&program.name));
    Ok(programs)
}

/// Makes a folder, without what was in it.
fn fresh_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot clear {}", path.display()))?;
    }
    fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))
}
