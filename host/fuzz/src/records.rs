//! What is kept of trials in files: recorded replies of models, and the lines of a trial.

use crate::document::read;
use glasshouse_model::{TapeLine, Trajectory};
#[cfg(feature = "engine")]
use glasshouse_sandbox::Replies;

/// A file of recorded replies.
#[cfg(feature = "engine")]
pub fn replies(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(replies) = read(Replies::parse("replies.jsonl", text)) {
        assert!(replies.count() <= text.lines().count(), "more replies than lines");
    }
}

/// The lines of one trial. What was read is written as lines that are read as the same, and a chain that is computed over
/// it holds.
pub fn tape(bytes: &[u8]) {
    let lines: Result<Vec<TapeLine>, _> = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(serde_json::from_slice)
        .collect();
    let Ok(lines) = lines else { return };
    let Ok(mut trial) = Trajectory::of_lines(lines) else { return };
    assert_eq!(Trajectory::of_lines(written(&trial)), Ok(trial.clone()), "lines that do not come back");
    let _ = trial.broken_link();
    trial.seal();
    assert_eq!(trial.broken_link(), None, "a chain that does not hold");
}

fn written(trial: &Trajectory) -> Vec<TapeLine> {
    let line = |line: TapeLine| serde_json::to_vec(&line).expect("a line is JSON");
    let read = |line: Vec<u8>| serde_json::from_slice(&line).expect("what was written is a line");
    trial.lines().map(line).map(read).collect()
}
