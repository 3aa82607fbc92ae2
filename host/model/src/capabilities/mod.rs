//! `[capabilities]`: what a scenario lets its subject use: requests to its services, tools, folders and models.

mod files;
mod model;
mod read;
mod requests;
mod tool;

pub use model::ModelUse;
pub use read::Capabilities;
pub use requests::{GrantedRequests, Requests, SCENARIO};
pub use tool::ToolUse;
