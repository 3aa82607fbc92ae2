//! Collection removes what nothing refers to, and nothing else.

use crate::snapshots::folder;
use crate::{START, Time, append, context, open};
use glasshouse_ledger::fstree::Kind;
use glasshouse_ledger::{Error, Ledger};

#[test]
fn only_unreachable_blobs_go() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = open(dir.path());
    let context = context(&ledger);
    let turn = append(&ledger, context, "payload");
    let inner = folder(&ledger, &[("file", Kind::File, b"in a folder")]);
    let root = folder(&ledger, &[("inner", Kind::Folder, inner.as_bytes())]);
    let replaced = folder(&ledger, &[("old", Kind::File, b"of a replaced snapshot")]);
    ledger.attach(turn, replaced).unwrap();
    ledger.attach(turn, root).unwrap();
    let orphan = blake3::hash(b"orphan");
    assert!(ledger.put_blob(orphan, b"orphan").unwrap());
    assert!(!ledger.put_blob(orphan, b"orphan").unwrap());
    assert_eq!(ledger.collect(1).unwrap().removed, 0, "all were put within the grace period");
    let collected = ledger.collect(0);
    // The clock stands, so a grace of nothing still covers what was put in this millisecond.
    assert_eq!(collected.unwrap().spared, 3);
}

#[test]
fn the_grace_period_counts_from_the_last_put() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::new();
    let ledger = Ledger::open(dir.path(), time.options()).unwrap();
    let context = context(&ledger);
    append(&ledger, context, "payload");
    let (old, again) = (blake3::hash(b"old"), blake3::hash(b"again"));
    ledger.put_blob(old, b"old").unwrap();
    ledger.put_blob(again, b"again").unwrap();
    time.set(START + 100);
    ledger.put_blob(again, b"again").unwrap();
    time.set(START + 150);
    let collected = ledger.collect(100).unwrap();
    assert_eq!((collected.reachable, collected.spared, collected.removed), (1, 1, 1));
    assert!(matches!(ledger.blob(&old), Err(Error::UnknownBlob(_))));
    assert_eq!(ledger.blob(&again).unwrap(), b"again");
    assert_eq!(ledger.verify().unwrap().blobs, 2);
}

#[test]
fn a_payload_that_was_collected_can_be_appended() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::new();
    let ledger = Ledger::open(dir.path(), time.options()).unwrap();
    let context = context(&ledger);
    for payload in ["short".to_owned(), "long enough to be compressed ".repeat(100)] {
        ledger.put_blob(blake3::hash(payload.as_bytes()), payload.as_bytes()).unwrap();
        time.set(START + 1_000);
        assert_eq!(ledger.collect(1).unwrap().removed, 1);
        append(&ledger, context, &payload);
        assert_eq!(ledger.collect(0).unwrap().removed, 0);
        time.set(START);
    }
    ledger.verify().unwrap();
}

/// Appends of the same payload race with collections; whichever comes first, no turn loses its payload.
#[test]
fn collections_beside_appends_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let time = Time::new();
    let ledger = Ledger::open(dir.path(), time.options()).unwrap();
    let context = context(&ledger);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..20 {
                ledger.collect(0).unwrap();
            }
        });
        for number in 0..20 {
            let payload = format!("{number} ").repeat(1_000);
            time.set(START + number * 10);
            ledger.put_blob(blake3::hash(payload.as_bytes()), payload.as_bytes()).unwrap();
            time.set(START + number * 10 + 5);
            append(&ledger, context, payload);
        }
    });
    assert_eq!(ledger.verify().unwrap().turns, 20);
}
