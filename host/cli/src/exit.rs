//! How a run of the binary ends: the exit codes, and what is said on the way out.

use glasshouse_judge::Decision;
use glasshouse_model::{Inconclusive, Mistakes};
use glasshouse_runner::LoadSuiteError;
use glasshouse_sandbox::{CallError, ComponentError, HostFault};
use glasshouse_universe::TwinError;
use std::fmt::Write as _;
use std::process::ExitCode;

/// Done as asked; for `run`: the gate passed; for `prove`: every case is enforced.
const PASS: u8 = 0;
/// The gate failed; for `prove`: a case is not enforced; for `ledger verify`: something is not as it was.
const FAIL: u8 = 1;
/// Something that was typed, or a file of the user, is not right. The argument parser uses the same code.
const MISTAKE: u8 = 2;
/// The gate is not settled.
const INCONCLUSIVE: u8 = 3;
/// Too many trials are missing.
const INVALID: u8 = 4;
/// The judges' errors are not known, and the suite asks that they are.
const UNCALIBRATED: u8 = 5;
/// A replay did not come out as its record.
const DIVERGED: u8 = 6;
/// A guest that was called trapped or reached a limit.
const GUEST_FAULT: u8 = 7;
/// The host broke, or its machine. The number is sysexits' for internal errors.
const HOST_FAULT: u8 = 70;
/// Ended by a signal before there was a result; shells use 128 + 2 for an interrupt.
const INTERRUPTED: u8 = 130;

/// How a run of the binary ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// As asked.
    Done,
    /// With a decision of the gate.
    Decided(Decision),
    /// With a case of `prove` that is not enforced.
    NotEnforced,
    /// With a scenario that may not count.
    NotAdmitted,
    /// With an error that a tool answered.
    Refused,
    /// At something that the user has to mend.
    Mistake,
    /// With a replay that did not come out as its record.
    Diverged,
    /// By a fault of the guest that was called.
    GuestFault,
    /// With something that this machine lacks.
    Lacking,
    /// With something in a ledger that is not as it was stored.
    Damaged,
    /// By a fault of the host.
    HostFault,
    /// By a signal.
    Interrupted,
}

impl Ended {
    /// A decision of a gate, by its policy for what settles nothing.
    pub(crate) fn decided(decision: Decision, policy: Inconclusive) -> Self {
        match (decision, policy) {
            (Decision::Inconclusive, Inconclusive::Warn) => Self::Done,
            (decision, _) => Self::Decided(decision),
        }
    }

    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done | Self::Decided(Decision::Pass) => PASS,
            Self::Decided(Decision::Fail)
            | Self::NotEnforced
            | Self::NotAdmitted
            | Self::Refused
            | Self::Lacking
            | Self::Damaged => FAIL,
            Self::Mistake => MISTAKE,
            Self::Diverged => DIVERGED,
            Self::GuestFault => GUEST_FAULT,
            Self::Decided(Decision::Inconclusive) => INCONCLUSIVE,
            Self::Decided(Decision::Invalid) => INVALID,
            Self::Decided(Decision::Uncalibrated) => UNCALIBRATED,
            Self::HostFault => HOST_FAULT,
            Self::Interrupted => INTERRUPTED,
        }
    }
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        ended.code().into()
    }
}

/// The exit codes as `--help` shows them.
pub(crate) fn table() -> String {
    let rows = [
        (PASS, "done; of `run`: the gate passed; of `prove`: every case is enforced"),
        (
            FAIL,
            "the gate failed; a scenario is not admitted; a case of `prove` is not enforced; `call` got an error; `doctor` found a lack; \
             `ledger verify` found damage",
        ),
        (MISTAKE, "a mistake in the arguments or in a file, or nothing grants what a component asks for"),
        (INCONCLUSIVE, "the gate is not settled: more trials are needed"),
        (INVALID, "too many trials are missing to decide"),
        (UNCALIBRATED, "the suite asks for calibrated judges, and they are not"),
        (DIVERGED, "a replay of a trial did not come out as its record"),
        (GUEST_FAULT, "the component that was called trapped or reached a limit"),
        (HOST_FAULT, "a fault of the host or of this machine"),
        (INTERRUPTED, "interrupted; no report was written, and `run --resume` goes on"),
    ];
    rows.iter().fold("Exit codes:".to_owned(), |mut table, (code, meaning)| {
        let _ = write!(table, "\n  {code:>3}  {meaning}");
        table
    })
}

