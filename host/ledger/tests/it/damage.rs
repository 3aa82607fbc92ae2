//! Flipped bits: `verify` finds them and names the turn.

use crate::snapshots::folder;
use crate::{START, Time, append, append_chain, context, open, quick_folder};
use fjall::{Database, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};
use glasshouse_ledger::fstree::Kind;
use glasshouse_ledger::{Break, ContextId, Error, Flaw, Ledger, TurnId};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Changes one value below the ledger's back.
fn change(folder: &Path, keyspace: &str, key: &[u8], change: impl FnOnce(&mut Vec<u8>)) {
    let database = Database::builder(folder.join("engine")).open().unwrap();
    let options = || match keyspace {
        "blobs" => KeyspaceCreateOptions::default().with_kv_separation(Some(KvSeparationOptions::default())),
        _ => KeyspaceCreateOptions::default(),
    };
    let table = database.keyspace(keyspace, options).unwrap();
    let mut value = table.get(key).unwrap().unwrap().to_vec();
    change(&mut value);
    if value.is_empty() {
        table.remove(key).unwrap()
    } else {
        table.insert(key, value).unwrap()
    }
    database.persist(PersistMode::SyncAll).unwrap();
    unmark(folder);
}

/// As after a crash: the journal, which has the change, counts again.
fn unmark(folder: &Path) {
    let anchor = fs::read_to_string(folder.join("anchor")).unwrap();
    fs::write(folder.join("anchor"), format!("{}\n", anchor.lines().next().unwrap())).unwrap();
}

fn broken(folder: &Path) -> Break {
    match open(folder).verify() {
        Err(Error::Broken(found)) => found,
        other => panic!("not found: {other:?}"),
    }
}

/// Three turns whose payloads are distinct; the hash of the second's.
fn three(folder: &Path) -> blake3::Hash {
    let ledger = open(folder);
    let context = context(&ledger);
    append(&ledger, context, "one");
    append(&ledger, context, "two, long enough to be compressed: ".repeat(100));
    append(&ledger, context, "three");
    ledger.verify().unwrap();
    ledger.turn(TurnId(2)).unwrap().payload
}

#[test]
fn every_flipped_bit_of_a_record_is_found_at_its_turn() {
    let record = 1 + 5 * 8 + 4 * 4 + 64 + "com.example.Message".len();
    // The hint at the nearest snapshot, the context, and the jump are no part of the hash; of these the jump follows
    // from the parent and is checked.
    let unchecked = 17..33;
    let folder = quick_folder();
    three(folder.path());
    for byte in (0..record).filter(|byte| !unchecked.contains(byte)) {
        let flip = |value: &mut Vec<u8>| value[byte] ^= 1 << (byte % 8);
        change(folder.path(), "turns", &2_u64.to_be_bytes(), flip);
        assert_eq!(broken(folder.path()).turn, TurnId(2), "byte {byte}");
        change(folder.path(), "turns", &2_u64.to_be_bytes(), flip);
    }
    open(folder.path()).verify().unwrap();
}

#[test]
fn every_flipped_bit_of_a_payload_is_found_at_its_turn() {
    let folder = quick_folder();
    let payload = three(folder.path());
    for byte in 0..40 {
        let flip = |value: &mut Vec<u8>| {
            let place = byte % value.len();
            value[place] ^= 1 << (byte % 8);
        };
        change(folder.path(), "blobs", payload.as_bytes(), flip);
        let found = broken(folder.path());
        assert_eq!(found, Break { turn: TurnId(2), flaw: Flaw::Payload(payload) }, "byte {byte}");
        change(folder.path(), "blobs", payload.as_bytes(), flip);
    }
    change(folder.path(), "blobs", payload.as_bytes(), Vec::clear);
    assert_eq!(broken(folder.path()), Break { turn: TurnId(2), flaw: Flaw::Payload(payload) });
}

#[test]
fn a_turn_or_head_that_was_exchanged_is_found() {
    let folder = quick_folder();
    three(folder.path());
    change(folder.path(), "heads", &1_u64.to_be_bytes(), |head| head[0] ^= 1);
    assert!(matches!(broken(folder.path()).flaw, Flaw::Head(_)));
    change(folder.path(), "heads", &1_u64.to_be_bytes(), |head| head[0] ^= 1);
    change(folder.path(), "turns", &1_u64.to_be_bytes(), Vec::clear);
    assert_eq!(broken(folder.path()), Break { turn: TurnId(2), flaw: Flaw::Missing(TurnId(1)) });
}

