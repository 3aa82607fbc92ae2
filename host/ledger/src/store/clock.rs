//! The time that turns are stamped with. The ledger never reads the machine's clock for it.

use std::sync::Arc;

/// Milliseconds since 1970, read once for each request that names no time of its own. Called from any thread.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;
