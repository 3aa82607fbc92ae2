//! What clients ask.

use super::{Code, Kind, Refusal};
use crate::store::bytes::Reader;
use crate::{ContextId, TurnId};
use blake3::Hash;

/// The flag of an append behind which a snapshot's root follows.
const WITH_ROOT: u16 = 1;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Opens a session.
    Hello {
        /// The version that the client speaks.
        version: u16,
        /// What the client calls itself.
        tag: String,
        /// Not looked into.
        metadata: Vec<u8>,
    },
    /// Makes a context.
    Create {
        /// Its head; none for an empty one.
        base: TurnId,
    },
    /// Makes a context whose head is an existing turn.
    Fork {
        /// Its head.
        base: TurnId,
    },
    /// Asks where a context points.
    GetHead {
        /// The context.
        context: ContextId,
    },
    /// Appends a turn.
    Append(Append),
    /// Asks for the newest turns, oldest first.
    GetLast {
        /// The context.
        context: ContextId,
        /// How many.
        limit: u32,
        /// Whether the payloads come too.
        payloads: bool,
    },
    /// Asks for the bytes under a hash.
    GetBlob {
        /// The hash.
        hash: Hash,
    },
    /// Hangs a filesystem snapshot on a turn.
    AttachFs {
        /// The turn.
        turn: TurnId,
        /// Hash of the snapshot's root.
        root: Hash,
    },
    /// Stores bytes under their hash.
    PutBlob {
        /// The hash that they must have.
        hash: Hash,
        /// The bytes.
        bytes: Vec<u8>,
    },
}

/// How a payload travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// As it is.
    None,
    /// As one zstd frame.
    Zstd,
}

/// A turn to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The context.
    pub context: ContextId,
    /// The turn's parent; none for the context's head.
    pub parent: TurnId,
    /// Declared type.
    pub type_id: String,
    /// Version of the declared type.
    pub type_version: u32,
    /// 1 for msgpack.
    pub encoding: u32,
    /// How the payload travels.
    pub compression: Compression,
    /// Bytes of the payload when it is not compressed.
    pub uncompressed_len: u32,
    /// Hash of the uncompressed payload; of the bytes as they travel where the client compressed them itself.
    pub hash: Hash,
    /// The bytes as they travel.
    pub payload: Vec<u8>,
    /// Idempotency key; empty for none.
    pub key: Vec<u8>,
    /// Root of the snapshot that the turn has.
    pub root: Option<Hash>,
}

impl Request {
    /// Decodes the payload of a frame.
    ///
    /// # Errors
    /// [`Code::Malformed`] where the kind is unknown, a field is missing or something follows the last one;
    /// [`Code::Unprocessable`] for a text that is not UTF-8 and a compression that is none.
    pub fn decode(kind: u16, flags: u16, payload: &[u8]) -> Result<Self, Refusal> {
        let unknown = || Refusal::malformed(format!("message type {kind} is not served"));
        let kind = Kind::of_number(kind).ok_or_else(unknown)?;
        let mut fields = Fields(Reader::new(payload));
        let request = match kind {
            Kind::Hello => fields.hello()?,
            Kind::Create => Self::Create { base: TurnId(fields.u64("base")?) },
            Kind::Fork => Self::Fork { base: TurnId(fields.u64("base")?) },
            Kind::GetHead => Self::GetHead { context: ContextId(fields.u64("context")?) },
            Kind::Append => Self::Append(fields.append(flags)?),
            Kind::GetLast => Self::GetLast {
                context: ContextId(fields.u64("context")?),
                limit: fields.u32("limit")?,
                payloads: fields.u32("include_payload")? != 0,
            },
            Kind::GetBlob => Self::GetBlob { hash: fields.hash("hash")? },
            Kind::AttachFs => {
                Self::AttachFs { turn: TurnId(fields.u64("turn")?), root: fields.hash("root")? }
            }
            Kind::PutBlob => {
                Self::PutBlob { hash: fields.hash("hash")?, bytes: fields.field("bytes")?.to_vec() }
            }
            Kind::Error => return Err(Refusal::malformed("an error is no request")),
        };
        if fields.0.is_empty() { Ok(request) } else { Err(Refusal::malformed("bytes follow the last field")) }
    }

