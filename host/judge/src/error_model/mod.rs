//! How often the judges err, and figures that allow for it.

mod agreement;
mod box_bounds;
mod labels;
mod meld;
mod mutation;
mod pattern;
mod ppi;
mod rogan_gladen;

pub use agreement::{Kappa, cohen_kappa, krippendorff_alpha};
pub use box_bounds::{BoxBounds, GateRates, apparent_thresholds, box_bounds};
pub use labels::{Labels, LabelsError};
pub use meld::{MELD_GRID, Melder, meld};
pub use mutation::MutationScore;
pub use pattern::{
    Drift, JudgeRates, PatternTable, drift, independent_posterior, prevalence, trajectory_posterior,
};
pub use ppi::{Ppi, prediction_powered};
pub use rogan_gladen::{LangReiczigel, RoganGladen, lang_reiczigel, rogan_gladen};
