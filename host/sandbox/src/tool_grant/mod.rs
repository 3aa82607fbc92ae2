//! Which tools a guest may call, with which arguments: the policy's grants and conditions, and the tools' own schemas.

mod arguments;
mod condition;
mod expression;
mod fit;
mod gate;
mod reference;
mod schema;
mod text;

pub use arguments::{Arguments, ArgumentsError, DEEPEST_ARGUMENTS, LARGEST_ARGUMENTS};
pub use condition::{Condition, ConditionError};
pub use fit::fits;
pub use gate::{ToolDecision, ToolDenial, ToolGate};
pub use reference::ReferenceError;
pub use schema::{ArgumentSchema, SchemaError, SchemaMistake};
pub(crate) use text::short;
