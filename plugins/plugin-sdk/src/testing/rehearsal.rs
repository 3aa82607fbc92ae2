//! The surroundings of a persona under a native test: a log, numbers that the test chose, and a model.

use super::Replies;
use crate::Error;
use crate::capability::{Level, Log, Random};
use crate::model::{self, Model};

/// The imports of a persona.
#[derive(Debug, Default)]
pub struct Rehearsal {
    /// The number that is drawn next; each draw adds one.
    pub number: u64,
    /// Every line of the log, in order.
    pub lines: Vec<(Level, String)>,
    /// What models answer.
    pub replies: Replies,
}

impl Log for Rehearsal {
    fn write(&mut self, level: Level, message: &str) {
        self.lines.push((level, message.to_owned()));
    }
}

impl Random for Rehearsal {
    fn fill(&mut self, len: u32) -> Vec<u8> {
        (0..len).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    fn next(&mut self) -> u64 {
        let drawn = self.number;
        self.number = self.number.wrapping_add(1);
        drawn
    }
}

impl Model for Rehearsal {
    fn complete(&mut self, request: &model::Request) -> Result<model::Reply, Error> {
        self.replies.complete(request)
    }
}
