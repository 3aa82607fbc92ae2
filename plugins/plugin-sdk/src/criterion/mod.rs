//! What criteria of judges and roles of personas have in common: tables read key by key, conditions on documents, rules
//! on texts and requests, and the wording of reasons. `plugins/README.md` describes them for those who write criteria.

mod claim;
mod condition;
mod count;
mod effect;
mod history;
mod keys;
mod reason;
mod request_rule;
mod text_rule;
mod time;

pub use claim::Claim;
pub use condition::{Where, field};
pub use count::Count;
pub use effect::{Effect, Kind, effects};
pub use history::{delivery, history};
pub use keys::{Keys, invalid, text};
pub use reason::{events, listed};
pub use request_rule::{Pattern, RequestRule, fields, host};
pub use text_rule::TextRule;
pub use time::{instant, span, span_words};
