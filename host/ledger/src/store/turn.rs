//! A turn: what callers give, what they get back, and its record in the store.

use super::bytes::Reader;
use super::walk::Place;
use super::{ContextId, TurnId};
use blake3::Hash;

/// Version of the record's layout and of what the hash covers.
const VERSION: u8 = 1;
/// The first bytes under the hash, so that no other use of BLAKE3 gives the same.
const DOMAIN: &[u8] = b"glasshouse turn 1";
/// The one encoding that payloads have on the wire.
pub const MSGPACK: u32 = 1;

/// A turn to append.
#[derive(Debug, Clone)]
pub struct NewTurn {
    /// Declared type, such as `com.example.Message`.
    pub type_id: String,
    /// Version of the declared type.
    pub type_version: u32,
    /// [`MSGPACK`], or whatever the writer and its readers agree on.
    pub encoding: u32,
    /// The bytes, uncompressed.
    pub payload: Vec<u8>,
    /// Milliseconds since 1970; the store's clock where absent. A trial gives its virtual time, so that the same trial
    /// has the same hashes.
    pub created: Option<u64>,
    /// Root of a filesystem snapshot that descendants inherit; its blob must be stored.
    pub root: Option<Hash>,
}

/// A stored turn without its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// The turn it follows; [`TurnId::NONE`] for a root.
    pub parent: TurnId,
    /// Turns on the path from the root to it, both counted: a root has 1.
    pub depth: u32,
    /// The context that it was appended to. Not under the hash: an imported turn has another.
    pub context: ContextId,
    /// Milliseconds since 1970.
    pub created: u64,
    /// Declared type.
    pub type_id: String,
    /// Version of the declared type.
    pub type_version: u32,
    /// [`MSGPACK`], or whatever the writer and its readers agree on.
    pub encoding: u32,
    /// Bytes of the uncompressed payload.
    pub payload_len: u32,
    /// BLAKE3-256 of the uncompressed payload.
    pub payload: Hash,
    /// BLAKE3-256 over payload hash, parent's hash, type, encoding and time.
    pub hash: Hash,
    /// An ancestor far above, so that walks take logarithmic time.
    pub(crate) jump: TurnId,
    /// Nearest turn at or above it that had a snapshot when it was appended.
    pub(crate) rooted: TurnId,
}

impl Turn {
    pub(crate) fn place(&self) -> Place {
        Place { depth: self.depth, jump: self.jump }
    }

    /// The hash that its fields and its parent's hash must give.
    pub(crate) fn expected_hash(&self, parent: Option<&Hash>) -> Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(DOMAIN);
        hasher.update(self.payload.as_bytes());
        hasher.update(parent.map_or(&[0; 32], Hash::as_bytes).as_slice());
        hasher.update(&self.type_version.to_le_bytes());
        hasher.update(&self.encoding.to_le_bytes());
        hasher.update(&self.created.to_le_bytes());
        // Last, because it alone has no fixed length.
        hasher.update(self.type_id.as_bytes());
        hasher.finalize()
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128 + self.type_id.len());
        bytes.push(VERSION);
        for id in [self.parent.0, self.jump.0, self.rooted.0, self.context.0, self.created] {
            bytes.extend_from_slice(&id.to_le_bytes());
        }
        for number in [self.depth, self.type_version, self.encoding, self.payload_len] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(self.payload.as_bytes());
        bytes.extend_from_slice(self.hash.as_bytes());
        bytes.extend_from_slice(self.type_id.as_bytes());
        bytes
    }

    /// `None` where the bytes are no record of this version.
    pub(crate) fn decode(id: TurnId, bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        if reader.u8()? != VERSION {
            return None;
        }
        let (parent, jump, rooted) = (TurnId(reader.u64()?), TurnId(reader.u64()?), TurnId(reader.u64()?));
        let (context, created) = (ContextId(reader.u64()?), reader.u64()?);
        let (depth, type_version) = (reader.u32()?, reader.u32()?);
        let (encoding, payload_len) = (reader.u32()?, reader.u32()?);
        let (payload, hash) = (reader.hash()?, reader.hash()?);
        let type_id = std::str::from_utf8(reader.rest()).ok()?.to_owned();
        Some(Self {
            id,
            parent,
            depth,
            context,
            created,
            type_id,
            type_version,
            encoding,
            payload_len,
            payload,
            hash,
            jump,
            rooted,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn() -> Turn {
        let payload = blake3::hash(b"payload");
        let mut turn = Turn {
            id: TurnId(9),
            parent: TurnId(8),
            depth: 4,
            context: ContextId(2),
            created: 1_700_000_000_000,
            type_id: "com.example.Message".into(),
            type_version: 3,
            encoding: MSGPACK,
            payload_len: 7,
            payload,
            hash: payload,
            jump: TurnId(5),
            rooted: TurnId(6),
        };
        turn.hash = turn.expected_hash(None);
        turn
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        assert_eq!(Turn::decode(TurnId(9), &turn().encode()), Some(turn()));
    }

    #[test]
    fn a_record_that_is_cut_or_of_another_version_is_none() {
        let bytes = turn().encode();
        let fixed = bytes.len() - turn().type_id.len();
        for length in 0..fixed {
            assert_eq!(Turn::decode(TurnId(9), &bytes[..length]), None, "{length}");
        }
        let mut other = bytes;
        other[0] = VERSION + 1;
        assert_eq!(Turn::decode(TurnId(9), &other), None);
    }

    #[test]
    fn the_hash_covers_payload_parent_type_encoding_and_time() {
        let base = turn();
        let parent = blake3::hash(b"parent");
        let changed: [fn(&mut Turn); 5] = [
            |turn| turn.payload = blake3::hash(b"other"),
            |turn| turn.type_id.push('s'),
            |turn| turn.type_version += 1,
            |turn| turn.encoding += 1,
            |turn| turn.created += 1,
        ];
        for change in changed {
            let mut other = base.clone();
            change(&mut other);
            assert_ne!(other.expected_hash(None), base.hash);
        }
        assert_ne!(base.expected_hash(Some(&parent)), base.hash);
    }

    #[test]
    fn the_hash_does_not_depend_on_where_the_turn_stands() {
        let base = turn();
        let moved = Turn { id: TurnId(90), context: ContextId(7), parent: TurnId(80), ..base.clone() };
        assert_eq!(moved.expected_hash(None), base.hash);
    }
}
