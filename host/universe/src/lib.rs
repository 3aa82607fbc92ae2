//! Worlds and what runs over them: the state of every twin as one value that forks in O(1), the router from host
//! names to twins, virtual time, deliveries, faults, and the doors for clients outside the sandbox.

mod abroad;
mod allowance;
mod answering;
mod books;
mod bystanders;
mod clock;
mod deliver;
mod door;
mod faults;
mod file;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod hearing;
mod journal;
mod link;
mod operations;
mod outbox;
mod outcome;
mod past;
mod post;
mod running;
mod signature;
mod sockets;
mod tables;
mod target;
mod twin;
mod universe;
mod world;
mod writes;

pub use answering::TwinLine;
pub use bystanders::{Bystanders, Deed, Outgoing, Written};
pub use clock::{REQUEST_COST, TrialClock};
pub use deliver::{Inbound, MOST_ATTEMPTS};
pub use door::{
    AdminDoor, Authority, DoorError, OpenUniverse, Outside, OutsideError, Places, PlainDoor, ProxyDoor,
};
pub use file::WorldFileError;
pub use link::{Link, LinkClock};
pub use operations::OperationCount;
pub use outbox::{MOST_PENDING, MOST_PENDING_BYTES, PendingDelivery};
pub use outcome::WorldPair;
pub use sockets::OpenSocket;
pub use tables::{LARGEST_TABLES, Tables};
pub use twin::{Twin, TwinError};
pub use universe::{Universe, UniverseError};
pub use world::World;
