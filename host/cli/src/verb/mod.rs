//! The verbs, one module each.

mod inspect;
mod prove;
mod run;
mod serve;

use crate::args::{Args, Verb};
use crate::exit::Ended;
use crate::terminal;

/// Does what was typed, and says on stderr what kept it from being done.
pub(crate) fn run(args: Args) -> Ended {
    let ended = match &args.verb {
        Verb::Run(args) => run::run(args),
        Verb::Serve(args) => serve::serve(args),
        Verb::Inspect(args) => inspect::inspect(args),
        Verb::Prove(args) => prove::prove(args),
    };
    ended.unwrap_or_else(|failure| {
        terminal::note(&failure.message());
        failure.ended()
    })
}
