//! `tools`: calls to tools of other components.

use super::{Host, Interface, given};
use crate::bindings::host::glasshouse::capability::tools as wit;
use crate::bindings::host::glasshouse::types::types::Error;

pub use wit::Definition as ToolDefinition;

/// The tools that a guest may call.
pub trait Tools: Send {
    /// Every one of them, ordered by name.
    fn definitions(&mut self) -> Vec<ToolDefinition>;

    /// Calls one. The arguments were not checked yet.
    ///
    /// # Errors
    /// As the contract's `call`.
    fn call(&mut self, name: &str, arguments: &str) -> Result<String, Error>;
}

/// No tool at all.
#[derive(Debug, Clone, Copy)]
pub struct NoTools;

impl Tools for NoTools {
    fn definitions(&mut self) -> Vec<ToolDefinition> {
        Vec::new()
    }

    fn call(&mut self, name: &str, _arguments: &str) -> Result<String, Error> {
        Err(Error::NotFound(format!("there is no tool `{name}`: none was granted")))
    }
}

impl wit::Host for Host {
    fn definitions(&mut self) -> wasmtime::Result<Vec<ToolDefinition>> {
        self.enter(Interface::Tools)?;
        Ok(given(self.tools.as_mut(), "tools")?.definitions())
    }

    fn call(&mut self, name: String, arguments: String) -> wasmtime::Result<Result<String, Error>> {
        self.enter(Interface::Tools)?;
        self.meter.carried(Interface::Tools, arguments.len());
        let called = given(self.tools.as_mut(), "tools")?.call(&name, &arguments);
        self.meter.carried(Interface::Tools, called.as_ref().map_or(0, String::len));
        Ok(called)
    }
}
