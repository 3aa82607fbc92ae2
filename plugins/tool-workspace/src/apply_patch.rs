//! `apply_patch`: changes to several files, all of them or none.

use plugin_sdk::{Error, Function, ToolImports};
use schemars::JsonSchema;
use serde::Serialize;

use crate::patch::{PatchInput, Plan, parse};

/// Applies a patch.
#[derive(Debug)]
pub struct ApplyPatch;

/// What a patch did.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Patched {
    /// One line a file: `added`, `updated`, `deleted` or `moved`, and its path.
    changes: Vec<String>,
}

impl Function for ApplyPatch {
    const NAME: &'static str = "apply_patch";
    const DESCRIPTION: &'static str = "Adds, changes, moves and deletes text files with one patch in \
        the V4A format. Every hunk has to fit before anything is written. Line endings stay as each file \
        has them.";
    type Input = PatchInput;
    type Output = Patched;

    fn call(imports: &mut impl ToolImports, input: PatchInput) -> Result<Patched, Error> {
        let plan = Plan::of(imports, &parse(&input.patch)?)?;
        plan.write(imports)?;
        Ok(Patched { changes: plan.summary })
    }
}
