//! `log`: lines for people, capped and escaped.

use super::{Host, Interface, Taped, breach, diverged};
use crate::bindings::host::glasshouse::capability::log as wit;
use crate::guard::{Guard, stands};
use glasshouse_model::Happening;

pub use wit::Level;

impl Level {
    /// As lines are shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One line that a guest wrote.
#[derive(Debug, Clone)]
pub struct Line {
    /// How much it matters.
    pub level: Level,
    /// Its text, without control characters.
    pub message: String,
}

/// The lines of one guest.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) lines: Vec<Line>,
}

impl wit::Host for Host {
    fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.enter(Interface::Log)?;
        let message = escape(&message);
        self.meter.output(message.len()).map_err(breach)?;
        self.meter.carried(Interface::Log, message.len());
        if let Some(wasi) = &self.wasi {
            wasi.count_output(message.len()).map_err(breach)?;
        }
        let now = self.now();
        let has_same = |event: &Happening| matches!(event, Happening::Line(line) if *line == message);
        let taped = self.taped(|event| has_same(event).then_some(()));
        self.record(now, || Happening::Line(message.clone()))?;
        if matches!(taped, Taped::Diverged) {
            return Err(diverged());
        }
        self.log.lines.push(Line { level, message });
        Ok(())
    }
}

/// The text with every control character (line breaks, terminal escapes) and every character that changes the
/// direction of writing in a visible form, so that a line can forge nothing where it is shown.
pub(crate) fn escape(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(hidden) || !stands(Guard::Escape) {
        return text.to_owned();
    }
    text.chars()
        .flat_map(|c| {
            let shown: Box<dyn Iterator<Item = char>> =
                if hidden(c) { Box::new(c.escape_default()) } else { Box::new(std::iter::once(c)) };
            shown
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(escape("ok\r\n\u{1b}[2Jx\u{202e}y"), "ok\\r\\n\\u{1b}[2Jx\\u{202e}y");
        assert_eq!(escape("grüß dich \u{1f44b}"), "grüß dich \u{1f44b}");
    }
}
