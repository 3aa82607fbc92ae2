//! Requests as files: they decode to their fields, and encode to the same bytes.
//!
//! The cases beside this file always run. Those of the reference clients run where the folder with them is.

use blake3::Hash;
use glasshouse_ledger::fstree::{self, Kind};
use glasshouse_ledger::protocol::{Append, Code, Compression, Request};
use glasshouse_ledger::registry::{Projection, Registry};
use glasshouse_ledger::{ContextId, Provenance, TurnId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn read(folder: &Path) -> BTreeMap<String, Value> {
    let parse = |entry: std::io::Result<fs::DirEntry>| {
        let case: Value = serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        (case["name"].as_str().unwrap().to_owned(), case)
    };
    fs::read_dir(folder).unwrap().map(parse).collect()
}

pub(crate) fn own() -> BTreeMap<String, Value> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases/protocol"))
}

/// `None` on machines that have only this repository.
fn reference() -> Option<BTreeMap<String, Value>> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared/fidelity/cxdb"].iter().collect();
    if folder.is_dir() {
        return Some(read(&folder));
    }
    eprintln!("SKIPPED: the reference clients' requests are not at {}", folder.display());
    None
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap()).collect()
}

pub(crate) fn payload(case: &Value) -> Vec<u8> {
    unhex(case["payload_hex"].as_str().unwrap())
}

pub(crate) fn number(case: &Value, name: &str) -> u16 {
    case[name].as_u64().unwrap().try_into().unwrap()
}

fn decode(case: &Value) -> Request {
    Request::decode(number(case, "msg_type"), number(case, "flags"), &payload(case)).unwrap()
}

/// Every request of the folder decodes to what is expected of it, and encodes to its bytes.
fn check(cases: &BTreeMap<String, Value>, mut expected: BTreeMap<&str, Request>) {
    for (name, case) in cases.iter().filter(|(_, case)| case.get("msg_type").is_some()) {
        let request = decode(case);
        assert_eq!(Some(&request), expected.remove(name.as_str()).as_ref(), "{name}");
        let (kind, flags, bytes) = request.encode();
        assert_eq!((kind.number(), flags), (number(case, "msg_type"), number(case, "flags")), "{name}");
        assert_eq!(bytes, payload(case), "{name}");
    }
    assert!(expected.is_empty(), "no file for {:?}", expected.keys());
}

fn append(type_id: &str, type_version: u32, payload: &[u8]) -> Append {
    Append {
        context: ContextId(3),
        parent: TurnId::NONE,
        type_id: type_id.into(),
        type_version,
        encoding: 1,
        compression: Compression::None,
        uncompressed_len: payload.len() as u32,
        hash: blake3::hash(payload),
        payload: payload.into(),
        key: Vec::new(),
        root: None,
    }
}

fn hello(tag: &str, metadata: &[u8]) -> Request {
    Request::Hello { version: 1, tag: tag.into(), metadata: metadata.into() }
}

#[test]
fn own_requests() {
    let hash = Hash::from_bytes(std::array::from_fn(|index| index as u8));
    let append = |type_id, payload| Append { hash, ..append(type_id, 2, payload) };
    let root = Some(Hash::from_bytes([0x22; 32]));
    let zstd =
        Append { compression: Compression::Zstd, uncompressed_len: 500, root, ..append("t", b"(\xb5/\xfd") };
    check(
        &own(),
        BTreeMap::from([
            ("hello", hello("agent", b"{}")),
            ("create", Request::Create { base: TurnId::NONE }),
            ("fork", Request::Fork { base: TurnId(77) }),
            ("get_head", Request::GetHead { context: ContextId(3) }),
            ("append", Request::Append(Append { parent: TurnId(9), ..append("t\u{eb}st.Type", b"\xa2hi") })),
            ("append_keyed", Request::Append(Append { key: b"key-1".into(), ..append("t", b"\xc0") })),
            ("append_zstd_rooted", Request::Append(Append { key: b"k".into(), ..zstd })),
            ("get_last", Request::GetLast { context: ContextId(3), limit: 64, payloads: true }),
            ("get_blob", Request::GetBlob { hash }),
            ("attach_fs", Request::AttachFs { turn: TurnId(12), root: hash }),
            ("put_blob", Request::PutBlob { hash, bytes: b"bytes".into() }),
        ]),
    );
}

