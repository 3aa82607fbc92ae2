//! [`glasshouse_fuzz::suite`] for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| glasshouse_fuzz::suite(bytes));
