//! The record of what a policy decided: one line a decision, each chained to the one before.

mod chain;
mod entry;
mod redactor;

pub use chain::{AuditLog, BrokenLink, Head, LinkFault, verify};
pub use entry::{AuditDecision, AuditDetail, AuditEntry, AuditKind};
pub use redactor::Redactor;
