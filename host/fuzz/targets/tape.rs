//! [`glasshouse_fuzz::tape`] for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| glasshouse_fuzz::tape(bytes));
