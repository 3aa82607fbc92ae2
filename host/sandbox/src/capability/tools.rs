//! `tools`: calls to tools of other components.

use super::{Host, Interface, OnTape, diverged, given};
use crate::bindings::host::glasshouse::capability::tools as wit;
use crate::bindings::host::glasshouse::types::types::Error;
use serde_json::{Value, json};

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
        let listed = self.called(
            "tools",
            "definitions",
            || json!({}),
            |host| Ok(Ok(given(host.tools.as_mut(), "tools")?.definitions())),
        )?;
        // Listing cannot fail; a record that says so was not written by this host.
        listed.map_err(|_| diverged())
    }

    fn call(&mut self, name: String, arguments: String) -> wasmtime::Result<Result<String, Error>> {
        self.enter(Interface::Tools)?;
        self.meter.carried(Interface::Tools, arguments.len());
        let asked = || json!({ "name": &name, "arguments": &arguments });
        let called = self.called("tools", "call", asked, |host| {
            Ok(given(host.tools.as_mut(), "tools")?.call(&name, &arguments))
        })?;
        self.meter.carried(Interface::Tools, called.as_ref().map_or(0, String::len));
        Ok(called)
    }
}

impl OnTape for String {
    fn to_tape(&self) -> Value {
        self.as_str().into()
    }

    fn from_tape(taped: &Value) -> Option<Self> {
        taped.as_str().map(str::to_owned)
    }
}

impl OnTape for Vec<ToolDefinition> {
    fn to_tape(&self) -> Value {
        let one = |tool: &ToolDefinition| {
            json!({
                "name": tool.name,
                "description": tool.description,
                "input_schema": tool.input_schema,
                "output_schema": tool.output_schema,
            })
        };
        self.iter().map(one).collect()
    }

    fn from_tape(taped: &Value) -> Option<Self> {
        let one = |tool: &Value| {
            let text = |name| tool.get(name)?.as_str().map(str::to_owned);
            Some(ToolDefinition {
                name: text("name")?,
                description: text("description")?,
                input_schema: text("input_schema")?,
                output_schema: text("output_schema")?,
            })
        };
        taped.as_array()?.iter().map(one).collect()
    }
}
