//! `tools`: calls to tools of other components.

use super::{Host, Interface, OnTape, Recorder, breach, diverged, given};
use crate::bindings::host::glasshouse::capability::tools as wit;
use crate::bindings::host::glasshouse::types::types::Error;
use crate::error::HostFault;
use crate::limits::Breach;
use glasshouse_model::Happening;
use serde_json::{Value, json};

pub use wit::Definition as ToolDefinition;

/// The tools that a guest may call.
pub trait Tools: Send {
    /// Every one of them, ordered by name.
    fn definitions(&mut self) -> Vec<ToolDefinition>;

    /// Calls one. The arguments were not checked yet. `event` is the index under which the call is recorded.
    ///
    /// # Errors
    /// Where the host broke, not the tool.
    fn call(&mut self, event: u64, name: &str, arguments: &str) -> Result<ToolAnswer, HostFault>;
}

/// What came of one call of a tool.
#[derive(Debug)]
pub struct ToolAnswer {
    /// What the guest gets, as the contract's `call` says.
    pub answer: Result<String, Error>,
    /// The limit of the guest itself that the tool reached for it, if one was.
    pub reached: Option<Breach>,
    /// What the tool did that belongs into the guest's record, each with its time.
    pub happenings: Vec<(u64, Happening)>,
}

impl From<Result<String, Error>> for ToolAnswer {
    fn from(answer: Result<String, Error>) -> Self {
        Self { answer, reached: None, happenings: Vec::new() }
    }
}

/// No tool at all.
#[derive(Debug, Clone, Copy)]
pub struct NoTools;

impl Tools for NoTools {
    fn definitions(&mut self) -> Vec<ToolDefinition> {
        Vec::new()
    }

    fn call(&mut self, _event: u64, name: &str, _arguments: &str) -> Result<ToolAnswer, HostFault> {
        let answer = Err(Error::NotFound(format!("there is no tool `{name}`: none was granted")));
        Ok(answer.into())
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
        let event = self.recorder.as_ref().map_or(0, Recorder::next_index);
        let (mut reached, mut happenings) = (None, Vec::new());
        let called = self.called("tools", "call", asked, |host| {
            let called = given(host.tools.as_mut(), "tools")?
                .call(event, &name, &arguments)
                .map_err(wasmtime::Error::new)?;
            (reached, happenings) = (called.reached, called.happenings);
            Ok(called.answer)
        })?;
        self.meter.carried(Interface::Tools, called.as_ref().map_or(0, String::len));
        happenings.into_iter().try_for_each(|(at, happening)| self.record(at, || happening))?;
        self.record_meanwhile()?;
        self.taped_breach()?;
        reached.map_or(Ok(called), |reached| Err(breach(reached)))
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
