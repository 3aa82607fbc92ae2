//! `delivery`: what a service sends of its own accord, handed to whoever keeps the universe's queue.

use super::http::normalise;
use super::{Host, Interface, breach, given};
use crate::bindings::host::glasshouse::capability::delivery as wit;
use crate::bindings::host::glasshouse::types::types::{Error, Request};

pub use wit::Retry;

/// Most waits of one retry, as the contract says.
pub const MOST_WAITS: usize = 16;

/// Where a twin's deliveries go.
pub trait Delivery: Send {
    /// Takes a request that falls due `delay` nanoseconds from now.
    ///
    /// # Errors
    /// `invalid-argument` where it cannot be sent, `quota-exceeded` where too much is pending; nothing is kept then.
    fn emit(&mut self, request: Request, delay: u64, retry: Retry) -> Result<(), Error>;
}

impl wit::Host for Host {
    fn emit(
        &mut self,
        mut request: Request,
        delay: u64,
        retry: Retry,
    ) -> wasmtime::Result<Result<(), Error>> {
        self.enter(Interface::Delivery)?;
        self.meter.carried(Interface::Delivery, request.body.len());
        self.meter.retain(request.body.len()).map_err(breach)?;
        if retry.waits.len() > MOST_WAITS {
            let text = format!("{} waits; at most {MOST_WAITS} are kept", retry.waits.len());
            return Ok(Err(Error::InvalidArgument(text)));
        }
        normalise(&mut request);
        Ok(given(self.delivery.as_mut(), "delivery")?.emit(request, delay, retry))
    }
}
