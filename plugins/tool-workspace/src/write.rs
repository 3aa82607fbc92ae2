//! `write`: a whole file.

use plugin_sdk::{Error, Function, ToolImports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Writes a whole file.
#[derive(Debug)]
pub struct Write;

/// The arguments of [`Write`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteInput {
    /// The file, relative to the workspace, parts joined by `/`. Folders above it are made.
    path: String,
    /// Everything that the file holds afterwards.
    content: String,
}

/// What was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Written {
    /// Bytes of the file.
    bytes: u64,
    /// Whether there was no such file before.
    created: bool,
}

impl Function for Write {
    const NAME: &'static str = "write";
    const DESCRIPTION: &'static str = "Writes a whole file in place of what it held. To change a part \
        of a file use `edit` or `apply_patch`.";
    type Input = WriteInput;
    type Output = Written;

    fn call(imports: &mut impl ToolImports, input: WriteInput) -> Result<Written, Error> {
        let created = match imports.stat(&input.path) {
            Ok(_) => false,
            Err(Error::NotFound(_)) => true,
            Err(error) => return Err(error),
        };
        imports.write_file(&input.path, input.content.as_bytes())?;
        Ok(Written { bytes: input.content.len() as u64, created })
    }
}
