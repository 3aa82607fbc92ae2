//! Every input of the corpus, given to its target without a fuzzer: what was found once stays found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use glasshouse_fuzz::TARGETS;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Names in a folder of this package, without `.rs`.
fn names(folder: &str) -> BTreeSet<String> {
    let names = fs::read_dir(package().join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.to_str().unwrap().trim_end_matches(".rs").to_owned()).collect()
}

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("targets"), targets);
    assert_eq!(names("corpus"), targets);
}

#[test]
fn every_input_of_the_corpus_is_taken() {
    for (name, target) in TARGETS {
        let folder = package().join("corpus").join(name);
        let mut inputs: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        inputs.sort();
        assert!(inputs.len() >= 3, "{name} has {} inputs", inputs.len());
        for input in inputs {
            // The name of the input is all that a panic of a target lacks.
            println!("{name}/{}", input.file_name().unwrap().display());
            target(&fs::read(&input).unwrap());
        }
    }
}
