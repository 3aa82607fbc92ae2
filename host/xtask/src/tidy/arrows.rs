//! Which package may depend on which. A package that no row names may not exist.

use cargo_metadata::{CrateType, Dependency, DependencyKind, Metadata, Package};

use super::Breach;

/// A package of the host, and the packages of this workspace that it may depend on.
const HOST: [(&str, &[&str]); 10] = [
    ("glasshouse-model", &[]),
    ("glasshouse-judge", &["glasshouse-model"]),
    ("glasshouse-ledger", &["glasshouse-model"]),
    ("glasshouse-sandbox", &["glasshouse-model"]),
    ("glasshouse-universe", &["glasshouse-model", "glasshouse-sandbox"]),
    (
        "glasshouse-runner",
        &[
            "glasshouse-judge",
            "glasshouse-ledger",
            "glasshouse-model",
            "glasshouse-sandbox",
            "glasshouse-universe",
        ],
    ),
    (
        "glasshouse-cli",
        &[
            "glasshouse-judge",
            "glasshouse-ledger",
            "glasshouse-model",
            "glasshouse-runner",
            "glasshouse-sandbox",
            "glasshouse-universe",
        ],
    ),
    (
        "glasshouse-testing",
        &[
            "glasshouse-judge",
            "glasshouse-model",
            "glasshouse-runner",
            "glasshouse-sandbox",
            "glasshouse-universe",
        ],
    ),
    (
        // Feeds parsers wherever they are; nothing depends on it.
        "glasshouse-fuzz",
        &[
            "glasshouse-ledger",
            "glasshouse-model",
            "glasshouse-sandbox",
            "glasshouse-universe",
            "judge-conversation",
            "judge-effects",
            "judge-policy",
            "judge-rubric",
            "persona-scripted",
            "plugin-sdk",
            "tool-http",
            "tool-table",
            "tool-workspace",
            "twin-jira",
            "twin-okta",
            "twin-sdk",
            "twin-slack",
        ],
    ),
    ("xtask", &[]),
];

/// What several guests are made of, and the packages of this workspace that it may depend on.
const SHARED: [(&str, &[&str]); 4] = [
    ("access-desk-logic", &["plugin-sdk"]),
    ("guest-memory", &[]),
    ("plugin-sdk", &["guest-memory"]),
    ("twin-sdk", &["guest-memory"]),
];

/// A folder of guests, and the packages of this workspace that a guest in it may depend on.
const GUESTS: [(&str, &[&str]); 4] = [
    ("plugins/access-desk/", &["access-desk-logic", "plugin-sdk"]),
    ("plugins/", &["plugin-sdk"]),
    ("twins-wasm/", &["twin-sdk"]),
    ("host/testing/", &["plugin-sdk", "twin-sdk"]),
];

/// What tests of the host may use besides.
const TESTS_ONLY: &str = "glasshouse-testing";

/// Whose benchmarks and tests run twins compiled for the machine, and how these packages' names begin.
const NATIVE_TWINS: ([&str; 2], &str) = (["host/universe/", "plugins/access-desk/logic/"], "twin-");

/// Other people's crates that only these packages may name: (start of the crate's name, packages).
const RESERVED: [(&str, &[&str]); 3] = [
    ("wasmtime", &["glasshouse-sandbox"]),
    ("clap", &["glasshouse-cli", "xtask"]),
    ("indicatif", &["glasshouse-cli"]),
];

