//! What Access Desk does; `specs/access-desk.md` says why.
//!
//! A call of Slack or of the scheduler reads where a request stands, from Slack's thread and Jira's issue, and takes the
//! steps that are missing. Nothing but the installation is kept in files.

mod access;
mod asking;
mod conduct;
mod config;
mod deciding;
mod desk;
mod event;
mod failure;
mod jira;
mod mention;
mod okta;
mod reading;
mod rules;
mod settling;
mod signature;
mod slack;
mod span;
mod thread;
mod ticket;
mod turns;
mod wire;
mod wish;
mod words;

pub use access::AccessDesk;
pub use conduct::{Conduct, Sound};
pub use desk::Desk;
pub use failure::Failure;
pub use okta::{GroupProfile, Okta, OktaGroup, Person, PersonProfile};
pub use slack::{Account, Profile};
pub use thread::{Mark, Step, Thread};
pub use ticket::{Decider, Decision, Group, Holder, Ticket};
pub use wire::Patience;
