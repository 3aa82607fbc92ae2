//! A policy file as a verb takes it: read, checked against what this build enforces, and its folder remembered.

use crate::exit::Failure;
use glasshouse_model::policy::unenforceable;
use glasshouse_model::{Mistakes, Policy};
use glasshouse_sandbox::Granted;
use std::path::{Path, PathBuf};

/// Largest policy file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// A policy, and the folder below which it grants folders.
pub(crate) struct PolicyFile {
    pub(crate) policy: Policy,
    pub(crate) folder: PathBuf,
}

impl PolicyFile {
    /// The file that was named, or the policy that grants nothing.
    ///
    /// # Errors
    /// [`Failure`] with every mistake in the file, or with what keeps it from being read.
    pub(crate) fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = named else { return Ok(Self::nothing()) };
        let text = read(path)?;
        let policy = Policy::parse(&path.display().to_string(), &text).map_err(Failure::Mistakes)?;
        let mistakes = unenforceable(&policy, &Granted::enforced());
        if !mistakes.is_empty() {
            return Err(Failure::Mistakes(Mistakes::from_iter(mistakes)));
        }
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self { policy, folder })
    }

    /// Default limits, and no grant.
    fn nothing() -> Self {
        let policy = Policy {
            version: 1,
            limits: Default::default(),
            http: vec![],
            workspace: vec![],
            tools: vec![],
            model: None,
        };
        Self { policy, folder: PathBuf::new() }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let unreadable = |what: String| {
        Failure::usage(
            format!("{}: {what}", path.display()),
            "give a policy file; specs/policy.md tells its format",
        )
    };
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > LARGEST {
        return Err(unreadable(format!("it has {size} bytes; at most {LARGEST} are read")));
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))
}
