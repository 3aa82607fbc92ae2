//! What the server answers.

use super::request::{Fields, put_field, text};
use super::{Code, Kind, Refusal};
use crate::store::bytes::Reader;
use crate::{ContextId, Head, Turn, TurnId};
use blake3::Hash;

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// To a hello.
    Hello {
        /// Number of the session, from 1.
        session: u64,
        /// The version spoken.
        version: u16,
    },
    /// To a request that makes, forks or asks for a context; that request's kind.
    Head {
        /// The context.
        context: ContextId,
        /// Its newest turn; none where it is empty.
        turn: TurnId,
        /// The depth of that.
        depth: u32,
    },
    /// To an append.
    Appended {
        /// The context.
        context: ContextId,
        /// The turn.
        turn: TurnId,
        /// Its depth.
        depth: u32,
        /// Hash of its uncompressed payload.
        hash: Hash,
    },
    /// To a request for the newest turns.
    Turns(Vec<WireTurn>),
    /// To a request for bytes.
    Blob(Vec<u8>),
    /// To a snapshot that was hung on a turn.
    Attached {
        /// The turn.
        turn: TurnId,
        /// Hash of the snapshot's root.
        root: Hash,
    },
    /// To bytes that were stored.
    Put {
        /// Their hash.
        hash: Hash,
        /// Whether they were not there.
        is_new: bool,
    },
    /// A refusal.
    Error(Refusal),
}

/// A turn in a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireTurn {
    /// Its id.
    pub id: TurnId,
    /// Its parent; none for a root.
    pub parent: TurnId,
    /// Its depth.
    pub depth: u32,
    /// Declared type.
    pub type_id: String,
    /// Version of the declared type.
    pub type_version: u32,
    /// 1 for msgpack.
    pub encoding: u32,
    /// Bytes of the payload.
    pub uncompressed_len: u32,
    /// Hash of the payload.
    pub hash: Hash,
    /// The payload, uncompressed; empty where it was not asked for.
    pub payload: Vec<u8>,
}

impl WireTurn {
    /// A stored turn with its payload, or with none.
    pub fn new(turn: Turn, payload: Vec<u8>) -> Self {
        Self {
            id: turn.id,
            parent: turn.parent,
            depth: turn.depth,
            type_id: turn.type_id,
            type_version: turn.type_version,
            encoding: turn.encoding,
            uncompressed_len: turn.payload_len,
            hash: turn.payload,
            payload,
        }
    }

    fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.id.0.to_le_bytes());
        bytes.extend_from_slice(&self.parent.0.to_le_bytes());
        bytes.extend_from_slice(&self.depth.to_le_bytes());
        put_field(bytes, self.type_id.as_bytes());
        for number in [self.type_version, self.encoding, 0, self.uncompressed_len] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(self.hash.as_bytes());
        // The length is there without payloads too: both clients read it.
        put_field(bytes, &self.payload);
    }

    fn decode(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let (id, parent) = (TurnId(fields.u64("turn")?), TurnId(fields.u64("parent")?));
        let (depth, type_id) = (fields.u32("depth")?, text("type id", fields.field("type id")?)?);
        let (type_version, encoding) = (fields.u32("type version")?, fields.u32("encoding")?);
        if fields.u32("compression")? != 0 {
            return Err(Refusal::malformed("replies are not compressed"));
        }
        let (uncompressed_len, hash) = (fields.u32("uncompressed length")?, fields.hash("hash")?);
        let payload = fields.field("payload")?.to_vec();
        Ok(Self { id, parent, depth, type_id, type_version, encoding, uncompressed_len, hash, payload })
    }
}

impl Reply {
    /// Where a context points.
    pub fn head(context: ContextId, head: Head) -> Self {
        Self::Head { context, turn: head.turn, depth: head.depth }
    }

    /// Whether it refuses.
    pub fn is_error(&self) -> bool {
        matches!(self, Self::Error(_))
    }

    /// The payload of its frame.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self {
            Self::Hello { session, version } => {
                bytes.extend_from_slice(&session.to_le_bytes());
                bytes.extend_from_slice(&version.to_le_bytes());
            }
            Self::Head { context, turn, depth } => put_head(&mut bytes, *context, *turn, *depth),
            Self::Appended { context, turn, depth, hash } => {
                put_head(&mut bytes, *context, *turn, *depth);
                bytes.extend_from_slice(hash.as_bytes());
            }
            Self::Turns(turns) => {
                bytes.extend_from_slice(&u32::try_from(turns.len()).unwrap_or(u32::MAX).to_le_bytes());
                turns.iter().for_each(|turn| turn.encode(&mut bytes));
            }
            Self::Blob(blob) => put_field(&mut bytes, blob),
            Self::Attached { turn, root } => {
                bytes.extend_from_slice(&turn.0.to_le_bytes());
                bytes.extend_from_slice(root.as_bytes());
            }
            Self::Put { hash, is_new } => {
                bytes.extend_from_slice(hash.as_bytes());
                bytes.push(u8::from(*is_new));
            }
            Self::Error(refusal) => {
                bytes.extend_from_slice(&u32::from(refusal.code.number()).to_le_bytes());
                put_field(&mut bytes, refusal.detail.as_bytes());
            }
        }
        bytes
    }

    /// Decodes the payload of a reply's frame, for a client.
    ///
    /// # Errors
    /// [`Code::Malformed`] where it is none.
    pub fn decode(kind: Kind, payload: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Fields(Reader::new(payload));
        let reply = match kind {
            Kind::Hello => {
                let session = fields.u64("session")?;
                let version = fields.0.u16().ok_or_else(|| Refusal::malformed("no version"))?;
                Self::Hello { session, version }
            }
            Kind::Create | Kind::Fork | Kind::GetHead => {
                let (context, turn) = (ContextId(fields.u64("context")?), TurnId(fields.u64("turn")?));
                Self::Head { context, turn, depth: fields.u32("depth")? }
            }
            Kind::Append => {
                let (context, turn) = (ContextId(fields.u64("context")?), TurnId(fields.u64("turn")?));
                Self::Appended { context, turn, depth: fields.u32("depth")?, hash: fields.hash("hash")? }
            }
            Kind::GetLast => {
                let count = fields.u32("count")?;
                Self::Turns((0..count).map(|_| WireTurn::decode(&mut fields)).collect::<Result<_, _>>()?)
            }
            Kind::GetBlob => Self::Blob(fields.field("bytes")?.to_vec()),
            Kind::AttachFs => {
                Self::Attached { turn: TurnId(fields.u64("turn")?), root: fields.hash("root")? }
            }
            Kind::PutBlob => {
                let hash = fields.hash("hash")?;
                Self::Put { hash, is_new: fields.0.u8().ok_or_else(|| Refusal::malformed("no flag"))? != 0 }
            }
            Kind::Error => {
                let code = Code::of_number(fields.u32("code")?);
                Self::Error(Refusal::new(code, text("detail", fields.field("detail")?)?))
            }
        };
        if fields.0.is_empty() { Ok(reply) } else { Err(Refusal::malformed("bytes follow the last field")) }
    }
}

fn put_head(bytes: &mut Vec<u8>, context: ContextId, turn: TurnId, depth: u32) {
    bytes.extend_from_slice(&context.0.to_le_bytes());
    bytes.extend_from_slice(&turn.0.to_le_bytes());
    bytes.extend_from_slice(&depth.to_le_bytes());
}
