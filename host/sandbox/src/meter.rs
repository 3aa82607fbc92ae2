//! The count of what a guest does, held against its limits while it runs; its sum is the bill.

use crate::capability::{Interface, ModelUse, Usage};
use crate::guard::{Guard, limit};
use crate::limits::{Breach, Limits, within};
use glasshouse_model::Limit;
use std::time::{Duration, Instant};
use wasmtime::ResourceLimiter;

/// What a run used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bill {
    /// Units of fuel.
    pub fuel: u64,
    /// Most bytes of memories and tables at one time.
    pub peak_memory: u64,
    /// Calls to the host, of all interfaces.
    pub host_calls: u64,
    /// Bytes of log lines, standard output and standard error.
    pub output: u64,
    /// HTTP requests.
    pub requests: u64,
    /// Bytes that the host kept of what the guest handed over.
    pub retained_bytes: u64,
    /// What models answered.
    pub model: ModelUse,
    pub(crate) uses: [Use; Interface::ALL.len()],
}

/// How much of one interface was used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Use {
    /// Calls.
    pub calls: u64,
    /// Bytes of contents that the calls carried, both ways: bodies, files, documents, lines, random bytes.
    pub bytes: u64,
}

impl Bill {
    /// How much of each interface was used, those that were not used left out.
    pub fn uses(&self) -> impl Iterator<Item = (Interface, Use)> + '_ {
        Interface::ALL.into_iter().zip(self.uses).filter(|(_, used)| used.calls > 0)
    }
}

/// Counts against the limits while a guest runs.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Limits,
    bill: Bill,
    memory: u64,
    /// When the run must have ended; none where no limit of real time holds.
    deadline: Option<Instant>,
    /// Whether every crossing of the border is counted, by [`Meter::crossing`].
    counts_crossings: bool,
}

/// Bytes that one element of a table takes in the host.
const TABLE_ELEMENT: u64 = 8;

impl Meter {
    /// Begins the count; where there is a limit of real time, it begins now.
    pub(crate) fn new(limits: Limits) -> Self {
        let wall = limit(Guard::Wall, limits.wall);
        let deadline = (wall < u64::MAX).then(|| Instant::now().checked_add(Duration::from_nanos(wall)));
        Self {
            limits,
            bill: Bill::default(),
            memory: 0,
            deadline: deadline.flatten(),
            counts_crossings: false,
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn bill(&self) -> Bill {
        self.bill
    }

    /// When a call that waits must have come back.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Nanoseconds of real time that are left; none where no limit of real time holds.
    pub(crate) fn time_left(&self) -> Option<u64> {
        let left = self.deadline?.saturating_duration_since(Instant::now());
        Some(u64::try_from(left.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Begins the counts of calls and output anew: a twin's limits hold for each request.
    pub(crate) fn begin_request(&mut self) {
        self.bill = Bill { peak_memory: self.bill.peak_memory, ..Bill::default() };
    }

    /// Begins the count of memory anew: a further instance of the same guest has memories of its own.
    pub(crate) fn begin_instance(&mut self) {
        self.memory = 0;
    }

    /// Counts every crossing of the border from now on: WASI has functions that count nothing themselves.
    pub(crate) fn count_crossings(&mut self) {
        self.counts_crossings = true;
    }

    /// Counts one call to the host, of WASI until an interface of the contract says that it was its own.
    pub(crate) fn crossing(&mut self) -> Result<(), Breach> {
        self.bill.host_calls += 1;
        self.used(Interface::Wasi).calls += 1;
        within(self.bill.host_calls, self.limits.host_calls, Limit::HostCalls)
    }

    /// Counts one call to the host.
    pub(crate) fn host_call(&mut self, interface: Interface) -> Result<(), Breach> {
        self.used(interface).calls += 1;
        if self.counts_crossings {
            let wasi = self.used(Interface::Wasi);
            wasi.calls = wasi.calls.saturating_sub(1);
            return Ok(());
        }
        self.bill.host_calls += 1;
        within(self.bill.host_calls, self.limits.host_calls, Limit::HostCalls)
    }

    #[expect(clippy::indexing_slicing, reason = "there is one for each interface, as a test shows")]
    fn used(&mut self, interface: Interface) -> &mut Use {
        &mut self.bill.uses[interface as usize]
    }

    /// Counts contents that a call carried.
    pub(crate) fn carried(&mut self, interface: Interface, bytes: usize) {
        let used = self.used(interface);
        used.bytes = used.bytes.saturating_add(bytes as u64);
    }

    /// Counts one reply of a model.
    pub(crate) fn model_replied(&mut self, usage: &Usage) {
        self.bill.model.add(usage);
    }

    /// Counts output before it is kept.
    pub(crate) fn output(&mut self, bytes: usize) -> Result<(), Breach> {
        self.bill.output = self.bill.output.saturating_add(bytes as u64);
        within(self.bill.output, self.limits.output, Limit::Output)
    }

    /// Counts one HTTP request before it is sent.
    pub(crate) fn request(&mut self) -> Result<(), Breach> {
        self.bill.requests += 1;
        within(self.bill.requests, self.limits.requests, Limit::Requests)
    }

    /// Counts what the host is about to keep.
    pub(crate) fn retain(&mut self, bytes: usize) -> Result<(), Breach> {
        self.bill.retained_bytes = self.bill.retained_bytes.saturating_add(bytes as u64);
        within(self.bill.retained_bytes, self.limits.retained_bytes, Limit::RetainedBytes)
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
        let counts =
            Limits { output: 10, requests: 1, host_calls: 2, retained_bytes: 3, ..Limits::default() };
        Meter::new(Limits { memory, ..counts })
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
        assert_eq!(meter.retain(3), Ok(()));
        assert_eq!(meter.retain(1), Err(Breach(Limit::RetainedBytes)));
        assert_eq!(meter.host_call(Interface::Log).and(meter.host_call(Interface::Http)), Ok(()));
        assert_eq!(meter.host_call(Interface::Http), Err(Breach(Limit::HostCalls)));
        meter.carried(Interface::Http, 7);
        let uses: Vec<_> = meter.bill().uses().collect();
        let wanted =
            [(Interface::Log, Use { calls: 1, bytes: 0 }), (Interface::Http, Use { calls: 2, bytes: 7 })];
        assert_eq!(uses, wanted);
    }

    #[test]
    fn replies_of_models_are_summed() {
        let mut meter = meter(0);
        for (input_tokens, output_tokens) in [(900, 60), (100, u64::MAX)] {
            meter.model_replied(&Usage { input_tokens, cached_tokens: 5, output_tokens });
        }
        let wanted = ModelUse { replies: 2, input_tokens: 1_000, output_tokens: u64::MAX };
        assert_eq!(meter.bill().model, wanted);
    }
}
