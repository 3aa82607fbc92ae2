//! Every file under `cases/KIND/` is parsed as that kind; the snapshot beside it tells what the user would read.

use glasshouse_model::{Mistakes, Policy, Scenario, Sealed, Suite};
use std::fmt::Debug;
use std::path::Path;

/// Parses each case of a kind and compares what comes of it. Files must parse just when their name begins with `good`.
fn check<T: Debug>(kind: &str, file: &str, parse: fn(&str, &str) -> Result<T, Mistakes>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases").join(kind);
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of cases is there")
        .map(|entry| entry.expect("an entry can be read").file_name().into_string().expect("names are UTF-8"))
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    assert!(names.len() >= 3, "{names:?}");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            let text = std::fs::read_to_string(folder.join(&name)).expect("a case can be read");
            let result = parse(file, &text);
            assert_eq!(result.is_ok(), name.starts_with("good"), "{kind}/{name}: {result:?}");
            let shown = result.map_or_else(|mistakes| mistakes.to_string(), |value| format!("{value:#?}"));
            insta::assert_snapshot!(name.trim_end_matches(".toml"), shown);
        }
    });
}

#[test]
fn suites() {
    check("suite", "suite.toml", Suite::parse);
}

#[test]
fn scenarios() {
    check("scenario", "scenario.toml", Scenario::parse);
}

#[test]
fn sealed_judges() {
    check("judge", "judge.toml", Sealed::parse);
}

#[test]
fn policies() {
    check("policy", "policy.toml", Policy::parse);
}
