//! `glasshouse report`: a run's reports once more, and the comparison of two runs.

use crate::args::{Format, Report, ReportDiff, ReportVerb};
use crate::exit::{Ended, Failure};
use crate::report::{RunFolder, compare_runs, diff_lines, document, obstacles, write_all};
use crate::terminal;
use anyhow::Context as _;
use glasshouse_judge::Decision;
use std::path::Path;

/// Makes the reports of a run again, or compares two.
pub(crate) fn report(args: &Report) -> Result<Ended, Failure> {
    match (&args.verb, &args.run) {
        (Some(ReportVerb::Diff(args)), _) => diff(args),
        (None, Some(run)) => rebuild(run, args.out.as_deref()),
        (None, None) => Err(Failure::usage("no run is named", "name the folder that a run wrote")),
    }
}

fn rebuild(run: &Path, out: Option<&Path>) -> Result<Ended, Failure> {
    let read = open(run)?;
    let written = write_all(&read, out.unwrap_or(run)).map_err(|error| {
        Failure::usage(format!("{error:#}"), "check the run's folder, or choose another one with --out")
    })?;
    written.marks.iter().for_each(|mark| terminal::note(mark));
    terminal::data(&format!("report: {}\n", written.page.display())).context("stdout")?;
    Ok(Ended::Done)
}

fn open(run: &Path) -> Result<RunFolder, Failure> {
    RunFolder::open(run).map_err(|error| {
        let what = format!("{} holds no whole run: {error:#}", run.display());
        Failure::usage(what, "name the folder that `glasshouse run` wrote: it has a summary.json")
    })
}

fn diff(args: &ReportDiff) -> Result<Ended, Failure> {
    let (first, second) = (open(&args.first)?, open(&args.second)?);
    let obstacles = obstacles(&first, &second)
        .map_err(|error| Failure::usage(format!("{error:#}"), "check the folders of both runs"))?;
    if !args.regrade && !obstacles.is_empty() {
        return Err(Failure::Usage {
            what: format!("the runs cannot be compared: {}", obstacles.join("; ")),
            hints: vec![
                "run both builds with the same suite and judges".to_owned(),
                "--regrade compares them all the same, and says so".to_owned(),
            ],
        });
    }
    let diff = compare_runs(&first, &second, obstacles, args.margin)
        .map_err(|error| Failure::usage(format!("{error:#}"), "check the folders of both runs"))?;
    let diff = diff.ok_or_else(|| {
        Failure::usage("the runs share no trial with a verdict in both", "run the same seeds")
    })?;
    let text = match args.format {
        Format::Human => diff_lines(&diff),
        Format::Json => document(&diff)?,
    };
    terminal::data(&text).context("stdout")?;
    Ok(if diff.is_worse() { Ended::Decided(Decision::Fail) } else { Ended::Done })
}
