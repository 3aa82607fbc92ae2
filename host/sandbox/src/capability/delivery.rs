//! `delivery`: what a service sends of its own accord. No universe delivers yet: every delivery is refused, which the
//! twin is told, so that none is taken for sent.

use super::{Host, Interface};
use crate::bindings::host::glasshouse::capability::delivery as wit;
use crate::bindings::host::glasshouse::types::types::{Error, Request};

impl wit::Host for Host {
    fn emit(
        &mut self,
        request: Request,
        _delay: u64,
        _retry: wit::Retry,
    ) -> wasmtime::Result<Result<(), Error>> {
        self.enter(Interface::Delivery)?;
        self.meter.carried(Interface::Delivery, request.body.len());
        Ok(Err(Error::Unavailable("this build delivers no webhooks and events yet".to_owned())))
    }
}
