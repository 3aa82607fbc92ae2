//! The tool's side of the contract: functions that an agent may be given.

use crate::Error;
pub use crate::bindings::tool::exports::glasshouse::tool::calls::Definition;
use crate::capability::{Clock, Http, Log, Random, Workspace};

/// A set of functions. Export it with [`export!`](crate::export).
///
/// Write a [`Function`](crate::Function) a function; this trait by hand is for tools whose functions are not known
/// when they are compiled.
pub trait Tool {
    /// Every function, with the schemas of its arguments and result. The same answer every time.
    fn definitions() -> Vec<Definition>;

    /// Calls one function; `arguments` and the result are JSON that fits its schemas.
    ///
    /// # Errors
    /// `not-found`: no such function. `invalid-argument`: the arguments do not fit. Otherwise what the function
    /// ran into.
    fn call(imports: &mut impl ToolImports, name: &str, arguments: &str) -> Result<String, Error>;
}

/// Everything that a tool may import.
pub trait ToolImports: Log + Clock + Random + Http + Workspace {}

impl<T: Log + Clock + Random + Http + Workspace> ToolImports for T {}
