//! The plan of faults, while the doors are open.

use super::reply::{Refused, done, moment};
use super::{Admin, LOOKED_AT};
use crate::door::exchange::Answer;
use glasshouse_model::{FaultPlan, Happening};
use serde_json::json;

/// Injected faults that one answer shows.
const SHOWN: usize = 1_000;
/// What a plan may look like.
const EXAMPLE: &str = "TOML with schema = \"faults/1\" and [[fault]], or JSON such as \
                       {\"fault\": [{\"twin\": \"slack\", \"kind\": \"rate_limit\", \"duration\": \"30s\"}]}";

impl Admin {
    pub(super) async fn faults(&self) -> Result<Answer, Refused> {
        let read = |universe: &mut crate::Universe| (universe.faults(), universe.happenings(LOOKED_AT));
        let (plan, happenings) = self.universe.with(read).await.map_err(Refused::ended)?;
        let injected = happenings.iter().rev().filter_map(|(at, happening)| match happening {
            Happening::Fault(fault) => Some(json!({ "at": moment(*at), "fault": fault })),
            _ => None,
        });
        let mut injected: Vec<_> = injected.take(SHOWN).collect();
        injected.reverse();
        Ok(done(&json!({ "plan": plan, "injected": injected })))
    }

    pub(super) async fn set_faults(&self, body: &[u8]) -> Result<Answer, Refused> {
        self.plan(plan_of(body)?).await
    }

    pub(super) async fn clear_faults(&self) -> Result<Answer, Refused> {
        self.plan(FaultPlan::default()).await
    }

    async fn plan(&self, plan: FaultPlan) -> Result<Answer, Refused> {
        let twins: Vec<_> = self.universe.twins().iter().map(|twin| twin.name()).collect();
        let named = plan.rules.iter().filter_map(|rule| rule.twin.as_deref());
        if let Some(unknown) = named.into_iter().find(|named| !twins.contains(named)) {
            let what =
                format!("there is no twin `{}`, so the rule would never strike", unknown.escape_debug());
            return Err(Refused::mistake(what, format!("one of: {}", twins.join(", "))));
        }
        let rules = plan.rules.len();
        self.universe.with(|universe| universe.set_faults(plan)).await.map_err(Refused::ended)?;
        Ok(done(&json!({ "rules": rules })))
    }
}

/// JSON begins with a brace; TOML never does.
fn plan_of(body: &[u8]) -> Result<FaultPlan, Refused> {
    let text = std::str::from_utf8(body).map_err(|error| Refused::mistake(error.to_string(), EXAMPLE))?;
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| Refused::mistake(error.to_string(), EXAMPLE));
    }
    FaultPlan::parse("faults.toml", text).map_err(|mistakes| {
        let mistakes: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        Refused::mistake(mistakes.join("; "), EXAMPLE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_in_both_languages_and_mistakes_have_their_place() {
        let toml = plan_of(b"schema = \"faults/1\"\n[[fault]]\nkind = \"cut\"\n").unwrap();
        assert_eq!(plan_of(b" {\"fault\": [{\"kind\": \"cut\"}]}").unwrap(), toml);
        for wrong in [&b"{\"fault\": [{\"kind\": \"rude\"}]}"[..], b"[[fault]]\nkind = \"rude\"\n", b"\xff"] {
            assert_eq!(plan_of(wrong).unwrap_err().status().as_u16(), 400);
        }
    }
}
