//! `guests`: builds every guest of the workspace as a component under `target/guests`.
//!
//! A guest is any cdylib of a workspace package: a library, which takes the package's name, or an example,
//! which keeps its own. Nothing lists them by hand.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use cargo_metadata::{CrateType, Message, Target, TargetKind};
use wit_component::ComponentEncoder;

use crate::process::{clean_cargo, shown};
use crate::toolchain::{self, Choice, GuestToolchain, TARGET};
use crate::workspace::Workspace;

/// How the compiler is told that guests may compute on vectors, which natively compiled code does without being told: 5 %
/// less time for a request to a twin.
const FLAGS: (&str, &str) = ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Ctarget-feature=+simd128");

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Guest {
    name: String,
    package: String,
    /// Cargo's name of an example; None for a library.
    example: Option<String>,
}

/// Builds the guests and turns those that changed into components.
pub(crate) fn make(workspace: &Workspace, choice: Choice) -> Result<()> {
    let guests = find(workspace)?;
    let toolchain = toolchain::make(workspace, choice)?;
    let folder = workspace.made("guests");
    let stamps = workspace.made("guests-build/stamps");
    fs::create_dir_all(&folder)?;
    fs::create_dir_all(&stamps)?;
    let mut names = Vec::new();
    for (name, module) in build(workspace, &guests, &toolchain)? {
        let component = folder.join(format!("{name}.wasm"));
        encode_when_changed(&module, &component, &stamps.join(&name))
            .with_context(|| format!("cannot turn the guest {name} into a component"))?;
        names.push(format!("{name}.wasm"));
    }
    remove_others(&folder, &names)
}

fn find(workspace: &Workspace) -> Result<Vec<Guest>> {
    let mut guests = BTreeMap::new();
    for (package, _) in workspace.packages() {
        let libraries =
            package.targets.iter().filter(|target| target.crate_types.contains(&CrateType::CDyLib));
        for target in libraries {
            let guest = guest(&package.name, target);
            if let Some(other) = guests.insert(guest.name.clone(), guest) {
                bail!("two guests are called {}: one of them is in {}", other.name, other.package);
            }
        }
    }
    Ok(guests.into_values().collect())
}

fn guest(package: &str, target: &Target) -> Guest {
    let example = target.kind.contains(&TargetKind::Example).then(|| target.name.clone());
    let name = example.clone().unwrap_or_else(|| package.to_owned());
    Guest { name, package: package.to_owned(), example }
}

/// Core modules by guest name.
///
/// Libraries and examples are built apart: cargo builds dev-dependencies for examples, and those of a twin's
/// tests do not build for a target without an operating system.
fn build(
    workspace: &Workspace,
    guests: &[Guest],
    toolchain: &GuestToolchain,
) -> Result<BTreeMap<String, PathBuf>> {
    let mut modules = BTreeMap::new();
    let mut said = false;
    let (examples, libraries): (Vec<_>, Vec<_>) = guests.iter().partition(|guest| guest.example.is_some());
    if !libraries.is_empty() {
        let mut cargo = cargo_build(workspace, toolchain);
        cargo.arg("--lib");
        for guest in &libraries {
            cargo.args(["--package", &guest.package]);
        }
        modules.extend(built(&mut cargo, workspace, &libraries, &mut said)?);
    }
    if !examples.is_empty() {
        let mut cargo = cargo_build(workspace, toolchain);
        for guest in &examples {
            cargo.args(["--package", &guest.package]);
            cargo.args(guest.example.iter().flat_map(|example| ["--example", example]));
        }
        modules.extend(built(&mut cargo, workspace, &examples, &mut said)?);
    }
    Ok(modules)
}

fn cargo_build(workspace: &Workspace, toolchain: &GuestToolchain) -> Command {
    let mut cargo = clean_cargo();
    toolchain.apply(&mut cargo);
    cargo
        .env(FLAGS.0, FLAGS.1)
        .args(["build", "--quiet", "--profile", "guest", "--target", TARGET])
        .arg("--manifest-path")
        .arg(workspace.root.join("Cargo.toml"))
        // A folder of its own: a build of the host neither waits for this one nor undoes it.
        .arg("--target-dir")
        .arg(workspace.made("guests-build"))
        .args(["--message-format", "json-render-diagnostics"]);
    cargo
}

