//! Agents against a record alone: what others did comes from the record, and nobody else is there.

use super::agent::{AgentComponent, AgentRun, AgentSession, Task};
use crate::capability::{Host, Tape, unrecorded_request};
use crate::error::{CallError, GuestFault};
use crate::limits::{Breach, Limits};
use glasshouse_model::{Delivery, DeliveryOutcome, Ending, Happening};

impl AgentComponent {
    /// Runs the agent again as a record says that it ran. It ends at the first call that the record does not have in
    /// that place: the last event then is what it asked for instead.
    pub fn replay(&self, tape: Tape, limits: Limits, task: &Task) -> AgentRun {
        let mut session = AgentSession::new(self, Host::new(limits).replaying(tape), limits);
        session.run(task);
        session.answer_taped();
        session.finish()
    }
}

impl AgentSession<'_> {
    /// Answers what services sent in the record.
    fn answer_taped(&mut self) {
        while !matches!(self.ending(), Ending::Limit(_) | Ending::Infra(_)) {
            if self.record_meanwhile().is_err() {
                return;
            }
            let inbound = self.host().and_then(|host| host.recorder.as_ref()?.taped_inbound());
            let Some(inbound) = inbound else { return self.end_taped() };
            self.answer_one(inbound);
        }
        // What is kept of others can reach no limit that the record did not reach.
        let _ = self.record_meanwhile();
    }

    fn answer_one(&mut self, inbound: Delivery) {
        let answered = self.handle(&unrecorded_request(&inbound.request));
        let reached = match &answered {
            Err(CallError::Guest(GuestFault::Limit(limit))) => Some(Breach(*limit)),
            _ => None,
        };
        let outcome = match (answered, &inbound.outcome) {
            (Ok(response), DeliveryOutcome::TimedOut(_)) => DeliveryOutcome::TimedOut(response.status),
            (Ok(response), _) => DeliveryOutcome::Answered(response.status),
            (Err(broke), _) => DeliveryOutcome::Broke(broke.to_string()),
        };
        if let Some(host) = self.host() {
            host.record_end(Happening::Delivery(Delivery { outcome, ..inbound }));
        }
        if let Some(reached) = reached {
            self.breach(reached);
        }
    }

    /// Ends the trial where the record ends it by a limit that the subject reached outside of its own calls.
    fn end_taped(&mut self) {
        let reached = self.host().and_then(|host| host.recorder.as_ref()?.taped_end());
        if let Some(limit) = reached {
            self.breach(Breach(limit));
        }
    }
}