#[test]
fn a_turn_with_another_payload_and_a_right_own_hash_breaks_its_child() {
    let (folder, other) = (quick_folder(), quick_folder());
    three(folder.path());
    let ledger = open(other.path());
    let context = context(&ledger);
    append(&ledger, context, "one");
    append(&ledger, context, "forged");
    drop(ledger);
    let forged = {
        let database = Database::builder(other.path().join("engine")).open().unwrap();
        let turns = database.keyspace("turns", KeyspaceCreateOptions::default).unwrap();
        turns.get(2_u64.to_be_bytes()).unwrap().unwrap().to_vec()
    };
    {
        let ledger = open(folder.path());
        ledger.put_blob(blake3::hash(b"forged"), b"forged").unwrap();
    }
    change(folder.path(), "turns", &2_u64.to_be_bytes(), |value| *value = forged);
    assert_eq!(broken(folder.path()), Break { turn: TurnId(3), flaw: Flaw::Hash });
}

/// What a damaged folder or root refers to cannot be known: nothing is removed on a guess.
#[test]
fn a_collection_removes_nothing_below_a_damaged_snapshot() {
    let dir = quick_folder();
    let (inner, turn) = {
        let ledger = open(dir.path());
        let turn = append(&ledger, context(&ledger), "one");
        let inner = folder(&ledger, &[("file", Kind::File, b"in a folder")]);
        ledger.attach(turn, folder(&ledger, &[("inner", Kind::Folder, inner.as_bytes())])).unwrap();
        (inner, turn)
    };
    let whole = Files::read(dir.path());
    let check = |table: &str, key: &[u8], damage: fn(&mut Vec<u8>), wanted: Break| {
        let copy = quick_folder();
        whole.write(copy.path());
        change(copy.path(), table, key, damage);
        assert_eq!(broken(copy.path()), Break { turn, ..wanted.clone() });
        let time = Time::new();
        time.set(START + 1_000);
        let ledger = Ledger::open(copy.path(), time.options()).unwrap();
        assert!(matches!(ledger.collect(1), Err(Error::Broken(found)) if found == wanted), "{table}");
        assert_eq!(ledger.blob(&blake3::hash(b"in a folder")).unwrap(), b"in a folder");
    };
    let flaw = Break { turn: TurnId::NONE, flaw: Flaw::Blob(inner) };
    check("blobs", inner.as_bytes(), |value| *value.last_mut().unwrap() ^= 1, flaw);
    check("roots", &turn.0.to_be_bytes(), |value| value.push(0), Break { turn, flaw: Flaw::Root });
}

#[test]
fn a_ledger_that_cannot_know_its_next_numbers_is_read_only() {
    let folder = quick_folder();
    three(folder.path());
    change(folder.path(), "marks", b"marks", |marks| marks.truncate(9));
    assert_eq!(broken(folder.path()), Break { turn: TurnId::NONE, flaw: Flaw::Marks });
    let ledger = open(folder.path());
    let refused = ledger.create(TurnId::NONE, "", glasshouse_ledger::Commit::Durable).unwrap_err();
    assert_eq!(refused.fault(), glasshouse_ledger::Fault::Data);
    assert_eq!(ledger.context(ContextId(1)).unwrap().head.depth, 3);
}

/// Looking does not heal: the second look finds what the first did, and the number is not given out again.
#[test]
fn a_turn_that_is_lost_after_a_clean_close_stays_lost() {
    let folder = quick_folder();
    let (trunk, mut earlier) = {
        let ledger = open(folder.path());
        let trunk = context(&ledger);
        append(&ledger, trunk, "one");
        let earlier = Files::read(folder.path());
        append(&ledger, trunk, "two");
        (trunk, earlier)
    };
    let anchor = Files::read(folder.path()).0.remove(Path::new("anchor")).unwrap();
    earlier.0.insert("anchor".into(), anchor);
    let cut = quick_folder();
    earlier.write(cut.path());
    unmark(cut.path());
    for _ in 0..2 {
        assert_eq!(broken(cut.path()), Break { turn: TurnId(2), flaw: Flaw::Lost });
    }
    assert_eq!(append(&open(cut.path()), trunk, "three"), TurnId(3));
    assert_eq!(broken(cut.path()).turn, TurnId(2));
}

