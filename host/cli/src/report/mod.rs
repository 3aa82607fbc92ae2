//! What a run leaves behind: a folder of files for programs, and a few lines for people.

mod figure_lines;
mod folder;
mod human;
mod json;

pub(crate) use folder::ReportFolder;
pub(crate) use human::{one_line, run_lines};
pub(crate) use json::{Summary, Timings, document};
