//! The special functions that the rest of the crate is built on: incomplete beta and gamma from the crate `special`,
//! their inverses, and logarithms that are equal on every machine.

pub(crate) mod beta;
mod normal;
mod student;

pub(crate) use normal::{chi_square_above, normal_quantile};
pub(crate) use student::t_quantile;

/// The natural logarithm, from a crate instead of the system; of 0 minus infinity.
pub(crate) fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// The exponential function, from a crate instead of the system.
pub(crate) fn exp(x: f64) -> f64 {
    libm::exp(x)
}