/// Every dependency that breaks a rule, at line 1 of its manifest.
pub(super) fn breaches(metadata: &Metadata) -> Vec<Breach> {
    let names: Vec<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mut found = Vec::new();
    for package in &metadata.packages {
        let path = package.manifest_path.strip_prefix(&metadata.workspace_root);
        let path = path.unwrap_or(&package.manifest_path).as_str();
        let mut report = |text: String| found.push(Breach { path: path.to_owned(), line: 1, text });
        let Some(allowed) = allowed(path, package) else {
            report(format!("{} has no row in host/xtask/src/tidy/arrows.rs", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let ours = names.contains(&dependency.name.as_str());
            if ours && !allowed.contains(&dependency.name.as_str()) && !is_for_tests(path, dependency) {
                report(format!("{} may not depend on {}", package.name, dependency.name));
            }
            if is_reserved(&package.name, &dependency.name) {
                report(format!("{} may not depend on {}: not its business", package.name, dependency.name));
            }
        }
    }
    found
}

/// The line of a manifest that names the dependency of a breach.
pub(super) fn line(manifest: &str, breach: &str) -> usize {
    let named = breach.split(" may not depend on ").nth(1);
    let name = named.and_then(|rest| rest.split(':').next()).unwrap_or_default();
    let names = |line: &str| {
        let rest = line.trim_start().strip_prefix(name);
        !name.is_empty() && rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    manifest.lines().position(names).map_or(1, |index| index + 1)
}

fn allowed(manifest: &str, package: &Package) -> Option<&'static [&'static str]> {
    let row = HOST.iter().chain(&SHARED).find(|(name, _)| *name == package.name.as_str());
    if let Some((_, allowed)) = row {
        return Some(allowed);
    }
    let (_, allowed) = GUESTS.iter().find(|(folder, _)| manifest.starts_with(folder))?;
    let is_guest = package.targets.iter().any(|target| target.crate_types.contains(&CrateType::CDyLib));
    is_guest.then_some(*allowed)
}

fn is_for_tests(manifest: &str, dependency: &Dependency) -> bool {
    let (folders, start) = NATIVE_TWINS;
    let runs_twins = folders.iter().any(|folder| manifest.starts_with(folder));
    let is_host = manifest.starts_with("host/");
    dependency.kind == DependencyKind::Development
        && (is_host && dependency.name == TESTS_ONLY || runs_twins && dependency.name.starts_with(start))
}

fn is_reserved(package: &str, dependency: &str) -> bool {
    RESERVED.iter().any(|(start, owners)| dependency.starts_with(start) && !owners.contains(&package))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// Folder, name, crate type, and dependencies with their kind.
    type Described<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, Value)]);

    fn workspace(packages: &[Described<'_>]) -> Metadata {
        let packages: Vec<Value> = packages
            .iter()
            .map(|(folder, name, crate_type, dependencies)| {
                let dependencies: Vec<Value> = dependencies
                    .iter()
                    .map(|(name, kind)| {
                        json!({
                            "name": name, "kind": kind, "req": "*", "source": null, "optional": false,
                            "uses_default_features": true, "features": [], "target": null,
                            "rename": null, "registry": null,
                        })
                    })
                    .collect();
                json!({
                    "name": name, "version": "0.0.0", "id": name, "dependencies": dependencies,
                    "manifest_path": format!("/checkout/{folder}/Cargo.toml"), "edition": "2024",
                    "targets": [{
                        "name": name, "kind": [crate_type], "crate_types": [crate_type],
                        "src_path": "lib.rs",
                    }],
                    "features": {}, "license": null, "license_file": null, "description": null,
                    "source": null, "metadata": null, "publish": [], "authors": [], "categories": [],
                    "keywords": [], "readme": null, "repository": null, "homepage": null,
                    "documentation": null, "links": null, "default_run": null, "rust_version": null,
                })
            })
            .collect();
        serde_json::from_value(json!({
            "packages": packages, "workspace_members": [], "workspace_root": "/checkout",
            "target_directory": "/checkout/target", "version": 1, "resolve": null, "metadata": null,
        }))
        .unwrap()
    }

    fn texts(metadata: &Metadata) -> Vec<String> {
        breaches(metadata).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_arrow_in_the_wrong_direction_is_a_breach_whatever_its_kind() {
        for kind in [Value::Null, json!("build"), json!("dev")] {
            let metadata = workspace(&[
                ("host/sandbox", "glasshouse-sandbox", "lib", &[("glasshouse-universe", kind)]),
                ("host/universe", "glasshouse-universe", "lib", &[("glasshouse-sandbox", Value::Null)]),
            ]);
            assert_eq!(
                texts(&metadata),
                ["host/sandbox/Cargo.toml:1: glasshouse-sandbox may not depend on glasshouse-universe"]
            );
        }
    }

    #[test]
    fn only_tests_of_the_host_use_the_testing_crate() {
        let testing = ("host/testing", "glasshouse-testing", "lib", &[][..]);
        let dev = &[("glasshouse-testing", json!("dev"))][..];
        let normal = &[("glasshouse-testing", Value::Null)][..];
        let metadata = workspace(&[
            testing,
            ("host/runner", "glasshouse-runner", "lib", dev),
            ("host/judge", "glasshouse-judge", "lib", normal),
            ("plugins/tool-a", "tool-a", "cdylib", dev),
        ]);
        assert_eq!(
            texts(&metadata),
            [
                "host/judge/Cargo.toml:1: glasshouse-judge may not depend on glasshouse-testing",
                "plugins/tool-a/Cargo.toml:1: tool-a may not depend on glasshouse-testing",
            ]
        );
    }

    #[test]
    fn only_benchmarks_of_the_universe_and_tests_of_the_desk_run_twins_natively() {
        let twin = ("twins-wasm/twin-a", "twin-a", "cdylib", &[][..]);
        let dev = &[("twin-a", json!("dev"))][..];
        let universe = |dependencies| ("host/universe", "glasshouse-universe", "lib", dependencies);
        assert_eq!(texts(&workspace(&[twin, universe(dev)])), [""; 0]);
        let normal = texts(&workspace(&[twin, universe(&[("twin-a", Value::Null)])]));
        assert_eq!(normal, ["host/universe/Cargo.toml:1: glasshouse-universe may not depend on twin-a"]);
        let desk = ("plugins/access-desk/logic", "access-desk-logic", "lib", dev);
        assert_eq!(texts(&workspace(&[twin, desk])), [""; 0]);
        let runner = texts(&workspace(&[twin, ("host/runner", "glasshouse-runner", "lib", dev)]));
        assert_eq!(runner, ["host/runner/Cargo.toml:1: glasshouse-runner may not depend on twin-a"]);
    }

    #[test]
    fn a_guest_depends_on_its_own_sdk_and_on_no_other_package_of_ours() {
        let sdks = &[("plugin-sdk", Value::Null), ("twin-sdk", Value::Null)][..];
        let metadata = workspace(&[
            ("plugins/plugin-sdk", "plugin-sdk", "lib", &[]),
            ("twins-wasm/twin-sdk", "twin-sdk", "lib", &[("plugin-sdk", Value::Null)]),
            ("twins-wasm/twin-a", "twin-a", "cdylib", sdks),
            ("host/testing/guests", "testing-guests", "cdylib", sdks),
        ]);
        assert_eq!(
            texts(&metadata),
            [
                "twins-wasm/twin-sdk/Cargo.toml:1: twin-sdk may not depend on plugin-sdk",
                "twins-wasm/twin-a/Cargo.toml:1: twin-a may not depend on plugin-sdk",
            ]
        );
    }

    #[test]
    fn what_guests_share_has_a_row_of_its_own() {
        let shared = &[("access-desk-logic", Value::Null), ("plugin-sdk", Value::Null)][..];
        let metadata = workspace(&[
            ("plugins/plugin-sdk", "plugin-sdk", "lib", &[]),
            ("plugins/access-desk/logic", "access-desk-logic", "lib", &[("plugin-sdk", Value::Null)]),
            ("plugins/access-desk", "access-desk", "cdylib", shared),
            ("plugins/tool-a", "tool-a", "cdylib", shared),
        ]);
        assert_eq!(
            texts(&metadata),
            ["plugins/tool-a/Cargo.toml:1: tool-a may not depend on access-desk-logic"]
        );
    }

    #[test]
    fn the_engine_and_the_terminal_have_one_owner_each() {
        let metadata = workspace(&[
            ("host/sandbox", "glasshouse-sandbox", "lib", &[("wasmtime", Value::Null)]),
            ("host/runner", "glasshouse-runner", "lib", &[("wasmtime-wasi", json!("dev"))]),
            ("host/judge", "glasshouse-judge", "lib", &[("indicatif", Value::Null)]),
            ("host/xtask", "xtask", "bin", &[("clap", Value::Null)]),
        ]);
        assert_eq!(
            texts(&metadata),
            [
                "host/runner/Cargo.toml:1: glasshouse-runner may not depend on wasmtime-wasi: not its business",
                "host/judge/Cargo.toml:1: glasshouse-judge may not depend on indicatif: not its business",
            ]
        );
    }

    #[test]
    fn a_package_without_a_row_is_a_breach() {
        let metadata = workspace(&[
            ("host/extra", "glasshouse-extra", "lib", &[]),
            ("plugins/shared", "shared", "lib", &[]),
        ]);
        assert_eq!(
            texts(&metadata),
            [
                "host/extra/Cargo.toml:1: glasshouse-extra has no row in host/xtask/src/tidy/arrows.rs",
                "plugins/shared/Cargo.toml:1: shared has no row in host/xtask/src/tidy/arrows.rs",
            ]
        );
    }

    #[test]
    fn a_breach_points_at_the_line_of_its_dependency() {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\nclap-lex = \"1\"\nclap.workspace = true\n";
        assert_eq!(line(manifest, "a may not depend on clap: not its business"), 5);
        assert_eq!(line(manifest, "a may not depend on b"), 1);
    }
}
