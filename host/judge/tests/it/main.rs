//! The crate's behaviour from outside: figures against recomputed ones, the gate's outcomes, and what must not matter.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what a test builds itself may panic")]

mod batch;
mod figures;
mod sequential;
mod vectors;
