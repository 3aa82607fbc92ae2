//! What the hostile agent does in more than one step, and what has to be seen each time.

use super::cases::{Outcome, SMALL};
use super::ground::{Ground, START, answer};
use glasshouse_model::{Ending, Limit};
use glasshouse_sandbox::{AgentRun, Limits};

/// A memory grows by these, so that all that is no multiple of them is tables.
const WASM_PAGE: u64 = 64 * 1024;

/// What an agent's run came to, for people.
pub(super) fn told(run: &AgentRun) -> String {
    match (&run.ending, answer(run)) {
        (Ending::Answered, text) => format!("answers: {}", text.unwrap_or_default()),
        (Ending::GaveUp(why), _) => format!("is refused: {why}"),
        (Ending::Trapped(_), _) => "traps".to_owned(),
        (Ending::Limit(limit), _) => format!("ends at its limit {limit}"),
        (Ending::Infra(why), _) => format!("breaks the host: {why}"),
    }
}

pub(super) const SAME_COST: &str = "costs the same each time";

/// Twice the same under the same limits, whether it ends by fuel, by memory or after its requests.
pub(super) fn same_cost(ground: &Ground) -> anyhow::Result<Outcome> {
    for what in ["loop", "grow", "request", "answer"] {
        let bill = || ground.does(what, SMALL).map(|run| run.bill);
        let (first, second) = (bill()?, bill()?);
        if first != second || first.fuel == 0 {
            return Ok(Outcome::broken(format!("`{what}` costs {first:?}, then {second:?}")));
        }
    }
    Ok(Outcome::held(SAME_COST))
}

pub(super) const SUM: &str = "ends at its limit memory, tables counted";

/// Under a limit that its memory alone would keep to.
pub(super) fn sum(ground: &Ground) -> anyhow::Result<Outcome> {
    let peak = ground.does("answer", SMALL)?.bill.peak_memory;
    let memory = peak / WASM_PAGE * WASM_PAGE;
    let run = ground.does("answer", Limits { memory, ..SMALL })?;
    Ok(if run.ending == Ending::Limit(Limit::Memory) && memory < peak {
        Outcome::held(SUM)
    } else {
        Outcome::broken(format!("{} with {peak} bytes under {memory}", told(&run)))
    })
}

pub(super) const KEPT_LINES: &str = "keeps no more than its limit";

/// The lines of a flood that the host holds in its memory.
pub(super) fn kept_lines(ground: &Ground) -> anyhow::Result<Outcome> {
    let run = ground.does("flood", SMALL)?;
    let kept = run.log.iter().map(|line| line.message.len() as u64).sum::<u64>();
    Ok(if kept > 0 && kept <= SMALL.output {
        Outcome::held(KEPT_LINES)
    } else {
        Outcome::broken(format!("keeps {kept} bytes"))
    })
}

pub(super) const CONTROL_CHARACTERS: &str = r"is kept as \u{1b}[2Jx\r\n::error::y";

/// A line that clears the screen and begins a line in the words of a CI service.
pub(super) fn control_characters(ground: &Ground) -> anyhow::Result<Outcome> {
    let run = ground.does("escape", SMALL)?;
    let lines: Vec<_> = run.log.iter().map(|line| line.message.as_str()).collect();
    Ok(if lines == [r"\u{1b}[2Jx\r\n::error::y"] {
        Outcome::held(CONTROL_CHARACTERS)
    } else {
        Outcome::broken(format!("is kept as {lines:?}; {}", told(&run)))
    })
}

pub(super) const NO_TWIN: &str = "is refused: not found: no twin answers for `slack.com`";

/// A host that a twin answers for in other universes.
pub(super) fn no_twin(ground: &Ground) -> anyhow::Result<Outcome> {
    let input = serde_json::json!({ "do": "ask", "url": "https://slack.com/api/api.test" });
    let told = told(&ground.agent(&input, &[], SMALL)?);
    Ok(Outcome { held: told.starts_with(NO_TWIN), observed: told })
}

pub(super) const REAL_TIME: &str = "sees its universe's time alone";

/// The time at which every universe here begins, whatever the machine's is.
pub(super) fn real_time(ground: &Ground) -> anyhow::Result<Outcome> {
    let run = ground.does("now", SMALL)?;
    Ok(if answer(&run) == Some(START.to_string().as_str()) {
        Outcome::held(REAL_TIME)
    } else {
        Outcome::broken(told(&run))
    })
}

pub(super) const FRESH_MEMORY: &str = "counts 1 each time";

/// Three times, so that a slot of the pool is surely used again.
pub(super) fn fresh_memory(ground: &Ground) -> anyhow::Result<Outcome> {
    for _ in 0..3 {
        let run = ground.does("count", SMALL)?;
        if answer(&run) != Some("1") {
            return Ok(Outcome::broken(told(&run)));
        }
    }
    Ok(Outcome::held(FRESH_MEMORY))
}

pub(super) const MANY_TRAPS: &str = "traps each time";

/// More than the pool has slots for: one that were kept would keep a later guest from its own.
pub(super) fn many_traps(ground: &Ground) -> anyhow::Result<Outcome> {
    const TIMES: usize = 1_100;
    for time in 1..=TIMES {
        let run = ground.does("trap", SMALL)?;
        if !matches!(run.ending, Ending::Trapped(_)) {
            return Ok(Outcome::broken(format!("{} at the time {time}", told(&run))));
        }
    }
    Ok(Outcome::held(MANY_TRAPS))
}
