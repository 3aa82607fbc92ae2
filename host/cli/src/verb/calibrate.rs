//! `glasshouse calibrate`: labels of people beside the judges' verdicts, as the set that the suite names.

use super::opened::Opened;
use crate::args::{Calibrate, Format, TrialId};
use crate::batch::{ResultLine, RunFile, each_result, tapes, trajectory};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_judge::{Labels, Panel};
use glasshouse_model::{CalibrationSet, Digest, LabelledTrial, TrialClass};
use glasshouse_runner::{LoadSuiteError, Plan, judge_again, run_and_judge_again};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// One line of a file of labels.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    /// The trial, by scenario and index.
    trial: String,
    /// Whether its user would be satisfied.
    label: bool,
}

/// What `calibrate` tells.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    set: PathBuf,
    judges: Digest,
    /// Labelled trials of the set.
    trials: usize,
    /// Labels without a verdict beside them: the host, a judge or a persona failed.
    left_out: Vec<String>,
    #[serde(flatten)]
    panel: Panel,
}

type Labelled = BTreeMap<String, bool>;

/// Writes the set.
pub(crate) fn calibrate(args: &Calibrate) -> Result<Ended, Failure> {
    let suite = match &args.suite {
        Some(suite) => suite.clone(),
        None => RunFile::read(&args.folder)?.suite,
    };
    let opened = Opened::load_to_calibrate(&suite, args.seal_key.as_deref())?;
    let plan = &opened.plan;
    let file = set_file(args, &suite, plan)?;
    let before = earlier(&file)?;
    let labels = match &args.labels {
        Some(labels) => read_labels(labels)?,
        None => labels_of(before.as_ref(), &file)?,
    };
    if !args.judge_again {
        check_judges(&args.folder, plan)?;
    }
    let mut left_out = Vec::new();
    let mut trials = kept(before, plan, &labels);
    for (trial, label, satisfied) in verdicts(args, plan, &labels)? {
        match satisfied {
            Some(satisfied) => trials.push(LabelledTrial { trial, label, satisfied }),
            None => left_out.push(trial),
        }
    }
    trials.sort_by(|one, other| one.trial.cmp(&other.trial));
    let set =
        CalibrationSet { schema: "calibration/1".to_owned(), judges: plan.judges().to_string(), trials };
    let text = document(&set)?;
    std::fs::write(&file, text).map_err(|error| {
        Failure::usage(format!("{}: {error}", file.display()), "write it elsewhere with --set FILE")
    })?;
    tell(args.format, &report(plan, file, &set, left_out))?;
    Ok(Ended::Done)
}

fn set_file(args: &Calibrate, suite: &Path, plan: &Plan) -> Result<PathBuf, Failure> {
    let named = plan.suite().calibration.as_ref().map(|calibration| suite.join(&calibration.set));
    args.set.clone().or(named).ok_or_else(|| {
        Failure::usage(
            "the suite names no calibration set",
            "write [calibration] with set = \"calibration.json\" into its suite.toml, or name a file with --set",
        )
    })
}

/// The set as it stands; none where there is none yet.
fn earlier(file: &Path) -> Result<Option<CalibrationSet>, Failure> {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            let set = CalibrationSet::parse(&file.display().to_string(), &text);
            Ok(Some(set.map_err(LoadSuiteError::from)?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(Failure::usage(format!("{}: {error}", file.display()), "name another file with --set"))
        }
    }
}

fn labels_of(before: Option<&CalibrationSet>, file: &Path) -> Result<Labelled, Failure> {
    let before = before.ok_or_else(|| {
        Failure::usage(
            format!("{}: there is no set yet", file.display()),
            "give what people said with --labels",
        )
    })?;
    Ok(before.trials.iter().map(|trial| (trial.trial.clone(), trial.label)).collect())
}

/// Reads a file of labels; the first mistake in it is told with its line.
fn read_labels(file: &Path) -> Result<Labelled, Failure> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("{shown}: {error}"), "name a file of JSON lines"))?;
    let mut labels = Labelled::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let mistake = |what: String| {
            let hint = "a line is {\"trial\": \"SCENARIO#INDEX\", \"label\": true}, one for each trial";
            Failure::usage(format!("{shown}:{number}: {what}"), hint)
        };
        let Label { trial, label } =
            serde_json::from_str(line).map_err(|error| mistake(error.to_string()))?;
        trial.parse::<TrialId>().map_err(|error| mistake(error.to_string()))?;
        if labels.insert(trial.clone(), label).is_some() {
            return Err(mistake(format!("a second label of {trial}")));
        }
    }
    if labels.is_empty() {
        return Err(Failure::usage(format!("{shown}: there is no label in it"), "label some trials first"));
    }
    Ok(labels)
}

