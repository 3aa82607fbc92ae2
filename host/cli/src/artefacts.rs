//! The process's sandbox, with the cache of compiled components in its place.

use crate::terminal;
use glasshouse_sandbox::{ArtefactStore, HostFault, Sandbox, Settings};
use std::ffi::OsString;
use std::path::PathBuf;

/// Makes the sandbox. A cache that cannot be used costs time, so it is a warning and no failure.
///
/// # Errors
/// [`HostFault`] where this machine cannot run the engine.
pub(crate) fn sandbox() -> Result<Sandbox, HostFault> {
    let artefacts = match cache_folder(|name| std::env::var_os(name)) {
        Some(folder) => ArtefactStore::open(&folder.join("artefacts")).inspect_err(warn).ok(),
        None => {
            terminal::note(
                "warning: no folder for compiled components: neither GLASSHOUSE_CACHE nor HOME is set",
            );
            None
        }
    };
    Sandbox::new(Settings { artefacts, ..Settings::default() })
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