/// Why a verb came to no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Mistakes in files of the user.
    Mistakes(Mistakes),
    /// Something that was typed cannot be used, with the next steps.
    Usage {
        /// What is wrong.
        what: String,
        /// What to do about it.
        hints: Vec<String>,
    },
    /// A fault of the host.
    Host(anyhow::Error),
    /// A signal came first.
    Interrupted,
}

impl Failure {
    /// Something typed that cannot be used, with the next step.
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { what: what.into(), hints: vec![hint.into()] }
    }

    /// A component that cannot be had, as the user named it.
    pub(crate) fn component(named: &str, error: ComponentError) -> Self {
        match error {
            ComponentError::Load(error) => Self::Usage {
                what: format!("{named}: {error}"),
                hints: error.hint().map(str::to_owned).into_iter().collect(),
            },
            ComponentError::Host(fault) => fault.into(),
        }
    }

    /// A component that broke when it was called.
    pub(crate) fn call(named: &str, error: CallError) -> Self {
        match error {
            CallError::Guest(fault) => Self::usage(
                format!("{named}: it {fault}"),
                "this is a fault of the component; ask its author",
            ),
            CallError::Host(fault) => fault.into(),
        }
    }

    /// A component that cannot serve as a twin.
    pub(crate) fn twin(named: &str, error: TwinError) -> Self {
        match error {
            TwinError::Component(error) => Self::component(named, error),
            TwinError::Describe(error) => Self::call(named, error),
            TwinError::Manifest { .. } | TwinError::Host { .. } => {
                Self::usage(format!("{named}: {error}"), "its `describe` has to give a name and a host")
            }
        }
    }

    /// How the binary ends with it.
    pub(crate) fn ended(&self) -> Ended {
        match self {
            Self::Mistakes(_) | Self::Usage { .. } => Ended::Mistake,
            Self::Host(_) => Ended::HostFault,
            Self::Interrupted => Ended::Interrupted,
        }
    }

    /// What is said on stderr.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Mistakes(mistakes) => {
                let mut message = String::new();
                for mistake in mistakes.iter() {
                    let _ = writeln!(message, "error: {mistake}");
                }
                let count = mistakes.iter().count();
                let noun = if count == 1 { "mistake" } else { "mistakes" };
                let _ = write!(message, "{count} {noun}; nothing was started");
                message
            }
            Self::Usage { what, hints } => {
                let hints = hints.iter().map(|hint| format!("\n  hint: {hint}"));
                format!("error: {what}{}", hints.collect::<String>())
            }
            Self::Host(error) => format!("error: {error:#}\n  hint: this is no fault of your files"),
            Self::Interrupted => {
                "interrupted; no report was written, and --resume goes on with what has run".to_owned()
            }
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Host(error)
    }
}

impl From<HostFault> for Failure {
    fn from(fault: HostFault) -> Self {
        Self::Host(fault.into())
    }
}

impl From<LoadSuiteError> for Failure {
    fn from(error: LoadSuiteError) -> Self {
        match error {
            LoadSuiteError::Mistakes(mistakes) => Self::Mistakes(mistakes),
            LoadSuiteError::Host(fault) => fault.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_end_has_its_documented_code() {
        let ways = [
            (Ended::Done, 0),
            (Ended::Decided(Decision::Pass), 0),
            (Ended::Decided(Decision::Fail), 1),
            (Ended::NotEnforced, 1),
            (Ended::NotAdmitted, 1),
            (Ended::Refused, 1),
            (Ended::Lacking, 1),
            (Ended::Damaged, 1),
            (Ended::Diverged, 6),
            (Ended::GuestFault, 7),
            (Ended::Mistake, 2),
            (Ended::Decided(Decision::Inconclusive), 3),
            (Ended::Decided(Decision::Invalid), 4),
            (Ended::Decided(Decision::Uncalibrated), 5),
            (Ended::decided(Decision::Inconclusive, Inconclusive::Block), 3),
            (Ended::decided(Decision::Inconclusive, Inconclusive::Warn), 0),
            (Ended::decided(Decision::Fail, Inconclusive::Warn), 1),
            (Ended::HostFault, 70),
            (Ended::Interrupted, 130),
        ];
        for (ended, code) in ways {
            assert_eq!(ended.code(), code, "{ended:?}");
            assert!(table().contains(&format!("\n  {code:>3}  ")), "{code}");
        }
    }
}
