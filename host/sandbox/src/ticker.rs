//! The beat of real time for guests that compute: one thread an engine raises its epoch.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use wasmtime::Engine;

/// How long after its deadline a guest may still compute.
pub(crate) const BEAT: Duration = Duration::from_millis(1);

/// Beats until it is dropped.
pub(crate) struct Ticker {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    pub(crate) fn start(engine: Engine) -> Self {
        let stop = Arc::<(Mutex<bool>, Condvar)>::default();
        let seen = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let (stopped, wake) = &*seen;
            let mut guard = stopped.lock().unwrap_or_else(PoisonError::into_inner);
            while !*guard {
                guard = wake.wait_timeout(guard, BEAT).unwrap_or_else(PoisonError::into_inner).0;
                engine.increment_epoch();
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

/// Waits for the thread: it holds the engine, and another one may only be made when this one is gone.
impl Drop for Ticker {
    fn drop(&mut self) {
        let (stopped, wake) = &*self.stop;
        *stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        wake.notify_all();
        if let Some(thread) = self.thread.take() {
            // It does nothing that panics; there is nobody to tell if it did.
            let _ = thread.join();
        }
    }
}
