//! Worlds and what runs over them: the state of every twin as one value that forks in O(1), the router from host
//! names to twins, virtual time, and the doors for clients outside the sandbox.

mod clock;
mod door;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod outcome;
mod tables;
mod twin;
mod universe;
mod world;

pub use clock::{REQUEST_COST, TrialClock};
pub use door::{Door, DoorError};
pub use outcome::WorldPair;
pub use tables::{LARGEST_TABLES, Tables};
pub use twin::{Twin, TwinError};
pub use universe::{Link, TwinLine, Universe, UniverseError};
pub use world::World;
