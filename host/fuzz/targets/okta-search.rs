//! [`glasshouse_fuzz::okta_search`] for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| glasshouse_fuzz::okta_search(bytes));