    /// The kind, flags and payload of its frame.
    pub fn encode(&self) -> (Kind, u16, Vec<u8>) {
        let mut bytes = Vec::new();
        let mut flags = 0;
        let kind = match self {
            Self::Hello { version, tag, metadata } => {
                bytes.extend_from_slice(&version.to_le_bytes());
                bytes.extend_from_slice(&u16::try_from(tag.len()).unwrap_or(u16::MAX).to_le_bytes());
                bytes.extend_from_slice(tag.as_bytes());
                put_field(&mut bytes, metadata);
                Kind::Hello
            }
            Self::Create { base } => {
                bytes.extend_from_slice(&base.0.to_le_bytes());
                Kind::Create
            }
            Self::Fork { base } => {
                bytes.extend_from_slice(&base.0.to_le_bytes());
                Kind::Fork
            }
            Self::GetHead { context } => {
                bytes.extend_from_slice(&context.0.to_le_bytes());
                Kind::GetHead
            }
            Self::Append(append) => {
                flags = append.encode(&mut bytes);
                Kind::Append
            }
            Self::GetLast { context, limit, payloads } => {
                bytes.extend_from_slice(&context.0.to_le_bytes());
                bytes.extend_from_slice(&limit.to_le_bytes());
                bytes.extend_from_slice(&u32::from(*payloads).to_le_bytes());
                Kind::GetLast
            }
            Self::GetBlob { hash } => {
                bytes.extend_from_slice(hash.as_bytes());
                Kind::GetBlob
            }
            Self::AttachFs { turn, root } => {
                bytes.extend_from_slice(&turn.0.to_le_bytes());
                bytes.extend_from_slice(root.as_bytes());
                Kind::AttachFs
            }
            Self::PutBlob { hash, bytes: blob } => {
                bytes.extend_from_slice(hash.as_bytes());
                put_field(&mut bytes, blob);
                Kind::PutBlob
            }
        };
        (kind, flags, bytes)
    }
}

impl Append {
    /// The flags of its frame.
    fn encode(&self, bytes: &mut Vec<u8>) -> u16 {
        bytes.extend_from_slice(&self.context.0.to_le_bytes());
        bytes.extend_from_slice(&self.parent.0.to_le_bytes());
        put_field(bytes, self.type_id.as_bytes());
        let compression = match self.compression {
            Compression::None => 0,
            Compression::Zstd => 1_u32,
        };
        for number in [self.type_version, self.encoding, compression, self.uncompressed_len] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(self.hash.as_bytes());
        put_field(bytes, &self.payload);
        put_field(bytes, &self.key);
        self.root.as_ref().map_or(0, |root| {
            bytes.extend_from_slice(root.as_bytes());
            WITH_ROOT
        })
    }
}

/// Appends a field behind its length.
pub(super) fn put_field(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(field);
}

/// A message's bytes, read by the names of its fields.
pub(super) struct Fields<'b>(pub(super) Reader<'b>);

impl<'b> Fields<'b> {
    fn hello(&mut self) -> Result<Request, Refusal> {
        let version = self.0.u16().ok_or_else(|| missing("version"))?;
        let length = self.0.u16().ok_or_else(|| missing("tag"))?;
        let tag = self.0.take(length.into()).ok_or_else(|| missing("tag"))?;
        Ok(Request::Hello { version, tag: text("tag", tag)?, metadata: self.field("metadata")?.to_vec() })
    }

    fn append(&mut self, flags: u16) -> Result<Append, Refusal> {
        let (context, parent) = (ContextId(self.u64("context")?), TurnId(self.u64("parent")?));
        let type_id = text("type id", self.field("type id")?)?;
        let (type_version, encoding) = (self.u32("type version")?, self.u32("encoding")?);
        let compression = match self.u32("compression")? {
            0 => Compression::None,
            1 => Compression::Zstd,
            other => {
                return Err(Refusal::new(Code::Unprocessable, format!("compression {other} is unknown")));
            }
        };
        Ok(Append {
            context,
            parent,
            type_id,
            type_version,
            encoding,
            compression,
            uncompressed_len: self.u32("uncompressed length")?,
            hash: self.hash("hash")?,
            payload: self.field("payload")?.to_vec(),
            key: self.field("idempotency key")?.to_vec(),
            root: if flags & WITH_ROOT == 0 { None } else { Some(self.hash("root")?) },
        })
    }

    pub(super) fn u32(&mut self, name: &str) -> Result<u32, Refusal> {
        self.0.u32().ok_or_else(|| missing(name))
    }

    pub(super) fn u64(&mut self, name: &str) -> Result<u64, Refusal> {
        self.0.u64().ok_or_else(|| missing(name))
    }

    pub(super) fn hash(&mut self, name: &str) -> Result<Hash, Refusal> {
        self.0.hash().ok_or_else(|| missing(name))
    }

    pub(super) fn field(&mut self, name: &str) -> Result<&'b [u8], Refusal> {
        self.0.field().ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::malformed(format!("the message ends before or in its {name}"))
}

pub(super) fn text(name: &str, bytes: &[u8]) -> Result<String, Refusal> {
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned).map_err(|_| Refusal::new(Code::Unprocessable, format!("the {name} is not UTF-8")))
}
