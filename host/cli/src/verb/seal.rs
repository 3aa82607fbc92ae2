//! `glasshouse seal` and `glasshouse unseal`: the holdout parts of a suite, encrypted where they lie.

use crate::args::{Seal, Unseal};
use crate::exit::{Ended, Failure};
use crate::terminal;
use anyhow::Context as _;
use glasshouse_runner::{SealFileError, SealKey, SealSuiteError, seal_suite, unseal_suite};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Seals a suite, with a new key where that is asked for.
pub(crate) fn seal(args: &Seal) -> Result<Ended, Failure> {
    let key = match (&args.key, &args.new_key) {
        (Some(file), _) => read_key(file)?,
        (None, Some(file)) => new_key(file)?,
        (None, None) => {
            let hint = "give --key FILE, or --new-key FILE to make one";
            return Err(Failure::usage("there is no key to seal with", hint));
        }
    };
    let sealed = seal_suite(&args.suite, &key).map_err(failure)?;
    tell(&format!("sealed {} with the key {}", files(sealed.len()), key.name()))
}

/// Opens a sealed suite again.
pub(crate) fn unseal(args: &Unseal) -> Result<Ended, Failure> {
    let key = read_key(&args.key)?;
    let opened = unseal_suite(&args.suite, &key).map_err(failure)?;
    tell(&format!("opened {}", files(opened.len())))
}

/// The key in a file.
pub(crate) fn read_key(file: &Path) -> Result<SealKey, Failure> {
    let shown = file.display();
    let hint = "glasshouse seal SUITE --new-key FILE makes one";
    let text = fs::read_to_string(file).map_err(|error| Failure::usage(format!("{shown}: {error}"), hint))?;
    SealKey::parse(&text).map_err(|error| Failure::usage(format!("{shown}: {error}"), hint))
}

/// A new key in a file that was not there; nobody else on the machine may read it.
fn new_key(file: &Path) -> Result<SealKey, Failure> {
    let key = SealKey::generate().context("a key cannot be made")?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || -> io::Result<()> { options.open(file)?.write_all(key.text().as_bytes()) };
    let hint = "name a file that is not there yet";
    write().map_err(|error| Failure::usage(format!("{}: {error}", file.display()), hint))?;
    Ok(key)
}

fn failure(error: SealSuiteError) -> Failure {
    let hint = match &error.why {
        SealFileError::Io(_) => {
            "name a folder that holds a suite.toml, with a folder `sealed` in each scenario"
        }
        SealFileError::Seal(_) => "give the key that it was sealed with",
    };
    Failure::usage(error.to_string(), hint)
}

fn files(count: usize) -> String {
    format!("{count} {}", if count == 1 { "file" } else { "files" })
}

fn tell(line: &str) -> Result<Ended, Failure> {
    terminal::data(&format!("{line}\n")).context("stdout")?;
    Ok(Ended::Done)
}
