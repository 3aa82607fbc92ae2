//! Everything that is read from outside, fed with what is nearly right: no panic, no answer that is not one.

use crate::fixtures::{number, own, payload};
use crate::{append, context, open, quick_folder};
use glasshouse_ledger::fstree::{self, Entry, Kind};
use glasshouse_ledger::protocol::{Reply, Request};
use glasshouse_ledger::registry::{Projection, Registry};
use glasshouse_ledger::{Error, Provenance, cql};
use std::io::Cursor;

const ROUNDS: usize = 20_000;

/// Counter-based, so that a failure comes back.
struct Noise(u64);

impl Noise {
    fn next(&mut self, below: usize) -> usize {
        self.0 += 1;
        let hash = blake3::hash(&self.0.to_le_bytes());
        u64::from_le_bytes(*hash.as_bytes().first_chunk().unwrap()) as usize % below.max(1)
    }

    /// One to four changes: a byte, a cut, a repeat, a length that is far too large.
    fn spoil(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut spoiled = bytes.to_vec();
        for _ in 0..=self.next(4) {
            let place = self.next(spoiled.len() + 1);
            match self.next(4) {
                0 => spoiled.truncate(place),
                1 => spoiled.extend_from_within(place..),
                2 => spoiled.splice(place..place, [0xff; 4]).for_each(drop),
                _ => {
                    let byte = self.next(256) as u8;
                    spoiled.get_mut(place).into_iter().for_each(|old| *old = byte);
                }
            }
        }
        spoiled
    }
}

#[test]
fn messages_of_either_side() {
    let cases: Vec<_> = own().into_values().collect();
    let mut noise = Noise(1);
    for round in 0..ROUNDS {
        let case = &cases[round % cases.len()];
        let spoiled = noise.spoil(&payload(case));
        let (kind, flags) = (number(case, "msg_type"), noise.next(4) as u16);
        if let Ok(request) = Request::decode(kind, flags, &spoiled) {
            let (_, flags, bytes) = request.encode();
            assert_eq!(Request::decode(kind, flags, &bytes), Ok(request));
        }
        if let Some(kind) = glasshouse_ledger::protocol::Kind::of_number(kind)
            && let Ok(reply) = Reply::decode(kind, &spoiled)
        {
            assert_eq!(Reply::decode(kind, &reply.encode()), Ok(reply));
        }
    }
}

#[test]
fn queries() {
    let query =
        r#"(tag ^= "a\"b" OR NOT label IN ("x", y)) AND created >= "-24h" AND depth < 7 AND is_live != true"#;
    let mut noise = Noise(2);
    for _ in 0..ROUNDS {
        let spoiled = noise.spoil(query.as_bytes());
        let text = String::from_utf8_lossy(&spoiled);
        if let Err(misread) = cql::parse(&text, 1_700_000_000_000) {
            assert!(misread.place <= text.chars().count(), "{text:?}: {misread}");
        }
    }
}

#[test]
fn payloads_and_folders() {
    let entry = |name: &str| Entry {
        name: name.into(),
        kind: Kind::File,
        mode: 0o644,
        size: 9,
        hash: blake3::hash(b"x"),
    };
    let folder = fstree::encode(&[entry("a"), entry("b")]);
    let item = b"\x83\x01\xa5hello\xa230\x82\xa13\x92\xa1a\xa1b\xa210\x81\xa11\x07\x03\xc4\x02ab";
    let mut noise = Noise(3);
    for round in 0..ROUNDS {
        let spoiled = noise.spoil(if round % 2 == 0 { &folder } else { item });
        let _ = Provenance::read(&spoiled);
        let _ = Projection::default().project(&spoiled, None, &Registry::default());
        if let Some(entries) = fstree::decode(&spoiled) {
            let again = fstree::decode(&fstree::encode(&entries)).unwrap();
            assert_eq!(again.len(), entries.len());
        }
    }
}

#[test]
fn import_files() {
    let (from, to) = (quick_folder(), quick_folder());
    let (from, to) = (open(from.path()), open(to.path()));
    let context = context(&from);
    append(&from, context, "payload");
    let mut file = Vec::new();
    from.export(context, &mut file).unwrap();
    let records = zstd::stream::decode_all(&file[8..]).unwrap();
    let mut noise = Noise(4);
    for _ in 0..ROUNDS / 20 {
        let spoiled = noise.spoil(&records);
        if spoiled == records {
            continue;
        }
        let squeezed = [&file[..8], &zstd::bulk::compress(&spoiled, 1).unwrap()].concat();
        match to.import(Cursor::new(squeezed)) {
            Err(Error::BrokenImport { .. }) => {}
            // What follows the end is not read.
            Ok(_) => assert!(spoiled.starts_with(&records)),
            Err(other) => panic!("{other}"),
        }
    }
    to.verify().unwrap();
}
