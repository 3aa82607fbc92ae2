//! The toolchain that cargo uses: does it have a standard library for guests already?

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{GuestToolchain, TARGET};
use crate::process::{capture, program};

/// Fails with the reason when the target's standard library is missing.
pub(super) fn find() -> Result<GuestToolchain> {
    let library = capture(&mut program(rustc(), &["--print", "target-libdir", "--target", TARGET]))?;
    let library = Path::new(library.trim());
    for name in ["core", "std"] {
        if !holds(library, name) {
            bail!("it has no standard library for {TARGET}");
        }
    }
    Ok(GuestToolchain::Active)
}

/// The compiler that cargo would call.
pub(super) fn rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// The target triple of this machine.
pub(super) fn host() -> Result<String> {
    let version = capture(&mut program(rustc(), &["-vV"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// The WebAssembly linker that comes with every toolchain of the Rust project.
pub(super) fn linker() -> Result<PathBuf> {
    let sysroot = capture(&mut program(rustc(), &["--print", "sysroot"]))?;
    let linker = Path::new(sysroot.trim()).join("lib/rustlib").join(host()?).join("bin/rust-lld");
    if !linker.exists() {
        bail!("the active toolchain has no {}", linker.display());
    }
    Ok(linker)
}

/// Whether the folder has the library of this crate, with or without a hash in its name.
pub(super) fn holds(folder: &Path, name: &str) -> bool {
    let Ok(entries) = folder.read_dir() else { return false };
    entries.flatten().any(|entry| is_library_of(&entry.file_name().to_string_lossy(), name))
}

fn is_library_of(file: &str, name: &str) -> bool {
    let stem = file.strip_prefix("lib").and_then(|rest| rest.strip_suffix(".rlib"));
    stem.and_then(|stem| stem.split('-').next()) == Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_known_by_the_name_of_its_crate() {
        assert!(is_library_of("libstd-27108de0be1232cd.rlib", "std"));
        assert!(is_library_of("libstd.rlib", "std"), "cargo leaves the hash out of std's name");
        assert!(!is_library_of("libstd_detect-cd3218a6dca4694e.rlib", "std"));
        assert!(!is_library_of("libstd-27108de0be1232cd.rmeta", "std"));
    }
}
