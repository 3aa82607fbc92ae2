//! A judge of what must never happen: refused requests, harm, leaks, use beyond a share of the budget, false claims.
//!
//! The criterion is described in `plugins/README.md`. Like `judge-effects` it reads what happened, never the subject's words
//! about it; of those it asks only whether they are true.

mod criterion;
mod finding;
mod policy;
mod secret;
mod share;

pub use policy::Policy;

plugin_sdk::export!(judge: Policy);
