//! Compiling in a process of its own: it has a deadline and a limit of memory, and can be killed. The engine itself knows
//! neither.

use crate::engine::{Allocation, Profile, config};
use crate::error::{HostFault, LoadError};
use crate::loader::{ComponentError, LARGEST_COMPONENT};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use wasmtime::Engine;

/// How a component is compiled.
#[derive(Debug, Clone)]
pub struct Compiler {
    /// The program that calls [`compile_child`] with the arguments that follow these.
    pub program: PathBuf,
    /// Its first arguments.
    pub arguments: Vec<String>,
    /// How long it may take.
    pub deadline: Duration,
    /// Bytes of address space that it may take.
    pub memory: u64,
}

/// Exit codes of the child.
const REFUSED: i32 = 2;
const BROKEN: i32 = 70;
/// Longest refusal that is read from the child.
const LONGEST_REFUSAL: u64 = 16 * 1024;
/// Largest artefact that is read from the child.
const LARGEST_ARTEFACT: u64 = 1024 * 1024 * 1024;

impl Compiler {
    /// Compiles bytes for an engine of this profile.
    ///
    /// # Errors
    /// [`LoadError::Invalid`] for what does not validate, [`LoadError::CompilesTooLong`] for what was given up,
    /// [`HostFault::Compiler`] where the process cannot be run.
    pub(crate) fn compile(
        &self,
        bytes: &[u8],
        profile: Profile,
        wall_clock: bool,
    ) -> Result<Vec<u8>, ComponentError> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .args([flag(profile == Profile::Managed), flag(wall_clock), self.memory.to_string()])
            // Secrets stand in the environment, and the bytes that are compiled are hostile.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| HostFault::Compiler(format!("{}: {error}", self.program.display())))?;
        let answers = exchange(&mut child, bytes.to_vec());
        self.wait(&mut child, &answers)
    }

    /// Reads what the child says, and kills it at the deadline.
    fn wait(&self, child: &mut Child, answers: &Receiver<Answer>) -> Result<Vec<u8>, ComponentError> {
        let end = Instant::now().checked_add(self.deadline);
        let (mut artefact, mut refusal) = (None, None);
        while artefact.is_none() || refusal.is_none() {
            let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            match answers.recv_timeout(left) {
                Ok(Answer::Artefact(read)) => artefact = Some(read.map_err(broken)?),
                Ok(Answer::Refusal(read)) => refusal = Some(read.map_err(broken)?),
                Err(RecvTimeoutError::Timeout) => {
                    child.kill().map_err(broken)?;
                    child.wait().map_err(broken)?;
                    return Err(LoadError::CompilesTooLong(self.deadline).into());
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = child.wait().map_err(broken)?;
        let refusal = String::from_utf8_lossy(&refusal.unwrap_or_default()).into_owned();
        match status.code() {
            Some(0) => Ok(artefact.unwrap_or_default()),
            Some(REFUSED) => Err(LoadError::Invalid(refusal).into()),
            Some(_) => Err(HostFault::Compiler(refusal).into()),
            // Out of memory aborts, and so does whatever else kills a compiler: the bytes did it.
            None => Err(LoadError::BreaksCompiler(status.to_string()).into()),
        }
    }
}

/// What the child says on one of its two streams.
enum Answer {
    Artefact(io::Result<Vec<u8>>),
    Refusal(io::Result<Vec<u8>>),
}

/// Hands over the component and reads both streams, each on a thread of its own: no order of them can block.
fn exchange(child: &mut Child, bytes: Vec<u8>) -> Receiver<Answer> {
    let (say, answers) = channel();
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // A child that ended early does not read on; what it said tells why.
    std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&bytes)));
    let said = say.clone();
    std::thread::spawn(move || said.send(Answer::Artefact(read(stdout, LARGEST_ARTEFACT))));
    std::thread::spawn(move || say.send(Answer::Refusal(read(stderr, LONGEST_REFUSAL))));
    answers
}

fn read(stream: Option<impl Read>, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn broken(error: io::Error) -> HostFault {
    HostFault::Compiler(error.to_string())
}

fn flag(set: bool) -> String {
    u8::from(set).to_string()
}

/// The child: reads a component from stdin and writes its artefact to stdout, or why there is none to stderr. Returns the
/// exit code. `arguments` are those that [`Compiler`] appends.
pub fn compile_child(arguments: &[String]) -> i32 {
    let [managed, wall_clock, memory] = arguments else { return tell("it is for glasshouse itself", BROKEN) };
    // No file is written and none is left behind: what is compiled goes through the pipe.
    let limits = [(Resource::Fsize, Some(0)), (Resource::Core, Some(0)), (Resource::As, memory.parse().ok())];
    for (resource, most) in limits.into_iter().filter(|(_, most)| most.is_some()) {
        if let Err(error) = setrlimit(resource, Rlimit { current: most, maximum: most }) {
            return tell(&error.to_string(), BROKEN);
        }
    }
    let profile = if managed == "1" { Profile::Managed } else { Profile::Strict };
    let mut bytes = Vec::new();
    if let Err(error) = io::stdin().lock().take(LARGEST_COMPONENT as u64 + 1).read_to_end(&mut bytes) {
        return tell(&error.to_string(), BROKEN);
    }
    let mut config = config(Allocation::OnDemand, profile, wall_clock == "1");
    // Threads of its own would each reserve address space.
    config.parallel_compilation(false);
    let engine = match Engine::new(&config) {
        Ok(engine) => engine,
        Err(error) => return tell(&format!("{error:#}"), BROKEN),
    };
    match engine.precompile_component(&bytes) {
        Ok(artefact) => match io::stdout().lock().write_all(&artefact) {
            Ok(()) => 0,
            Err(error) => tell(&error.to_string(), BROKEN),
        },
        Err(error) => tell(&format!("{error:#}"), REFUSED),
    }
}

fn tell(why: &str, code: i32) -> i32 {
    // Without stderr nobody hears it; the code says enough.
    let _ = io::stderr().lock().write_all(why.as_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_child_sees_nothing_of_the_environment() {
        let (program, arguments) = ("/bin/sh".into(), ["-c", "set"].map(str::to_owned).into());
        let compiler = Compiler { program, arguments, deadline: Duration::from_secs(60), memory: 1 << 30 };
        let seen = String::from_utf8(compiler.compile(b"", Profile::Strict, false).unwrap()).unwrap();
        assert!(seen.contains("PPID="), "{seen}");
        assert!(!seen.contains("HOME=") && !seen.contains("CARGO"), "{seen}");
    }
}
