//! Ctrl-C and the request to end.

use crate::exit::Ended;
use crate::terminal;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask a process to end.
pub(crate) struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// Begins to listen; from here on the signals no longer end the process by themselves. Needs a tokio runtime.
    ///
    /// # Errors
    /// The system's, where no signal handler can be had.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Returns when one of them comes.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// A flag that the first signal sets, for work that ends by itself then; the second signal ends the process at once.
///
/// # Errors
/// The system's, where no signal handler or no thread can be had.
pub(crate) fn stop_flag() -> io::Result<Arc<AtomicBool>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut interrupts = {
        let _inside = runtime.enter();
        Interrupts::listen()?
    };
    let flag = Arc::new(AtomicBool::new(false));
    let stop = flag.clone();
    // Waits for as long as the process lives, so nobody joins it.
    std::thread::Builder::new().name("interrupt".into()).spawn(move || {
        runtime.block_on(async {
            interrupts.next().await;
            stop.store(true, Ordering::Relaxed);
            terminal::note("interrupted: what is under way is being ended; once more ends at once");
            interrupts.next().await;
            std::process::exit(Ended::Interrupted.code().into());
        });
    })?;
    Ok(flag)
}
