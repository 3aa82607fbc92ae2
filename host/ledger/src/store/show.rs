//! The DAG around a context, drawn as lines of text: its turns from the root down, and what branches off them.

use super::tables::id_of;
use super::{Context, ContextId, Error, Ledger, Turn, TurnId};
use std::collections::BTreeSet;
use std::fmt;

/// Hexadecimal digits of a hash that are shown.
const SHORT: usize = 12;

/// How much is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    /// The newest turns of each context; the others are counted.
    pub turns: usize,
    /// Contexts in all.
    pub contexts: usize,
}

impl Ledger {
    /// Draws a context and every context that branches off it. Text that clients chose comes out with its control
    /// characters escaped, so that it cannot steer a terminal.
    ///
    /// # Errors
    /// [`Error::UnknownContext`]; [`Error::Broken`]; [`Error::Engine`].
    pub fn show(&self, context: ContextId, drawing: Drawing) -> Result<Vec<String>, Error> {
        let mut canvas = Canvas { ledger: self, drawing, drawn: BTreeSet::new(), lines: Vec::new() };
        canvas.context(context, TurnId::NONE, "")?;
        Ok(canvas.lines)
    }
}

struct Canvas<'l> {
    ledger: &'l Ledger,
    drawing: Drawing,
    drawn: BTreeSet<ContextId>,
    lines: Vec<String>,
}

impl Canvas<'_> {
    /// Draws the turns of a context below `base`, which another context has drawn.
    fn context(&mut self, id: ContextId, base: TurnId, indent: &str) -> Result<(), Error> {
        if self.drawn.len() >= self.drawing.contexts || !self.drawn.insert(id) {
            return Ok(());
        }
        let context = self.ledger.context(id)?;
        self.lines.push(format!("{indent}{}", title(&context)));
        let mut own = Vec::new();
        let mut earlier = 0_u64;
        for turn in self.ledger.to_root(context.head.turn) {
            let turn = turn?;
            if turn.id == base {
                break;
            }
            if own.len() < self.drawing.turns { own.push(turn) } else { earlier += 1 }
        }
        if earlier > 0 {
            self.lines.push(format!("{indent}\u{2506} {earlier} earlier"));
        }
        let last = own.first().map(|turn| turn.id);
        for turn in own.iter().rev() {
            self.lines.push(format!("{indent}\u{25cf} {turn}"));
            let rail = if Some(turn.id) == last { "  " } else { "\u{2502} " };
            for branch in self.branches(turn.id)? {
                self.lines.push(format!("{indent}\u{251c}\u{2500}\u{256e}"));
                self.context(branch, turn.id, &format!("{indent}{rail}"))?;
            }
        }
        Ok(())
    }

    /// Contexts whose path leaves the drawn ones at this turn.
    fn branches(&self, turn: TurnId) -> Result<Vec<ContextId>, Error> {
        let mut found = Vec::new();
        for entry in self.ledger.tables.branches.prefix(turn.key()) {
            let key = entry.key()?;
            let context = ContextId(key.get(8..).map_or(0, id_of));
            if !self.drawn.contains(&context) {
                found.push(context);
            }
        }
        Ok(found)
    }
}

fn title(context: &Context) -> String {
    let mut text = format!("context {}, {} turns", context.id, context.head.depth);
    let said = context.origin.provenance.as_ref().map_or("", |said| said.title.as_str());
    for part in [context.origin.client_tag(), said].into_iter().filter(|part| !part.is_empty()) {
        text.push_str(": ");
        text.extend(part.chars().flat_map(plain));
    }
    text
}

/// In one line: number, type, size and the beginning of the hash.
impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let type_id: String = self.type_id.chars().flat_map(plain).collect();
        let hash: String = self.hash.to_hex().chars().take(SHORT).collect();
        write!(f, "@{} {type_id} v{} {} bytes {hash}", self.id, self.type_version, self.payload_len)
    }
}

fn plain(character: char) -> impl Iterator<Item = char> {
    let (escaped, kept) = if character.is_control() {
        (Some(character.escape_default()), None)
    } else {
        (None, Some(character))
    };
    escaped.into_iter().flatten().chain(kept)
}
