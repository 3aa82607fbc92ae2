//! Every guard of the sandbox by name, so that tests can take one away and see which attacks then get through. A guard
//! whose removal breaks no case of `glasshouse prove` is not proven by it.
//!
//! Only builds with the feature `removable-guards` can remove one, and no released build has it.

use std::fmt;

/// One guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Guard {
    /// Fuel of a run.
    Fuel = 1,
    /// Bytes of memories and tables.
    Memory,
    /// Bytes of log and output streams.
    Output,
    /// HTTP requests.
    Requests,
    /// Calls to the host.
    HostCalls,
    /// Bytes of one call to the host.
    CallBytes,
    /// Bytes that the host keeps.
    RetainedBytes,
    /// Resources held at one time.
    Handles,
    /// Real time.
    Wall,
    /// Control characters in lines are made visible.
    Escape,
    /// What is no component is told apart before it is read.
    FileKind,
    /// The size of a component.
    Size,
    /// What a component declares.
    Prescan,
    /// WebAssembly features that no guest needs.
    Features,
    /// A role's imports, and imports that the policy grants.
    Imports,
    /// The MAC of a compiled artefact.
    Mac,
    /// One engine a process.
    OneEngine,
    /// The policy's decision about a request.
    HttpGrant,
    /// Private and special addresses.
    Addresses,
    /// What a request may consist of.
    RequestForm,
    /// Bytes and header fields of an answer.
    ResponseSize,
    /// Requests under way at one time.
    Concurrency,
    /// Secrets are taken out of answers.
    Redaction,
    /// What a path of the workspace may be.
    Paths,
    /// The folders that are granted, and whether they may be written.
    FolderGrant,
    /// Bytes of a folder.
    Quota,
    /// Which tools may be called, with which arguments.
    ToolGrant,
    /// A tool's arguments against its schema.
    Schema,
    /// A new instance of the subject for each call.
    FreshInstance,
}

impl Guard {
    /// Every guard.
    pub const ALL: [Self; 29] = [
        Self::Fuel,
        Self::Memory,
        Self::Output,
        Self::Requests,
        Self::HostCalls,
        Self::CallBytes,
        Self::RetainedBytes,
        Self::Handles,
        Self::Wall,
        Self::Escape,
        Self::FileKind,
        Self::Size,
        Self::Prescan,
        Self::Features,
        Self::Imports,
        Self::Mac,
        Self::OneEngine,
        Self::HttpGrant,
        Self::Addresses,
        Self::RequestForm,
        Self::ResponseSize,
        Self::Concurrency,
        Self::Redaction,
        Self::Paths,
        Self::FolderGrant,
        Self::Quota,
        Self::ToolGrant,
        Self::Schema,
        Self::FreshInstance,
    ];
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(not(feature = "removable-guards"))]
mod state {
    use super::Guard;

    /// Whether a guard is in its place: always.
    #[inline(always)]
    pub(crate) const fn stands(_guard: Guard) -> bool {
        true
    }
}

#[cfg(feature = "removable-guards")]
mod state {
    use super::Guard;
    use std::sync::atomic::{AtomicU8, Ordering};

    static REMOVED: AtomicU8 = AtomicU8::new(0);

    /// Takes one guard away for the rest of the process; the one that was taken away before stands again.
    pub fn remove(guard: Guard) {
        REMOVED.store(guard as u8, Ordering::SeqCst);
    }

    /// Whether a guard is in its place.
    pub(crate) fn stands(guard: Guard) -> bool {
        REMOVED.load(Ordering::SeqCst) != guard as u8
    }
}

#[cfg(feature = "removable-guards")]
pub use state::remove;
pub(crate) use state::stands;

/// A limit where its guard stands, else as good as none.
pub(crate) fn limit(guard: Guard, limit: u64) -> u64 {
    if stands(guard) { limit } else { u64::MAX }
}
