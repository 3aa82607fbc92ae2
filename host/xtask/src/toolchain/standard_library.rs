//! Builds Rust's standard library for guests with a compiler that came without it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{GuestToolchain, TARGET, active};
use crate::process::{capture, clean_cargo};

/// Builds from the source under `root/usr/src` and puts the libraries into the sysroot under `root/usr`.
pub(super) fn build(rustc: &Path, linker: &Path, root: &Path) -> Result<()> {
    let source = library_source(root)?;
    let built = root.join("standard-library");
    let toolchain = GuestToolchain::Private { rustc: rustc.to_owned(), linker: linker.to_owned() };
    let mut cargo = clean_cargo();
    toolchain.apply(&mut cargo);
    cargo
        .args(["build", "--release", "--locked", "--target", TARGET, "--manifest-path", "sysroot/Cargo.toml"])
        .args(["--features", "panic-unwind,backtrace"])
        // The library uses unstable features by nature; its bitcode is what `lto` of a guest works on.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", &built)
        .current_dir(source);
    capture(&mut cargo).context("cannot build the standard library")?;
    let sysroot = root.join("usr/lib/rustlib").join(TARGET).join("lib");
    copy_libraries(&built.join(TARGET).join("release/deps"), &sysroot)?;
    fs::remove_dir_all(&built)?;
    if !active::holds(&sysroot, "std") {
        bail!("the build of the standard library left no libstd");
    }
    Ok(())
}

fn library_source(root: &Path) -> Result<PathBuf> {
    for entry in root.join("usr/src").read_dir().context("the source package has no usr/src")? {
        let library = entry?.path().join("library");
        if library.is_dir() {
            return Ok(library);
        }
    }
    bail!("the source package has no library folder")
}

fn copy_libraries(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let path = entry?.path();
        if let (Some("rlib"), Some(name)) = (path.extension().and_then(|end| end.to_str()), path.file_name())
        {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
