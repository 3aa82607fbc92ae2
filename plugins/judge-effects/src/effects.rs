//! The decision: every must is met, and no change is left over.

use std::collections::BTreeSet;

use plugin_sdk::criterion::{self, Claim, Effect, effects, listed};
use plugin_sdk::{Error, Judge, JudgeImports, Ruling, Verdict};

use crate::criterion::Criterion;

/// Judges the changes of the world against what must and may change. 1 where all is as asked, otherwise 0.
#[derive(Debug)]
pub struct Effects;

impl Judge for Effects {
    fn judge(imports: &mut impl JudgeImports, criterion: &str) -> Result<Verdict, Error> {
        let criterion = Criterion::parse(criterion)?;
        Ok(decide(&criterion, &effects(imports)))
    }
}

/// What of the changes is not as asked, with the numbers of the changes that show it.
#[derive(Debug, Default)]
struct Findings {
    unmet: Vec<String>,
    /// Changes that belong to a must, whichever way it was decided.
    asked: BTreeSet<usize>,
    /// Changes of musts that are met too often.
    excess: BTreeSet<usize>,
    claimed: BTreeSet<usize>,
}

fn decide(criterion: &Criterion, effects: &[Effect]) -> Verdict {
    let mut findings = Findings::default();
    if let Some(what) = criterion.untouched.as_ref().filter(|_| !effects.is_empty()) {
        findings.unmet.push(what.clone());
    }
    for must in &criterion.must {
        let matching = matching(&must.claim, effects);
        let seen = matching.len() as u64;
        findings.claimed.extend(&matching);
        findings.asked.extend(&matching);
        if !must.count.allows(seen) {
            findings.unmet.push(format!("{} ({} wanted, {seen} seen)", must.claim.what, must.count.words()));
            findings.excess.extend(&matching);
        }
    }
    for may in &criterion.may {
        let allowed = may.at_most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        findings.claimed.extend(matching(&may.claim, effects).into_iter().take(allowed));
    }
    verdict(&findings, criterion, effects)
}

fn verdict(findings: &Findings, criterion: &Criterion, effects: &[Effect]) -> Verdict {
    let collateral: Vec<(usize, &Effect)> =
        effects.iter().enumerate().filter(|(n, _)| !findings.claimed.contains(n)).collect();
    if findings.unmet.is_empty() && collateral.is_empty() {
        let reason = met(criterion);
        return Verdict { ruling: Ruling::Score(1.0), reason, evidence: events(&findings.asked, effects) };
    }
    let lines: Vec<String> = collateral.iter().map(|(_, effect)| effect.line()).collect();
    let reason = [listed("Not met", &findings.unmet), listed("Not asked for", &lines)].concat();
    let mut shown = findings.excess.clone();
    shown.extend(collateral.iter().map(|(n, _)| n));
    Verdict {
        ruling: Ruling::Score(0.0),
        reason: reason.trim_end().to_owned(),
        evidence: events(&shown, effects),
    }
}

fn met(criterion: &Criterion) -> String {
    let whats: Vec<String> = criterion
        .untouched
        .iter()
        .chain(criterion.must.iter().map(|must| &must.claim.what))
        .cloned()
        .collect();
    format!("{}Nothing else changed.", listed("Met", &whats))
}

fn matching(claim: &Claim, effects: &[Effect]) -> Vec<usize> {
    effects.iter().enumerate().filter(|(_, effect)| claim.matches(effect)).map(|(n, _)| n).collect()
}

/// The events behind some changes, in order, each once.
fn events(numbers: &BTreeSet<usize>, effects: &[Effect]) -> Vec<u64> {
    criterion::events(numbers.iter().filter_map(|n| effects.get(*n)).filter_map(|effect| effect.event))
}

#[cfg(test)]
mod tests;
