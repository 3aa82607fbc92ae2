//! The contract in `wit/` keeps its own rules, and the host's tables of it say what it says.

mod walk;

use glasshouse_sandbox::Role;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use walk::{long_files, without_file, world, worlds_of};
use wit_parser::Resolve;

/// Longest file of one interface, in lines.
const LONGEST_FILE: usize = 150;

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The whole contract, parsed.
pub(crate) fn contract() -> Resolve {
    let mut resolve = Resolve::new();
    resolve.push_path(folder("../../wit")).expect("wit/ parses");
    resolve
}

/// What a role's world imports, without versions.
pub(crate) fn imports_of(resolve: &Resolve, role: Role) -> BTreeSet<String> {
    world(resolve, role.name()).imports
}

#[test]
fn every_item_is_documented_and_every_variant_has_a_default() {
    let resolve = contract();
    assert!(resolve.interfaces.len() >= 12, "{} interfaces", resolve.interfaces.len());
    assert_eq!(walk::mistakes(&resolve), Vec::<String>::new());
}

#[test]
fn the_walker_sees_what_is_wrong() {
    let mut resolve = Resolve::new();
    resolve.push_source("bad.wit", include_str!("bad.wit")).unwrap();
    let expected: Vec<_> = include_str!("bad.txt").lines().map(str::to_owned).collect();
    assert_eq!(walk::mistakes(&resolve), expected);
}

#[test]
fn files_are_short() {
    let files = long_files(&folder("../../wit"), LONGEST_FILE);
    assert_eq!(files, Vec::<PathBuf>::new());
    assert!(long_files(&folder("../../wit"), 5).len() >= 12, "the walk finds the files at all");
}

#[test]
fn every_capability_has_its_file() {
    let resolve = contract();
    assert_eq!(without_file(&resolve, &folder("src/capability")), BTreeSet::new());
    let nowhere = without_file(&resolve, &folder("src/guest"));
    let all = [
        "clock",
        "delivery",
        "http",
        "log",
        "model",
        "outcome",
        "random",
        "state",
        "tools",
        "trajectory",
        "workspace",
    ];
    assert_eq!(nowhere, all.map(String::from).into(), "where no capability is implemented, all are missing");
}

#[test]
fn roles_are_the_worlds() {
    let resolve = contract();
    let names: BTreeSet<_> = Role::ALL.iter().map(|role| role.name().to_owned()).collect();
    let umbrella = ["host", "listening-agent", "listening-runtime", "roles"].map(String::from);
    assert_eq!(worlds_of(&resolve), names.union(&umbrella.into()).cloned().collect());
    for role in Role::ALL {
        let world = world(&resolve, role.name());
        let imports: BTreeSet<_> = role.imports().iter().map(|&name| name.to_owned()).collect();
        assert_eq!(imports, world.imports, "imports of {role}");
        assert_eq!(BTreeSet::from([role.export().to_owned()]), world.exports, "exports of {role}");
    }
}
