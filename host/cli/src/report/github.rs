//! What GitHub shows of a run: a summary below the job and marks at the lines of scenarios.

use super::human::bounds;
use super::run_folder::{RunFolder, ScenarioRead};
use super::words::{markdown, shown};
use anyhow::Context as _;
use std::env;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// GitHub drops a step's summary whole where it is larger than 1 MiB; people stop reading before this.
const LARGEST_SUMMARY: usize = 200_000;
/// GitHub shows ten of a kind a step; one more of ours says how many there are.
const MOST_MARKS: usize = 8;
/// Longest reason, in characters.
const LONGEST: usize = 240;

/// Adds to the job's summary, and returns the marks for the log; both only where GitHub runs the job.
///
/// # Errors
/// Where the summary's file cannot be written.
pub(super) fn tell(run: &RunFolder, report: &Path) -> anyhow::Result<Vec<String>> {
    if env::var_os("GITHUB_ACTIONS").is_none_or(|value| value != "true") {
        return Ok(Vec::new());
    }
    if let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from) {
        let opened = OpenOptions::new().append(true).create(true).open(&path);
        let mut file = opened.with_context(|| format!("GITHUB_STEP_SUMMARY {}", path.display()))?;
        file.write_all(summary(run, report).as_bytes())?;
    }
    Ok(marks(run))
}

fn summary(run: &RunFolder, report: &Path) -> String {
    let all = &run.summary.satisfaction;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "## {}: {}\n\n**satisfaction {:.3}** {} &middot; gate at least {} &middot; {} trials, {} \
         without verdict\n\n| scenario | passes | rate | interval | first reason |\n| --- | ---: | ---: | --- | --- |",
        markdown(&run.summary.suite, LONGEST),
        markdown(&run.summary.decision.to_uppercase(), LONGEST),
        all.point,
        bounds(all.lower, all.upper),
        run.summary.gate.threshold,
        all.trials,
        all.trials.saturating_sub(all.judged),
    );
    let end = format!("\nThe whole report: {}\n", markdown(&report.display().to_string(), LONGEST));
    let scenarios = worst_first(run);
    for (number, scenario) in scenarios.iter().enumerate() {
        let row = row(run, scenario);
        if text.len() + row.len() + end.len() + 100 > LARGEST_SUMMARY {
            let _ = writeln!(text, "\n{} further scenarios are not shown.", scenarios.len() - number);
            break;
        }
        text.push_str(&row);
    }
    text + &end
}

fn row(run: &RunFolder, scenario: &ScenarioRead) -> String {
    let rate = scenario.rate.map_or_else(|| "&ndash;".to_owned(), |rate| format!("{rate:.3}"));
    format!(
        "| {} | {}/{} | {rate} | {} | {} |\n",
        markdown(&scenario.scenario, LONGEST),
        scenario.passes,
        scenario.n,
        bounds(scenario.lower, scenario.upper),
        markdown(&run.unsatisfied(&scenario.scenario).reason, LONGEST),
    )
}

fn worst_first(run: &RunFolder) -> Vec<&ScenarioRead> {
    let mut scenarios: Vec<_> = run.summary.satisfaction.scenarios.iter().collect();
    scenarios.sort_by(|a, b| a.rate.unwrap_or(-1.0).total_cmp(&b.rate.unwrap_or(-1.0)));
    scenarios
}

/// Commands for the runner, one a line. An error is a scenario that never passes, or surely less often than the gate asks.
fn marks(run: &RunFolder) -> Vec<String> {
    let scenarios = worst_first(run).into_iter().filter(|one| one.passes < one.trials);
    let scenarios: Vec<_> = scenarios.collect();
    let mut marks: Vec<_> = scenarios.iter().take(MOST_MARKS).map(|scenario| mark(run, scenario)).collect();
    if scenarios.len() > MOST_MARKS {
        let more = scenarios.len() - MOST_MARKS;
        marks.push(format!(
            "::warning title=glasshouse::and {more} more scenarios with trials that do not satisfy"
        ));
    }
    marks
}

fn mark(run: &RunFolder, scenario: &ScenarioRead) -> String {
    let sure = scenario.passes == 0 || scenario.upper < run.summary.gate.threshold;
    let level = if sure { "error" } else { "warning" };
    let place =
        run.note(&scenario.scenario).map(|note| format!("file={},line={},", property(&note.file), note.line));
    let message = format!(
        "{} of {} trials satisfy. {}",
        scenario.passes,
        scenario.trials,
        shown(&run.unsatisfied(&scenario.scenario).reason, LONGEST)
    );
    let title = property(&shown(&scenario.scenario, LONGEST));
    format!("::{level} {}title={title}::{}", place.unwrap_or_default(), data(&message))
}

/// As the runner reads the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the runner reads what stands before the text.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
