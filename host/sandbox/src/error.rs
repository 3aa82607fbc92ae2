//! Whose fault a failure is: three types that never mix.

use glasshouse_model::{Digest, Ending, Limit};
use std::path::PathBuf;
use std::time::Duration;

/// Why a component cannot be loaded: the fault of whoever gave it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The bytes are something else.
    #[error("not a WebAssembly component but {found}")]
    NotAComponent {
        /// What they look like.
        found: &'static str,
        /// The next step.
        hint: &'static str,
    },
    /// Larger than the host compiles.
    #[error("the component has {size} bytes; at most {most} are compiled")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The most, in bytes.
        most: usize,
    },
    /// It does not validate, or uses a WebAssembly feature that is switched off.
    #[error("the component is not valid: {0}")]
    Invalid(String),
    /// It declares more than is compiled.
    #[error("the component has more than {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The most.
        most: u64,
    },
    /// Compiling it was given up.
    #[error("the component was not compiled within {} s", .0.as_secs_f64())]
    CompilesTooLong(Duration),
    /// The compiler was ended by the system while it worked on it: out of memory, as a rule.
    #[error("the component breaks the compiler ({0})")]
    BreaksCompiler(String),
    /// It imports what nothing grants it.
    #[error("{}", not_granted(.0))]
    NotGranted(Vec<Missing>),
    /// It imports or lacks what its role does not allow.
    #[error("the component does not fit the role {role}: {}", problems.join("; "))]
    WrongRole {
        /// The role that was asked for.
        role: &'static str,
        /// Each with the name of the import or export.
        problems: Vec<String>,
    },
    /// Its digest is not the one that was pinned.
    #[error("the component has the digest {found}, but {wanted} was asked for")]
    WrongDigest {
        /// What was pinned.
        wanted: Digest,
        /// What it is.
        found: Digest,
    },
}

/// An import that nothing grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The import's name, with its version.
    pub import: String,
    /// Lines of a policy that grant it; none where no policy can.
    pub lines: Option<&'static str>,
}

fn not_granted(missing: &[Missing]) -> String {
    let one = |missing: &Missing| match missing.lines {
        Some(lines) => {
            format!("it imports `{}`; these lines in the policy would allow it:\n{lines}", missing.import)
        }
        None => format!("it imports `{}`, which no policy can allow", missing.import),
    };
    let all: Vec<_> = missing.iter().map(one).collect();
    format!("the component asks for what it was not granted: {}", all.join("\n"))
}

impl LoadError {
    /// The next step, where it is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotAComponent { hint, .. } => Some(hint),
            Self::WrongRole { .. } => Some(
                "`glasshouse inspect FILE` shows what it imports and exports; wit/ holds each role's world",
            ),
            Self::TooLarge { .. } => Some("strip debug sections: `wasm-tools strip`"),
            Self::Invalid(_) => Some("`wasm-tools validate --features component-model FILE` says more"),
            Self::WrongDigest { .. } | Self::NotGranted(_) => None,
            Self::TooMany { .. } | Self::CompilesTooLong(_) | Self::BreaksCompiler(_) => {
                Some("no guest of a real language comes near; find out what made it so")
            }
        }
    }
}

/// Why a guest's call ended without a result: the guest's own fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuestFault {
    /// It trapped.
    #[error("trapped: {0}")]
    Trapped(String),
    /// It reached a limit.
    #[error("reached its limit `{0}`")]
    Limit(Limit),
}

impl GuestFault {
    /// The kind of fault, for programs: `trapped` or `limit`.
    pub fn case(&self) -> &'static str {
        match self {
            Self::Trapped(_) => "trapped",
            Self::Limit(_) => "limit",
        }
    }
}

/// An error that a guest returned in the contract's own terms: it ran to its end and says that it could not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// A fault of the host: a bug of ours, or the machine's.
#[derive(Debug, thiserror::Error)]
pub enum HostFault {
    /// The engine cannot be made on this machine.
    #[error("the engine cannot be made: {0}")]
    Engine(String),
    /// This process has an engine, and two never live side by side.
    #[error("this process has a sandbox already; share it")]
    SecondEngine,
    /// No slot or memory for a further instance.
    #[error("no instance can be made: {0}")]
    Instance(String),
    /// The folder of compiled artefacts cannot be used.
    #[error("the artefact folder {path}: {source}")]
    Artefacts {
        /// The folder or the file in it.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The process that compiles cannot be run, or broke.
    #[error("the compiling process: {0}")]
    Compiler(String),
    /// The machine has no random numbers.
    #[error("no random numbers: {0}")]
    Entropy(String),
    /// A capability was linked and not given.
    #[error("the capability `{0}` was linked but not given")]
    NotGiven(&'static str),
    /// A subject that is replayed does something else than its record says.
    #[error("the subject does not do what its record says")]
    Diverged,
}

/// Why a call brought no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The guest's own fault.
    #[error(transparent)]
    Guest(#[from] GuestFault),
    /// The host's.
    #[error(transparent)]
    Host(#[from] HostFault),
}

impl From<&CallError> for Ending {
    fn from(error: &CallError) -> Self {
        match error {
            CallError::Guest(GuestFault::Trapped(why)) => Self::Trapped(why.clone()),
            CallError::Guest(GuestFault::Limit(limit)) => Self::Limit(*limit),
            CallError::Host(fault) => Self::Infra(fault.to_string()),
        }
    }
}
