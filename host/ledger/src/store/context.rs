//! A context: a named head, and what its first turn says about where it comes from.

use super::bytes::Reader;
use super::{ContextId, Provenance, TurnId};
use serde::{Deserialize, Serialize};

/// Where a context points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The newest turn; [`TurnId::NONE`] where the context is empty.
    pub turn: TurnId,
    /// Its depth; 0 where the context is empty.
    pub depth: u32,
    /// Whether a turn was appended to this context, so that its provenance has been read.
    pub(crate) begun: bool,
}

impl Head {
    /// Of an empty context.
    pub const EMPTY: Self = Self { turn: TurnId::NONE, depth: 0, begun: false };

    pub(crate) fn encode(self) -> Vec<u8> {
        [self.turn.0.to_le_bytes().as_slice(), &self.depth.to_le_bytes(), &[u8::from(self.begun)]].concat()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let head = Self { turn: TurnId(reader.u64()?), depth: reader.u32()?, begun: reader.u8()? != 0 };
        reader.is_empty().then_some(head)
    }
}

/// A context as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Its id.
    pub id: ContextId,
    /// Where it points.
    pub head: Head,
    /// What was fixed when it was made, or by its first turn.
    pub origin: Origin,
}

/// What a context came from. Stored as JSON: it is written twice in a context's life and gains fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Milliseconds since 1970.
    pub created: u64,
    /// The turn it was forked at; 0 for none.
    pub base: u64,
    /// The context that the turn it was forked at was appended to; 0 for none.
    pub forked_from: u64,
    /// What the client that made it called itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// What its first turn said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
}

impl Origin {
    /// The client's tag: of the first turn where that has one, else of the connection.
    pub fn client_tag(&self) -> &str {
        let said = self.provenance.as_ref().map(|said| said.client_tag.as_str());
        said.filter(|tag| !tag.is_empty()).unwrap_or(&self.tag)
    }

    /// The context it belongs under: as its first turn says, else the one it was forked from.
    pub fn parent(&self) -> Option<ContextId> {
        let said = self.provenance.as_ref().and_then(|said| said.parent_context);
        said.or((self.forked_from != 0).then_some(self.forked_from)).map(ContextId)
    }
}
