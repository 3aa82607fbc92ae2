//! What one guest may use up.

use crate::guard::{Guard, stands};
use glasshouse_model::policy::PolicyLimits;
use glasshouse_model::{Budget, Limit};

/// Limits of one run. Each ends the guest with the limit's name; none can be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel for the whole run.
    pub fuel: u64,
    /// Bytes, summed over all memories and tables (a table's element counts 8).
    pub memory: u64,
    /// Bytes of log lines, standard output and standard error together.
    pub output: u64,
    /// HTTP requests.
    pub requests: u64,
    /// Calls to the host.
    pub host_calls: u64,
    /// Bytes that one call may carry to the host.
    pub call_bytes: usize,
    /// Bytes that the host keeps of what the guest hands over, beside its log: what it sent and what came back.
    pub retained_bytes: u64,
    /// Resources of the host that it may hold at one time.
    pub handles: usize,
    /// Nanoseconds of real time for the whole call, calls to the host included. Holds for guests that compute only in
    /// a sandbox with [`crate::Settings::wall_clock`]; calls that wait end by it always.
    pub wall: u64,
}

/// What a policy and a budget do not say.
const RETAINED_BYTES: u64 = 64 * 1024 * 1024;
/// A budget names no handles: its guests have no interface that makes them.
const HANDLES: usize = 1_000;

impl Default for Limits {
    fn default() -> Self {
        Self::from(&Budget::default())
    }
}

impl From<&Budget> for Limits {
    fn from(budget: &Budget) -> Self {
        Self {
            fuel: budget.fuel,
            memory: budget.memory,
            output: budget.output,
            requests: budget.requests,
            host_calls: 1_000_000,
            call_bytes: 4 * 1024 * 1024,
            retained_bytes: RETAINED_BYTES,
            handles: HANDLES,
            // A trial is bounded in its own time; real time must not decide what comes of it.
            wall: u64::MAX,
        }
    }
}

/// Every key of a policy's `[limits]` but `concurrent_http`, which the sender of requests keeps. Requests have no key of
/// their own: each is a call to the host.
impl From<&PolicyLimits> for Limits {
    fn from(limits: &PolicyLimits) -> Self {
        Self {
            fuel: limits.fuel.value,
            memory: limits.memory.value,
            output: limits.output.value,
            requests: limits.host_calls.value,
            host_calls: limits.host_calls.value,
            call_bytes: usize::try_from(limits.host_call_bytes.value).unwrap_or(usize::MAX),
            retained_bytes: RETAINED_BYTES,
            handles: usize::try_from(limits.handles.value).unwrap_or(usize::MAX),
            wall: limits.wall.value,
        }
    }
}

/// A limit was reached. Travels through the engine as the error of a host call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the guest reached its limit `{0}`")]
pub struct Breach(pub Limit);

pub(crate) fn within(used: u64, most: u64, limit: Limit) -> Result<(), Breach> {
    if used > most && stands(guard_of(limit)) { Err(Breach(limit)) } else { Ok(()) }
}

/// Which guard keeps a limit.
fn guard_of(limit: Limit) -> Guard {
    match limit {
        Limit::Fuel | Limit::Stack => Guard::Fuel,
        Limit::Memory => Guard::Memory,
        Limit::Output => Guard::Output,
        Limit::Requests | Limit::Calls => Guard::Requests,
        Limit::CallBytes => Guard::CallBytes,
        Limit::HostCalls => Guard::HostCalls,
        Limit::Wall | Limit::VirtualTime | Limit::Deliveries | Limit::Turns => Guard::Wall,
        Limit::Handles => Guard::Handles,
        Limit::RetainedBytes => Guard::RetainedBytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_of_a_policy_is_kept() {
        let text = "version = 1\n[limits]\nmemory = \"1MiB\"\nfuel = 2\nwall = \"3s\"\nhost_calls = 4\n\
                    host_call_bytes = \"5KiB\"\nhandles = 6\noutput = \"7KiB\"\n";
        let policy = glasshouse_model::Policy::parse("policy.toml", text).unwrap();
        let limits = Limits::from(&policy.limits);
        let wanted = Limits {
            memory: 1024 * 1024,
            fuel: 2,
            wall: 3_000_000_000,
            host_calls: 4,
            requests: 4,
            call_bytes: 5 * 1024,
            handles: 6,
            output: 7 * 1024,
            retained_bytes: RETAINED_BYTES,
        };
        assert_eq!(limits, wanted);
    }
}