#[test]
fn requests_of_the_reference_clients() {
    let Some(cases) = reference() else { return };
    let append = |payload| Append { context: ContextId(1), ..append("cxdb.ConversationItem", 3, payload) };
    let last = |limit, payloads| Request::GetLast { context: ContextId(1), limit, payloads };
    let filled = |byte| Hash::from_bytes([byte; 32]);
    check(
        &cases,
        BTreeMap::from([
            ("hello_empty", hello("", b"")),
            ("hello_tag", hello("test-client", b"")),
            ("ctx_create_base0", Request::Create { base: TurnId::NONE }),
            ("ctx_fork_base123", Request::Fork { base: TurnId(123) }),
            ("get_head_ctx42", Request::GetHead { context: ContextId(42) }),
            ("append_parent0", Request::Append(append(b"\x91\x01"))),
            ("append_parent7", Request::Append(Append { parent: TurnId(7), ..append(b"\x91\x02") })),
            ("append_idempotent", Request::Append(Append { key: b"idem-1".into(), ..append(b"\x91\x03") })),
            ("append_with_fs", Request::Append(Append { root: Some(filled(0xbb)), ..append(b"\x91\x04") })),
            ("get_last_default", last(10, false)),
            ("get_last_payload", last(5, true)),
            ("attach_fs", Request::AttachFs { turn: TurnId(99), root: filled(0xaa) }),
            ("put_blob", Request::PutBlob { hash: blake3::hash(b"hello blob"), bytes: b"hello blob".into() }),
        ]),
    );
}

#[test]
fn snapshots_of_the_reference_clients() {
    let Some(cases) = reference() else { return };
    let case = &cases["fstree_basic"];
    let hash = |value: &Value| value.as_str().unwrap().parse::<Hash>().unwrap();
    let trees: BTreeMap<_, _> = case["trees"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(hash, hex)| (hash, unhex(hex.as_str().unwrap())))
        .collect();
    let mut files = BTreeMap::new();
    let mut folders = vec![(String::new(), hash(&case["root_hash_hex"]))];
    while let Some((path, hash)) = folders.pop() {
        let bytes = &trees[&hash.to_string()];
        let mut entries = fstree::decode(bytes).unwrap();
        entries.reverse();
        assert_eq!(fstree::encode(&entries), *bytes, "{path}");
        assert_eq!(blake3::hash(bytes), hash);
        for entry in entries {
            let path = format!("{path}{}", entry.name);
            match entry.kind {
                Kind::Folder => folders.push((path + "/", entry.hash)),
                Kind::File | Kind::Link => drop(files.insert(path, json!(entry.hash.to_string()))),
            }
        }
    }
    assert_eq!(json!(files), case["files"]);
    assert_eq!(blake3::hash(b""), hash(&case["blake3"]["empty"]));
    assert_eq!(blake3::hash(b"hello"), hash(&case["blake3"]["hello"]));
}

#[test]
fn payloads_of_the_reference_clients() {
    let Some(cases) = reference() else { return };
    let item = payload(&cases["msgpack_conversation_item"]);
    let read = Provenance::read(&item).unwrap();
    assert_eq!((read.client_tag.as_str(), read.title.as_str()), ("fixture-tag", "Fixture Title"));
    assert_eq!((read.labels, read.custom["env"].as_str()), (vec!["alpha".to_owned(), "beta".into()], "test"));
    let project =
        |payload: &[u8]| Projection::default().project(payload, None, &Registry::default()).unwrap().data;
    let input = json!({"1": "Hello from fixtures", "2": ["file.txt"]});
    let projected = project(&item);
    assert_eq!(
        (&projected["1"], &projected["4"], &projected["10"]),
        (&json!("user_input"), &json!("item-1"), &input)
    );
    let map = project(&payload(&cases["msgpack_numeric_map"]));
    assert_eq!(map, json!({"1": "one", "2": "two", "3": "three"}));
}

#[test]
fn a_message_cut_anywhere_or_with_more_behind_it_is_malformed() {
    for (name, case) in own() {
        let (kind, flags, bytes) = (number(&case, "msg_type"), number(&case, "flags"), payload(&case));
        for length in 0..bytes.len() {
            let refusal = Request::decode(kind, flags, &bytes[..length]).unwrap_err();
            assert_eq!(refusal.code, Code::Malformed, "{name} cut to {length}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(Request::decode(kind, flags, &longer).unwrap_err().code, Code::Malformed, "{name}");
    }
}

#[test]
fn lengths_that_lie_and_texts_that_are_none_are_refused() {
    let cases = own();
    let bytes = payload(&cases["append"]);
    for place in [16, 78, bytes.len() - 4] {
        let mut lying = bytes.clone();
        lying[place..place + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(Request::decode(5, 0, &lying).is_err(), "{place}");
    }
    let mut no_text = bytes.clone();
    no_text[21] = 0xff;
    assert_eq!(Request::decode(5, 0, &no_text).unwrap_err().code, Code::Unprocessable);
    for kind in [0, 7, 8, 12, 255, u16::MAX] {
        assert_eq!(Request::decode(kind, 0, &bytes).unwrap_err().code, Code::Malformed, "{kind}");
    }
}
