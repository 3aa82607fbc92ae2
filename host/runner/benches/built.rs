//! Every built guest as a bundled component; a twin under its service's name too.

use glasshouse_runner::Bundled;
use glasshouse_testing::Guest;

pub(crate) struct Built(pub(crate) Vec<Guest>);

impl Bundled for Built {
    fn component(&self, name: &str) -> Option<&[u8]> {
        let named = |guest: &&Guest| guest.name == name || guest.name == format!("twin-{name}");
        self.0.iter().find(named).map(|guest| guest.bytes.as_slice())
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|guest| guest.name.as_str()).collect()
    }
}
