//! What one trial may use up.

use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{at_least, bytes, nanoseconds};
use serde::{Deserialize, Serialize};

/// Bytes of a mebibyte.
pub(crate) const MIB: u64 = 1024 * 1024;
/// Most memory that a guest may be given, in bytes.
pub(crate) const MOST_MEMORY: u64 = 1024 * MIB;
/// Longest log that a guest may be allowed, in bytes: it is kept in memory and in the record.
pub(crate) const MOST_OUTPUT: u64 = 64 * MIB;

/// The limits of one trial's subject. Every one of them ends the trial with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Units of wasmtime fuel, roughly one an instruction.
    pub fuel: u64,
    /// Bytes, summed over all memories and tables.
    pub memory: u64,
    /// Bytes of log lines.
    pub output: u64,
    /// HTTP requests.
    pub requests: u64,
    /// Nanoseconds of virtual time from the trial's start.
    pub virtual_time: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            fuel: 2_000_000_000,
            memory: 64 * MIB,
            output: 256 * 1024,
            requests: 1_000,
            virtual_time: 2 * 60 * 60 * 1_000_000_000,
        }
    }
}

impl Budget {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let default = Self::default();
        Some(Self {
            fuel: table
                .optional(reader, "fuel", "a whole number from 1", at_least(1))
                .unwrap_or(default.fuel),
            memory: table.optional(reader, "memory", MEMORY, bytes(MOST_MEMORY)).unwrap_or(default.memory),
            output: table.optional(reader, "output", OUTPUT, bytes(MOST_OUTPUT)).unwrap_or(default.output),
            requests: table
                .optional(reader, "requests", "a whole number from 0", at_least(0))
                .unwrap_or(default.requests),
            virtual_time: table
                .optional(reader, "virtual_time", "a span of time such as \"2h\" or \"90s\"", nanoseconds)
                .unwrap_or(default.virtual_time),
        })
    }
}

/// What a limit of memory must be, for mistakes.
pub(crate) const MEMORY: &str = "a size such as \"64MiB\", at most 1GiB";
/// What a limit of output must be, for mistakes.
pub(crate) const OUTPUT: &str = "a size such as \"256KiB\", at most 64MiB";
