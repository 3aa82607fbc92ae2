//! The comparison of two runs for people: what broke comes first.

use super::diff::{RunDiff, ScenarioDiff, SeedDiff};
use super::words::shown;
use glasshouse_judge::{BuildVerdict, Interval};

/// Most trials that are listed of each kind.
const MOST_SEEDS: usize = 20;
/// Longest reason, in characters.
const LONGEST: usize = 120;

/// The lines for people.
pub(crate) fn diff_lines(diff: &RunDiff) -> String {
    let mut lines = vec![headline(diff), difference(diff), evidence(diff)];
    lines.extend(diff.obstacles.iter().map(|obstacle| format!("  not alike: {obstacle}")));
    lines.extend(turned(diff, "passed, now fail", |scenario| &scenario.broke));
    lines.extend(turned(diff, "failed, now pass", |scenario| &scenario.mended));
    lines.extend(moved(diff));
    lines.push(String::new());
    lines.join("\n")
}

fn headline(diff: &RunDiff) -> String {
    let count = |seeds: fn(&ScenarioDiff) -> &Vec<SeedDiff>| {
        diff.scenarios.iter().map(|scenario| seeds(scenario).len()).sum::<usize>()
    };
    format!(
        "{}: {} broke, {} mended, of {} trials in both runs ({} not compared)",
        shown(&diff.suite, LONGEST),
        count(|scenario| &scenario.broke),
        count(|scenario| &scenario.mended),
        diff.pairs,
        diff.unpaired,
    )
}

fn difference(diff: &RunDiff) -> String {
    let all = &diff.difference;
    let verdict = match all.verdict {
        BuildVerdict::Better => "better".to_owned(),
        BuildVerdict::Worse => "worse".to_owned(),
        BuildVerdict::NoWorse => format!("no worse than by {}", diff.margin),
        BuildVerdict::Inconclusive => "not shown to be better or worse".to_owned(),
    };
    format!(
        "  satisfaction {:+.3} {} for this suite, {} for stories like these, {}%: {verdict}",
        all.paired.difference,
        interval(&all.paired.suite),
        interval(&all.paired.population),
        diff.confidence * 100.0,
    )
}

fn evidence(diff: &RunDiff) -> String {
    let all = &diff.difference;
    let mcnemar = all.mcnemar_p.map(|p| format!(", McNemar p {p:.3}")).unwrap_or_default();
    format!(
        "  sign flips p {:.3}{mcnemar}; this comparison shows differences from {:.3} on",
        all.sign_flip_p, diff.minimum_effect
    )
}

/// Three digits, rounded outwards.
fn interval(interval: &Interval) -> String {
    format!("[{:+.3}, {:+.3}]", (interval.lower * 1e3).floor() / 1e3, (interval.upper * 1e3).ceil() / 1e3)
}

fn turned(diff: &RunDiff, what: &str, seeds: fn(&ScenarioDiff) -> &Vec<SeedDiff>) -> Vec<String> {
    let all =
        diff.scenarios.iter().flat_map(|scenario| seeds(scenario).iter().map(move |seed| (scenario, seed)));
    let all: Vec<_> = all.collect();
    if all.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("{what}:")];
    lines.extend(all.iter().take(MOST_SEEDS).map(|(scenario, seed)| {
        let name = shown(&scenario.scenario, LONGEST);
        format!("  {name} trial {} seed {}: {}", seed.index, seed.seed, shown(&seed.reason, LONGEST))
    }));
    if all.len() > MOST_SEEDS {
        lines.push(format!("  and {} more", all.len() - MOST_SEEDS));
    }
    lines
}

/// Scenarios whose passes changed, in the order of the plan.
fn moved(diff: &RunDiff) -> Vec<String> {
    let moved: Vec<_> = diff
        .scenarios
        .iter()
        .filter(|scenario| !scenario.broke.is_empty() || !scenario.mended.is_empty())
        .collect();
    let width = moved.iter().map(|scenario| scenario.scenario.chars().count()).max().unwrap_or(0);
    let mut lines: Vec<_> = moved
        .iter()
        .map(|scenario| {
            let change = scenario.second_passes as f64 - scenario.first_passes as f64;
            let (first, second) = (scenario.first_passes, scenario.second_passes);
            let difference = change / scenario.pairs.max(1) as f64;
            format!(
                "  {:width$}  {first}/{n} -> {second}/{n}  {difference:+.3}",
                scenario.scenario,
                n = scenario.pairs
            )
        })
        .collect();
    if !lines.is_empty() {
        lines.insert(0, "scenarios that changed:".to_owned());
    }
    lines
}
