//! Filesystem snapshots: inherited, replaced, browsed.

use crate::{append, append_chain, context, open, turn};
use blake3::Hash;
use glasshouse_ledger::fstree::{Entry, Kind, encode};
use glasshouse_ledger::{Error, Ledger, NewTurn, TurnId};

/// Stores a folder; its hash.
pub(crate) fn folder(ledger: &Ledger, entries: &[(&str, Kind, &[u8])]) -> Hash {
    let entry = |(name, kind, bytes): &(&str, Kind, &[u8])| {
        let hash = match kind {
            Kind::Folder => Hash::from_bytes((*bytes).try_into().unwrap()),
            Kind::File | Kind::Link => blake3::hash(bytes),
        };
        if *kind != Kind::Folder {
            ledger.put_blob(hash, bytes).unwrap();
        }
        Entry { name: (*name).to_owned(), kind: *kind, mode: 0o644, size: bytes.len() as u64, hash }
    };
    let bytes = encode(&entries.iter().map(entry).collect::<Vec<_>>());
    ledger.put_blob(blake3::hash(&bytes), &bytes).unwrap();
    blake3::hash(&bytes)
}

#[test]
fn a_snapshot_is_inherited_until_it_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let (one, two) =
        (folder(&ledger, &[("one", Kind::File, b"1")]), folder(&ledger, &[("two", Kind::File, b"2")]));
    let context = context(&ledger);
    let past = append_chain(&ledger, context, 3);
    let with_one =
        ledger.append(context, TurnId::NONE, NewTurn { root: Some(one), ..turn("x") }, b"").unwrap().turn;
    let later = append_chain(&ledger, context, 40);
    let (fork, _) = ledger.fork(later[10]).unwrap();
    let on_fork = append(&ledger, fork, "fork");
    ledger.attach(later[39], two).unwrap();
    let after = append(&ledger, context, "after");
    let root = |turn| ledger.root(turn).unwrap();
    assert_eq!([root(past[2]), root(with_one), root(later[38])], [None, Some(one), Some(one)]);
    assert_eq!([root(later[39]), root(after), root(on_fork)], [Some(two), Some(two), Some(one)]);
    assert_eq!(ledger.verify().unwrap().absent, 0);
}

/// Turns that were there before the snapshot came see it too, on every branch below it and nowhere else.
#[test]
fn a_snapshot_that_comes_late_reaches_the_descendants_that_exist() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let roots: Vec<_> =
        ["a", "b", "c"].iter().map(|name| folder(&ledger, &[(name, Kind::File, name.as_bytes())])).collect();
    let (trunk, beside) = (context(&ledger), context(&ledger));
    let turns = append_chain(&ledger, trunk, 20);
    let (branch, _) = ledger.fork(turns[19]).unwrap();
    let on_branch = append_chain(&ledger, branch, 5);
    let other = append_chain(&ledger, beside, 5);
    ledger.attach(turns[4], roots[0]).unwrap();
    ledger.attach(turns[19], roots[1]).unwrap();
    ledger.attach(other[1], roots[2]).unwrap();
    let root = |turn| ledger.root(turn).unwrap();
    assert_eq!([root(turns[3]), root(turns[4]), root(turns[18])], [None, Some(roots[0]), Some(roots[0])]);
    assert_eq!([root(turns[19]), root(on_branch[4])], [Some(roots[1]); 2]);
    assert_eq!([root(other[0]), root(other[4])], [None, Some(roots[2])]);
    let next = append(&ledger, branch, "next");
    assert_eq!(root(next), Some(roots[1]));
    ledger.attach(turns[19], roots[2]).unwrap();
    assert_eq!(root(next), Some(roots[2]), "replaced where it was inherited from");
}

#[test]
fn files_and_folders_are_browsed_by_path() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let inner = folder(&ledger, &[("lib.rs", Kind::File, b"//! Lib.")]);
    let root =
        folder(&ledger, &[("src", Kind::Folder, inner.as_bytes()), ("README", Kind::File, b"Read me.")]);
    let context = context(&ledger);
    let bare = append(&ledger, context, "bare");
    let turn = append(&ledger, context, "turn");
    ledger.attach(turn, root).unwrap();
    let names =
        |path| ledger.list(turn, path).unwrap().into_iter().map(|entry| entry.name).collect::<Vec<_>>();
    assert_eq!(
        (names(""), names("/src/")),
        (vec!["README".to_owned(), "src".into()], vec!["lib.rs".to_owned()])
    );
    assert_eq!(ledger.file(turn, "src/lib.rs").unwrap().1, b"//! Lib.");
    assert_eq!(ledger.file(turn, "/README").unwrap().0.mode, 0o644);
    for path in ["src/other.rs", "src", "README/x", "", ".."] {
        assert!(matches!(ledger.file(turn, path), Err(Error::UnknownPath { .. })), "{path:?}");
    }
    assert!(matches!(ledger.list(bare, ""), Err(Error::UnknownPath { .. })));
    assert!(matches!(ledger.list(turn, "README"), Err(Error::UnknownPath { .. })));
}

#[test]
fn a_root_that_is_not_stored_is_refused_and_a_missing_part_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let context = context(&ledger);
    let turn = append(&ledger, context, "turn");
    assert!(matches!(ledger.attach(turn, blake3::hash(b"x")), Err(Error::UnknownBlob(_))));
    let absent = blake3::hash(b"absent");
    let root = folder(&ledger, &[("gone", Kind::Folder, absent.as_bytes())]);
    ledger.attach(turn, root).unwrap();
    assert!(matches!(ledger.list(turn, "gone"), Err(Error::UnknownBlob(hash)) if hash == absent));
    assert_eq!(ledger.verify().unwrap().absent, 1);
}
