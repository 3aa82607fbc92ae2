//! The guests that the binary carries, and the way from what a user names to a component's bytes.

use crate::exit::Failure;
use glasshouse_runner::Bundled;
use std::borrow::Cow;
use std::path::Path;

/// One guest of the binary.
pub(crate) struct BundledGuest {
    /// Its crate's name.
    pub(crate) name: &'static str,
    /// The component.
    pub(crate) component: &'static [u8],
    /// A fixture to try it with.
    pub(crate) demo: Option<&'static str>,
}

/// Every bundled guest, by name.
const GUESTS: &[BundledGuest] = include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// Guests that mean it no good, one constant each. They are for `prove` alone: nobody can name them.
pub(crate) mod hostile {
    include!(concat!(env!("OUT_DIR"), "/hostile.rs"));
}

/// A twin is also known by its service's name.
const TWIN_PREFIX: &str = "twin-";

/// The bundled guest of that name: exactly, or the twin of that service.
pub(crate) fn find(name: &str) -> Option<&'static BundledGuest> {
    let exact = GUESTS.iter().find(|guest| guest.name == name);
    exact.or_else(|| GUESTS.iter().find(|guest| guest.name.strip_prefix(TWIN_PREFIX) == Some(name)))
}

/// The names of all bundled twins.
pub(crate) fn twins() -> impl Iterator<Item = &'static str> {
    GUESTS.iter().map(|guest| guest.name).filter(|name| name.starts_with(TWIN_PREFIX))
}

/// A component as the user named it: a bundled name, else a file.
///
/// # Errors
/// [`Failure::Usage`] where there is neither.
pub(crate) fn component(named: &str) -> Result<Cow<'static, [u8]>, Failure> {
    if let Some(guest) = find(named) {
        return Ok(Cow::Borrowed(guest.component));
    }
    let read = std::fs::read(Path::new(named));
    read.map(Cow::Owned).map_err(|error| Failure::Usage {
        what: format!("{named}: {error}"),
        hints: vec![format!(
            "give a component's file, or a bundled name: {}",
            BundledGuests.names().join(", ")
        )],
    })
}

/// The bundled guests as the runner asks for them.
pub(crate) struct BundledGuests;

impl Bundled for BundledGuests {
    fn component(&self, name: &str) -> Option<&[u8]> {
        find(name).map(|guest| guest.component)
    }

    fn names(&self) -> Vec<&str> {
        GUESTS.iter().map(|guest| guest.name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twin_goes_by_its_services_name_too() {
        for name in ["twin-slack", "slack"] {
            assert_eq!(find(name).map(|guest| guest.name), Some("twin-slack"));
        }
        assert!(["plugin-sdk", "greeter", "hostile-agent", ""].into_iter().all(|name| find(name).is_none()));
    }
}
