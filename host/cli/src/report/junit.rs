//! `junit.xml`: the suite as a test suite, each scenario as a test case, and the gate as one more.

use super::human::bounds;
use super::run_folder::{RunFolder, ScenarioRead};
use super::unsatisfied::{First, Told, Unsatisfied};
use anyhow::Context as _;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite, XmlString};
use std::fs;
use std::path::Path;

/// Above this share of trials without verdict a scenario is an error: nothing is known of it. The gate uses the same.
const MISSING_INVALID: f64 = 0.05;

/// Writes the file into a folder.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn write(run: &RunFolder, into: &Path) -> anyhow::Result<()> {
    let path = into.join("junit.xml");
    let text = document(run).context("junit.xml")?;
    fs::write(&path, text).with_context(|| path.display().to_string())
}

/// Nothing in it differs between two runs of the same suite with the same components: there are no times.
fn document(run: &RunFolder) -> anyhow::Result<String> {
    let mut suite = TestSuite::new(clean(&run.summary.suite));
    for component in &run.summary.components {
        suite.add_property((
            clean(&format!("{} {}", component.role, component.name)),
            clean(&component.digest),
        ));
    }
    for scenario in &run.summary.satisfaction.scenarios {
        suite.add_test_case(scenario_case(run, scenario));
    }
    suite.add_test_case(gate_case(run));
    let mut report = Report::new("glasshouse");
    report.add_test_suite(suite);
    Ok(report.to_string()?)
}

fn scenario_case(run: &RunFolder, scenario: &ScenarioRead) -> TestCase {
    let Unsatisfied { failed, missing, .. } = run.unsatisfied(&scenario.scenario);
    let mut case = TestCase::new(clean(&scenario.scenario), status(run, scenario, failed, missing));
    case.set_classname(clean(&run.summary.suite));
    let rate = scenario.rate.map_or_else(String::new, |rate| rate.to_string());
    for (name, value) in [
        ("trials", scenario.trials.to_string()),
        ("n", scenario.n.to_string()),
        ("passes", scenario.passes.to_string()),
        ("missing", scenario.missing.to_string()),
        ("satisfaction", rate),
        ("lower", scenario.lower.to_string()),
        ("upper", scenario.upper.to_string()),
        ("weight", scenario.weight.to_string()),
        ("failed_seeds", failed.seeds.join(" ")),
        ("missing_seeds", missing.seeds.join(" ")),
    ] {
        case.add_property((name.to_owned(), value));
    }
    if !missing.told.is_empty() {
        case.set_system_err(clean(&lines(missing)));
    }
    case
}

/// A scenario fails where it passes never, or surely less often than the gate asks; where it passes sometimes it is
/// flaky, as other runners know it.
fn status(run: &RunFolder, scenario: &ScenarioRead, failed: &First, missing: &First) -> TestCaseStatus {
    let share = f64::from(scenario.missing) / f64::from(scenario.trials.max(1));
    let threshold = run.summary.gate.threshold;
    let (kind, message, listed) = if scenario.n == 0 || share > MISSING_INVALID {
        let message = format!("{} of {} trials have no verdict", scenario.missing, scenario.trials);
        (NonSuccessKind::Error, message, missing)
    } else if scenario.passes == 0 || scenario.upper < threshold {
        let message =
            format!("{} of {} trials satisfy, the gate asks for {threshold}", scenario.passes, scenario.n);
        (NonSuccessKind::Failure, message, failed)
    } else {
        let mut success = TestCaseStatus::success();
        success.add_reruns(failed.told.iter().map(rerun));
        return success;
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(clean(&message)).set_description(clean(&lines(listed)));
    status
}

fn rerun(trial: &Told) -> TestRerun {
    let mut rerun = TestRerun::new(NonSuccessKind::Failure);
    rerun.set_message(clean(&trial.reason)).set_description(clean(&told(trial)));
    rerun
}

fn told(Told { index, seed, reason }: &Told) -> String {
    format!("trial {index} seed {seed}: {reason}")
}

fn lines(trials: &First) -> String {
    trials.told.iter().map(told).collect::<Vec<_>>().join("\n")
}

/// The one case that a pipeline may ask for: it fails when the run does.
fn gate_case(run: &RunFolder) -> TestCase {
    let all = &run.summary.satisfaction;
    let figure = format!(
        "satisfaction {:.3} {}, gate at least {}",
        all.point,
        bounds(all.lower, all.upper),
        run.summary.gate.threshold
    );
    let kind = match run.summary.decision.as_str() {
        "pass" => None,
        "invalid" => Some(NonSuccessKind::Error),
        // Whatever a later version decides besides: no pass.
        _ => Some(NonSuccessKind::Failure),
    };
    let status = kind.map_or_else(TestCaseStatus::success, |kind| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(clean(&figure)).set_type(clean(&run.summary.decision));
        status
    });
    let mut case = TestCase::new("gate", status);
    case.set_classname(clean(&run.summary.suite));
    case.set_system_out(clean(&figure));
    case
}

/// Without the characters that no XML document may have; the crate leaves two of them.
fn clean(text: &str) -> XmlString {
    XmlString::new(text.replace(['\u{fffe}', '\u{ffff}'], ""))
}
