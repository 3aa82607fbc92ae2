//! What the caller of a tool is told of arguments that do not fit.

use super::{ArgumentSchema, Arguments, SchemaError};
use crate::capability::Error;
use crate::guard::{Guard, stands};

/// Whether arguments fit the schema of the function with that name.
///
/// # Errors
/// What its caller is told: where they do not fit, or why the schema is of no use.
pub fn fits(
    name: &str,
    schema: &Result<ArgumentSchema, SchemaError>,
    arguments: &Arguments,
) -> Result<(), Error> {
    let schema = schema
        .as_ref()
        .map_err(|error| Error::Other(format!("the schema of `{name}` cannot be used: {error}")))?;
    if !stands(Guard::Schema) {
        return Ok(());
    }
    schema.check(arguments).map_err(|mistakes| {
        let shown: Vec<_> = mistakes
            .iter()
            .map(|mistake| match mistake.pointer.as_str() {
                "" => mistake.what.clone(),
                pointer => format!("{pointer}: {}", mistake.what),
            })
            .collect();
        Error::InvalidArgument(format!("the arguments do not fit the schema: {}", shown.join("; ")))
    })
}
