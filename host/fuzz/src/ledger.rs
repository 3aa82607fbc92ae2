//! What reaches a ledger: frames, payloads, bundles of types, queries, files.

use glasshouse_ledger::cql::{self as language, Candidate};
use glasshouse_ledger::fstree as snapshot;
use glasshouse_ledger::protocol::{HEADER, Header, Kind, Reply, Request};
use glasshouse_ledger::registry::{self, Bytes, Enums, Projection, Registry, Times, U64s};
use glasshouse_ledger::{Context, ContextId, Fault, Head, Ledger, Options, Origin, Provenance};
use std::io::Cursor;
use std::sync::{Arc, OnceLock};

/// What the clock of every target shows.
const NOW: u64 = 1_700_000_000_000;
/// A type with a field of every kind.
const TYPES: &str = include_str!("ledger/types.json");
/// The id that `TYPES` has.
const TYPES_ID: &str = "fuzz";

/// A frame as a server reads it, and the same bytes as a client reads a reply. What is decoded is encoded to the same.
pub fn protocol(bytes: &[u8]) {
    let Some((head, payload)) = bytes.split_first_chunk::<HEADER>() else { return };
    let header = Header::decode(head);
    if let Ok(request) = Request::decode(header.kind, header.flags, payload) {
        let (kind, flags, encoded) = request.encode();
        let again = Request::decode(kind.number(), flags, &encoded);
        assert_eq!(again.as_ref(), Ok(&request), "a request that does not come back");
    }
    if let Some(kind) = Kind::of_number(header.kind) {
        let _ = Reply::decode(kind, payload);
    }
}

/// A query, asked whether it holds for a context.
pub fn cql(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let query = match language::parse(text, NOW) {
        Ok(query) => query,
        Err(misread) => {
            assert!(misread.place <= text.chars().count(), "a place behind the end");
            return;
        }
    };
    let origin = Origin { created: NOW, base: 7, forked_from: 1, tag: "agent".into(), provenance: None };
    let context = Context { id: ContextId(2), head: Head::EMPTY, origin };
    let _ = query.holds(&Candidate { context: &context, root: ContextId(1), is_live: true });
}

/// A turn's payload in msgpack: where it says it comes from, and its projections with and without its type.
pub fn payload(bytes: &[u8]) {
    static TYPE: OnceLock<Registry> = OnceLock::new();
    let registry = TYPE.get_or_init(|| {
        let mut registry = Registry::default();
        registry.add(TYPES_ID, TYPES.as_bytes()).expect("the types of this target are a bundle");
        registry
    });
    let _ = Provenance::read(bytes);
    let version = registry.latest("fuzz.Every").map(|(_, version)| version);
    let (bytes_as, u64s, enums, times) = (Bytes::Hex, U64s::Number, Enums::Both, Times::UnixMs);
    for how in [Projection::default(), Projection { bytes: bytes_as, u64s, enums, times }] {
        let plain = how.project(bytes, None, registry);
        let named = how.project(bytes, version, registry);
        assert_eq!(plain.is_ok(), named.is_ok(), "a type decides whether it is msgpack");
        let Ok(plain) = plain else { continue };
        // What was projected without a type is data again, and what is encoded of it can be projected.
        if let Ok(encoded) = registry::encode(&plain.data, None, registry) {
            assert!(how.project(&encoded, None, registry).is_ok(), "what was encoded is no msgpack");
        }
    }
}

/// A bundle of types and, behind a record separator, data of the types in it.
pub fn bundle(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0x1e);
    let (Some(bundle), data) = (parts.next(), parts.next().unwrap_or(b"{}")) else { return };
    let mut registry = Registry::default();
    if registry.add(TYPES_ID, bundle).is_err() {
        return;
    }
    assert!(registry.add(TYPES_ID, bundle).is_ok(), "the same bundle is no contradiction");
    let Ok(data) = serde_json::from_slice::<serde_json::Value>(data) else { return };
    for (type_id, _, _) in registry.all_latest() {
        let version = registry.latest(type_id).map(|(_, version)| version);
        if let Ok(encoded) = registry::encode(&data, version, &registry) {
            let projected = Projection::default().project(&encoded, version, &registry);
            assert!(projected.is_ok(), "what was encoded is no payload");
        }
    }
}

/// A folder object of a filesystem snapshot; what is read comes back.
pub fn fstree(bytes: &[u8]) {
    let Some(mut entries) = snapshot::decode(bytes) else { return };
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(
        snapshot::decode(&snapshot::encode(&entries)),
        Some(entries),
        "a folder that does not come back"
    );
}

/// The records of an import file: the magic number, the compression and the hash over all are put around them.
pub fn import(bytes: &[u8]) {
    static LEDGER: OnceLock<(tempfile::TempDir, Ledger)> = OnceLock::new();
    let (_, ledger) = LEDGER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder for a ledger");
        let ledger = Ledger::open(folder.path(), Options::new(Arc::new(|| NOW))).expect("it opens");
        (folder, ledger)
    });
    if let Err(error) = ledger.import(Cursor::new(whole(bytes))) {
        assert!(error.fault() == Fault::Caller, "the file is blamed on somebody else: {error}");
    }
    let _ = ledger.import(Cursor::new(bytes));
}

fn whole(records: &[u8]) -> Vec<u8> {
    let end = [&[4, 32, 0, 0, 0], blake3::hash(records).as_bytes().as_slice()].concat();
    let compressed = zstd::encode_all([records, &end].concat().as_slice(), 1).expect("memory is written to");
    [b"GLEDGER1".as_slice(), &compressed].concat()
}