/// Runs cargo and finds each guest's module in its messages. Says once that it takes long.
fn built(
    cargo: &mut Command,
    workspace: &Workspace,
    guests: &[&Guest],
    said: &mut bool,
) -> Result<BTreeMap<String, PathBuf>> {
    let name = shown(cargo);
    let packages: BTreeMap<_, _> =
        workspace.packages().map(|(package, _)| (&package.id, package.name.as_str())).collect();
    let started = std::time::Instant::now();
    let mut child = cargo.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{name}`"))?;
    let stdout = child.stdout.take().context("no stdout")?;
    let mut modules = BTreeMap::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        let Message::CompilerArtifact(artifact) = message? else { continue };
        if !*said && !artifact.fresh && started.elapsed() > Duration::from_secs(1) {
            eprintln!("glasshouse: building the guests (a minute when nothing is built yet)");
            *said = true;
        }
        let Some(package) = packages.get(&artifact.package_id) else { continue };
        let module = artifact.filenames.iter().find(|file| file.extension() == Some("wasm"));
        let found = guest(package, &artifact.target);
        if let (Some(module), true) = (module, guests.contains(&&found)) {
            modules.insert(found.name, module.clone().into_std_path_buf());
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("the guests do not build ({status})");
    }
    match guests.iter().find(|guest| !modules.contains_key(&guest.name)) {
        Some(missing) => bail!("`{name}` made no module of {}", missing.name),
        None => Ok(modules),
    }
}

/// Encodes unless the stamp says that the component was made of this very module, and writes only other
/// bytes than there are: the host's build embeds the file and starts anew when it is touched.
fn encode_when_changed(module: &Path, component: &Path, stamp: &Path) -> Result<()> {
    let facts = fs::metadata(module)?;
    let made_of = format!("{} {}", facts.len(), facts.modified()?.duration_since(UNIX_EPOCH)?.as_nanos());
    if component.is_file() && fs::read_to_string(stamp).is_ok_and(|stamp| stamp == made_of) {
        return Ok(());
    }
    let bytes = ComponentEncoder::default().validate(true).module(&fs::read(module)?)?.encode()?;
    if !fs::read(component).is_ok_and(|present| present == bytes) {
        // Renamed into place, so that a build of the host that runs beside us never embeds half a guest.
        let partial = stamp.with_extension("partial");
        fs::write(&partial, bytes)?;
        fs::rename(partial, component)?;
    }
    Ok(fs::write(stamp, made_of)?)
}

/// A guest that no longer exists must not be embedded or tested.
fn remove_others(folder: &Path, names: &[String]) -> Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        if !names.iter().any(|name| entry.file_name() == name.as_str()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(kind: &str, name: &str) -> Target {
        serde_json::from_value(serde_json::json!({
            "name": name, "kind": [kind], "crate_types": ["cdylib"], "src_path": "lib.rs",
        }))
        .unwrap()
    }

    #[test]
    fn a_library_takes_the_name_of_its_package_and_an_example_keeps_its_own() {
        let library = guest("twin-slack", &target("cdylib", "twin_slack"));
        assert_eq!((library.name.as_str(), library.example), ("twin-slack", None));

        let example = guest("testing-guests", &target("example", "memory-hog"));
        assert_eq!((example.name.as_str(), example.example.as_deref()), ("memory-hog", Some("memory-hog")));
    }

    #[test]
    fn a_component_is_written_anew_only_when_its_bytes_change() {
        let folder = tempfile::tempdir().unwrap();
        let [module, component, stamp] = ["core", "guest.wasm", "stamp"].map(|name| folder.path().join(name));
        let touch = |path: &Path, at| fs::File::options().append(true).open(path)?.set_modified(at);
        let modified = || fs::metadata(&component).unwrap().modified().unwrap();
        fs::write(&module, b"\0asm\x01\0\0\0").unwrap();
        encode_when_changed(&module, &component, &stamp).unwrap();

        touch(&component, UNIX_EPOCH).unwrap();
        touch(&module, UNIX_EPOCH + Duration::from_secs(1)).unwrap();
        encode_when_changed(&module, &component, &stamp).unwrap();
        assert_eq!(modified(), UNIX_EPOCH, "the same module, built again, makes the same component");

        // An empty custom section named "x".
        fs::write(&module, b"\0asm\x01\0\0\0\0\x02\x01x").unwrap();
        encode_when_changed(&module, &component, &stamp).unwrap();
        assert_ne!(modified(), UNIX_EPOCH);
    }

    #[test]
    fn what_is_no_module_never_becomes_a_component() {
        let folder = tempfile::tempdir().unwrap();
        let [module, component, stamp] = ["core", "guest.wasm", "stamp"].map(|name| folder.path().join(name));
        fs::write(&module, b"\0asm").unwrap();
        assert!(encode_when_changed(&module, &component, &stamp).is_err());
        assert!(!component.exists() && !stamp.exists());
    }
}
