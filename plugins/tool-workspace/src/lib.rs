//! A tool that reads, searches and changes the files of a run.

mod apply_patch;
mod edit;
mod glob;
mod grep;
mod list;
mod patch;
mod read;
mod text;
mod walk;
mod write;

pub use apply_patch::{ApplyPatch, Patched};
pub use edit::{Edit, EditInput, Edited};
pub use glob::{Glob, GlobInput, Paths};
pub use grep::{Grep, GrepInput, Matches};
pub use list::{Entries, Entry, List, ListInput};
pub use patch::PatchInput;
pub use read::{Page, Read, ReadInput};
pub use walk::Skipped;
pub use write::{Write, WriteInput, Written};

plugin_sdk::export!(tool: Read, Write, Edit, List, Glob, Grep, ApplyPatch);
