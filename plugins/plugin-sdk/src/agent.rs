//! The agent's side of the contract: one job, done once.

pub use crate::bindings::agent::exports::glasshouse::agent::run::{Answer, Task};
use crate::capability::{Clock, Http, Log, Random, Tools, Workspace};
use crate::model::Model;
use crate::{Error, Request, Response};

/// Software that does a job. Export it with [`export!`](crate::export).
pub trait Agent {
    /// Does the job once. The work itself shows in the services that were called, not in the answer.
    ///
    /// # Errors
    /// Whatever kept the agent from doing the job; `invalid-argument` where the task's input is not its own.
    fn run(imports: &mut impl AgentImports, task: &Task) -> Result<Answer, Error>;
}

/// Software that also answers what services send it. Export it with `export!(listening_agent: T)`.
pub trait ListeningAgent: Agent {
    /// Answers one request of a service, in a fresh instance: nothing in memory outlives a call, files do. A status
    /// from 200 to 299 takes what was sent; after any other the service sends it again in its own way.
    fn inbound(imports: &mut impl AgentImports, request: &Request) -> Response;
}

/// Everything that an agent may import.
pub trait AgentImports: Log + Clock + Random + Http + Workspace + Tools + Model {}

impl<T: Log + Clock + Random + Http + Workspace + Tools + Model> AgentImports for T {}
