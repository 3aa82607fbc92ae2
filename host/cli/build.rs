//! Embeds every bundled guest: the components of `plugins/` and `twins-wasm/`, each with its demo fixture if it has one;
//! and, under names of their own, the hostile guests that `prove` runs.

#[path = "build/corpus.rs"]
mod corpus;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result};

/// Folders whose guests belong to the binary, from the workspace's root.
const FOLDERS: [&str; 3] = ["plugins", "plugins/access-desk/mutants", "twins-wasm"];

/// Guests of `host/testing/guests` that attack the host. No user can name them.
const HOSTILE_GUESTS: [&str; 3] = ["breaking-twin", "hostile-agent", "peeking-agent"];

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let built = root.join("target/guests");
    // Folders that are embedded whole do not tell cargo of a new file.
    watch(&root.join("host/cli/src/verb/new/templates"));
    watch(&root.join("wit/deps"));
    let mut entries = String::new();
    let mut all_built = true;
    for folder in guest_folders(&root)? {
        let Some(name) = folder.file_name().and_then(|name| name.to_str()) else { continue };
        let component = built.join(format!("{name}.wasm"));
        watch(&component);
        all_built &= component.is_file();
        let demo = folder.join("fixtures/demo.json");
        let demo = if demo.is_file() { format!("Some(include_str!({demo:?}))") } else { "None".to_owned() };
        let _ = writeln!(
            entries,
            "    BundledGuest {{ name: {name:?}, component: include_bytes!({component:?}), demo: {demo} }},"
        );
    }
    let mut hostile = String::new();
    for name in HOSTILE_GUESTS {
        let component = built.join(format!("{name}.wasm"));
        watch(&component);
        all_built &= component.is_file();
        let constant = name.replace('-', "_").to_uppercase();
        let _ = writeln!(
            hostile,
            "/// The component `{name}`.\npub(crate) const {constant}: &[u8] = include_bytes!({component:?});"
        );
    }
    if !all_built {
        println!("cargo::error=guests are missing: run \"cargo xtask guests\"");
        return Ok(());
    }
    let wat = root.join("host/testing/guests/wat");
    watch(&wat);
    watch(&root.join("host/testing/src/generated.rs"));
    let assembled = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("corpus");
    write("corpus.rs", &corpus::corpus(&wat, &assembled)?)?;
    write("bundled.rs", &format!("&[\n{entries}]\n"))?;
    write("hostile.rs", &hostile)
}

/// Writes a file that the crate includes.
fn write(name: &str, text: &str) -> Result<()> {
    let made = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name);
    fs::write(&made, text).with_context(|| made.display().to_string())
}

/// Folders of the crates that make a component, in order of their paths.
fn guest_folders(root: &Path) -> Result<Vec<PathBuf>> {
    let mut guests = Vec::new();
    for folder in FOLDERS {
        let folder = root.join(folder);
        watch(&folder);
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let manifest = entry?.path().join("Cargo.toml");
            let makes_component = fs::read_to_string(&manifest).is_ok_and(|text| text.contains("\"cdylib\""));
            if let (true, Some(crate_folder)) = (makes_component, manifest.parent()) {
                watch(&manifest);
                guests.push(crate_folder.to_owned());
            }
        }
    }
    guests.sort();
    Ok(guests)
}

/// A path that is not there counts as changed, so a missing guest is looked for again by the next build.
fn watch(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}
