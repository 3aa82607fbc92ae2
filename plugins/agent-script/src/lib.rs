//! A subject that runs a list of steps: the oracle of a scenario's admission, and, without steps, the subject that does
//! nothing.
//!
//! The steps are described in `plugins/README.md`.

mod captured;
mod failure;
mod names;
mod run;
mod sending;
mod step;

pub use run::Script;

plugin_sdk::export!(agent: Script);
