//! A run in at most 25 lines: the verdict first, then the scenarios, then what failed and why.

use super::figure_lines::{figures, judges, parts, verdict};
use super::json::Summary;
use super::words::shown;
use crate::batch::TrialId;
use glasshouse_judge::{Decision, Interval, ReasonCount, Satisfaction, ScenarioSatisfaction};
use glasshouse_model::TrialClass;
use std::fmt::Write as _;
use std::path::Path;

/// Most scenarios that are listed; those with the lowest rate are kept.
const MOST_SCENARIOS: usize = 8;
/// Most reasons that are listed; the most frequent are kept.
const MOST_REASONS: usize = 5;
/// Longest reason, in characters; the whole of it is in the summary.
const LONGEST_REASON: usize = 120;

/// The lines for people. `failed` is the trial to look at first; `report` is the report's first page, in the folder of the
/// run.
pub(crate) fn run_lines(summary: &Summary<'_>, failed: Option<&TrialId>, report: &Path) -> String {
    let mut lines = vec![verdict(summary), figures(summary), judges(summary), admission(summary)];
    lines.extend(parts(summary));
    lines.extend(missing(summary.satisfaction));
    lines.extend(scenarios(&summary.satisfaction.scenarios));
    lines.extend(failures(summary));
    lines.extend(next_step(summary.decision));
    lines.extend(failed.map(|trial| replay(trial, report)));
    lines.push(format!("report: {}", report.display()));
    lines.push(String::new());
    lines.join("\n")
}

fn admission(summary: &Summary<'_>) -> String {
    format!("  admission: {}{}", summary.admission.line(), summary.admission.next_step())
}

fn missing(satisfaction: &Satisfaction) -> Option<String> {
    let missing = satisfaction.missing;
    (missing.total() > 0).then(|| {
        format!(
            "  no verdict for {} trials (host {}, judges {}, personas {}); all failed {}, all passed {}",
            missing.total(),
            missing.infra,
            missing.judge_error,
            missing.user_sim_invalid,
            interval(&satisfaction.worst.interval),
            interval(&satisfaction.best.interval),
        )
    })
}

/// One line a scenario, in planned order.
fn scenarios(all: &[ScenarioSatisfaction]) -> Vec<String> {
    let mut by_rate: Vec<_> = all.iter().enumerate().collect();
    // Without a verdict at all stands before every rate.
    by_rate.sort_by(|(_, a), (_, b)| a.rate.unwrap_or(-1.0).total_cmp(&b.rate.unwrap_or(-1.0)));
    by_rate.truncate(MOST_SCENARIOS);
    by_rate.sort_by_key(|(index, _)| *index);
    let width = by_rate.iter().map(|(_, scenario)| scenario.scenario.chars().count()).max().unwrap_or(0);
    let mut lines: Vec<_> = by_rate.into_iter().map(|(_, scenario)| scenario_line(scenario, width)).collect();
    let hidden = all.len() - lines.len();
    if hidden > 0 {
        lines.push(format!("  and {hidden} more scenarios, none of them with a lower rate"));
    }
    lines
}

fn scenario_line(scenario: &ScenarioSatisfaction, width: usize) -> String {
    let rate = scenario.rate.map_or_else(|| "    -".to_owned(), |rate| format!("{rate:.3}"));
    let passes = format!("{}/{}", scenario.passes, scenario.n);
    let bounds = interval(&scenario.interval);
    let mut line = format!("  {:width$}  {rate} {bounds}  {passes:>7}", scenario.scenario);
    if scenario.missing > 0 {
        let _ = write!(line, "  {} missing", scenario.missing);
    }
    line
}

/// The most frequent reasons of all scenarios, each with its first trial.
fn failures(summary: &Summary<'_>) -> Vec<String> {
    let satisfaction = summary.satisfaction;
    let failed = satisfaction.trials.saturating_sub(satisfaction.satisfied);
    if failed == 0 {
        return Vec::new();
    }
    let mut reasons: Vec<_> = satisfaction
        .scenarios
        .iter()
        .flat_map(|scenario| scenario.reasons.iter().map(|reason| (scenario.scenario.as_str(), reason)))
        .collect();
    reasons.sort_by_key(|(_, reason)| std::cmp::Reverse(reason.count));
    reasons.truncate(MOST_REASONS);
    let listed: u32 = reasons.iter().map(|(_, reason)| reason.count).sum();
    let mut lines = vec![format!("{failed} of {} trials do not satisfy:", satisfaction.trials)];
    lines.extend(reasons.into_iter().map(|(scenario, reason)| reason_line(scenario, reason)));
    if failed > listed {
        lines.push(format!("  and {} more", failed - listed));
    }
    lines
}

fn reason_line(scenario: &str, reason: &ReasonCount) -> String {
    let class = match reason.class {
        TrialClass::Judged => "",
        TrialClass::Budget => "budget used up: ",
        TrialClass::Infra => "the host broke: ",
        TrialClass::JudgeError => "no verdict: ",
        TrialClass::UserSimInvalid => "a persona left its script: ",
    };
    let why = one_line(&reason.reason, LONGEST_REASON);
    format!("  {}x {scenario}: {class}{why}  (#{})", reason.count, reason.first)
}

