//! The lock on a ledger's folder.

use super::Error;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Whoever has it locked has the ledger open.
const NAME: &str = "lock";

/// Held until it is dropped, or the process ends.
pub(super) struct Lock(File);

impl Lock {
    /// # Errors
    /// [`Error::InUse`] where somebody holds it; [`Error::File`].
    pub(super) fn take(folder: &Path) -> Result<Self, Error> {
        let file = File::options().create(true).truncate(false).write(true).open(folder.join(NAME))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

impl Drop for Lock {
    /// Closing the file is not enough: the system holds the lock until the last copy of the descriptor is closed, and a
    /// process that another thread has just forked has one until it begins its own program.
    fn drop(&mut self) {
        // Where it fails, closing the file is what is left to do.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn the_lock_is_free_once_dropped_though_a_child_has_its_descriptor() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        let inherited = lock.0.try_clone().unwrap();
        // Lives until its input ends.
        let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(inherited).spawn().unwrap();
        assert!(matches!(Lock::take(folder.path()), Err(Error::InUse)));
        drop(lock);
        let again = Lock::take(folder.path());
        assert!(child.try_wait().unwrap().is_none(), "the child ended before the lock was tried");
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(again.is_ok(), "the child holds the lock");
        // What the child closes as it ends was not the lock that is held by then.
        assert!(matches!(Lock::take(folder.path()), Err(Error::InUse)));
    }
}
