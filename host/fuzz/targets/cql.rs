//! [`glasshouse_fuzz::cql`] for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| glasshouse_fuzz::cql(bytes));
