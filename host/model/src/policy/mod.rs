//! The policy file, version 1: what a guest is granted and how much it may use up. Nothing is granted by default.
//!
//! Parsing, deciding and comparing with what a build enforces are pure: no file is opened, no host is asked.

mod decision;
mod enforced;
mod file;
mod grant;
mod host;
mod http;
mod limits;

pub use decision::{Decision, Denial};
pub use enforced::{Enforced, PolicyKey, unenforceable};
pub use file::Policy;
pub use grant::{Access, ModelGrant, ToolGrant, WorkspaceGrant, Written};
pub(crate) use grant::{Clash, grants};
pub use host::{Host, HostError, HostPattern};
pub use http::{HttpGrant, Scheme, Secret};
pub use limits::{PolicyLimits, Setting};
