//! A twin that is loaded and has said who it is.

use crate::operations::Operations;
use glasshouse_model::policy::{HostError, HostPattern};
use glasshouse_sandbox::{CallError, ComponentError, Limits, Manifest, Sandbox, TwinComponent};
use std::sync::Arc;

/// A twin that universes can be made with.
pub struct Twin {
    pub(crate) name: Arc<str>,
    pub(crate) manifest: Manifest,
    /// Its operations by their paths: made once, looked up in every trial.
    pub(crate) operations: Operations,
    hosts: Vec<HostPattern>,
    pub(crate) component: TwinComponent,
}

/// Why a component cannot serve as a twin.
#[derive(Debug, thiserror::Error)]
pub enum TwinError {
    /// It cannot be loaded.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// It cannot say who it is.
    #[error("the twin cannot say who it is: {0}")]
    Describe(#[source] CallError),
    /// What it says cannot be used.
    #[error("the twin `{name}` {problem}")]
    Manifest {
        /// As it calls itself.
        name: String,
        /// What is wrong, after the name.
        problem: &'static str,
    },
    /// A host that it answers for is no host name and no pattern.
    #[error("the twin `{name}` answers for `{host}`: {source}")]
    Host {
        /// As it calls itself.
        name: String,
        /// As it names the host.
        host: String,
        /// What is wrong with it.
        source: HostError,
    },
}

impl Twin {
    /// Loads a component and asks who it is.
    ///
    /// # Errors
    /// [`TwinError`] where it is no twin, traps, or answers for no host.
    pub fn load(sandbox: &Sandbox, bytes: &[u8]) -> Result<Self, TwinError> {
        let component = sandbox.load_twin(bytes)?;
        let manifest = component.describe(Limits::default()).map_err(TwinError::Describe)?;
        let problem = if manifest.name.is_empty() {
            "has no name"
        } else if manifest.hosts.is_empty() {
            "answers for no host"
        } else {
            let hosts = patterns(&manifest)?;
            let operations = Operations::new(&manifest.operations);
            let name = manifest.name.as_str().into();
            return Ok(Self { name, manifest, operations, hosts, component });
        };
        Err(TwinError::Manifest { name: manifest.name, problem })
    }

    /// The twin's name, unique in a universe.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The host name under which a plain door reaches it: the first that is no pattern, else a name below the first
    /// pattern.
    pub fn first_host(&self) -> String {
        let hosts = &self.manifest.hosts;
        let plain = hosts.iter().find(|host| !host.starts_with("*."));
        let below = || hosts.first().map(|pattern| pattern.replacen('*', "glasshouse", 1));
        plain.cloned().or_else(below).unwrap_or_default()
    }

    /// Whether it answers for a host name. A leading `*.` stands for one or more labels; case is of no account.
    pub(crate) fn answers_for(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| pattern.matches(host))
    }
}

fn patterns(manifest: &Manifest) -> Result<Vec<HostPattern>, TwinError> {
    let pattern = |host: &String| {
        let error = |source| TwinError::Host { name: manifest.name.clone(), host: host.clone(), source };
        host.parse().map_err(error)
    };
    manifest.hosts.iter().map(pattern).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_whole_labels() {
        for (pattern, host, wanted) in [
            ("slack.com", "slack.com", true),
            ("slack.com", "SLACK.com.", true),
            ("slack.com", "evilslack.com", false),
            ("slack.com", "slack.com.evil.example", false),
            ("*.slack.com", "files.slack.com", true),
            ("*.slack.com", "a.b.slack.com", true),
            ("*.slack.com", "slack.com", false),
            ("*.slack.com", ".slack.com", false),
            ("*.slack.com", "evilslack.com", false),
            ("*.slack.com", "", false),
        ] {
            let pattern: HostPattern = pattern.parse().unwrap();
            assert_eq!(pattern.matches(host), wanted, "{pattern} {host}");
        }
    }
}
