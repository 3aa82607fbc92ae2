//! `[limits]`: what a guest may use up.

use crate::Place;
use crate::budget::{MEMORY, MIB, MOST_MEMORY, MOST_OUTPUT, OUTPUT};
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{at_least, bytes, nanoseconds};
use toml_span::value::ValueInner;

const SECOND: u64 = 1_000_000_000;
/// Longest call, in nanoseconds: a day.
const MOST_WALL: u64 = 24 * 60 * 60 * SECOND;
/// Most bytes that one call to the host may carry: each is copied.
const MOST_CALL_BYTES: u64 = 256 * MIB;
/// Most handles: each takes memory of the host.
const MOST_HANDLES: u64 = 1_000_000;
/// Most requests at one time: each takes a connection.
const MOST_CONCURRENT: u64 = 1_000;

/// One limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// In the limit's own unit.
    pub value: u64,
    /// Where the file sets it; none where the default holds.
    pub place: Option<Place>,
}

/// The limits of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLimits {
    /// Bytes, summed over all memories and tables.
    pub memory: Setting,
    /// Units of wasmtime fuel, roughly one an instruction.
    pub fuel: Setting,
    /// Nanoseconds of real time for a whole call, calls to the host included.
    pub wall: Setting,
    /// Calls to the host.
    pub host_calls: Setting,
    /// Bytes that one call to the host may carry.
    pub host_call_bytes: Setting,
    /// Resources of the host that it may hold at one time.
    pub handles: Setting,
    /// Bytes of log, standard output and standard error together.
    pub output: Setting,
    /// HTTP requests at one time.
    pub concurrent_http: Setting,
}

impl Default for PolicyLimits {
    fn default() -> Self {
        let default = |value| Setting { value, place: None };
        Self {
            memory: default(64 * MIB),
            fuel: default(2_000_000_000),
            wall: default(10 * SECOND),
            host_calls: default(10_000),
            host_call_bytes: default(16 * MIB),
            handles: default(1_000),
            output: default(MIB),
            concurrent_http: default(4),
        }
    }
}

const WALL: &str = "a span of time such as \"10s\", at most 24h";
const CALL_BYTES: &str = "a size such as \"16MiB\", at most 256MiB";
const HANDLES: &str = "a whole number from 0 to 1000000";
const CONCURRENT: &str = "a whole number from 1 to 1000";

impl PolicyLimits {
    pub(super) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let mut limits = Self::default();
        let Self { memory, fuel, wall, host_calls, host_call_bytes, handles, output, concurrent_http } =
            &mut limits;
        memory.read(table, reader, "memory", MEMORY, bytes(MOST_MEMORY));
        fuel.read(table, reader, "fuel", "a whole number from 1", at_least(1));
        wall.read(table, reader, "wall", WALL, |value| nanoseconds(value).filter(|span| *span <= MOST_WALL));
        host_calls.read(table, reader, "host_calls", "a whole number from 0", at_least(0));
        host_call_bytes.read(table, reader, "host_call_bytes", CALL_BYTES, bytes(MOST_CALL_BYTES));
        handles.read(table, reader, "handles", HANDLES, within(0, MOST_HANDLES));
        output.read(table, reader, "output", OUTPUT, bytes(MOST_OUTPUT));
        concurrent_http.read(table, reader, "concurrent_http", CONCURRENT, within(1, MOST_CONCURRENT));
        Some(limits)
    }
}

impl Setting {
    /// Takes the file's value where it has one.
    fn read(
        &mut self,
        table: &mut TomlTable<'_>,
        reader: &mut Reader<'_>,
        key: &'static str,
        wanted: &str,
        turn: impl Fn(&ValueInner<'_>) -> Option<u64>,
    ) {
        let span = table.key_span(key);
        if let Some(value) = table.optional(reader, key, wanted, turn) {
            *self = Self { value, place: span.map(|span| reader.place(span)) };
        }
    }
}

/// A whole number between two bounds, both allowed.
fn within(least: u64, most: u64) -> impl Fn(&ValueInner<'_>) -> Option<u64> {
    move |value| at_least(least)(value).filter(|number| *number <= most)
}
