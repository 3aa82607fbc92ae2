//! `foreign-guests`: the plugins that are not Rust, and a plugin of every template of `glasshouse new`.
//!
//! Compilers are installed below `target/`, in the versions that the projects pin. What needs a program that this
//! machine has not is skipped, and said so.

mod c;
mod component;
mod javascript;
mod plugins;
mod project;
mod python;
mod rust;
mod templates;

pub(crate) use plugins::make;
pub(crate) use project::lay;
pub(crate) use templates::check as check_templates;
