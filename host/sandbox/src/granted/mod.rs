//! What a policy grants, opened and ready: the way out, the files, the tools, and the audit of every decision.

mod allowance;
mod audited;
mod open;
mod toolbox;

pub use allowance::Allowance;
pub use open::Granted;
pub use toolbox::ToolBox;
