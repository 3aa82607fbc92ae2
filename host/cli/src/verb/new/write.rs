//! The verb: checks the name, writes the folder, and says what to do next.

use super::{Name, NewError, render};
use crate::args::{Format, New};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use serde::Serialize;
use std::path::PathBuf;

/// What `new` tells.
#[derive(Debug, Serialize)]
struct Written {
    schema: &'static str,
    folder: PathBuf,
    /// Relative to the folder, in order.
    files: Vec<PathBuf>,
}

/// Writes a plugin's folder.
pub(crate) fn new(args: &New) -> Result<Ended, Failure> {
    let name = Name::parse(&args.name).map_err(|error| {
        Failure::usage(error.to_string(), "names are lower case, words joined by hyphens, at most 64 bytes")
    })?;
    let folder = args.into.clone().unwrap_or_else(|| PathBuf::from(name.as_str()));
    let files = render(args.role, args.lang, &name, &folder).map_err(|error| match error {
        NewError::Occupied(_) => Failure::usage(error.to_string(), "name another folder with --into"),
        NewError::Write { .. } => {
            Failure::usage(format!("{:#}", anyhow::Error::new(error)), "name another folder with --into")
        }
        NewError::Missing(_) => Failure::Host(error.into()),
    })?;
    let written = Written { schema: "new/1", folder, files };
    let text = match args.format {
        Format::Json => document(&written)?,
        Format::Human => written.lines(),
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

impl Written {
    fn lines(&self) -> String {
        let folder = self.folder.display();
        format!("{folder}: {} files; README.md there tells how to build and try it\n", self.files.len())
    }
}
