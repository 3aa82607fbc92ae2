//! Fetches and unpacks the Debian packages of a current Rust; installs nothing.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process::{capture, capture_within, program, run};

/// Fetching package lists or packages; generous for a slow mirror, an end for a dead one.
const LIMIT: Duration = Duration::from_secs(600);

/// Debian keeps this compiler current for its browsers, also in releases whose `rustc` is old.
const COMPILER: &str = "rustc-web";
const LIBRARY: &str = "libstd-rust-web-dev";
const SOURCE: &str = "rust-web-src";

/// Downloaded packages: (name, version, file).
pub(super) struct Packages(Vec<(String, String, PathBuf)>);

impl Packages {
    /// One line a package: name and version.
    pub(super) fn record(&self) -> String {
        self.0.iter().fold(String::new(), |mut text, (name, version, _)| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name} {version}");
            text
        })
    }
}

/// Fails unless the machine has Debian's package tools.
pub(super) fn require_tools() -> Result<()> {
    for tool in ["apt-get", "apt-cache", "dpkg", "dpkg-deb", "tar"] {
        capture(&mut program(tool, &["--version"])).context("it is made of Debian packages")?;
    }
    Ok(())
}

/// `major.minor` of a package version such as `1.96.0+dfsg1-1~deb12u2`.
pub(super) fn rust_version(version: &str) -> Option<(u64, u64)> {
    let mut numbers = version.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Fetches compiler, its LLVM, host library and library source into the folder.
pub(super) fn download(folder: &Path, needed: Option<(u64, u64)>) -> Result<Packages> {
    if rust_version(&candidate(COMPILER)?) < needed {
        // Lists that are missing or from before the last security update know no recent compiler.
        capture_within(&mut program("apt-get", &["update"]), LIMIT)
            .context("the package lists know no recent rustc-web; run `apt-get update` as root")?;
    }
    let offered = candidate(COMPILER)?;
    if rust_version(&offered) < needed {
        bail!("the distribution offers {COMPILER} {offered:?}, which is older than the guests need");
    }
    let library = dependency(LIBRARY, "libstd-rust-web-")?;
    let llvm = dependency(&library, "libllvm")?;
    let names = [COMPILER, LIBRARY, &library, &llvm, SOURCE];
    fs::create_dir_all(folder)?;
    let mut apt = program("apt-get", &["download", "--quiet"]);
    capture_within(apt.args(names).current_dir(folder), LIMIT)?;
    let packages = names.iter().map(|name| downloaded(folder, name)).collect::<Result<Vec<_>>>()?;
    check_versions(&packages, &[COMPILER, &library, SOURCE])?;
    Ok(Packages(packages))
}

/// Unpacks into the folder; of the source only what the standard library is built from.
pub(super) fn unpack(packages: &Packages, folder: &Path) -> Result<()> {
    for (name, _, file) in &packages.0 {
        if name == SOURCE {
            unpack_library_source(file, folder)?;
        } else {
            run(program("dpkg", &["--extract"]).arg(file).arg(folder))?;
        }
    }
    Ok(())
}

fn unpack_library_source(file: &Path, folder: &Path) -> Result<()> {
    let mut archive = program("dpkg-deb", &["--fsys-tarfile"])
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start `dpkg-deb`")?;
    let pipe = archive.stdout.take().context("no stdout")?;
    // The folder comes first: tar changes to it only for the patterns that follow.
    let mut tar = program("tar", &["--extract", "--directory"]);
    let unpacked = run(tar.arg(folder).args(["--wildcards", "./usr/src/rustc-*/library"]).stdin(pipe));
    let status = archive.wait()?;
    unpacked?;
    if !status.success() {
        bail!("`dpkg-deb --fsys-tarfile` failed ({status})");
    }
    Ok(())
}

/// The version that `apt-get download` would take; empty when there is none.
fn candidate(package: &str) -> Result<String> {
    let policy = capture(program("apt-cache", &["policy", package]).env("LC_ALL", "C"))?;
    let line = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "));
    Ok(line.unwrap_or_default().to_owned())
}

/// The dependency of a package whose name starts so; names carry versions that move with each update.
fn dependency(package: &str, prefix: &str) -> Result<String> {
    let text = capture(program("apt-cache", &["depends", package]).env("LC_ALL", "C"))?;
    let mut names = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let found = names.find(|name| name.to_lowercase().starts_with(prefix));
    Ok(found.with_context(|| format!("{package} depends on no {prefix}*"))?.to_owned())
}

fn downloaded(folder: &Path, name: &str) -> Result<(String, String, PathBuf)> {
    let prefix = format!("{name}_");
    for entry in folder.read_dir()? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let file = entry.path();
            let version = capture(program("dpkg-deb", &["--field"]).arg(&file).arg("Version"))?;
            return Ok((name.to_owned(), version.trim().to_owned(), file));
        }
    }
    bail!("`apt-get download` left no {name}")
}

/// A library built from another source than its compiler's does not load.
fn check_versions(packages: &[(String, String, PathBuf)], names: &[&str]) -> Result<()> {
    let mut versions: Vec<&str> = packages
        .iter()
        .filter(|(name, ..)| names.contains(&name.as_str()))
        .map(|(_, version, _)| version.as_str())
        .collect();
    versions.dedup();
    if versions.len() > 1 {
        bail!("{} differ in version: {}", names.join(", "), versions.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_rust_is_read_from_the_version_of_a_package() {
        assert_eq!(rust_version("1.96.0+dfsg1-1~deb12u2"), Some((1, 96)));
        assert_eq!(rust_version("(none)"), None);
        assert!(rust_version("(none)") < Some((1, 95)), "a missing package is older than any need");
    }

    #[test]
    fn a_library_of_another_version_than_its_compiler_is_refused() {
        let package = |name: &str, version: &str| (name.to_owned(), version.to_owned(), PathBuf::new());
        let packages = [package(COMPILER, "1.96"), package("libllvm22", "22.1"), package(SOURCE, "1.96")];
        assert!(check_versions(&packages, &[COMPILER, SOURCE]).is_ok());

        let packages = [package(COMPILER, "1.96"), package(SOURCE, "1.95")];
        let error = check_versions(&packages, &[COMPILER, SOURCE]).unwrap_err();
        assert_eq!(error.to_string(), "rustc-web, rust-web-src differ in version: 1.96, 1.95");
    }
}
