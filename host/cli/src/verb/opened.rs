//! A suite as every verb that works on one opens it.

use super::seal::read_key;
use crate::artefacts;
use crate::bundled::BundledGuests;
use crate::exit::Failure;
use glasshouse_runner::{Bundled, LoadSuiteError, Plan, SealKey, load_sealed_suite, load_to_calibrate};
use glasshouse_sandbox::Sandbox;
use std::path::Path;

/// A suite's plan, and what was needed to load it.
pub(super) struct Opened {
    pub(super) plan: Plan,
    /// The key that it is sealed with, where one was given.
    pub(super) key: Option<SealKey>,
    /// Keeps real time for the plan's components, so it has to live for as long as trials run.
    pub(super) sandbox: Sandbox,
}

impl Opened {
    /// Loads a suite; `key` is the file of its key.
    ///
    /// # Errors
    /// Every mistake of the suite; a key that cannot be read; a machine that cannot run the engine.
    pub(super) fn load(suite: &Path, key: Option<&Path>) -> Result<Self, Failure> {
        Self::load_with(load_sealed_suite, suite, key)
    }

    /// The same without its calibration set.
    ///
    /// # Errors
    /// As [`Opened::load`].
    pub(super) fn load_to_calibrate(suite: &Path, key: Option<&Path>) -> Result<Self, Failure> {
        Self::load_with(load_to_calibrate, suite, key)
    }

    fn load_with(
        load: impl FnOnce(&Path, Option<&SealKey>, &Sandbox, &dyn Bundled) -> Result<Plan, LoadSuiteError>,
        suite: &Path,
        key: Option<&Path>,
    ) -> Result<Self, Failure> {
        let sandbox = artefacts::sandbox_for_trials()?;
        let key = key.map(read_key).transpose()?;
        let plan = load(suite, key.as_ref(), &sandbox, &BundledGuests)?;
        artefacts::warn_of_what_was_not_kept(&sandbox);
        Ok(Self { plan, key, sandbox })
    }
}
