//! Where a guest's memory comes from, for the SDKs: whoever depends on one of them allocates with it.

#[cfg(target_family = "wasm")]
mod allocator;
#[cfg(any(target_family = "wasm", test))]
mod growth;
