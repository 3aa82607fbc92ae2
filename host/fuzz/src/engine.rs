//! The bytes of components.

use glasshouse_sandbox::{Limits, Sandbox, Settings};
use std::sync::OnceLock;

/// The one sandbox that this process may have; it compiles here, where a panic is seen.
pub(crate) fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| Sandbox::new(Settings::default()).expect("this machine runs the engine"))
}

/// Units of fuel that a component gets which says itself what it offers.
const FUEL: u64 = 1_000_000;

/// Bytes as a component: looked at, counted, compiled, and asked for the functions that it offers as a tool. Short
/// inputs only: what the engine compiles is bounded by the size, and its time is not what is tested.
pub fn component(bytes: &[u8]) {
    let inspected = sandbox().inspect(bytes);
    if inspected.is_ok() {
        let _ = sandbox().tool_definitions(bytes, Limits { fuel: FUEL, ..Limits::default() });
    }
}
