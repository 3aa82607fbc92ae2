//! What a tool, judge, agent or persona in Rust is written with.
//!
//! A plugin is a type that implements [`Judge`], [`Agent`] or [`Persona`], or one type a [`Function`] of a tool, and one
//! line, for example `plugin_sdk::export!(agent: Greeter);`. Its logic reaches the host through the traits of [`capability`], so
//! it runs natively against [`testing`] as it runs in a guest.

mod agent;
pub mod bindings;
pub mod capability;
pub mod criterion;
mod export;
mod function;
#[cfg(target_arch = "wasm32")]
mod host;
mod judge;
pub mod model;
mod persona;
mod schema;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod tool;

use guest_memory as _;

pub use agent::{Agent, AgentImports, Answer, ListeningAgent, Task};
pub use bindings::imports::glasshouse::types::types::{Duration, Error, Header, Instant, Request, Response};
pub use function::Function;
#[cfg(target_arch = "wasm32")]
pub use host::Host;
pub use judge::{Judge, JudgeImports, Ruling, Verdict};
pub use persona::{Conversation, Persona, PersonaImports, Spoken, Talker};
pub use tool::{Definition, Tool, ToolImports};