/// Whether the run was judged by the judges that the suite has now.
fn check_judges(folder: &Path, plan: &Plan) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Judges {
        digest: String,
    }
    #[derive(Deserialize)]
    struct Summary {
        judges: Judges,
    }
    let path = folder.join("summary.json");
    let text = std::fs::read(&path).map_err(|error| {
        Failure::usage(format!("{}: {error}", path.display()), "name the folder of a run that is whole")
    })?;
    let summary: Summary = serde_json::from_slice(&text)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display()), "run the suite again"))?;
    if summary.judges.digest == plan.judges().to_string() {
        return Ok(());
    }
    Err(Failure::usage(
        format!("the run was judged by {}, and the suite has {}", summary.judges.digest, plan.judges()),
        "ask them again, on the same trials: --judge-again",
    ))
}

/// What the set says already of other trials, as far as these judges said it.
fn kept(before: Option<CalibrationSet>, plan: &Plan, labels: &Labelled) -> Vec<LabelledTrial> {
    let same = before.filter(|set| set.judges == plan.judges().to_string());
    let trials = same.map(|set| set.trials).unwrap_or_default();
    trials.into_iter().filter(|trial| !labels.contains_key(&trial.trial)).collect()
}

/// Each labelled trial with its label and the judges' verdict; none where there is no verdict.
fn verdicts(
    args: &Calibrate,
    plan: &Plan,
    labels: &Labelled,
) -> Result<Vec<(String, bool, Option<bool>)>, Failure> {
    let name = |line: &ResultLine| format!("{}#{}", line.result.scenario, line.result.index);
    let mut lines = BTreeMap::new();
    each_result(&args.folder, |line| {
        if labels.contains_key(&name(&line)) {
            lines.insert(name(&line), line);
        }
    })?;
    let mut tapes = match args.judge_again {
        true => tapes(&args.folder, |(scenario, index)| labels.contains_key(&format!("{scenario}#{index}")))?,
        false => BTreeMap::new(),
    };
    let mut verdicts = Vec::new();
    for (trial, label) in labels {
        let Some(line) = lines.get(trial) else {
            let what = format!("{trial} is labelled, and no trial of {}", args.folder.display());
            return Err(Failure::usage(what, "results.jsonl in that folder lists its trials"));
        };
        let result = if args.judge_again {
            again(plan, line, tapes.remove(&(line.result.scenario.clone(), line.result.index)))?
        } else {
            line.result.clone()
        };
        let is_ruled = matches!(result.class, TrialClass::Judged | TrialClass::Budget);
        verdicts.push((trial.clone(), *label, is_ruled.then_some(result.satisfied)));
    }
    Ok(verdicts)
}

/// The verdict of the suite's judges as they are now: on the record where it was kept, else on the trial as it runs again.
fn again(
    plan: &Plan,
    line: &ResultLine,
    tape: Option<String>,
) -> Result<glasshouse_model::TrialResult, Failure> {
    let (scenario, index) = (&line.result.scenario, line.result.index);
    let cannot = |why: String| {
        let what = format!("{scenario}#{index} cannot be judged again: {why}");
        Failure::usage(
            what,
            "its scenario, twins or subject have changed, too; run the suite again and label that run",
        )
    };
    let number =
        plan.number(scenario, index).ok_or_else(|| cannot("the suite plans no such trial".to_owned()))?;
    let judged = match tape {
        Some(tape) => {
            let record = trajectory(&tape).map_err(|error| cannot(format!("{error:#}")))?;
            judge_again(plan, number, &record)
        }
        None => run_and_judge_again(plan, number, line.head),
    };
    judged.map_err(|difference| cannot(difference.to_string()))
}

fn report(plan: &Plan, file: PathBuf, set: &CalibrationSet, left_out: Vec<String>) -> Report {
    let labels = Labels::count(set.trials.iter().map(|trial| (trial.label, trial.satisfied)));
    let least = |least: u64| u32::try_from(least).unwrap_or(u32::MAX);
    let asked = plan.suite().calibration.as_ref();
    let asked = asked.map_or((0, 0), |used| (least(used.min_satisfied), least(used.min_unsatisfied)));
    Report {
        schema: "calibrated/1",
        set: file,
        judges: plan.judges(),
        trials: set.trials.len(),
        left_out,
        panel: Panel::with_labels(labels, asked),
    }
}

fn tell(format: Format, report: &Report) -> Result<(), Failure> {
    let text = match format {
        Format::Json => document(report)?,
        Format::Human => lines(report),
    };
    Ok(terminal::data(&text).context("stdout")?)
}

fn lines(report: &Report) -> String {
    let mut text = format!(
        "{}: {} labelled trials of the judges {}\n",
        report.set.display(),
        report.trials,
        report.judges
    );
    // Writing to a String cannot fail.
    let _ = match (&report.panel.rates, &report.panel.uncalibrated_because) {
        (Some(rates), _) => writeln!(
            text,
            "  sensitivity {:.3} of {}, specificity {:.3} of {}; their sum less one is at least {:.3}",
            rates.sensitivity,
            rates.labels.satisfied,
            rates.specificity,
            rates.labels.unsatisfied,
            rates.youden_lower
        ),
        (None, because) => writeln!(text, "  not enough yet: {}", because.as_deref().unwrap_or_default()),
    };
    if !report.left_out.is_empty() {
        let _ = writeln!(text, "  without a verdict, so left out: {}", report.left_out.join(", "));
    }
    text
}
