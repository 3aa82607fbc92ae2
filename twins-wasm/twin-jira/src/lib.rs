//! A twin of the Jira Cloud REST API, versions 2 and 3, and of the Agile API beside it.
//!
//! `twin` is who it is, `api` routes a request and answers it, `state` holds what is true on the site, `kept` its configuration as documents, `history` and
//! `webhooks` tell what changed, `jql` searches, `rich` converts between document format and wiki markup, `fields`
//! knows what a field takes and shows, `seed` fills the site, `wire`, `shapes` and `errors` are what the service
//! sends, `text` writes it.

mod api;
mod args;
mod caller;
mod entities;
mod errors;
mod fields;
mod history;
mod jql;
mod kept;
mod moment;
mod preset;
mod rich;
mod seed;
mod shapes;
mod state;
mod text;
mod twin;
mod webhooks;
mod wire;

pub use twin::Jira;

twin_sdk::export!(Jira);
