//! The search language: `lex` cuts a query into words with their places, `parse` builds its tree with errors worded as
//! the service words them, `field`, `function` and `reserved` know what the words mean, `reference` tells clients, `plan` checks a tree against the site, `values` reads what
//! issues hold, `source` knows which issues to look at, and `run` finds them.

mod field;
mod function;
mod lex;
mod parse;
mod plan;
mod reference;
mod reserved;
mod run;
mod show;
mod source;
mod tree;
mod values;

use crate::entities::Issue;
use crate::errors::Error;
use crate::state::State;

pub(crate) use reference::reference;
pub(crate) use run::{Search, search};
pub(crate) use show::structure;
pub(crate) use source::Hit;
pub(crate) use tree::Query;

/// Reads a query; the error is one sentence in the service's words, with its place.
pub(crate) fn parse(text: &str) -> Result<Query, String> {
    parse::query(text)
}

/// Whether a query can be run on this site; the inner error is in the service's words.
pub(crate) fn check(state: &mut State<'_>, text: &str, caller: &str) -> Result<Result<(), String>, Error> {
    let query = match parse(text) {
        Ok(query) => query,
        Err(problem) => return Ok(Err(problem)),
    };
    match plan::plan(state, &query, caller) {
        Ok(_) => Ok(Ok(())),
        Err(plan::Refused::Query(problems)) => Ok(Err(problems.join(" "))),
        Err(plan::Refused::Internal(error)) => Err(error.into()),
    }
}

/// Whether an issue is among the results of a query. A query that cannot be run matches nothing.
pub(crate) fn matches(state: &mut State<'_>, text: &str, issue: &Issue, caller: &str) -> Result<bool, Error> {
    let Ok(query) = parse(text) else { return Ok(false) };
    match plan::plan(state, &query, caller) {
        Ok(plan) => Ok(plan.admits(state, issue)?),
        Err(plan::Refused::Query(_)) => Ok(false),
        Err(plan::Refused::Internal(error)) => Err(error.into()),
    }
}
