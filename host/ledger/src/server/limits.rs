//! What clients may take.

use crate::protocol::LARGEST_FRAME;
use std::time::Duration;

/// Limits of one server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at one time; more wait to be accepted.
    pub connections: usize,
    /// Requests of one connection that are worked on at one time; more wait in the connection.
    pub requests: usize,
    /// Most bytes of a frame, or of a request's body.
    pub frame: u32,
    /// Bytes of all frames that are being received or worked on; more wait in their connections.
    pub memory: u32,
    /// How long a connection may be silent between two requests.
    pub idle: Duration,
    /// How long a request may take to arrive once it has begun.
    pub arrival: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1_024,
            requests: 64,
            frame: LARGEST_FRAME,
            memory: 512 * 1024 * 1024,
            idle: Duration::from_secs(600),
            arrival: Duration::from_secs(60),
        }
    }
}
