//! What an earlier run left in its report: results, and the records that it kept.

use super::entry::ResultLine;
use crate::exit::Failure;
use glasshouse_model::{TapeLine, Trajectory};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::Path;

/// A trial by scenario and index.
pub(crate) type TrialId = (String, u32);

/// Shows every line of `results.jsonl`, in order.
///
/// # Errors
/// [`Failure`] with the line that cannot be read.
pub(crate) fn each_result(folder: &Path, mut each: impl FnMut(ResultLine)) -> Result<(), Failure> {
    each_line(&folder.join("results.jsonl"), |text| read(text).map(&mut each))
}

/// The lines of each trial in `events.jsonl` that is wanted, as they stand there.
///
/// # Errors
/// [`Failure`] with the line that cannot be read.
pub(crate) fn tapes(
    folder: &Path,
    is_wanted: impl Fn(&TrialId) -> bool,
) -> Result<BTreeMap<TrialId, String>, Failure> {
    #[derive(Deserialize)]
    struct Owner {
        scenario: String,
        index: u32,
    }
    let mut tapes: BTreeMap<TrialId, String> = BTreeMap::new();
    each_line(&folder.join("events.jsonl"), |text| {
        let Owner { scenario, index } = read(text)?;
        let id = (scenario, index);
        if is_wanted(&id) {
            let tape = tapes.entry(id).or_default();
            tape.push_str(text);
            tape.push('\n');
        }
        Ok(())
    })?;
    Ok(tapes)
}

/// The record that these lines hold.
///
/// # Errors
/// What is wrong with them.
pub(crate) fn trajectory(tape: &str) -> anyhow::Result<Trajectory> {
    let lines = tape.lines().map(serde_json::from_str).collect::<Result<Vec<TapeLine>, _>>()?;
    Ok(Trajectory::of_lines(lines)?)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn each_line(path: &Path, mut each: impl FnMut(&str) -> Result<(), String>) -> Result<(), Failure> {
    let unusable = |why: String| {
        Failure::usage(format!("{}: {why}", path.display()), "name the folder of a run that is whole")
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(unusable("it is missing".to_owned()));
        }
        Err(error) => return Err(unusable(error.to_string())),
    };
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| unusable(error.to_string()))?;
        each(&line).map_err(|why| unusable(format!("line {}: {why}", number + 1)))?;
    }
    Ok(())
}
