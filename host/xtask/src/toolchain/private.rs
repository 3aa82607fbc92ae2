//! A toolchain made of distribution packages, in a cache folder, beside whatever else is installed.
//!
//! It is never put on PATH; only the build of the guests is told about it. The folder appears under its final
//! name when it is complete: until then it is called `*.partial`, which no run ever takes for a toolchain.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{GuestToolchain, active, debian, standard_library};

/// Says which packages the folder was made of. Written last.
const RECORD: &str = "versions.txt";

/// Finds the toolchain in the user's cache, or makes it: about 140 MB of packages and three minutes.
///
/// `needed` is the oldest version of Rust that the guests accept, as (major, minor).
pub(super) fn find_or_make(needed: Option<(u64, u64)>) -> Result<GuestToolchain> {
    let cache = cache_folder()?;
    fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let folder = cache.join("wasm-toolchain");
    let lock = File::create(cache.join("wasm-toolchain.lock"))?;
    lock.lock().context("cannot lock the cached toolchain")?;
    if !is_made(&folder) || is_too_old(&folder, needed) {
        make(&folder, needed)?;
    }
    Ok(GuestToolchain::Private { rustc: wrapper(&folder), linker: active::linker()? })
}

fn cache_folder() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME is set")?.join("glasshouse"))
}

fn wrapper(folder: &Path) -> PathBuf {
    folder.join("bin/rustc")
}

fn is_made(folder: &Path) -> bool {
    folder.join(RECORD).is_file()
}

/// A folder whose record cannot be read counts as too old, so that it is made anew.
fn is_too_old(folder: &Path, needed: Option<(u64, u64)>) -> bool {
    let record = fs::read_to_string(folder.join(RECORD)).unwrap_or_default();
    let made_of = record.lines().find_map(|line| line.strip_prefix("rustc-web "));
    debian::rust_version(made_of.unwrap_or_default()) < needed
}

fn make(folder: &Path, needed: Option<(u64, u64)>) -> Result<()> {
    let host = active::host()?;
    let Some((architecture, _)) = host.split_once("-unknown-linux-gnu") else {
        bail!("it is made of Debian packages; this machine is {host}");
    };
    debian::require_tools()?;
    eprintln!("glasshouse: making a toolchain for guests in {} (about three minutes)", folder.display());
    let partial = folder.with_extension("partial");
    remove(&partial)?;
    let result = fill(&partial, architecture, needed);
    if result.is_err() {
        // Half a toolchain only takes space: nothing reads it, and the next attempt starts from nothing.
        remove(&partial)?;
    }
    result?;
    remove(folder)?;
    fs::rename(&partial, folder).with_context(|| format!("cannot rename {}", partial.display()))
}

fn fill(partial: &Path, architecture: &str, needed: Option<(u64, u64)>) -> Result<()> {
    let packages = debian::download(&partial.join("packages"), needed)?;
    debian::unpack(&packages, partial)?;
    write_wrapper(partial, architecture)?;
    standard_library::build(&wrapper(partial), &active::linker()?, partial)?;
    for needless in ["packages", "usr/share", "usr/src"] {
        remove(&partial.join(needless))?;
    }
    fs::write(partial.join(RECORD), packages.record())?;
    Ok(())
}

/// The compiler's LLVM is in the folder too, where the system's loader does not look.
fn write_wrapper(partial: &Path, architecture: &str) -> Result<()> {
    let script = format!(
        "#!/bin/sh\n\
         usr=$(dirname \"$(readlink -f \"$0\")\")/../usr\n\
         LD_LIBRARY_PATH=$usr/lib/{architecture}-linux-gnu${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}} \
         exec \"$usr/bin/rustc\" \"$@\"\n"
    );
    let path = wrapper(partial);
    fs::create_dir_all(partial.join("bin"))?;
    fs::write(&path, script)?;
    make_executable(&path)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    bail!("it is made of Debian packages, which this system has not")
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
