//! A context leaves as a file and comes back the same.

use crate::snapshots::folder;
use crate::{append, append_chain, context, open, quick_folder, turn};
use glasshouse_ledger::fstree::Kind;
use glasshouse_ledger::{ContextId, Error, Ledger, NewTurn, TurnId};
use std::io::Cursor;

/// A fork with a snapshot, a repeated payload and a large one.
fn exported(ledger: &Ledger) -> (ContextId, Vec<u8>) {
    let trunk = context(ledger);
    let past = append_chain(ledger, trunk, 5);
    let (fork, _) = ledger.fork(past[3]).unwrap();
    let root = folder(ledger, &[("file", Kind::File, b"in the snapshot")]);
    ledger.append(fork, TurnId::NONE, NewTurn { root: Some(root), ..turn("rooted") }, b"").unwrap();
    append(ledger, fork, "large ".repeat(10_000));
    append(ledger, fork, "rooted");
    let mut file = Vec::new();
    assert_eq!(ledger.export(fork, &mut file).unwrap(), 7);
    (fork, file)
}

#[test]
fn an_import_has_the_same_hashes_and_files() {
    let (from, to) = (quick_folder(), quick_folder());
    let (from, to) = (open(from.path()), open(to.path()));
    let (context, file) = exported(&from);
    append_chain(&to, crate::context(&to), 50);
    let imported = to.import(Cursor::new(&file)).unwrap();
    assert_eq!(imported.turns, 7);
    let hashes = |ledger: &Ledger, context| {
        let turns = ledger.last(context, 99).unwrap();
        turns.iter().map(|turn| (turn.hash, turn.created, turn.depth)).collect::<Vec<_>>()
    };
    assert_eq!(hashes(&to, imported.context), hashes(&from, context));
    let head = to.head(imported.context).unwrap().turn;
    assert_eq!(to.file(head, "file").unwrap().1, b"in the snapshot");
    to.verify().unwrap();
    let mut again = Vec::new();
    to.export(imported.context, &mut again).unwrap();
    assert_eq!(again, file, "and goes on the same");
}

#[test]
fn a_changed_or_cut_file_is_refused_and_stores_nothing() {
    let (from, to) = (quick_folder(), quick_folder());
    let (from, to) = (open(from.path()), open(to.path()));
    let (_, file) = exported(&from);
    for length in (0..file.len()).step_by(7) {
        let refused = to.import(Cursor::new(&file[..length]));
        assert!(matches!(refused, Err(Error::BrokenImport { .. })), "{length}: {refused:?}");
    }
    for place in 0..file.len() {
        let mut changed = file.clone();
        changed[place] ^= 1 << (place % 8);
        // Some bits of a zstd frame mean nothing; then every record is as it was.
        if let Err(error) = to.import(Cursor::new(&changed)) {
            assert!(matches!(error, Error::BrokenImport { .. }), "{place}: {error}");
        } else {
            assert_eq!(zstd_records(&changed), zstd_records(&file), "{place}");
        }
    }
    to.verify().unwrap();
}

/// A turn that was changed with everything around it put right is still found: its hash does not follow.
#[test]
fn a_forged_turn_is_found_by_its_hash() {
    let (from, to) = (quick_folder(), quick_folder());
    let (from, to) = (open(from.path()), open(to.path()));
    let (_, file) = exported(&from);
    let mut records = zstd_records(&file);
    let place = records.windows(19).position(|window| window == b"com.example.Message").unwrap();
    records[place] = b'k';
    let end = records.len() - 37;
    let sum = blake3::hash(&records[..end]);
    records[end + 5..].copy_from_slice(sum.as_bytes());
    let forged = [&file[..8], &zstd::bulk::compress(&records, 1).unwrap()].concat();
    let error = to.import(Cursor::new(forged)).unwrap_err();
    assert!(error.to_string().contains("its fields have another hash"), "{error}");
    assert_eq!(to.stats().unwrap().contexts, 0);
}

fn zstd_records(file: &[u8]) -> Vec<u8> {
    zstd::stream::decode_all(&file[8..]).unwrap()
}