/// How to run a trial again.
fn replay((scenario, index): &TrialId, report: &Path) -> String {
    let folder = match report.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => folder.display().to_string(),
        None => ".".to_owned(),
    };
    format!("replay: glasshouse replay {} {scenario}#{index}", quoted(&folder))
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "_-./+:@%".contains(letter);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn next_step(decision: Decision) -> Option<String> {
    let step = match decision {
        Decision::Pass | Decision::Fail => return None,
        Decision::Inconclusive => "the gate is not settled; raise `n` of [seeds] in suite.toml",
        Decision::Uncalibrated => {
            "label trials and name them in [calibration] of suite.toml (specs/satisfaction.md)"
        }
        Decision::Invalid => "too many trials have no verdict to decide; mend what is named above",
    };
    Some(format!("next: {step}"))
}

/// Three digits, rounded outwards: what is shown never promises more than what was computed.
pub(super) fn interval(interval: &Interval) -> String {
    bounds(interval.lower, interval.upper)
}

/// The same of two numbers.
pub(super) fn bounds(lower: f64, upper: f64) -> String {
    let lower = (lower * 1e3).floor() / 1e3;
    let upper = (upper * 1e3).ceil() / 1e3;
    format!("[{lower:.3}, {upper:.3}]")
}

/// Without the digits that only the binary fraction has.
pub(super) fn percent(share: f64) -> f64 {
    (share * 1e6).round() / 1e4
}

/// A guest's text in one line of bounded length.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    shown(text, longest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::admission::Known;
    use crate::report::json::{Failures, Judges};
    use glasshouse_judge::{Batch, Panel, PlannedScenario, assess};
    use glasshouse_model::{Digest, Drawn, Ending, Gate, Seed, TrialResult};

    fn result(scenario: &str, index: u32) -> TrialResult {
        let class = if index == 7 { TrialClass::JudgeError } else { TrialClass::Judged };
        TrialResult {
            scenario: scenario.to_owned(),
            index,
            seed: Seed(u64::from(index)),
            drawn: Drawn::default(),
            class,
            satisfied: scenario == "s19",
            ending: Ending::Answered,
            judgements: Vec::new(),
            reason: format!("reason {index}\n{}", "long ".repeat(60)),
            retries: 0,
        }
    }

    #[test]
    fn a_batch_that_fails_in_every_way_fits_on_one_screen() {
        let mut plan: Vec<_> =
            (0..20).map(|number| PlannedScenario::new(format!("s{number}"), 1.0, 10)).collect();
        let results: Vec<_> =
            plan.iter().flat_map(|planned| (0..10).map(|index| result(&planned.id, index))).collect();
        let gate = Gate { harm: Some(0.01), ..Gate::fixed(0.5, 0.95) };
        plan[3].critical = true;
        let panel = Panel::uncalibrated("nobody labelled a trial");
        let assessment = assess(&Batch::new(&plan, &results, &gate, &panel)).unwrap();
        let summary = Summary {
            schema: "summary/1",
            suite: "many",
            title: "Many",
            components: Vec::new(),
            gate,
            decision: Decision::Invalid,
            satisfaction: &assessment.satisfaction,
            assessment: &assessment,
            judges: Judges { digest: Digest::of(b""), panel: &panel },
            admission: Known::default(),
            failures: Failures::default(),
        };
        let lines = run_lines(&summary, Some(&("s0".into(), 0)), Path::new("my report/report.html"));
        assert!(lines.lines().count() <= 25, "{lines}");
        assert!(lines.lines().all(|line| line.chars().count() <= 180), "{lines}");
        assert!(lines.starts_with("INVALID  satisfaction "), "{lines}");
        assert!(lines.contains("\n  and 12 more scenarios, none of them with a lower rate\n"), "{lines}");
        assert!(lines.contains("\n  s0 "), "{lines}");
        assert!(lines.contains("\n  judges: uncalibrated, nobody labelled a trial\n"), "{lines}");
        assert!(lines.contains("; critical: 0 of 1 shown, s3 fails at 0/10\n"), "{lines}");
        assert!(!lines.contains("\n  s19 "), "the best scenario is left out first: {lines}");
        assert!(lines.contains("\n  and 186 more\nnext: "), "{lines}");
        assert!(lines.contains("reason 0 long "), "{lines}");
        assert!(lines.contains("...  (#0)\n"), "{lines}");
        assert!(lines.contains("\nreplay: glasshouse replay 'my report' s0#0\nreport: "), "{lines}");
    }

    #[test]
    fn shown_bounds_are_never_narrower_than_the_computed_ones() {
        assert_eq!(interval(&Interval { lower: 0.7999, upper: 0.9001 }), "[0.799, 0.901]");
        assert_eq!(interval(&Interval { lower: 0.0, upper: 1.0 }), "[0.000, 1.000]");
    }

    #[test]
    fn confidences_lose_no_digit_and_gain_none() {
        assert_eq!([0.95, 0.999, 0.57, 0.9999].map(percent), [95.0, 99.9, 57.0, 99.99]);
    }

    #[test]
    fn a_folder_is_one_word_for_a_shell() {
        assert_eq!(["a/b-1.c", "a b", "it's"].map(quoted), ["a/b-1.c", "'a b'", "'it'\\''s'"]);
    }

    #[test]
    fn a_guests_text_stays_in_its_line() {
        assert_eq!(one_line("a\n\tb\u{85}c", 80), "a b c");
        assert_eq!(one_line("a\u{202e}b\u{1b}[1m", 80), "a\u{fffd}b\u{fffd}[1m");
        assert_eq!(one_line("\u{e9}\u{e9}\u{e9}", 2), "\u{e9}\u{e9}...");
    }
}
