//! What a run leaves behind: a folder of files for programs, and a few lines for people.

mod admission;
mod derived;
mod diff;
mod diff_lines;
mod figure_lines;
mod folder;
mod github;
mod html;
mod human;
mod json;
mod junit;
mod records;
mod run_folder;
mod sarif;
mod unsatisfied;
mod words;

pub(crate) use admission::Known;
pub(crate) use derived::{Written, describe, write_all};
pub(crate) use diff::{compare_runs, obstacles};
pub(crate) use diff_lines::diff_lines;
pub(crate) use folder::ReportFolder;
pub(crate) use human::{one_line, run_lines};
pub(crate) use json::{Summary, Timings, document};
pub(crate) use run_folder::{RunFolder, ScenarioNote};
