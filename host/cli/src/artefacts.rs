//! The process's sandbox, with the cache of compiled components in its place.

use crate::args::FeatureProfile;
use crate::terminal;
use glasshouse_sandbox::{ArtefactStore, Compiler, HostFault, Profile, Sandbox, Settings};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Makes the sandbox. Components are compiled in a process of their own, since anybody may have made them. A cache that
/// cannot be used costs time, so it is a warning and no failure.
///
/// # Errors
/// [`HostFault`] where this machine cannot run the engine.
pub(crate) fn sandbox() -> Result<Sandbox, HostFault> {
    Sandbox::new(settings())
}

/// Makes the sandbox for trials: `wall` of a budget ends a guest even while it computes, since not all that it computes costs
/// the fuel that it costs time.
///
/// # Errors
/// [`HostFault`] where this machine cannot run the engine.
pub(crate) fn sandbox_for_trials() -> Result<Sandbox, HostFault> {
    Sandbox::new(Settings { wall_clock: true, ..settings() })
}

/// Makes the sandbox for calls that have no virtual time: guests are ended by real time even while they compute.
///
/// # Errors
/// [`HostFault`] where this machine cannot run the engine.
pub(crate) fn sandbox_for_calls(profile: FeatureProfile) -> Result<Sandbox, HostFault> {
    let profile = match profile {
        FeatureProfile::Strict => Profile::Strict,
        FeatureProfile::Managed => Profile::Managed,
    };
    Sandbox::new(Settings { profile, wall_clock: true, ..settings() })
}

/// This program as the one that compiles; none where it cannot be started again.
pub(crate) fn compiler() -> Option<Compiler> {
    // The child would have every guard in its place.
    if cfg!(feature = "removable-guards") {
        return None;
    }
    let program = std::env::current_exe().ok()?;
    let arguments = vec!["compile-child".to_owned()];
    Some(Compiler { program, arguments, deadline: COMPILE_DEADLINE, memory: COMPILE_MEMORY })
}

/// The largest guest that was tried, CPython, takes 35 s on one thread.
const COMPILE_DEADLINE: Duration = Duration::from_secs(120);
const COMPILE_MEMORY: u64 = 4 * 1024 * 1024 * 1024;

fn settings() -> Settings {
    let artefacts = match cache_folder(|name| std::env::var_os(name)) {
        Some(folder) => ArtefactStore::open(&folder.join("artefacts")).inspect_err(warn).ok(),
        None => {
            terminal::note(
                "warning: no folder for compiled components: neither GLASSHOUSE_CACHE nor HOME is set",
            );
            None
        }
    };
    Settings { artefacts, compiler: compiler(), ..Settings::default() }
}

/// Says where a component was compiled and could not be kept. Called by a verb when it has loaded its components.
pub(crate) fn warn_of_what_was_not_kept(sandbox: &Sandbox) {
    if let Some(fault) = sandbox.take_artefact_fault() {
        warn(&fault);
    }
}

fn warn(fault: &HostFault) {
    terminal::note(&format!("warning: {fault}"));
    terminal::note(
        "  hint: every component is compiled afresh; set GLASSHOUSE_CACHE to a folder of your own",
    );
}

/// `$GLASSHOUSE_CACHE`, else `glasshouse` in the user's cache folder. The XDG specification says to pass over a
/// relative `$XDG_CACHE_HOME`.
fn cache_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let path = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    path("GLASSHOUSE_CACHE").or_else(|| {
        let caches = path("XDG_CACHE_HOME").filter(|caches| caches.is_absolute());
        let caches = caches.or_else(|| Some(path("HOME")?.join(".cache")))?;
        Some(caches.join("glasshouse"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_can_be_used_decides() {
        type Row = (&'static [(&'static str, &'static str)], Option<&'static str>);
        let rows: &[Row] = &[
            (&[("GLASSHOUSE_CACHE", "/a"), ("XDG_CACHE_HOME", "/b"), ("HOME", "/c")], Some("/a")),
            (&[("GLASSHOUSE_CACHE", ""), ("XDG_CACHE_HOME", "/b"), ("HOME", "/c")], Some("/b/glasshouse")),
            (&[("XDG_CACHE_HOME", "b"), ("HOME", "/c")], Some("/c/.cache/glasshouse")),
            (&[], None),
        ];
        for (variables, wanted) in rows {
            let found = cache_folder(|name| {
                variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.into())
            });
            assert_eq!(found.as_deref(), wanted.map(std::path::Path::new), "{variables:?}");
        }
    }
}
