//! Lets rustup add the guests' target to the active toolchain.

use std::time::Duration;

use anyhow::{Context, Result};

use super::{GuestToolchain, TARGET, active};
use crate::process::{capture_within, program};

/// The download is about 20 MB; a machine that cannot reach the server may hang instead of failing.
const LIMIT: Duration = Duration::from_secs(60);

/// Changes the active toolchain of the user: adds one target, which `rustup target remove` takes back.
pub(super) fn add_target() -> Result<GuestToolchain> {
    eprintln!("glasshouse: adding the target {TARGET} to the active toolchain");
    capture_within(&mut program("rustup", &["target", "add", TARGET]), LIMIT)?;
    active::find().context("rustup added the target, but the compiler does not see it")
}
