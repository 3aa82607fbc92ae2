//! Guests that misbehave in one way each, as examples of this crate: `hostile-agent` breaks whichever limit its
//! input names, `hostile-judge` does so where it should judge, `peeking-agent` asks for imports of another
//! role, `dirty-pages` leaves memory to clean up.
//!
//! `cargo build -p testing-guests --examples --target wasm32-unknown-unknown --profile guest` builds them.
