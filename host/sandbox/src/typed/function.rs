//! The typed functions that a component exports, each as a tool.

use super::docs::{Docs, docs};
use super::schema::{NoJson, closed, schema};
use super::{lift, lower};
use crate::capability::{Error, ToolDefinition};
use serde_json::Value;
use std::collections::BTreeSet;
use wasmtime::Engine;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, Type, Val};

/// Exports of a runtime's own making, which are no tools: CPython's and QuickJS's initialisation.
const NOT_TOOLS: [&str; 2] = ["init", "exports"];

/// What a component exports.
#[derive(Default)]
pub(crate) struct Exports {
    /// Those that are tools, ordered by name.
    pub(crate) functions: Vec<Function>,
    /// Those that cannot be, each with the reason.
    pub(crate) left_out: Vec<(String, String)>,
}

/// One exported function.
pub(crate) struct Function {
    pub(crate) definition: ToolDefinition,
    pub(crate) index: ComponentExportIndex,
    kind: ComponentFunc,
}

/// What a function returned.
pub(crate) type Returned = Result<Value, Error>;

impl Exports {
    /// Every exported function of a component. `bytes` are the component's own: its doc comments are read from them.
    pub(crate) fn of(component: &Component, engine: &Engine, bytes: &[u8]) -> Self {
        let mut exports = Self::default();
        let docs = docs(bytes);
        for (name, item) in component.component_type().exports(engine) {
            match item.ty {
                ComponentItem::ComponentFunc(kind) if !NOT_TOOLS.contains(&name) => {
                    exports.add(component, None, name, kind, &docs);
                }
                ComponentItem::ComponentInstance(instance) if !NOT_TOOLS.contains(&name) => {
                    for (function, item) in instance.exports(engine) {
                        if let ComponentItem::ComponentFunc(kind) = item.ty {
                            exports.add(component, Some(name), function, kind, &docs);
                        }
                    }
                }
                _ => {}
            }
        }
        exports.functions.sort_by(|a, b| a.definition.name.cmp(&b.definition.name));
        exports
    }

    fn add(
        &mut self,
        component: &Component,
        interface: Option<&str>,
        function: &str,
        kind: ComponentFunc,
        docs: &Docs,
    ) {
        let parent = interface.and_then(|interface| component.get_export_index(None, interface));
        let Some(index) = component.get_export_index(parent.as_ref(), function) else { return };
        let taken: BTreeSet<_> = self.functions.iter().map(|other| other.definition.name.as_str()).collect();
        let name = tool_name(interface, function, &taken);
        let described = docs.get(&(interface.unwrap_or_default().to_owned(), function.to_owned()));
        match Function::new(name.clone(), described.cloned().unwrap_or_default(), index, kind) {
            Ok(function) => self.functions.push(function),
            Err(why) => self.left_out.push((name, why.to_string())),
        }
    }
}

/// `function`, or `interface.function` with the interface's last part; its whole name where that is taken.
fn tool_name(interface: Option<&str>, function: &str, taken: &BTreeSet<&str>) -> String {
    let Some(interface) = interface else { return function.to_owned() };
    let unversioned = interface.split('@').next().unwrap_or(interface);
    let short = format!("{}.{function}", unversioned.rsplit(['/', ':']).next().unwrap_or(unversioned));
    if taken.contains(short.as_str()) {
        format!("{}.{function}", unversioned.replace([':', '/'], "."))
    } else {
        short
    }
}

impl Function {
    fn new(
        name: String,
        description: String,
        index: ComponentExportIndex,
        kind: ComponentFunc,
    ) -> Result<Self, NoJson> {
        if name.contains('[') {
            return Err(NoJson("it belongs to a resource"));
        }
        if kind.async_() {
            return Err(NoJson("it is asynchronous"));
        }
        let mut parameters = serde_json::Map::new();
        for (name, kind) in kind.params() {
            parameters.insert(name.to_owned(), schema(&kind)?);
        }
        let output = match answer(&kind) {
            Some(kind) => schema(&kind)?,
            None => serde_json::json!({ "type": "null" }),
        };
        let definition = ToolDefinition {
            name,
            description,
            input_schema: closed(parameters).to_string(),
            output_schema: output.to_string(),
        };
        Ok(Self { definition, index, kind })
    }

    /// The values that JSON arguments stand for.
    ///
    /// # Errors
    /// `invalid-argument` with the place.
    pub(crate) fn lower(&self, arguments: &Value) -> Result<Vec<Val>, Error> {
        let lowered = lower::arguments(self.kind.params(), arguments);
        lowered.map_err(|mismatch| Error::InvalidArgument(mismatch.to_string()))
    }

    /// As many places as the function returns values.
    pub(crate) fn results(&self) -> Vec<Val> {
        vec![Val::Bool(false); self.kind.results().len()]
    }

    /// What a call returned. The error side of a `result` is the tool's own refusal.
    pub(crate) fn lift(&self, returned: &[Val]) -> Returned {
        let kind = self.kind.results().next();
        match (&kind, returned.first()) {
            (Some(Type::Result(result)), Some(Val::Result(Ok(value)))) => {
                Ok(lift::payload(result.ok(), value.as_deref()))
            }
            (Some(Type::Result(result)), Some(Val::Result(Err(value)))) => {
                Err(Error::Other(match lift::payload(result.err(), value.as_deref()) {
                    Value::String(text) => text,
                    other => other.to_string(),
                }))
            }
            (_, value) => Ok(lift::payload(kind.clone(), value)),
        }
    }
}

/// The type of what a call that worked returns.
fn answer(kind: &ComponentFunc) -> Option<Type> {
    match kind.results().next() {
        Some(Type::Result(result)) => result.ok(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_where_they_can_be() {
        let taken = BTreeSet::from(["math.add"]);
        assert_eq!(tool_name(None, "add", &taken), "add");
        assert_eq!(tool_name(Some("docs:calc/sums@1.2.0"), "add", &taken), "sums.add");
        assert_eq!(tool_name(Some("docs:calc/math@1.2.0"), "add", &taken), "docs.calc.math.add");
        assert_eq!(tool_name(Some("plain"), "add", &taken), "plain.add");
    }
}
