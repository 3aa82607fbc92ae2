//! `glasshouse run --admit`: which scenarios of a suite may count, and why the others may not.

use crate::args::{Format, Run};
use crate::artefacts;
use crate::bundled::BundledGuests;
use crate::exit::{Ended, Failure};
use crate::interrupt;
use crate::progress::Progress;
use crate::report::document;
use crate::terminal;
use crate::verb::opened::Opened;
use crate::verb::run::select;
use anyhow::Context as _;
use glasshouse_runner::{ADMISSION_FILE, AdmissionRecord, Admitted, Selection, load_admission};
use serde::Serialize;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread::available_parallelism;

/// What `run --admit` tells.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    suite: String,
    admitted: bool,
    scenarios: Vec<Admitted>,
}

/// Runs a suite's admission.
pub(crate) fn admit(args: &Run) -> Result<Ended, Failure> {
    let Opened { mut plan, key, sandbox } = Opened::load(&args.suite, args.seal_key.as_deref())?;
    select(&mut plan, &Selection { filter: args.filter.clone(), ..Selection::default() })?;
    let admission = load_admission(&args.suite, key.as_ref(), &plan, &sandbox, &BundledGuests)?;
    artefacts::warn_of_what_was_not_kept(&sandbox);
    let stop = interrupt::stop_flag().context("signals cannot be caught")?;
    let threads = args.threads.unwrap_or_else(|| available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let mut progress = Progress::begin(admission.trials(), threads.get());
    let scenarios = admission.run(threads, &stop, &mut || {
        progress.arrived();
        progress.settled(true);
    });
    progress.end();
    let scenarios = scenarios.ok_or(Failure::Interrupted)?;
    let admitted = scenarios.iter().all(|scenario| scenario.admitted);
    let report = Report { schema: "admission/1", suite: plan.suite().id.clone(), admitted, scenarios };
    write_record(&args.suite, &AdmissionRecord::of(&plan, &report.scenarios).context("the record")?);
    let text = match args.format {
        Format::Human => report.lines(),
        Format::Json => document(&report)?,
    };
    terminal::data(&text).context("stdout")?;
    Ok(if admitted { Ended::Done } else { Ended::NotAdmitted })
}

/// What every run of the suite reads. Who may not write there is told, and what was found is told all the same.
fn write_record(suite: &Path, record: &str) {
    let file = suite.join(ADMISSION_FILE);
    if let Err(error) = std::fs::write(&file, record) {
        terminal::note(&format!(
            "warning: {} cannot be written, so runs do not know of this: {error}",
            file.display()
        ));
    }
}

impl Report {
    fn lines(&self) -> String {
        let count = self.scenarios.iter().filter(|scenario| scenario.admitted).count();
        let verdict = if self.admitted { "ADMITTED" } else { "NOT ADMITTED" };
        let mut text =
            format!("{verdict}  {} of {} scenarios of {}\n", count, self.scenarios.len(), self.suite);
        for scenario in &self.scenarios {
            let _ = writeln!(text, "  {}", line(scenario));
            for reason in &scenario.reasons {
                let _ = writeln!(text, "      {reason}");
            }
        }
        text
    }
}

fn line(scenario: &Admitted) -> String {
    let Admitted { scenario: id, admitted, trials, oracle, idle_passes, caught, .. } = scenario;
    let verdict = if *admitted { "admitted" } else { "refused " };
    let mut line = format!("{verdict}  {id:<32}");
    match oracle {
        Some(runs) => {
            let (passes, equal) = (runs.passes, runs.equal);
            let _ = write!(
                line,
                " oracle {passes}/{trials}, equal {equal}/{trials}, idle {idle_passes}/{trials}"
            );
        }
        None => line.push_str(" no oracle"),
    }
    for (mutant, caught) in caught {
        let _ = write!(line, ", {mutant} caught {caught}/{trials}");
    }
    line
}
