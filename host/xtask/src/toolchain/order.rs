//! Which toolchains are tried, in which order, and what is said when none works.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Error, Result, bail};
use clap::ValueEnum;

use super::{active, private, rustup};
use crate::workspace::Workspace;

/// Which toolchain the caller wants; also taken from `GLASSHOUSE_TOOLCHAIN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// The first of the others that works.
    Auto,
    /// The active toolchain as it is.
    Active,
    /// The active toolchain, after `rustup target add`.
    Rustup,
    /// A toolchain of Debian packages in a cache folder of the user.
    Private,
}

impl Choice {
    /// The environment's choice, or `Auto`.
    pub(crate) fn from_environment() -> Result<Self> {
        match std::env::var("GLASSHOUSE_TOOLCHAIN") {
            Ok(name) => Self::from_str(&name, false)
                .map_err(|reason| Error::msg(format!("GLASSHOUSE_TOOLCHAIN: {reason}"))),
            Err(_) => Ok(Self::Auto),
        }
    }

    fn attempts(self) -> &'static [Self] {
        match self {
            Self::Auto => &[Self::Active, Self::Rustup, Self::Private],
            Self::Active => &[Self::Active],
            Self::Rustup => &[Self::Rustup],
            Self::Private => &[Self::Private],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Active => "active toolchain",
            Self::Rustup => "rustup",
            Self::Private => "private toolchain",
        }
    }
}

/// A compiler that can build guests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum GuestToolchain {
    /// The one that cargo uses anyway.
    Active,
    /// Another compiler, which borrows the linker of the active toolchain.
    Private {
        /// A program that takes rustc's arguments.
        rustc: PathBuf,
        /// A WebAssembly linker.
        linker: PathBuf,
    },
}

impl GuestToolchain {
    /// Makes a cargo call use this toolchain.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        if let Self::Private { rustc, linker } = self {
            let variable = format!("CARGO_TARGET_{}_LINKER", super::TARGET.to_uppercase().replace('-', "_"));
            cargo.env("RUSTC", rustc).env(OsString::from(variable), linker);
        }
    }
}

/// Finds or makes the chosen toolchain.
pub(crate) fn make(workspace: &Workspace, choice: Choice) -> Result<GuestToolchain> {
    first_that_works(choice, |attempt| match attempt {
        Choice::Auto | Choice::Active => active::find(),
        Choice::Rustup => rustup::add_target(),
        Choice::Private => private::find_or_make(workspace.rust_version()),
    })
}

fn first_that_works<T>(choice: Choice, mut attempt: impl FnMut(Choice) -> Result<T>) -> Result<T> {
    let mut reasons = String::new();
    for source in choice.attempts() {
        match attempt(*source) {
            Ok(toolchain) => return Ok(toolchain),
            Err(error) => write!(reasons, "\n  {}: {error:#}", source.name())?,
        }
    }
    bail!("no toolchain can build guests for {}:{reasons}", super::TARGET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_toolchain_that_works_is_taken_and_no_later_one_is_tried() {
        let mut tried = Vec::new();
        let taken = first_that_works(Choice::Auto, |source| {
            tried.push(source);
            if source == Choice::Rustup { Ok(source) } else { bail!("absent") }
        });
        assert_eq!(taken.unwrap(), Choice::Rustup);
        assert_eq!(tried, [Choice::Active, Choice::Rustup]);
    }

    #[test]
    fn a_forced_toolchain_has_no_fallback() {
        let mut tried = Vec::new();
        let result = first_that_works::<()>(Choice::Private, |source| {
            tried.push(source);
            bail!("absent")
        });
        assert!(result.is_err());
        assert_eq!(tried, [Choice::Private]);
    }

    #[test]
    fn every_reason_is_told_when_nothing_works() {
        let error = first_that_works::<()>(Choice::Auto, |source| bail!("no {}", source.name())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no toolchain can build guests for wasm32-unknown-unknown:\
             \n  active toolchain: no active toolchain\
             \n  rustup: no rustup\
             \n  private toolchain: no private toolchain"
        );
    }

    #[test]
    fn only_a_private_toolchain_changes_the_cargo_call() {
        let mut cargo = Command::new("cargo");
        GuestToolchain::Active.apply(&mut cargo);
        assert_eq!(cargo.get_envs().count(), 0);

        GuestToolchain::Private { rustc: "r".into(), linker: "l".into() }.apply(&mut cargo);
        let set: Vec<_> = cargo.get_envs().filter_map(|(name, _)| name.to_str()).collect();
        assert_eq!(set, ["CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "RUSTC"]);
    }
}