/// Bits in the tables themselves: all that can be read is read, `verify` names a turn, and nothing more is written.
#[test]
fn a_damaged_table_of_turns_leaves_a_ledger_that_is_read_only() {
    let folder = quick_folder();
    three(folder.path());
    let files = Files::read(folder.path());
    let table = |bytes: &[u8]| bytes.windows(19).position(|window| window == b"com.example.Message");
    let found =
        files.0.iter().filter(|(path, _)| path.extension().is_none_or(|extension| extension != "jnl"));
    let (path, place) = found.into_iter().find_map(|(path, file)| Some((path, table(&file.bytes)?))).unwrap();
    let mut damaged = files.clone();
    damaged.0.get_mut(path).unwrap().bytes[place] ^= 4;
    let copy = quick_folder();
    damaged.write(copy.path());
    assert_eq!(broken(copy.path()).turn, TurnId(1), "the first of the block that the engine cannot read");
    let ledger = open(copy.path());
    let refused = ledger.create(TurnId::NONE, "", glasshouse_ledger::Commit::Durable).unwrap_err();
    assert_eq!(refused.fault(), glasshouse_ledger::Fault::Data);
    assert_eq!(ledger.context(ContextId(1)).unwrap().head.depth, 3);
}

const FOLDER: &str = "LEDGER_DAMAGED_FOLDER";

/// Not a test by itself: opens a damaged ledger in a process of its own, because the engine aborts the process where
/// its own manifest is damaged. Prints what it finds when all is whole.
#[test]
fn checker() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let ledger = open(Path::new(&folder));
    ledger.verify().unwrap();
    println!("\nwhole {}", hashes(&ledger));
}

/// Everything that is under a hash, in a line.
fn hashes(ledger: &Ledger) -> String {
    let turns = ledger.last(ContextId(1), 99).unwrap();
    turns.iter().map(|turn| turn.hash.to_string()).collect()
}

/// Flips bits in the files themselves, after a clean close: either the ledger does not open, or `verify` fails, or all
/// is there unchanged, because the bit meant nothing.
#[test]
fn no_flipped_bit_in_any_file_goes_unnoticed() {
    let pristine = quick_folder();
    let expected = {
        let ledger = open(pristine.path());
        let context = context(&ledger);
        append_chain(&ledger, context, 50);
        append(&ledger, context, "words of a long payload ".repeat(200));
        hashes(&ledger)
    };
    let files = Files::read(pristine.path());
    let mut noticed = 0;
    let mut state = 1_u64;
    for (path, file) in &files.0 {
        for _ in 0..6 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let Some(place) = (state >> 33).checked_rem(file.bytes.len() as u64) else { continue };
            let mut flipped = files.clone();
            flipped.0.get_mut(path).unwrap().bytes[place as usize] ^= 1 << (state % 8);
            let copy = quick_folder();
            flipped.write(copy.path());
            match checked(copy.path()) {
                Some(found) => assert_eq!(found, expected, "{} at {place}", path.display()),
                None => noticed += 1,
            }
        }
    }
    assert!(noticed > 10, "only {noticed} were noticed: are these the right files?");
}

/// What another process finds in a folder; `None` where it does not open or is broken.
fn checked(folder: &Path) -> Option<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["damage::checker", "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = text.lines().find_map(|line| line.strip_prefix("whole ")).map(str::to_owned);
    assert_eq!(found.is_some(), output.status.success(), "{text}");
    found
}

/// All files below a folder.
#[derive(Clone)]
pub(crate) struct Files(pub(crate) BTreeMap<PathBuf, File>);

/// A file up to its last byte that is not zero, and its length: the engine makes its journal large beforehand.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) length: u64,
}

impl Files {
    pub(crate) fn read(folder: &Path) -> Self {
        let mut found = BTreeMap::new();
        collect(folder, folder, &mut found);
        Self(found)
    }

    pub(crate) fn write(&self, folder: &Path) {
        for (path, file) in &self.0 {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &file.bytes).unwrap();
            fs::OpenOptions::new().write(true).open(path).unwrap().set_len(file.length).unwrap();
        }
    }

    /// The file that grows with an append.
    pub(crate) fn journal(&mut self) -> &mut File {
        let is_journal = |path: &Path| path.extension().is_some_and(|extension| extension == "jnl");
        self.0.iter_mut().rfind(|(path, _)| is_journal(path)).unwrap().1
    }
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
            continue;
        }
        let mut bytes = fs::read(&path).unwrap();
        let length = bytes.len() as u64;
        bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
        found.insert(path.strip_prefix(root).unwrap().to_owned(), File { bytes, length });
    }
}
