//! [`glasshouse_fuzz::protocol`] for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| glasshouse_fuzz::protocol(bytes));
