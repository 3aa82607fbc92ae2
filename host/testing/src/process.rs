//! Programs that may never end by themselves.

use std::io::Read as _;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How a program ended, and what it wrote to stdout.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it wrote.
    pub stdout: Vec<u8>,
}

/// Runs a program that closes its stdout when it ends; one that still has it open after `patience` is killed, and the
/// answer is none.
///
/// # Panics
/// Where it cannot be started.
pub fn ends_within(command: &mut Command, patience: Duration) -> Option<Ended> {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a program that can be started");
    let mut pipe = child.stdout.take().expect("its stdout");
    let (said, hear) = mpsc::channel();
    std::thread::spawn(move || {
        let mut stdout = Vec::new();
        let _ = pipe.read_to_end(&mut stdout);
        let _ = said.send(stdout);
    });
    let stdout = hear.recv_timeout(patience).ok();
    if stdout.is_none() {
        let _ = child.kill();
    }
    let status = child.wait().expect("a child of ours");
    stdout.map(|stdout| Ended { status, stdout })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_goes_on_is_killed() {
        let ended = ends_within(Command::new("echo").arg("done"), Duration::from_secs(60)).unwrap();
        assert!(ended.status.success());
        assert_eq!(ended.stdout, b"done\n");
        assert!(ends_within(Command::new("cat").stdin(Stdio::piped()), Duration::from_millis(1)).is_none());
    }
}
