//! `glasshouse new`: a plugin's folder that builds and passes its tests, in one of several languages; a suite's or a
//! scenario's that runs.

mod name;
mod scaffold;
mod template;
mod write;

pub(crate) use name::Name;
pub(crate) use template::{Language, NewError, PluginRole, render};
pub(crate) use write::new;
