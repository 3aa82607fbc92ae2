//! The only way out of the process: sends a guest's HTTP request where the policy allows it, and nowhere else.
//!
//! The policy decides about what the URL's parser read, the sender connects to the addresses that were checked, and
//! no redirect, proxy, cookie or kept connection takes a request anywhere else.

mod address;
mod error;
mod exchange;
pub(crate) mod forms;
mod gate;
mod request;
mod resolve;
mod response;
mod secret;
mod trust;

pub use address::AddressKind;
pub use error::{EgressError, Failure, Flaw, Quota, SetupError};
pub use gate::{Audit, Egress, EgressSettings, Sent};
pub use request::OutRequest;
pub use resolve::{Lookup, Resolver, SystemResolver};
pub use response::OutResponse;
