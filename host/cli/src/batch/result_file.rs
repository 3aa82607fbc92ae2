//! `results.jsonl` and what it names, read back: of each trial only the place of its line stays in memory.

use super::lines::JsonLines;
use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Whose line it is.
#[derive(Deserialize)]
struct Owner {
    scenario: String,
    index: u32,
}

/// The results of a run.
#[derive(Debug)]
pub(crate) struct ResultFile {
    path: PathBuf,
    scenarios: HashMap<String, u32>,
    /// In order.
    places: Vec<Place>,
}

/// Where the line of a trial begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// By number, as scenarios came.
    scenario: u32,
    index: u32,
    offset: u64,
}

impl ResultFile {
    /// Finds the lines of a file.
    ///
    /// # Errors
    /// The first line that is none of a trial.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let (mut scenarios, mut places) = (HashMap::new(), Vec::new());
        for line in JsonLines::<Owner>::open(path)? {
            let (offset, Owner { scenario, index }) = line?;
            let next = u32::try_from(scenarios.len()).unwrap_or(u32::MAX);
            let scenario = *scenarios.entry(scenario).or_insert(next);
            places.push(Place { scenario, index, offset });
        }
        places.sort_unstable();
        Ok(Self { path: path.to_owned(), scenarios, places })
    }

    /// How many trials there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The number of a trial: the trials of a scenario follow each other by index.
    pub(crate) fn number(&self, scenario: &str, index: u32) -> Option<usize> {
        let scenario = *self.scenarios.get(scenario)?;
        let key = (scenario, index);
        self.places.binary_search_by_key(&key, |place| (place.scenario, place.index)).ok()
    }

    /// The numbers of a scenario's trials, by index.
    pub(crate) fn of(&self, scenario: &str) -> std::ops::Range<usize> {
        let Some(scenario) = self.scenarios.get(scenario) else { return 0..0 };
        let begin = self.places.partition_point(|place| place.scenario < *scenario);
        begin..self.places.partition_point(|place| place.scenario <= *scenario)
    }

    /// Every line, in the order of the file.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub(crate) fn lines<T: DeserializeOwned>(
        &self,
    ) -> anyhow::Result<impl Iterator<Item = anyhow::Result<T>> + use<T>> {
        Ok(JsonLines::open(&self.path)?.map(|line| line.map(|(_, line)| line)))
    }

    /// Reads single lines.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub(crate) fn reader(&self) -> anyhow::Result<ResultReader<'_>> {
        let file = File::open(&self.path).with_context(|| self.path.display().to_string())?;
        Ok(ResultReader { file: self, reader: BufReader::new(file), at: 0, text: Vec::new() })
    }
}

/// Reads single lines of the results.
pub(crate) struct ResultReader<'f> {
    file: &'f ResultFile,
    reader: BufReader<File>,
    at: u64,
    text: Vec<u8>,
}

impl ResultReader<'_> {
    /// The line of a trial; none where it has none.
    ///
    /// # Errors
    /// Where the line cannot be read.
    pub(crate) fn of<T: DeserializeOwned>(
        &mut self,
        scenario: &str,
        index: u32,
    ) -> anyhow::Result<Option<T>> {
        self.file.number(scenario, index).map_or(Ok(None), |number| self.numbered(number))
    }

    /// The same, by number.
    ///
    /// # Errors
    /// Where the line cannot be read.
    pub(crate) fn numbered<T: DeserializeOwned>(&mut self, number: usize) -> anyhow::Result<Option<T>> {
        let Some(place) = self.file.places.get(number) else { return Ok(None) };
        let shown = || self.file.path.display().to_string();
        self.go_to(place.offset).with_context(shown)?;
        self.text.clear();
        self.at += self.reader.read_until(b'\n', &mut self.text).with_context(shown)? as u64;
        serde_json::from_slice(&self.text).map(Some).with_context(shown)
    }

    /// What is read ahead is kept where the line is near.
    fn go_to(&mut self, offset: u64) -> io::Result<()> {
        self.reader.seek_relative(offset.cast_signed().wrapping_sub(self.at.cast_signed()))?;
        self.at = offset;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_line_is_found_wherever_it_stands() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.jsonl");
        let trials: Vec<_> = (0..600_u32).map(|at| (["b", "a", "c"][at as usize % 3], at / 3)).collect();
        let line = |(scenario, index): &(&str, u32)| {
            format!(
                "{{\"scenario\":\"{scenario}\",\"index\":{index},\"x\":\"{}\"}}\n",
                "y".repeat(*index as usize)
            )
        };
        std::fs::write(&path, trials.iter().map(line).collect::<String>()).unwrap();
        let file = ResultFile::open(&path).unwrap();
        let mut reader = file.reader().unwrap();
        for (scenario, index) in trials.iter().rev().chain(&trials) {
            let line: Value = reader.of(scenario, *index).unwrap().unwrap();
            assert_eq!((&line["scenario"], &line["index"]), (&(*scenario).into(), &(*index).into()));
        }
        let indexes =
            file.of("a").map(|number| reader.numbered::<Value>(number).unwrap().unwrap()["index"].clone());
        assert_eq!(indexes.collect::<Vec<_>>(), (0..200).map(Value::from).collect::<Vec<_>>());
        assert!(
            reader.of::<Value>("a", 200).unwrap().is_none() && reader.of::<Value>("d", 0).unwrap().is_none()
        );
        assert_eq!((file.len(), file.of("d")), (600, 0..0));
    }
}
