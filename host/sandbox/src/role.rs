//! The roles, and what a component in each may import and must export: the worlds of wit/, as names.

use semver::{Version, VersionReq};
use std::fmt;

/// Version of every package of the contract.
const VERSION: &str = "0.1.0";

/// Which world of the contract a component is loaded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Behaves like one service.
    Twin,
    /// Gives a verdict on one finished trial.
    Judge,
    /// Does a job.
    Agent,
    /// Functions that an agent may be given.
    Tool,
    /// A simulated user.
    Persona,
    /// Executes the source code of an agent.
    Runtime,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Twin, Self::Judge, Self::Agent, Self::Tool, Self::Persona, Self::Runtime];

    /// The role's name, which is its world's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Twin => "twin",
            Self::Judge => "judge",
            Self::Agent => "agent",
            Self::Tool => "tool",
            Self::Persona => "persona",
            Self::Runtime => "runtime",
        }
    }

    /// `a` or `an`, for sentences.
    pub(crate) fn article(self) -> &'static str {
        if self == Self::Agent { "an" } else { "a" }
    }

    /// The interfaces that a component in this role may import, without version.
    pub fn imports(self) -> &'static [&'static str] {
        match self {
            Self::Twin => &[
                "glasshouse:capability/clock",
                "glasshouse:capability/delivery",
                "glasshouse:capability/log",
                "glasshouse:capability/random",
                "glasshouse:capability/state",
                "glasshouse:types/types",
            ],
            Self::Judge => &[
                "glasshouse:capability/log",
                "glasshouse:capability/model",
                "glasshouse:capability/outcome",
                "glasshouse:capability/trajectory",
                "glasshouse:types/types",
            ],
            Self::Tool => &[
                "glasshouse:capability/clock",
                "glasshouse:capability/http",
                "glasshouse:capability/log",
                "glasshouse:capability/random",
                "glasshouse:capability/workspace",
                "glasshouse:types/types",
            ],
            Self::Agent => &[
                "glasshouse:capability/clock",
                "glasshouse:capability/http",
                "glasshouse:capability/log",
                "glasshouse:capability/model",
                "glasshouse:capability/random",
                "glasshouse:capability/tools",
                "glasshouse:capability/workspace",
                "glasshouse:types/types",
            ],
            Self::Persona => &[
                "glasshouse:capability/log",
                "glasshouse:capability/model",
                "glasshouse:capability/random",
                "glasshouse:types/types",
            ],
            Self::Runtime => &[
                "glasshouse:agent/run",
                "glasshouse:capability/clock",
                "glasshouse:capability/http",
                "glasshouse:capability/log",
                "glasshouse:capability/model",
                "glasshouse:capability/random",
                "glasshouse:capability/tools",
                "glasshouse:capability/workspace",
                "glasshouse:types/types",
            ],
        }
    }

    /// Whether a component in this role may import an interface, by its versioned name.
    pub(crate) fn may_import(self, import: &str) -> bool {
        self.imports().iter().any(|allowed| names(import, allowed))
            || (self.may_import_wasi() && crate::wasi::is_offered(import))
    }

    /// Whether components in this role may be built on WASI, which the host gives them without anything in it. The others
    /// run in trials, where nothing but the contract is virtual.
    pub fn may_import_wasi(self) -> bool {
        self == Self::Tool
    }

    /// The interface that a component in this role must export, without version.
    pub fn export(self) -> &'static str {
        match self {
            Self::Twin => "glasshouse:twin/service",
            Self::Judge => "glasshouse:judge/judging",
            Self::Agent => "glasshouse:agent/run",
            Self::Tool => "glasshouse:tool/calls",
            Self::Persona => "glasshouse:persona/speaking",
            Self::Runtime => "glasshouse:runtime/running",
        }
    }

    /// The role whose interface is among these exports; none for a component without a role of ours.
    pub fn of_exports<'a>(exports: impl IntoIterator<Item = &'a str> + Clone) -> Option<Self> {
        Self::ALL.into_iter().find(|role| exports.clone().into_iter().any(|name| names(name, role.export())))
    }

    /// What keeps a component with these imports and exports from this role.
    pub(crate) fn problems(self, imports: &[String], exports: &[String]) -> Vec<String> {
        let allowed = |import: &str| self.may_import(import);
        let mut problems: Vec<_> = imports
            .iter()
            .filter(|import| !allowed(import))
            .map(|import| format!("it imports `{import}`, which no {self} may import"))
            .collect();
        if !exports.iter().any(|export| names(export, self.export())) {
            problems.push(format!("it does not export `{}@{VERSION}`", self.export()));
        }
        problems
    }
}

/// Whether a versioned name means this interface of the contract in a version that ours satisfies: the same or an
/// older one that ours is compatible with, as the linker sees it.
pub(crate) fn names(versioned: &str, interface: &str) -> bool {
    let version = versioned.strip_prefix(interface).and_then(|rest| rest.strip_prefix('@'));
    let (Some(wanted), Ok(ours)) = (version, Version::parse(VERSION)) else { return false };
    VersionReq::parse(&format!("^{wanted}")).is_ok_and(|wanted| wanted.matches(&ours))
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_named() {
        let imports = [
            "glasshouse:capability/log@0.1.0",
            "glasshouse:capability/outcome@0.1.0",
            "wasi:io/streams@0.2.0",
        ];
        let problems = Role::Agent.problems(&imports.map(String::from), &["run".to_owned()]);
        assert_eq!(
            problems,
            [
                "it imports `glasshouse:capability/outcome@0.1.0`, which no agent may import",
                "it imports `wasi:io/streams@0.2.0`, which no agent may import",
                "it does not export `glasshouse:agent/run@0.1.0`",
            ]
        );
    }

    #[test]
    fn tools_may_be_built_on_wasi_without_sockets() {
        let problems = |import: &str| Role::Tool.problems(&[import.to_owned()], &[]).len() - 1;
        assert_eq!(problems("wasi:io/streams@0.2.6"), 0);
        assert_eq!(problems("wasi:sockets/tcp@0.2.6"), 1);
        assert_eq!(problems("wasi:io/streams@0.3.0"), 1);
    }

    #[test]
    fn another_version_is_another_interface() {
        for other in ["@0.2.0", "@0.0.9", "@0.1.1", "@", "", "@0.1.0x", "-more@0.1.0"] {
            assert_eq!(Role::of_exports([format!("glasshouse:agent/run{other}").as_str()]), None, "{other}");
        }
        assert_eq!(Role::of_exports(["x", "glasshouse:agent/run@0.1.0"]), Some(Role::Agent));
    }
}
