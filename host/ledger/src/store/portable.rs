//! A context as one portable file: its origin, and for each turn its blobs and then itself.
//!
//! The file is a magic number, zstd frames of records, each a tag, a length and its bytes, and at the end a hash of all
//! that came before. Turn ids do not travel; hashes do, and must come out the same where the file is read.

use super::blob::LARGEST_BLOB;
use super::bytes::Reader;
use super::context::Origin;
use super::{Commit, ContextId, Error, Ledger, NewTurn, Turn, TurnId, reach};
use blake3::{Hash, Hasher};
use std::collections::{HashMap, HashSet};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

const MAGIC: &[u8; 8] = b"GLEDGER1";
const ORIGIN: u8 = 1;
const BLOB: u8 = 2;
const TURN: u8 = 3;
const END: u8 = 4;
/// Turns that are appended at once.
const CHUNK: usize = 256;
/// Bytes of payloads after which a chunk is full.
const CHUNK_BYTES: usize = 16 * 1024 * 1024;

/// What an import made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// The context.
    pub context: ContextId,
    /// How many turns it has.
    pub turns: u64,
}

impl Ledger {
    /// Writes a context with all its turns, payloads and snapshots. How many turns it had.
    ///
    /// # Errors
    /// [`Error::UnknownContext`]; [`Error::File`]; [`Error::Broken`]; [`Error::Engine`].
    pub fn export(&self, context: ContextId, mut to: impl Write) -> Result<u64, Error> {
        let context = self.context(context)?;
        to.write_all(MAGIC)?;
        let mut file = Records {
            out: zstd::stream::write::Encoder::new(BufWriter::new(to), 3)?,
            hasher: Hasher::new(),
            written: HashSet::new(),
        };
        let origin = Origin { base: 0, forked_from: 0, ..context.origin };
        let json = serde_json::to_vec(&origin).map_err(std::io::Error::from)?;
        file.put(ORIGIN, &json)?;
        for depth in 1..=context.head.depth {
            // Downwards, though links go upwards: one look-up of logarithmic time each, and nothing is held.
            for turn in self.range(context.id, depth, depth)? {
                self.export_turn(&turn, &mut file)?;
            }
        }
        let hash = file.hasher.finalize();
        file.put(END, hash.as_bytes())?;
        file.out.finish()?.flush()?;
        Ok(u64::from(context.head.depth))
    }

    fn export_turn<W: Write>(&self, turn: &Turn, file: &mut Records<W>) -> Result<(), Error> {
        let root = self.tables.root(turn.id)?;
        // What a turn inherits stands at its ancestor, which the file has too.
        if let Some(root) = root {
            reach::snapshot(&self.tables, root, &mut |hash| match self.tables.blob(&hash)? {
                Some(bytes) => file.put_blob(hash, &bytes),
                None => Ok(()),
            })?;
        }
        file.put_blob(turn.payload, &self.blob(&turn.payload)?)?;
        file.put(TURN, &encode(turn, root))
    }

    /// Makes a context from an exported file. The whole file is checked before anything is stored; where storing fails
    /// half-way, the context exists with the turns so far.
    ///
    /// # Errors
    /// [`Error::BrokenImport`] with the first record that is wrong; [`Error::File`]; [`Error::Engine`].
    pub fn import(&self, mut from: impl Read + Seek) -> Result<Imported, Error> {
        let start = from.stream_position()?;
        let mut check = Check::default();
        read(&mut from, |record| check.record(record))?;
        from.seek(SeekFrom::Start(start))?;
        let mut store =
            Store { ledger: self, context: None, newest: None, waiting: Vec::new(), bytes: 0, turns: 0 };
        read(&mut from, |record| store.record(record))?;
        store.flush()?;
        let context = store.context.ok_or(Error::BrokenImport { record: 0, why: "no origin".into() })?;
        Ok(Imported { context, turns: store.turns })
    }
}

struct Records<W: Write> {
    out: zstd::stream::write::Encoder<'static, BufWriter<W>>,
    hasher: Hasher,
    written: HashSet<Hash>,
}

impl<W: Write> Records<W> {
    fn put(&mut self, tag: u8, bytes: &[u8]) -> Result<(), Error> {
        let length = u32::try_from(bytes.len()).map_err(|_| Error::unfit("record", "over 4 GiB"))?;
        let head = [[tag].as_slice(), &length.to_le_bytes()].concat();
        self.hasher.update(&head).update(bytes);
        self.out.write_all(&head)?;
        Ok(self.out.write_all(bytes)?)
    }

    fn put_blob(&mut self, hash: Hash, bytes: &[u8]) -> Result<(), Error> {
        if self.written.insert(hash) { self.put(BLOB, bytes) } else { Ok(()) }
    }
}

/// One record, and its place for people.
struct Record<'r> {
    index: u64,
    tag: u8,
    bytes: &'r [u8],
}

impl Record<'_> {
    fn broken<T>(&self, why: impl Into<String>) -> Result<T, Error> {
        Err(Error::BrokenImport { record: self.index, why: why.into() })
    }
}

