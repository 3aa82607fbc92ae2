//! The two ways out: data to stdout, everything else to stderr. Text of a guest never steers the terminal: control
//! characters but the line feed are replaced on both.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::Path;

/// Writes data to stdout. A reader that has gone away wants no more, which is no failure.
///
/// # Errors
/// Any other failure of stdout.
pub(crate) fn data(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(printable(text).as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes a file of data to stdout, line by line.
///
/// # Errors
/// Where the file cannot be read, and those of [`data`].
pub(crate) fn file(path: &Path) -> io::Result<()> {
    let mut file = BufReader::new(File::open(path)?);
    let mut line = String::new();
    while file.read_line(&mut line)? > 0 {
        data(&line)?;
        line.clear();
    }
    Ok(())
}

/// Writes one line to stderr. Where stderr is closed there is nobody to tell.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

fn printable(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\r\nc\u{9b}"), "a\u{fffd}[2Jb\u{fffd}\nc\u{fffd}");
    }
}
