//! A SELECT over one table: parsed by a library, checked against what is built here, evaluated.

mod aggregate;
mod compile;
mod evaluate;
mod expression;
mod plan;
mod run;
mod scalar;

pub(crate) use plan::Plan;
pub(crate) use run::run;

use plugin_sdk::Error;

/// A mistake in a query, or a value that it cannot work with.
fn invalid(text: impl Into<String>) -> Error {
    Error::InvalidArgument(text.into())
}

/// Something that SQL has and this tool has not.
fn not_built(construct: &str) -> Error {
    invalid(format!("{construct} is not built; the description of `sql` lists what is"))
}
