//! `delivery`: what a service sends of its own accord, handed to whoever keeps the universe's queue.

use super::http::normalise;
use super::{Host, Interface, breach, given};
use crate::bindings::host::glasshouse::capability::delivery as wit;
use crate::bindings::host::glasshouse::types::types::{Error, Request};

pub use wit::{Retry, Signing};

/// Most waits of one retry, as the contract says.
pub const MOST_WAITS: usize = 16;

/// Where a twin's deliveries go.
pub trait Delivery: Send {
    /// Takes a request that falls due `delay` nanoseconds from now; where it is signed, each attempt is.
    ///
    /// # Errors
    /// `invalid-argument` where it cannot be sent, `quota-exceeded` where too much is pending; nothing is kept then.
    fn emit(
        &mut self,
        request: Request,
        delay: u64,
        retry: Retry,
        signing: Option<Signing>,
    ) -> Result<(), Error>;

    /// How many clients hold a socket of an address.
    ///
    /// # Errors
    /// `unavailable` where nobody ever can.
    fn open_sockets(&mut self, url: &str) -> Result<u32, Error>;
}

impl wit::Host for Host {
    fn emit(&mut self, request: Request, delay: u64, retry: Retry) -> wasmtime::Result<Result<(), Error>> {
        self.take(request, delay, retry, None)
    }

    fn emit_signed(
        &mut self,
        request: Request,
        delay: u64,
        retry: Retry,
        mut signing: Signing,
    ) -> wasmtime::Result<Result<(), Error>> {
        for name in [&mut signing.time_header, &mut signing.signature_header] {
            name.make_ascii_lowercase();
        }
        self.take(request, delay, retry, Some(signing))
    }

    fn open_sockets(&mut self, url: String) -> wasmtime::Result<Result<u32, Error>> {
        self.enter(Interface::Delivery)?;
        Ok(given(self.delivery.as_mut(), "delivery")?.open_sockets(&url))
    }
}

impl Host {
    fn take(
        &mut self,
        mut request: Request,
        delay: u64,
        retry: Retry,
        signing: Option<Signing>,
    ) -> wasmtime::Result<Result<(), Error>> {
        self.enter(Interface::Delivery)?;
        self.meter.carried(Interface::Delivery, request.body.len());
        self.meter.retain(request.body.len()).map_err(breach)?;
        if retry.waits.len() > MOST_WAITS {
            let text = format!("{} waits; at most {MOST_WAITS} are kept", retry.waits.len());
            return Ok(Err(Error::InvalidArgument(text)));
        }
        if let Some(problem) = signing.as_ref().and_then(unsendable) {
            return Ok(Err(Error::InvalidArgument(problem)));
        }
        normalise(&mut request);
        Ok(given(self.delivery.as_mut(), "delivery")?.emit(request, delay, retry, signing))
    }
}

/// Why a signature cannot be sent, if so: a header's name is none, or what stands before it is no value of a header.
fn unsendable(signing: &Signing) -> Option<String> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    for name in [&signing.time_header, &signing.signature_header] {
        if name.is_empty() || !name.chars().all(is_token) {
            return Some(format!("`{}` is no name of a header", name.escape_debug()));
        }
    }
    let is_value = signing.prefix.chars().all(|c| c.is_ascii_graphic());
    (!is_value).then(|| format!("`{}` cannot stand in a header", signing.prefix.escape_debug()))
}
