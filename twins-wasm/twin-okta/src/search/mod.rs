//! The service's languages: the filters of lists, and the expressions of group rules.

mod expression;
mod filter;
mod lexis;

pub(crate) use expression::Expression;
pub(crate) use filter::{Dialect, Filter, compare_at};
