//! The first lines of a run: the verdict, the other figures, the judges, and what else the gate asks for.

use super::human::{interval, percent};
use super::json::Summary;
use glasshouse_judge::{Assessment, Claim, Decision, Estimate, Guarantee, HarmClaim};
use glasshouse_model::GateEstimand;

/// Most critical scenarios that are named.
const MOST_CRITICAL: usize = 3;

/// Repeats of a story that are shown.
const REPEATS: u32 = 4;

/// The decision, what it rests on, and how much was run.
pub(super) fn verdict(summary: &Summary<'_>) -> String {
    let decision = match summary.decision {
        Decision::Pass => "PASS",
        Decision::Fail => "FAIL",
        Decision::Inconclusive => "INCONCLUSIVE",
        Decision::Invalid => "INVALID",
        Decision::Uncalibrated => "UNCALIBRATED",
    };
    let assessment = summary.assessment;
    let confidence = percent(summary.gate.confidence);
    let (point, bounds, worth) = if summary.gate.is_sequential() {
        let bounds = interval(&assessment.gate.bounds);
        (assessment.estimands.suite.point, bounds, format!("anytime, {confidence}% each"))
    } else {
        let (headline, name) = headline(summary);
        let worth = format!("{name}, {}, {confidence}%", guarantee(headline.guarantee));
        (headline.point, interval(&headline.interval), worth)
    };
    let gate = &assessment.gate;
    let trials = if gate.stopped_early {
        format!("stopped at {} of {} trials", gate.counted, gate.planned)
    } else {
        format!("{} trials", gate.counted)
    };
    let (suite, threshold) = (summary.suite, summary.gate.threshold);
    format!("{decision}  satisfaction {point:.3} {bounds} {suite}, {worth}   gate >= {threshold}   {trials}")
}

/// The estimand that the gate looks at.
fn headline<'a>(summary: &'a Summary<'_>) -> (&'a Estimate, &'static str) {
    let estimands = &summary.assessment.estimands;
    match summary.gate.estimand {
        GateEstimand::Suite => (&estimands.suite, "suite"),
        GateEstimand::Population => (&estimands.population, "population"),
        GateEstimand::PopulationStrict => {
            (estimands.population_strict.as_ref().unwrap_or(&estimands.population), "population")
        }
    }
}

fn guarantee(guarantee: Guarantee) -> &'static str {
    match guarantee {
        Guarantee::Exact => "exact",
        Guarantee::Conservative => "conservative",
        Guarantee::Approximate => "approximate",
        Guarantee::OutsideDesign => "rough",
    }
}

/// The estimands that are not the headline, and what repeats show.
pub(super) fn figures(summary: &Summary<'_>) -> String {
    let Assessment { estimands, repeats, design, minimum_effect, .. } = summary.assessment;
    let other = match summary.gate.estimand {
        GateEstimand::Suite => {
            let population = &estimands.population;
            let worth = guarantee(population.guarantee);
            let bounds = interval(&population.interval);
            let strict = estimands.population_strict.as_ref();
            let strict =
                strict.map_or(String::new(), |strict| format!(", strictly {}", interval(&strict.interval)));
            format!(
                "population {:.3} {bounds} over {} scenarios, {worth}{strict}",
                population.point, design.scenarios
            )
        }
        GateEstimand::Population | GateEstimand::PopulationStrict => {
            format!("suite {:.3} {}", estimands.suite.point, interval(&estimands.suite.interval))
        }
    };
    let pass_k = repeats.pass_k.iter().find(|pass| pass.k == REPEATS);
    let pass_k = pass_k
        .and_then(|pass| pass.all_corrected.or(pass.all))
        .map_or("-".to_owned(), |all| format!("{all:.3}"));
    let flake = repeats.flake.map_or("-".to_owned(), |flake| format!("{:.1}%", flake * 100.0));
    format!(
        "  observed {:.3}; {other}; pass^{REPEATS} {pass_k}; flake {flake}; a like run shows differences from {:.1} points",
        estimands.observed.point,
        minimum_effect.unpaired * 100.0,
    )
}

/// What is known of the judges' errors.
pub(super) fn judges(summary: &Summary<'_>) -> String {
    let panel = summary.judges.panel;
    match (&panel.rates, &panel.uncalibrated_because) {
        (Some(rates), _) => format!(
            "  judges: calibrated, sensitivity {:.3} {}, specificity {:.3} {} ({}/{} labels)",
            rates.sensitivity,
            interval(&rates.sensitivity_interval),
            rates.specificity,
            interval(&rates.specificity_interval),
            rates.labels.satisfied,
            rates.labels.unsatisfied,
        ),
        (None, Some(because)) => format!("  judges: uncalibrated, {because}"),
        (None, None) => "  judges: uncalibrated".to_owned(),
    }
}

/// Harm and critical scenarios, in one line where the gate asks for any.
pub(super) fn parts(summary: &Summary<'_>) -> Option<String> {
    let gate = &summary.assessment.gate;
    let mut parts: Vec<_> = gate.harm.iter().map(harm).collect();
    let open: Vec<_> = gate.critical.iter().filter(|critical| critical.claim != Claim::Pass).collect();
    if !gate.critical.is_empty() {
        let shown = gate.critical.len() - open.len();
        let mut part = format!("critical: {shown} of {} shown", gate.critical.len());
        for critical in open.iter().take(MOST_CRITICAL) {
            let tally = critical.tally;
            let state = if critical.claim == Claim::Fail { "fails" } else { "open" };
            part += &format!(", {} {state} at {}/{}", critical.scenario, tally.low, tally.n);
        }
        parts.push(part);
    }
    (!parts.is_empty()).then(|| format!("  {}", parts.join("; ")))
}

fn harm(harm: &HarmClaim) -> String {
    let state = match harm.claim {
        Claim::Pass => "shown",
        Claim::Fail => "refuted",
        Claim::Open => "open",
    };
    let upper = (harm.upper * 1e4).ceil() / 1e2;
    let at_most = percent(harm.at_most);
    format!(
        "harm {}/{} (at most {upper}%), at most {at_most}% wanted: {state}",
        harm.tally.high, harm.tally.n
    )
}
