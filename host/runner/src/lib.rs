//! The main job: a suite's folder becomes planned trials, the trials run over all cores, each in its own forked
//! universe, and their verdicts come back in planned order.

// For the file that this crate's tests share with its benchmarks.
#[cfg(test)]
extern crate self as glasshouse_runner;

mod acts;
mod admit;
mod beside;
#[cfg(test)]
#[path = "../benches/built.rs"]
mod built;
mod bundled;
mod component;
mod course;
mod folder;
mod granted_model;
mod grants;
mod header;
mod inbound;
mod instrument;
mod judging;
mod load;
#[cfg(test)]
mod nondeterminism;
mod people;
mod plan;
mod prepare;
mod record;
mod replay;
mod schedule;
mod seal;
mod seal_suite;
mod select;
mod shared_files;
mod spread;
mod tools;
mod trial;
mod voice;

pub use admit::{Admission, Admitted, OracleRuns, load_admission};
pub use bundled::{Bundled, ComponentUse};
pub use header::TrialName;
pub use load::{LoadSuiteError, load_sealed_suite, load_suite, load_to_calibrate};
pub use plan::{Between, Plan};
pub use record::{ADMISSION_FILE, AdmissionRecord, AdmissionState};
pub use replay::{Divergence, Level, Place, head_of, judge_again, rejudge, replay, run_and_judge_again};
pub use schedule::{Watch, run};
pub use seal::{SEALED_ENDING, SealError, SealKey};
pub use seal_suite::{SealFileError, SealSuiteError, seal_suite, unseal_suite};
pub use select::{NoShard, Selection, SelectionError, Shard};
pub use trial::Finished;
