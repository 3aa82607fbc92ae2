//! The tools of a guest: components that were loaded, as far as the policy grants their functions.

use super::{Allowance, Granted};
use crate::capability::{Error, RandomStream, ToolAnswer, ToolDefinition, Tools};
use crate::error::{CallError, HostFault};
use crate::guest::{ToolComponent, ToolRun};
use crate::tool_grant::{ArgumentSchema, Arguments, SchemaError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tools that a guest may call, by the names under which the policy grants them.
pub struct ToolBox {
    granted: Arc<Granted>,
    tools: BTreeMap<String, Tool>,
    random: RandomStream,
}

/// One function of a component.
struct Tool {
    component: Arc<ToolComponent>,
    function: String,
    definition: ToolDefinition,
    schema: Result<ArgumentSchema, SchemaError>,
}

impl ToolBox {
    /// A box without tools. `random` is what each call's own stream is drawn from.
    pub fn new(granted: Arc<Granted>, random: RandomStream) -> Self {
        Self { granted, tools: BTreeMap::new(), random }
    }

    /// Adds every function of a component that the policy grants as `name.function`.
    ///
    /// # Errors
    /// [`CallError`] where the component cannot say what it offers.
    pub fn add(&mut self, name: &str, component: ToolComponent) -> Result<(), CallError> {
        let component = Arc::new(component);
        let granted = self.granted.granted_tools();
        let (definitions, _) = component.definitions(self.random.split(), self.granted.limits())?;
        for definition in definitions {
            let full = format!("{name}.{}", definition.name);
            if granted.contains(&full) {
                let function = definition.name.clone();
                let schema = ArgumentSchema::compile(&definition.input_schema);
                let definition = ToolDefinition { name: full.clone(), ..definition };
                let component = Arc::clone(&component);
                self.tools.insert(full, Tool { component, function, definition, schema });
            }
        }
        Ok(())
    }
}

impl Tools for ToolBox {
    fn definitions(&mut self) -> Vec<ToolDefinition> {
        self.tools.values().map(|tool| tool.definition.clone()).collect()
    }

    fn call(&mut self, _event: u64, name: &str, arguments: &str) -> Result<ToolAnswer, HostFault> {
        Ok(self.answer(name, arguments).into())
    }
}

impl ToolBox {
    fn answer(&mut self, name: &str, arguments: &str) -> Result<String, Error> {
        let arguments =
            Arguments::parse(arguments).map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let Some(tool) = self.tools.get(name) else {
            return Err(Error::NotFound(format!("there is no tool `{name}`")));
        };
        self.granted.check(name, &tool.schema, &arguments)?;
        let random = self.random.split();
        let ToolRun { outcome, .. } = self.granted.run(
            &tool.component,
            name,
            &tool.function,
            &arguments,
            random,
            &Allowance::begin(self.granted.limits()),
        );
        // A tool that breaks is no fault of whoever called it, and ends nobody but itself.
        outcome.unwrap_or_else(|error| Err(Error::Other(format!("the tool `{name}` broke: {error}"))))
    }
}
