//! What a target's log says, as a line for people.

use std::path::Path;

use anyhow::Result;

/// How a target ran. Figures that its log does not have are zero.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ran {
    /// Inputs that were tried.
    pub(super) executions: u64,
    /// Edges of our code that were reached.
    pub(super) edges: u64,
    /// Most memory, in MiB.
    pub(super) memory: u64,
    /// What was found, with the next step; none where nothing was.
    pub(super) failure: Option<String>,
}

/// Reads a log. `ended` is whether the program ended well, none where it had to be killed.
pub(super) fn read(log: &str, ended: Option<bool>, file: &Path) -> Ran {
    let stat = |name: &str| {
        let value = log.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name));
        value.and_then(|value| value.trim_start_matches(':').trim().parse().ok()).unwrap_or_default()
    };
    let edges =
        log.lines().rev().find_map(|line| line.split_once(" cov: ")?.1.split(' ').next()?.parse().ok());
    Ran {
        executions: stat("number_of_executed_units"),
        edges: edges.unwrap_or_default(),
        memory: stat("peak_rss_mb"),
        failure: match ended {
            Some(true) => None,
            Some(false) => Some(found(log, file)),
            None => Some(format!("it did not end and was killed; see {}", file.display())),
        },
    }
}

/// The panic or the limit, and how to see it again.
fn found(log: &str, file: &Path) -> String {
    let mut lines = log.lines();
    let panic = lines.find(|line| line.starts_with("thread ") && line.contains(" panicked at "));
    let why = match panic {
        Some(panic) => format!("{panic} {}", lines.next().unwrap_or_default()),
        None => {
            let error = log.lines().find_map(|line| line.split_once("ERROR: libFuzzer: "));
            error.map_or_else(|| "it failed".to_owned(), |(_, error)| error.to_owned())
        }
    };
    let input = log.lines().find_map(|line| line.split_once("Test unit written to "));
    let next = match input {
        Some((_, input)) => format!("give the program this input to see it again: {}", input.trim()),
        None => format!("see {}", file.display()),
    };
    format!("{why}\n  {next}")
}

/// One line for a target, and more only where something was found.
pub(super) fn line(name: &str, ran: &Result<Ran>) -> String {
    match ran {
        Err(error) => format!("{name:<12} FAILED: {error:#}"),
        Ok(Ran { executions, edges, memory, failure }) => {
            let verdict =
                failure.as_ref().map_or("passed".to_owned(), |failure| format!("FAILED: {failure}"));
            format!("{name:<12} {executions:>9} runs {edges:>6} edges {memory:>5} MiB  {verdict}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "INFO: seed corpus: files: 3\n#3\tINITED cov: 12 ft: 14 corp: 2/9b exec/s: 0 rss: 40Mb\n\
        #500\tDONE   cov: 345 ft: 900 corp: 30/1Kb lim: 4096 exec/s: 250 rss: 61Mb\n\
        stat::number_of_executed_units: 500\nstat::peak_rss_mb:              61\n";

    #[test]
    fn the_last_figures_count() {
        let ran = read(LOG, Some(true), Path::new("log"));
        assert_eq!(ran, Ran { executions: 500, edges: 345, memory: 61, failure: None });
        assert_eq!(line("cql", &Ok(ran)), "cql                500 runs    345 edges    61 MiB  passed");
    }

    #[test]
    fn a_panic_is_told_with_its_input() {
        let log = format!(
            "{LOG}thread '<unnamed>' panicked at src/a.rs:7:1:\nno such thing\n\
             ==1== ERROR: libFuzzer: deadly signal\nartifact_prefix='x/'; Test unit written to x/crash-1\n"
        );
        let failure = read(&log, Some(false), Path::new("log")).failure.unwrap();
        let expected = "thread '<unnamed>' panicked at src/a.rs:7:1: no such thing\n  \
            give the program this input to see it again: x/crash-1";
        assert_eq!(failure, expected);
    }

    #[test]
    fn a_limit_is_told_in_its_own_words() {
        let log = "==1== ERROR: libFuzzer: timeout after 10 seconds\nTest unit written to x/timeout-1\n";
        let failure = read(log, Some(false), Path::new("log")).failure.unwrap();
        assert!(failure.starts_with("timeout after 10 seconds\n"), "{failure}");
        let failure = read("", None, Path::new("log")).failure.unwrap();
        assert_eq!(failure, "it did not end and was killed; see log");
    }
}
