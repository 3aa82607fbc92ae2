//! Runs other programs: failures name the command, a time limit kills, a server stops with its handle.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

/// Environment that cargo and rustup put around this process, or that a person set for the host's build; none
/// of it may reach a build for another target. `CARGO_HOME` and the registry's settings stay.
const BUILD_VARIABLES: [&str; 10] = [
    "CARGO_BIN_",
    "CARGO_BUILD_",
    "CARGO_CRATE_",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "RUSTFLAGS",
];

/// How often a child under a time limit is asked whether it has ended.
const POLL: Duration = Duration::from_millis(50);

/// What `cargo run` told this program of itself. Build scripts look at some of it, so that with it a build from here and
/// one from a shell would undo each other.
const OWN_VARIABLES: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// The cargo that runs us, so that nested calls use the same toolchain.
pub(crate) fn cargo() -> Command {
    cargo_without(&OWN_VARIABLES)
}

/// Cargo without the flags and folders of the build that it is called from.
pub(crate) fn clean_cargo() -> Command {
    cargo_without(&BUILD_VARIABLES)
}

/// Cargo without the variables that begin so.
fn cargo_without(prefixes: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| prefixes.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(name);
        }
    }
    command
}

/// A program with its arguments and no standard input.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(args).stdin(Stdio::null());
    command
}

/// The command as a person would type it, without its environment.
pub(crate) fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs to the end with our stdout and stderr.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    check(command, status, "")
}

/// Runs to the end and returns what it wrote to stdout; its stderr is part of the error.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start `{}`", shown(command)))?;
    check(command, output.status, &String::from_utf8_lossy(&output.stderr))?;
    String::from_utf8(output.stdout).with_context(|| format!("`{}` wrote no UTF-8", shown(command)))
}

/// As [`capture`], but the child is killed when it takes longer than `limit`.
pub(crate) fn capture_within(command: &mut Command, limit: Duration) -> Result<String> {
    let name = shown(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{name}`"))?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let Some(status) = wait_within(&mut child, limit)? else {
        bail!("`{name}` did not end within {} s", limit.as_secs());
    };
    let output = Output {
        status,
        stdout: stdout.join().unwrap_or_default(),
        stderr: stderr.join().unwrap_or_default(),
    };
    check(command, output.status, &String::from_utf8_lossy(&output.stderr))?;
    String::from_utf8(output.stdout).with_context(|| format!("`{name}` wrote no UTF-8"))
}

/// As [`run`], but says `message` on stderr when the child is still busy after `patience`.
pub(crate) fn run_saying(command: &mut Command, patience: Duration, message: &str) -> Result<()> {
    let name = shown(command);
    let mut child = command.spawn().with_context(|| format!("cannot start `{name}`"))?;
    let started = Instant::now();
    while started.elapsed() < patience {
        if let Some(status) = child.try_wait()? {
            return check(command, status, "");
        }
        thread::sleep(POLL);
    }
    eprintln!("glasshouse: {message}");
    let status = child.wait()?;
    check(command, status, "")
}

fn check(command: &Command, status: ExitStatus, stderr: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let stderr = stderr.trim();
    let separator = if stderr.is_empty() { "" } else { ":\n" };
    Err(anyhow!("`{}` failed ({status}){separator}{stderr}", shown(command)))
}

/// None when the limit passed; the child is then dead.
pub(crate) fn wait_within(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// Reads a pipe on a thread of its own, so that a child that writes much cannot block on us.
fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A pipe that breaks early leaves what was read; the exit status tells the rest.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// A child that serves until this value is dropped.
pub(crate) struct Server {
    child: Child,
}

impl Server {
    /// Starts the command and waits for its ready line: one line of JSON on stdout.
    pub(crate) fn start(command: &mut Command, limit: Duration) -> Result<(Self, serde_json::Value)> {
        let name = shown(command);
        let child =
            command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{name}`"))?;
        let mut server = Self { child };
        let stdout = server.child.stdout.take().context("no stdout")?;
        let line = first_line(stdout)
            .recv_timeout(limit)
            .with_context(|| format!("`{name}` said nothing within {} s", limit.as_secs()))??;
        let ready = serde_json::from_str(&line)
            .with_context(|| format!("the ready line of `{name}` is no JSON: {line:?}"))?;
        Ok((server, ready))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when the child has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends the first line, then keeps reading so that the server never writes into a broken pipe.
fn first_line(stdout: ChildStdout) -> mpsc::Receiver<std::io::Result<String>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        let read = reader.read_line(&mut line).map(|_| line);
        if sender.send(read).is_ok() {
            let _ = std::io::copy(&mut reader, &mut std::io::sink());
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_over_its_limit_is_killed_and_named() {
        let error = capture_within(&mut program("sleep", &["60"]), Duration::from_millis(1)).unwrap_err();
        assert_eq!(error.to_string(), "`sleep 60` did not end within 0 s");
    }

    #[test]
    fn a_failure_carries_what_the_command_wrote_to_stderr() {
        let error = capture(&mut program("sh", &["-c", "echo no such twin >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().ends_with("(exit status: 3):\nno such twin"), "{error}");
    }

    #[test]
    fn a_server_is_ready_with_its_json_line_and_not_before() {
        let mut command = program("sh", &["-c", "echo '{\"doors\":{}}'; exec sleep 60"]);
        let (_server, ready) = Server::start(&mut command, Duration::from_secs(30)).unwrap();
        assert!(ready.get("doors").is_some());

        let mut command = program("sh", &["-c", "echo listening; exec sleep 60"]);
        let error = Server::start(&mut command, Duration::from_secs(30)).err().unwrap();
        assert!(error.to_string().contains("is no JSON: \"listening\\n\""), "{error}");
    }
}
