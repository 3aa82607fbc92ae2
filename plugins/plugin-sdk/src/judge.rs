//! The judge's side of the contract: one look at one finished trial.

use crate::Error;
pub use crate::bindings::judge::exports::glasshouse::judge::judging::{Ruling, Verdict};
use crate::capability::{Log, Outcome, Trajectory};
use crate::model::Model;

/// Something that decides how far a trial meets a criterion. Export it with [`export!`](crate::export).
pub trait Judge {
    /// Judges the trial that the imports show. `criterion` is the JSON of the scenario's sealed part.
    ///
    /// # Errors
    /// `invalid-argument`: the criterion is not of the judge's shape; the text says where.
    fn judge(imports: &mut impl JudgeImports, criterion: &str) -> Result<Verdict, Error>;
}

/// Everything that a judge may import.
pub trait JudgeImports: Log + Trajectory + Outcome + Model {}

impl<T: Log + Trajectory + Outcome + Model> JudgeImports for T {}