/// Calls `each` for every record before the end, then compares the hash over them.
fn read(from: &mut impl Read, mut each: impl FnMut(&Record<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let broken = |record, why: &str| Error::BrokenImport { record, why: why.to_owned() };
    let mut magic = [0; MAGIC.len()];
    from.read_exact(&mut magic).map_err(|_| broken(0, "it is shorter than its magic number"))?;
    if magic != *MAGIC {
        return Err(broken(0, "it is no export of a context, or of another version"));
    }
    let mut from = BufReader::new(zstd::stream::read::Decoder::new(from)?);
    let mut hasher = Hasher::new();
    for index in 0.. {
        let mut head = [0; 5];
        from.read_exact(&mut head).map_err(|error| broken(index, &format!("it ends early: {error}")))?;
        let [tag, length @ ..] = head;
        let length = u64::from(u32::from_le_bytes(length));
        if length > LARGEST_BLOB as u64 + 1024 {
            return Err(broken(index, "its length is over the limit"));
        }
        let mut bytes = Vec::new();
        // Grows with what is there, not with what is announced.
        from.by_ref()
            .take(length)
            .read_to_end(&mut bytes)
            .map_err(|error| broken(index, &error.to_string()))?;
        if bytes.len() as u64 != length {
            return Err(broken(index, "it ends early"));
        }
        if tag == END {
            let is_same = bytes == hasher.finalize().as_bytes();
            return if is_same { Ok(()) } else { Err(broken(index, "the hash over all records is another")) };
        }
        hasher.update(&head).update(&bytes);
        each(&Record { index, tag, bytes: &bytes })?;
    }
    Err(broken(u64::MAX, "it never ends"))
}

/// The first reading: every hash, nothing stored.
#[derive(Default)]
struct Check {
    blobs: HashMap<Hash, u32>,
    last: Option<Turn>,
}

impl Check {
    fn record(&mut self, record: &Record<'_>) -> Result<(), Error> {
        match record.tag {
            ORIGIN if record.index == 0 => match serde_json::from_slice::<Origin>(record.bytes) {
                Ok(_) => Ok(()),
                Err(error) => record.broken(error.to_string()),
            },
            _ if record.index == 0 => record.broken("the origin has to be first"),
            BLOB => {
                let length = u32::try_from(record.bytes.len()).unwrap_or(u32::MAX);
                self.blobs.insert(blake3::hash(record.bytes), length);
                Ok(())
            }
            TURN => self.turn(record),
            tag => record.broken(format!("kind {tag} is unknown")),
        }
    }

    fn turn(&mut self, record: &Record<'_>) -> Result<(), Error> {
        let Some((turn, root)) = decode(record.bytes) else { return record.broken("it is no turn") };
        if self.blobs.get(&turn.payload) != Some(&turn.payload_len) {
            return record.broken("its payload is missing or was changed");
        }
        if root.is_some_and(|root| !self.blobs.contains_key(&root)) {
            return record.broken("the root of its snapshot is missing or was changed");
        }
        if turn.hash != turn.expected_hash(self.last.as_ref().map(|last| &last.hash)) {
            return record.broken("the turn was changed: its fields have another hash");
        }
        self.last = Some(turn);
        Ok(())
    }
}

/// The second reading.
struct Store<'l> {
    ledger: &'l Ledger,
    context: Option<ContextId>,
    /// The blob that was stored last: most often the payload of the turn after it. No more are kept, because a snapshot
    /// may have any number of them.
    newest: Option<(Hash, Vec<u8>)>,
    waiting: Vec<NewTurn>,
    bytes: usize,
    turns: u64,
}

impl Store<'_> {
    fn record(&mut self, record: &Record<'_>) -> Result<(), Error> {
        match record.tag {
            ORIGIN => {
                let origin: Origin = serde_json::from_slice(record.bytes).map_err(std::io::Error::from)?;
                self.context = Some(self.ledger.create(TurnId::NONE, &origin.tag, Commit::Interval)?.0);
            }
            BLOB => {
                let hash = blake3::hash(record.bytes);
                self.ledger.store_blob(hash, record.bytes, Commit::Interval)?;
                self.newest = Some((hash, record.bytes.to_vec()));
            }
            _ => {
                let Some((turn, root)) = decode(record.bytes) else { return record.broken("it is no turn") };
                let newest = self.newest.take().filter(|(hash, _)| *hash == turn.payload);
                let payload =
                    newest.map_or_else(|| self.ledger.blob(&turn.payload), |(_, bytes)| Ok(bytes))?;
                self.bytes += payload.len();
                self.waiting.push(NewTurn {
                    type_id: turn.type_id,
                    type_version: turn.type_version,
                    encoding: turn.encoding,
                    payload,
                    created: Some(turn.created),
                    root,
                });
                if self.waiting.len() >= CHUNK || self.bytes >= CHUNK_BYTES {
                    self.flush()?;
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        let (Some(context), false) = (self.context, self.waiting.is_empty()) else {
            return self.ledger.sync();
        };
        let turns = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        self.turns += turns.len() as u64;
        self.ledger.append_many(context, TurnId::NONE, turns, &[], Commit::Durable)?;
        Ok(())
    }
}

/// Its record with the ids of this ledger left out, behind the root of its own snapshot; no root is 32 zeros.
fn encode(turn: &Turn, root: Option<Hash>) -> Vec<u8> {
    let none = TurnId::NONE;
    let moved =
        Turn { parent: none, jump: none, rooted: none, context: ContextId(0), depth: 0, ..turn.clone() };
    [root.as_ref().map_or(&[0; 32], Hash::as_bytes).as_slice(), &moved.encode()].concat()
}

fn decode(bytes: &[u8]) -> Option<(Turn, Option<Hash>)> {
    let mut reader = Reader::new(bytes);
    let root = reader.hash()?;
    let turn = Turn::decode(TurnId::NONE, reader.rest())?;
    Some((turn, (root != Hash::from_bytes([0; 32])).then_some(root)))
}
