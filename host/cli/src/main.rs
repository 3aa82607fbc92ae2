//! The binary `glasshouse`: verbs, settings and reports. The only crate that prints or exits.

mod args;
mod artefacts;
mod batch;
mod bundled;
mod exit;
mod interrupt;
mod policy_file;
mod progress;
mod report;
mod terminal;
mod verb;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    verb::run(<args::Args as clap::Parser>::parse()).into()
}
