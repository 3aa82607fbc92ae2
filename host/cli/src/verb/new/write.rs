//! The verb: checks the name, writes the folder, and says what to do next.

use super::{Language, Name, NewError, PluginRole, render, scaffold};
use crate::args::{Format, New, NewKind};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What `new` tells.
#[derive(Debug, Serialize)]
struct Written {
    schema: &'static str,
    folder: PathBuf,
    /// Relative to the folder, in order.
    files: Vec<PathBuf>,
}

/// Writes a folder.
pub(crate) fn new(args: &New) -> Result<Ended, Failure> {
    let name = Name::parse(&args.name).map_err(|error| {
        Failure::usage(error.to_string(), "names are lower case, words joined by hyphens, at most 64 bytes")
    })?;
    let folder = args.into.clone().unwrap_or_else(|| PathBuf::from(name.as_str()));
    let files = files(args, &name, &folder)?.map_err(|error| match error {
        NewError::Occupied(_) => Failure::usage(error.to_string(), "name another folder with --into"),
        NewError::Write { .. } => {
            Failure::usage(format!("{:#}", anyhow::Error::new(error)), "name another folder with --into")
        }
        NewError::Missing(_) => Failure::Host(error.into()),
    })?;
    let written = Written { schema: "new/1", folder, files };
    let text = match args.format {
        Format::Json => document(&written)?,
        Format::Human => written.lines(args.kind),
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

fn files(args: &New, name: &Name, folder: &Path) -> Result<Result<Vec<PathBuf>, NewError>, Failure> {
    let role = match args.kind {
        NewKind::Tool => PluginRole::Tool,
        NewKind::Judge => PluginRole::Judge,
        NewKind::Suite | NewKind::Scenario if args.lang.is_some() => {
            return Err(Failure::usage("--lang has a meaning for plugins alone", "leave it out"));
        }
        NewKind::Suite => return Ok(scaffold::suite(name, folder)),
        NewKind::Scenario => return Ok(scaffold::scenario(name, folder)),
    };
    Ok(render(role, args.lang.unwrap_or(Language::Rust), name, folder))
}

impl Written {
    fn lines(&self, kind: NewKind) -> String {
        let (folder, files) = (self.folder.display(), self.files.len());
        let next = match kind {
            NewKind::Tool | NewKind::Judge => "README.md there tells how to build and try it".to_owned(),
            NewKind::Suite => format!("`glasshouse run {folder}` runs it"),
            NewKind::Scenario => "`glasshouse run` of its suite runs it".to_owned(),
        };
        format!("{folder}: {files} files; {next}\n")
    }
}
