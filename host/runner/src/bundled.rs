//! Components by name: those that come with the host, and those that a suite brings as files.

use crate::folder::{Folder, read_component};
use glasshouse_model::{Digest, Mistake, Place};
use glasshouse_sandbox::Role;
use std::borrow::Cow;

/// The components that come with the host.
pub trait Bundled: Sync {
    /// The bytes of the component of that name.
    fn component(&self, name: &str) -> Option<&[u8]>;

    /// All names, in order.
    fn names(&self) -> Vec<&str>;
}

/// One component that a suite uses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComponentUse {
    /// As the suite's files name it.
    pub name: String,
    /// What it is used as.
    pub role: Role,
    /// Digest of its bytes.
    pub digest: Digest,
}

/// The bytes of a component that a file names: a path below `folder` where the name ends in `.wasm`, else a bundled one.
pub(crate) fn find<'b>(
    name: &str,
    place: &Place,
    folder: &Folder,
    bundled: &'b dyn Bundled,
) -> Result<Cow<'b, [u8]>, Mistake> {
    if name.ends_with(".wasm") {
        return read_component(folder, name).map(Cow::Owned);
    }
    bundled.component(name).map(Cow::Borrowed).ok_or_else(|| {
        Mistake::new(place.clone(), format!("no bundled component is called `{name}`")).hint(format!(
            "bundled are {}; a component of your own is named by a path that ends in .wasm",
            bundled.names().join(", ")
        ))
    })
}
