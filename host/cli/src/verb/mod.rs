//! The verbs, one module each.

mod admit;
mod audit;
mod calibrate;
mod call;
mod doctor;
mod documents;
mod inspect;
mod ledger;
mod merge;
mod new;
mod opened;
mod prove;
mod replay;
mod report;
mod run;
mod seal;
mod serve;

use crate::args::{Args, CompileChild, Verb};
use crate::exit::{Ended, Failure};
use crate::terminal;

pub(crate) use new::Language;

/// Compiles for the process that started this one, and ends with its code.
fn compile(args: &CompileChild) -> Result<Ended, Failure> {
    std::process::exit(glasshouse_sandbox::compile_child(&args.arguments))
}

/// Does what was typed, and says on stderr what kept it from being done.
pub(crate) fn run(args: Args) -> Ended {
    let ended = match &args.verb {
        Verb::Run(args) if args.admit => admit::admit(args),
        Verb::Run(args) => run::run(args),
        Verb::Merge(args) => merge::merge(args),
        Verb::Replay(args) => replay::replay(args),
        Verb::Report(args) => report::report(args),
        Verb::Calibrate(args) => calibrate::calibrate(args),
        Verb::Serve(args) => serve::serve(args),
        Verb::Inspect(args) => inspect::inspect(args),
        Verb::Call(args) => call::call(args),
        Verb::Prove(args) => prove::prove(args),
        Verb::New(args) => new::new(args),
        Verb::Seal(args) => seal::seal(args),
        Verb::Unseal(args) => seal::unseal(args),
        Verb::Doctor(args) => doctor::doctor(args),
        Verb::Audit(args) => audit::audit(args),
        Verb::Ledger(args) => ledger::ledger(args),
        Verb::Completions(args) => documents::completions(args),
        Verb::Man => documents::man(),
        Verb::CompileChild(args) => compile(args),
    };
    ended.unwrap_or_else(|failure| {
        terminal::note(&failure.message());
        failure.ended()
    })
}
