//! The bridge between [`Twin`] and the component's exports, and the host behind the component's imports.
//! All of it but the trait exists on wasm alone.

use crate::{Fault, Host, Manifest, Request, Response, SeedError};

/// One service as a twin answers it. A twin holds nothing between calls: all its state is in tables.
pub trait Twin {
    /// Who it is. The same answer every time, without the host.
    fn describe() -> Manifest;

    /// Fills an empty world from the shared people and the service's own fixture, both JSON; an empty text
    /// stands for nothing.
    ///
    /// # Errors
    /// [`SeedError`] tells which text is wrong and where, or that the world is full.
    fn seed(host: &mut dyn Host, people: &str, fixture: &str) -> Result<(), SeedError>;

    /// Answers one request; what the service would refuse is a response too.
    fn handle(host: &mut dyn Host, request: &Request) -> Response;

    /// Answers one request under an injected fault, without effect on state.
    fn handle_fault(host: &mut dyn Host, fault: &Fault, request: &Request) -> Response;
}

/// A [`Twin`] in the shape of the contract's export. Named by [`export!`](crate::export) only.
pub struct Component<T>(std::marker::PhantomData<T>);

/// Exports a [`Twin`] as this crate's component. On other targets it expands to nothing.
#[macro_export]
macro_rules! export {
    ($twin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::Component<$twin>;
    $crate::bindings::export!(Component with_types_in $crate::bindings);
        };
    };
}

#[cfg(target_arch = "wasm32")]
mod wasm {
    use super::{Component, Twin};
    use crate::bindings::exports::glasshouse::twin::service::Guest;
    use crate::bindings::glasshouse::capability::{clock, delivery, log, random, state};
    use crate::{
        Duration, Entry, Error, Fault, Host, Instant, Level, Manifest, Order, Range, Request, Response,
        Retry, Signing,
    };

    struct Imports;

    impl Host for Imports {
        fn now(&mut self) -> Instant {
            clock::now()
        }

        fn random(&mut self) -> u64 {
            random::next()
        }

        fn get(&mut self, table: &str, key: &str) -> Option<Vec<u8>> {
            state::get(table, key)
        }

        fn put(&mut self, table: &str, key: &str, value: &[u8]) -> Result<bool, Error> {
            state::put(table, key, value)
        }

        fn delete(&mut self, table: &str, key: &str) -> bool {
            state::delete(table, key)
        }

        fn scan(&mut self, table: &str, range: &Range, limit: u32, order: Order) -> Vec<Entry> {
            state::scan(table, range, limit, order)
        }

        fn count(&mut self, table: &str) -> u64 {
            state::count(table)
        }

        fn next_sequence(&mut self, name: &str) -> u64 {
            state::next_sequence(name)
        }

        fn emit(&mut self, request: &Request, delay: Duration, retry: &Retry) -> Result<(), Error> {
            delivery::emit(request, delay, retry)
        }

        fn emit_signed(
            &mut self,
            request: &Request,
            delay: Duration,
            retry: &Retry,
            signing: &Signing,
        ) -> Result<(), Error> {
            delivery::emit_signed(request, delay, retry, signing)
        }

        fn open_sockets(&mut self, url: &str) -> Result<u32, Error> {
            delivery::open_sockets(url)
        }

        fn log(&mut self, level: Level, message: &str) {
            log::write(level, message);
        }
    }

    impl<T: Twin> Guest for Component<T> {
        fn describe() -> Manifest {
            T::describe()
        }

        fn seed(people: String, fixture: String) -> Result<(), Error> {
            T::seed(&mut Imports, &people, &fixture).map_err(Error::from)
        }

        fn handle(request: Request) -> Response {
            T::handle(&mut Imports, &request)
        }

        fn handle_fault(fault: Fault, request: Request) -> Response {
            T::handle_fault(&mut Imports, &fault, &request)
        }
    }
}
