//! `glasshouse completions` and `glasshouse man`: made from the same definitions as the parser.

use crate::args::{Args, Completions};
use crate::exit::{Ended, Failure};
use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use std::io::{self, Write as _};

/// Prints a completion script.
pub(crate) fn completions(args: &Completions) -> Result<Ended, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "glasshouse", &mut script);
    print(&script)
}

/// Prints the manual page, with every verb in it.
pub(crate) fn man() -> Result<Ended, Failure> {
    let mut page = Vec::new();
    let mut command = Args::command();
    command.build();
    render(&command, &mut page).context("the manual page")?;
    print(&page)
}

/// A command, and behind it every verb of it.
fn render(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(page)?;
    command.get_subcommands().filter(|verb| !verb.is_hide_set()).try_for_each(|verb| render(verb, page))
}

/// Both are made here, of text that no guest wrote, and need their control characters.
fn print(text: &[u8]) -> Result<Ended, Failure> {
    match io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(anyhow::Error::new(error).into()),
        _ => Ok(Ended::Done),
    }
}
