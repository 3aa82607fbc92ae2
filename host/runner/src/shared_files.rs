//! The files of a trial's subject, which tools may work on as well.

use glasshouse_sandbox::{Error, Files, Item, Metadata};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One set of files in several hands.
#[derive(Clone)]
pub(crate) struct SharedFiles(Arc<Mutex<Box<dyn Files>>>);

impl SharedFiles {
    pub(crate) fn new(files: Box<dyn Files>) -> Self {
        Self(Arc::new(Mutex::new(files)))
    }

    fn hold(&self) -> MutexGuard<'_, Box<dyn Files>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files for SharedFiles {
    fn read(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error> {
        self.hold().read(path, first, limit)
    }

    fn write(&mut self, path: &str, contents: &[u8]) -> Result<(), Error> {
        self.hold().write(path, contents)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Item>, Error> {
        self.hold().list(path)
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        self.hold().remove(path)
    }

    fn stat(&mut self, path: &str) -> Result<Metadata, Error> {
        self.hold().stat(path)
    }
}
