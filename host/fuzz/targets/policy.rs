//! [`glasshouse_fuzz::policy`] for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| glasshouse_fuzz::policy(bytes));
