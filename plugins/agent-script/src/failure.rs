//! What keeps a script from going on: its number, and what was met.

use plugin_sdk::Error;

/// Most characters of an answer that a failure shows.
const SHOWN: usize = 300;

/// A failure of one step, numbered as the list is: from 0.
pub(crate) fn at_step(number: usize, error: Error) -> Error {
    let place = |text: String| format!("step {number}: {text}");
    match error {
        Error::Denied(text) => Error::Denied(place(text)),
        Error::NotFound(text) => Error::NotFound(place(text)),
        Error::InvalidArgument(text) => Error::InvalidArgument(text),
        Error::Conflict(text) => Error::Conflict(place(text)),
        Error::TimedOut(text) => Error::TimedOut(place(text)),
        Error::Unavailable(text) => Error::Unavailable(place(text)),
        Error::QuotaExceeded(text) => Error::QuotaExceeded(place(text)),
        Error::Other(text) => Error::Other(place(text)),
    }
}

/// A body as a failure shows it.
pub(crate) fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(SHOWN).collect()
}
