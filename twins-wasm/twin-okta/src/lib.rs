//! A twin of the Okta management API.
//!
//! `twin` is who it is, `api` routes a request and answers it, `state` holds what is true in the org, `seed` fills it,
//! `org` is what every org has from its first day, `search` reads filters, `keys`, `jwt` and `certificate` sign, `wire` and
//! `errors` are what the service sends.

mod api;
mod call;
mod caller;
mod certificate;
mod documents;
mod dpop;
mod errors;
mod ids;
mod jwt;
mod keys;
mod org;
mod rates;
mod search;
mod seed;
mod state;
mod times;
mod twin;
mod wire;

pub use twin::Okta;

twin_sdk::export!(Okta);
