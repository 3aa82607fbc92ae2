//! A judge that asks a model about one narrow criterion, and takes its word only in a form that it can check.
//!
//! The criterion is described in `plugins/README.md`. What the subject and services wrote is shown to the model as data:
//! every piece of it is one line of JSON in which no `<` is left, so that nothing in it can end the part that holds it.

mod criterion;
mod excerpt;
mod prompt;
mod reply;
mod rubric;

pub use rubric::Rubric;

plugin_sdk::export!(judge: Rubric);
