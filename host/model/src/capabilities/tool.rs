//! A tool that the subject may call.

use super::Requests;
use crate::Place;
use crate::budget::{MEMORY, MIB, MOST_MEMORY};
use crate::policy::{Clash, ToolGrant, Written};
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{at_least, bytes, component};
use toml_span::value::ValueInner;

/// One function of a component, with the policy that it runs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolUse {
    /// Its name, component and function joined by a dot, and the condition of its calls.
    pub grant: ToolGrant,
    /// A bundled component by name, or a path ending in `.wasm`.
    pub component: Written<String>,
    /// Requests to the scenario's twins that it may send; none where nothing is said.
    pub requests: Requests,
    /// Whether its files are those of the subject; else each call has an empty workspace.
    pub files: bool,
    /// Units of fuel of one call.
    pub fuel: u64,
    /// Bytes of memories and tables of one call.
    pub memory: u64,
}

/// Units of fuel of one call where nothing is said.
const FUEL: u64 = 2_000_000_000;
/// Bytes of one call where nothing is said.
const DEFAULT_MEMORY: u64 = 64 * MIB;

const COMPONENT: &str = "a bundled component's name, or a path ending in .wasm";

impl ToolUse {
    pub(super) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let grant = ToolGrant::read(table, reader);
        let place = table.key_place(reader, "component");
        let written = table.key_span("component").is_some();
        let component = table.optional(reader, "component", COMPONENT, component);
        let mut requests = Requests::read(table, reader);
        // A tool is not the subject: what it may ask for is said, and nothing else is granted.
        requests.allow.get_or_insert_default();
        let files = table.optional(reader, "files", "true or false", ValueInner::as_bool);
        let fuel = table.optional(reader, "fuel", "a whole number from 1", at_least(1));
        let memory = table.optional(reader, "memory", MEMORY, bytes(MOST_MEMORY));
        let grant = grant?;
        let Some((bundled, _)) = grant.name.split_once('.') else {
            let what = format!("`{}` names no function of a component", grant.name);
            let hint = "write component and function joined by a dot, as in \"tool-table.query\"";
            reader.mistake(table.span(), what, Some(hint.into()));
            return None;
        };
        // A wrong `component` is a mistake of its own.
        let component = if written { component? } else { bundled.to_owned() };
        Some(Self {
            component: Written { value: component, place },
            requests,
            files: files.unwrap_or_default(),
            fuel: fuel.unwrap_or(FUEL),
            memory: memory.unwrap_or(DEFAULT_MEMORY),
            grant,
        })
    }

    /// The first part of its name: what the scenario calls the component.
    pub fn alias(&self) -> &str {
        self.grant.name.split_once('.').map_or("", |(alias, _)| alias)
    }

    /// The other parts: what the component calls the function.
    pub fn function(&self) -> &str {
        self.grant.name.split_once('.').map_or("", |(_, function)| function)
    }

    /// Where the grant begins.
    pub fn place(&self) -> &Place {
        &self.grant.place
    }

    pub(super) fn clash(&self, earlier: &[Self]) -> Clash {
        let same =
            |other: &&Self| other.alias() == self.alias() && other.component.value != self.component.value;
        if let Some(other) = earlier.iter().find(same) {
            let what = format!(
                "`{}` is the component `{}` here and `{}` at {}",
                self.alias(),
                self.component.value,
                other.component.value,
                other.place()
            );
            return Some((what, "give two components names with different first parts"));
        }
        let grants: Vec<_> = earlier.iter().map(|other| other.grant.clone()).collect();
        self.grant.clash(&grants)
    }
}
