//! One case, and the polite guest after it.

use super::agent::told;
use super::cases::{Attack, Case, End, Outcome};
use super::corpus;
use super::ground::Ground;
use super::load::give;
use super::report::Finding;
use crate::report::one_line;
use glasshouse_model::Ending;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest text of what was seen, in characters.
const LONGEST_TEXT: usize = 200;

/// Runs a case. Whatever comes of it, the next one can be run, unless it takes the process with it.
pub(super) fn run(ground: &Ground, case: &Case) -> Finding {
    // What a panic leaves behind is looked at by the polite guest.
    let outcome = catch_unwind(AssertUnwindSafe(|| attack(ground, case)));
    let Outcome { mut held, mut observed } = match outcome {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Outcome::broken(format!("breaks the host: {error:#}")),
        Err(panic) => Outcome::broken(format!("the host panics: {}", panic_text(panic.as_ref()))),
    };
    if let Some(notice) = ground.notices() {
        held = false;
        observed = format!("{observed}; the polite guest after it notices: {notice}");
    }
    Finding {
        id: case.id,
        group: case.group(),
        title: case.title,
        expected: case.expected(),
        observed: one_line(&observed, LONGEST_TEXT),
        enforced: held,
    }
}

fn attack(ground: &Ground, case: &Case) -> anyhow::Result<Outcome> {
    match &case.attack {
        Attack::Does { what, limits, ends } => {
            let run = ground.does(what, ground.limits(*limits))?;
            let held = match ends {
                // Which limit of a policy is reached first is the policy's own matter.
                End::AtLimit(_) if ground.has_policy() => matches!(run.ending, Ending::Limit(_)),
                End::AtLimit(limit) => run.ending == Ending::Limit(*limit),
                End::Trapped => matches!(run.ending, Ending::Trapped(_)),
            };
            Ok(Outcome { held, observed: told(&run) })
        }
        Attack::Asks { url, refusal } => {
            let input = serde_json::json!({ "do": "ask", "url": url });
            let run = ground.agent(&input, &[ground.breaking_twin()?], super::cases::SMALL)?;
            let held = matches!(&run.ending, Ending::GaveUp(why) if why.starts_with(refusal));
            Ok(Outcome { held, observed: told(&run) })
        }
        Attack::Gives { bytes, found } => Ok(give(ground, bytes, found)),
        Attack::Calls(case) => corpus::attack(ground, case),
        Attack::Steps { take, .. } => take(ground),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled::hostile::HOSTILE_AGENT;
    use crate::verb::prove::cases::SMALL;
    use glasshouse_model::{Limit, Seed};
    use glasshouse_sandbox::Limits;
    use glasshouse_universe::{TrialClock, Universe, World};
    use std::slice;

    /// Limits that are not reached by what the hostile agent does.
    const LOOSE: Limits = Limits {
        fuel: 2_000_000_000,
        memory: 512 * 1024 * 1024,
        output: u64::MAX,
        requests: 20_000,
        host_calls: 30_000,
        call_bytes: 128 * 1024 * 1024,
        retained_bytes: u64::MAX,
        handles: 100,
        wall: u64::MAX,
    };

    fn does(what: &'static str, limits: Limits, limit: Limit) -> Attack {
        Attack::Does { what, limits, ends: End::AtLimit(limit) }
    }

    /// Each with what is then seen.
    fn not_enforced() -> Vec<(Attack, &'static str)> {
        let asks = Attack::Asks { url: "https://breaking.example/count", refusal: "not found" };
        let panics = Attack::Steps { expected: "", take: |_| panic!("a bug") };
        let breaks = Attack::Steps { expected: "", take: |_| anyhow::bail!("no disk") };
        vec![
            (does("request", LOOSE, Limit::Requests), "answers: 0 of 10000 requests were answered."),
            (does("huge-answer", LOOSE, Limit::CallBytes), "answers: xxx"),
            (does("answer", LOOSE, Limit::Memory), "answers: Done."),
            (does("flood", LOOSE, Limit::Output), "ends at its limit host_calls"),
            (does("loop", SMALL, Limit::Stack), "ends at its limit fuel"),
            (Attack::Does { what: "fail", limits: SMALL, ends: End::Trapped }, "is refused: error: did not"),
            (asks, "answers: 200"),
            (Attack::Gives { bytes: HOSTILE_AGENT, found: "an empty file" }, "is taken"),
            (
                Attack::Gives { bytes: b"(component)", found: "an empty file" },
                "is refused as WebAssembly text",
            ),
            (panics, "the host panics: a bug"),
            (breaks, "breaks the host: no disk"),
        ]
    }

    /// One test, since a process has one engine and counters are compared.
    #[test]
    fn what_does_not_hold_is_said() {
        let ground = Ground::prepare(None, None, None).unwrap();
        for (attack, observed) in not_enforced() {
            let finding = run(&ground, &Case { id: "test/case", title: "a test", attack });
            assert!(!finding.enforced && finding.observed.starts_with(observed), "{observed}: {finding:?}");
            assert!(!finding.observed.contains("polite"), "{finding:?}");
        }
        let leaks = Attack::Steps {
            expected: "held",
            take: |ground| {
                let twin = ground.breaking_twin()?;
                let clock = TrialClock::virtual_from(0, 1);
                let universe = Universe::open(slice::from_ref(&twin), World::empty(0), Seed(0), clock)?;
                std::mem::forget(universe);
                Ok(Outcome::held("held"))
            },
        };
        let pooled = ground.sandbox().live_instances().is_some();
        let finding = run(&ground, &Case { id: "test/case", title: "a test", attack: leaks });
        assert_eq!(finding.enforced, !pooled, "{finding:?}");
        assert_eq!(finding.observed.contains("the polite guest after it notices: "), pooled, "{finding:?}");
    }
}
