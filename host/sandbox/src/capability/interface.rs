//! The interfaces of the contract that the host can link, each by its name.

use super::Host;
use crate::bindings::host::glasshouse::capability as wit;
use crate::bindings::host::glasshouse::types::types;
use crate::role::names;
use std::fmt;
use wasmtime::component::{HasSelf, Linker};

/// One interface of the contract, as bills and audits name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interface {
    /// Lines for people.
    Log,
    /// Time.
    Clock,
    /// Random numbers.
    Random,
    /// Outgoing requests.
    Http,
    /// Files.
    Workspace,
    /// Tools of other components.
    Tools,
    /// A twin's tables.
    State,
    /// What happened in a finished trial.
    Trajectory,
    /// What a finished trial changed.
    Outcome,
    /// What a service sends of its own accord.
    Delivery,
    /// Language models.
    Model,
    /// All of WASI together.
    Wasi,
}

impl Interface {
    /// Every interface.
    pub const ALL: [Self; 12] = [
        Self::Log,
        Self::Clock,
        Self::Random,
        Self::Http,
        Self::Workspace,
        Self::Tools,
        Self::State,
        Self::Trajectory,
        Self::Outcome,
        Self::Delivery,
        Self::Model,
        Self::Wasi,
    ];

    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Clock => "clock",
            Self::Random => "random",
            Self::Http => "http",
            Self::Workspace => "workspace",
            Self::Tools => "tools",
            Self::State => "state",
            Self::Trajectory => "trajectory",
            Self::Outcome => "outcome",
            Self::Delivery => "delivery",
            Self::Model => "model",
            Self::Wasi => "wasi",
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

type Link = fn(&mut Linker<Host>) -> wasmtime::Result<()>;

/// What can be linked.
const LINKABLE: &[(&str, Link)] = &[
    ("glasshouse:types/types", |l| types::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/log", |l| wit::log::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/clock", |l| wit::clock::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/random", |l| wit::random::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/http", |l| wit::http::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/workspace", |l| wit::workspace::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/tools", |l| wit::tools::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/state", |l| wit::state::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/delivery", |l| wit::delivery::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/model", |l| wit::model::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/trajectory", |l| wit::trajectory::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
    ("glasshouse:capability/outcome", |l| wit::outcome::add_to_linker::<_, HasSelf<Host>>(l, |h| h)),
];

/// Whether the host has something behind an import of the contract.
pub(crate) fn is_linkable(import: &str) -> bool {
    LINKABLE.iter().any(|(interface, _)| names(import, interface))
}

/// Links an interface by its name without version, where the host has something behind it.
pub(crate) fn link_interface(linker: &mut Linker<Host>, interface: &str) -> wasmtime::Result<()> {
    match LINKABLE.iter().find(|(linkable, _)| *linkable == interface) {
        Some((_, link)) => link(linker),
        None => Ok(()),
    }
}

/// Links the interface that an import names; false where there is none.
pub(crate) fn link(linker: &mut Linker<Host>, import: &str) -> wasmtime::Result<bool> {
    match LINKABLE.iter().find(|(interface, _)| names(import, interface)) {
        Some((_, link)) => link(linker).map(|()| true),
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_counted_under_their_own_interface() {
        for (index, interface) in Interface::ALL.into_iter().enumerate() {
            assert_eq!(interface as usize, index, "{interface}");
        }
    }
}
