//! What one guest may use up, and the count of what it did.

use glasshouse_model::{Budget, Limit};
use wasmtime::ResourceLimiter;

/// Limits of one run. Each ends the guest with the limit's name; none can be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel for the whole run.
    pub fuel: u64,
    /// Bytes, summed over all memories and tables (a table's element counts 8).
    pub memory: u64,
    /// Bytes of log lines.
    pub output: u64,
    /// HTTP requests.
    pub requests: u64,
    /// Calls to the host.
    pub host_calls: u64,
    /// Bytes that one call may carry to the host.
    pub call_bytes: usize,
}

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
        }
    }
}

/// What a run used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bill {
    /// Units of fuel.
    pub fuel: u64,
    /// Most bytes of memories and tables at one time.
    pub peak_memory: u64,
    /// Calls to the host.
    pub host_calls: u64,
    /// Bytes of log lines.
    pub output: u64,
    /// HTTP requests.
    pub requests: u64,
}

/// A limit was reached. Travels through the engine as the error of a host call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the guest reached its limit `{0}`")]
pub struct Breach(pub Limit);

/// Counts against the limits while a guest runs.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Limits,
    bill: Bill,
    memory: u64,
}

/// Bytes that one element of a table takes in the host.
const TABLE_ELEMENT: u64 = 8;

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, bill: Bill::default(), memory: 0 }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn bill(&self) -> Bill {
        self.bill
    }

    /// Begins the counts of calls and output anew: a twin's limits hold for each request.
    pub(crate) fn begin_request(&mut self) {
        self.bill = Bill { peak_memory: self.bill.peak_memory, ..Bill::default() };
    }

    /// Counts one call to the host.
    pub(crate) fn host_call(&mut self) -> Result<(), Breach> {
        self.bill.host_calls += 1;
        within(self.bill.host_calls, self.limits.host_calls, Limit::HostCalls)
    }

    /// Counts log output before it is kept.
    pub(crate) fn output(&mut self, bytes: usize) -> Result<(), Breach> {
        self.bill.output = self.bill.output.saturating_add(bytes as u64);
        within(self.bill.output, self.limits.output, Limit::Output)
    }

    /// Counts one HTTP request before it is sent.
    pub(crate) fn request(&mut self) -> Result<(), Breach> {
        self.bill.requests += 1;
        within(self.bill.requests, self.limits.requests, Limit::Requests)
    }

    fn grow(&mut self, current: usize, desired: usize, unit: u64) -> wasmtime::Result<bool> {
        let more = (desired.saturating_sub(current) as u64).saturating_mul(unit);
        let sum = self.memory.saturating_add(more);
        within(sum, self.limits.memory, Limit::Memory).map_err(wasmtime::Error::new)?;
        self.memory = sum;
        self.bill.peak_memory = self.bill.peak_memory.max(sum);
        Ok(true)
    }
}

fn within(used: u64, most: u64, limit: Limit) -> Result<(), Breach> {
    if used > most { Err(Breach(limit)) } else { Ok(()) }
}

/// The engine asks here for the first size of each memory and table and for each growth. The sum of all counts,
/// since a component may bring many memories, each below the limit.
impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.grow(current, desired, 1)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.grow(current, desired, TABLE_ELEMENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(memory: u64) -> Meter {
        Meter::new(Limits { memory, output: 10, requests: 1, host_calls: 2, ..Limits::default() })
    }

    #[test]
    fn memories_and_tables_count_together() {
        let mut meter = meter(1_000);
        assert!(meter.memory_growing(0, 600, None).unwrap());
        assert!(meter.table_growing(0, 50, None).unwrap());
        let error = meter.memory_growing(0, 1, None).unwrap_err();
        assert_eq!(error.downcast_ref::<Breach>(), Some(&Breach(Limit::Memory)));
        assert_eq!(meter.bill().peak_memory, 1_000);
    }

    #[test]
    fn each_count_ends_at_its_limit() {
        let mut meter = meter(0);
        assert_eq!(meter.output(10), Ok(()));
        assert_eq!(meter.output(1), Err(Breach(Limit::Output)));
        assert_eq!(meter.request(), Ok(()));
        assert_eq!(meter.request(), Err(Breach(Limit::Requests)));
        assert_eq!(meter.host_call().and(meter.host_call()), Ok(()));
        assert_eq!(meter.host_call(), Err(Breach(Limit::HostCalls)));
    }
}
