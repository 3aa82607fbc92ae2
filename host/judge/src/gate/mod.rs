//! Whether a batch shows enough satisfaction: after a fixed plan, or as soon as the evidence is enough.

mod adaptive;
mod bettor;
mod course;
mod decision;
mod eprocess;
mod evidence;
mod holm;
mod schedule;
mod sequential;
mod settlement;
mod spending;
mod sprt;

pub use adaptive::{FLOOR, Wealth, draw_chances};
pub use course::{Course, Turn};
pub use decision::{Claim, Decision, decide};
pub(crate) use decision::{MISSING_INVALID, MISSING_MATTERS};
pub use eprocess::{
    all_pass_stop, confidence_sequence, ln_e_greater, ln_e_less, ln_e_two_sided, sequence_lower,
    sequence_upper,
};
pub use evidence::{Evidence, Tally};
pub use holm::holm;
pub use schedule::{proportional_counts, usage_draws, usage_schedule};
pub(crate) use sequential::all;
pub use sequential::{Sequential, TrialOrder, course};
pub use settlement::{Settled, settled};
pub use sprt::Sprt;
