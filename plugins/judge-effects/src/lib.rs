//! A judge of what a trial changed in the world: what must change, what may, and nothing else.
//!
//! The criterion is described in `plugins/README.md`. This judge reads documents, never the subject's words
//! about them.

mod criterion;
mod effects;

pub use effects::Effects;

plugin_sdk::export!(judge: Effects);
