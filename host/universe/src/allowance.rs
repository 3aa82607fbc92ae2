//! What a trial may use of its universe, beyond what the sandbox counts: requests to operations by pattern, and real
//! time as a safety net.

use crate::clock::Deadline;
use crate::universe::Universe;
use glasshouse_model::{Budget, CallBudget, Limit, Requests};
use glasshouse_sandbox::{Breach, Exchange, Request};

/// What is left.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    /// Each pattern with the requests that have met it.
    calls: Vec<(CallBudget, u64)>,
    deadline: Deadline,
    /// Which requests are granted at all.
    grants: Requests,
}

impl Allowance {
    /// Whether a request is granted; the error is what its sender is told.
    pub(crate) fn grants(
        &self,
        twin: &str,
        operation: Option<&str>,
        method: &str,
        path: &str,
    ) -> Result<(), String> {
        self.grants.grant(twin, operation, method, path)
    }

    /// Counts a request before a twin gets it.
    pub(crate) fn call(
        &mut self,
        twin: &str,
        operation: Option<&str>,
        method: &str,
        path: &str,
    ) -> Result<(), Breach> {
        let mut within = Ok(());
        for (budget, used) in &mut self.calls {
            if budget.meets(twin, operation, method, path) {
                *used += 1;
                if *used > budget.most {
                    within = Err(Breach(Limit::Calls));
                }
            }
        }
        within
    }

    /// Whether there is real time left.
    pub(crate) fn time(&self) -> Result<(), Breach> {
        if self.deadline.is_over() { Err(Breach(Limit::Wall)) } else { Ok(()) }
    }
}

impl Universe {
    /// Holds the subject's requests against a budget from now on.
    pub fn allow(&mut self, budget: &Budget) {
        let calls = budget.calls.iter().map(|budget| (budget.clone(), 0)).collect();
        self.allowance.calls = calls;
        self.allowance.deadline = Deadline::after(budget.wall);
    }

    /// Denies the subject's requests that are not granted, from now on.
    pub fn grant(&mut self, requests: &Requests) {
        self.allowance.grants = requests.clone();
    }

    /// Answers one request of a tool that the subject called in the event with that index; what is granted to the tool counts,
    /// and not what is granted to the subject.
    ///
    /// # Errors
    /// As [`Universe::send`].
    pub fn send_of_tool(
        &mut self,
        granted: &Requests,
        event: u64,
        request: &Request,
    ) -> Result<Exchange, Breach> {
        let of_subject = std::mem::replace(&mut self.allowance.grants, granted.clone());
        let sent = self.send(Some(event), request);
        self.allowance.grants = of_subject;
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_that_a_request_meets_counts_it() {
        let budget = |pattern: &str, most| (CallBudget { pattern: pattern.into(), most }, 0);
        let mut allowance = Allowance {
            calls: vec![budget("slack.*", 2), budget("slack POST /api/b", 0)],
            ..Allowance::default()
        };
        let over = Err(Breach(Limit::Calls));
        assert_eq!(allowance.call("slack", Some("a"), "POST", "/api/a"), Ok(()));
        assert_eq!(allowance.call("okta", Some("a"), "POST", "/api/b"), Ok(()));
        assert_eq!(allowance.call("slack", None, "POST", "/api/b"), over);
        assert_eq!(allowance.call("slack", Some("a"), "POST", "/api/a"), Ok(()));
        assert_eq!(allowance.call("slack", Some("a"), "POST", "/api/a"), over);
    }

    #[test]
    fn a_deadline_that_has_come_is_the_limit_of_real_time() {
        let allowance = |deadline| Allowance { deadline, ..Allowance::default() };
        assert_eq!(allowance(Deadline::default()).time(), Ok(()));
        assert_eq!(allowance(Deadline::after(u64::MAX)).time(), Ok(()));
        assert_eq!(allowance(Deadline::after(0)).time(), Err(Breach(Limit::Wall)));
    }
}
