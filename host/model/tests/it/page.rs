//! The examples of the page on scenarios are files that load.

use glasshouse_model::{Scenario, Sealed, Suite};

const PAGE: &str = include_str!("../../../../specs/scenario-format.md");

/// The first example that begins with this schema.
fn example(schema: &str) -> &'static str {
    let blocks = PAGE.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.into_iter().find(|block| block.starts_with(&format!("schema = \"{schema}\""))).unwrap()
}

#[test]
fn the_scenario_and_its_holdout_load() {
    let scenario = Scenario::parse("scenario.toml", example("scenario/1")).unwrap();
    assert_eq!((scenario.acts.len(), scenario.personas.len()), (1, 1));
    assert_eq!(scenario.variants.count(), 4);
    let sealed = Sealed::parse("judge.toml", example("judge/1")).unwrap();
    assert!(sealed.admission.is_some());
}

/// The page shows every key at once, and three of them stand for one mode alone.
#[test]
fn the_suite_loads_but_for_keys_that_exclude_each_other() {
    let text = example("suite/1");
    let mistakes = Suite::parse("suite.toml", text).unwrap_err();
    let shown: Vec<_> = mistakes.iter().map(|mistake| mistake.what.as_str()).collect();
    assert_eq!(
        shown,
        [
            "`target` has a meaning for mode = \"sprt\" alone",
            "`extend_to` has a meaning for inconclusive = \"extend\" alone",
        ]
    );
    let text = text.replace("mode = \"fixed\"", "mode = \"sprt\"");
    let text = text.replace("inconclusive = \"block\"", "inconclusive = \"extend\"");
    Suite::parse("suite.toml", &text).unwrap();
}
