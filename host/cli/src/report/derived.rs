//! Reports that are made of a run's folder alone, right after the run or long after it.

use super::run_folder::{RunFolder, SCENARIOS, ScenarioNote};
use super::{github, html, json, junit, sarif};
use anyhow::Context as _;
use glasshouse_judge::PlannedScenario;
use glasshouse_model::Scenario;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes every report into a folder and returns where the page for people lies. Lines for the log come back too.
///
/// # Errors
/// Where the run cannot be read or a report cannot be written.
pub(crate) fn write_all(run: &RunFolder, into: &Path) -> anyhow::Result<Written> {
    fs::create_dir_all(into).with_context(|| into.display().to_string())?;
    junit::write(run, into)?;
    sarif::write(run, into)?;
    let page = html::write(run, into)?;
    let marks = github::tell(run, &page)?;
    Ok(Written { page, marks })
}

/// What was written.
pub(crate) struct Written {
    /// `report.html`.
    pub(crate) page: PathBuf,
    /// Commands for the program that runs the job; empty elsewhere.
    pub(crate) marks: Vec<String>,
}

/// Writes what reports have to know of the scenarios and figures do not.
///
/// # Errors
/// Where the file cannot be written.
pub(crate) fn describe(folder: &Path, notes: &[ScenarioNote]) -> anyhow::Result<()> {
    let path = folder.join(SCENARIOS);
    fs::write(&path, json::document(&notes)?).with_context(|| path.display().to_string())
}

impl ScenarioNote {
    /// Of a scenario and its file, as the user knows it; its line is 1 where the file cannot be read again.
    pub(crate) fn new(file: &str, scenario: &Scenario, planned: &PlannedScenario) -> Self {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().position(|line| line.trim_start().starts_with("id")).map_or(1, |at| at + 1);
        Self {
            id: scenario.id.clone(),
            title: scenario.title.clone(),
            tags: scenario.tags.clone(),
            file: file.to_owned(),
            line,
            critical: planned.critical,
            harm_judges: planned.harm_judges.clone(),
            digest: None,
        }
    }
}
