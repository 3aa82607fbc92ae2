//! What one trial may use up.

use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::at_least;
use serde::Serialize;
use std::str::FromStr;
use toml_span::value::ValueInner;

const MIB: u64 = 1024 * 1024;
/// Most memory that a subject may be given, in bytes.
const MOST_MEMORY: u64 = 1024 * MIB;
/// Longest log that a subject may be allowed, in bytes: it is kept in memory and in the record.
const MOST_OUTPUT: u64 = 64 * MIB;

/// The limits of one trial's subject. Every one of them ends the trial with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

const MEMORY: &str = "a size such as \"64MiB\", at most 1GiB";
const OUTPUT: &str = "a size such as \"256KiB\", at most 64MiB";

/// A size with its unit, at most `most` bytes; a bare number would leave the unit open.
fn bytes(most: u64) -> impl Fn(&ValueInner<'_>) -> Option<u64> {
    move |value| {
        let text = value.as_str().filter(|text| text.ends_with(['B', 'b']))?;
        let size = bytesize::ByteSize::from_str(text).ok()?.as_u64();
        Some(size).filter(|size| (1..=most).contains(size))
    }
}

/// A span of time with its unit.
fn nanoseconds(value: &ValueInner<'_>) -> Option<u64> {
    let span = jiff::SignedDuration::from_str(value.as_str()?).ok()?;
    u64::try_from(span.as_nanos()).ok().filter(|span| *span > 0)
}
