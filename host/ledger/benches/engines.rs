//! Which storage engine: fjall and redb on the ledger's two kinds of work, with the same commit policy.
//! Durable appends of 10 KB with 1, 16 and 64 turns a commit; small turns, half of them repeats, with one sync at the end.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark"
)]

use fjall::{Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};
use redb::{Durability, ReadableDatabase, ReadableTable, TableDefinition};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

const BLOBS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("blobs");
const TURNS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("turns");
const LARGE: usize = 10 * 1024;
const SMALL: usize = 500;

/// One turn as the engines see it: a blob under its hash, and a record under its id.
struct Turn {
    hash: [u8; 32],
    payload: Vec<u8>,
}

/// Writes all turns in one atomic commit; those whose blob is there already get a record only.
trait Engine {
    fn commit(&mut self, first: u64, turns: &[Turn], durable: bool);
    fn sync(&mut self);
}

struct Fjall {
    database: Database,
    blobs: Keyspace,
    turns: Keyspace,
}

impl Fjall {
    fn open(path: &Path) -> Self {
        let database = Database::builder(path).open().expect("opens");
        let separated =
            || KeyspaceCreateOptions::default().with_kv_separation(Some(KvSeparationOptions::default()));
        let blobs = database.keyspace("blobs", separated).expect("opens");
        let turns = database.keyspace("turns", KeyspaceCreateOptions::default).expect("opens");
        Self { database, blobs, turns }
    }
}

impl Engine for Fjall {
    fn commit(&mut self, first: u64, turns: &[Turn], durable: bool) {
        let mode = if durable { PersistMode::SyncData } else { PersistMode::Buffer };
        let mut batch = self.database.batch().durability(Some(mode));
        for (id, turn) in (first..).zip(turns) {
            if !self.blobs.contains_key(turn.hash).expect("reads") {
                batch.insert(&self.blobs, turn.hash, turn.payload.as_slice());
            }
            batch.insert(&self.turns, id.to_be_bytes(), record(turn));
        }
        batch.commit().expect("commits");
    }

    fn sync(&mut self) {
        self.database.persist(PersistMode::SyncData).expect("syncs");
    }
}

struct Redb(redb::Database);

impl Engine for Redb {
    fn commit(&mut self, first: u64, turns: &[Turn], durable: bool) {
        let mut write = self.0.begin_write().expect("begins");
        write
            .set_durability(if durable { Durability::Immediate } else { Durability::None })
            .expect("is set first");
        {
            let mut blobs = write.open_table(BLOBS).expect("opens");
            let mut records = write.open_table(TURNS).expect("opens");
            for (id, turn) in (first..).zip(turns) {
                if blobs.get(turn.hash.as_slice()).expect("reads").is_none() {
                    blobs.insert(turn.hash.as_slice(), turn.payload.as_slice()).expect("writes");
                }
                records.insert(id, record(turn).as_slice()).expect("writes");
            }
        }
        write.commit().expect("commits");
    }

    fn sync(&mut self) {
        let write = self.0.begin_write().expect("begins");
        write.commit().expect("commits");
        drop(self.0.begin_read().expect("reads"));
    }
}

fn main() {
    for size in [1, 16, 64] {
        let turns = distinct(LARGE, if size == 1 { 1_000 } else { 6_400 });
        each_engine(|name, engine| large(name, engine, &turns, size));
    }
    let turns = distinct(SMALL, 100_000);
    each_engine(|name, engine| small(name, engine, &turns));
}

fn each_engine(mut run: impl FnMut(&str, &mut dyn Engine) -> u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fjall");
    let payload = run("fjall", &mut Fjall::open(&path));
    on_disk(&path, payload);
    let path = folder.path().join("redb");
    let payload = run("redb", &mut Redb(redb::Database::create(&path).expect("opens")));
    on_disk(&path, payload);
}

fn large(name: &str, engine: &mut dyn Engine, turns: &[Turn], size: usize) -> u64 {
    let mut times = Vec::new();
    let begin = Instant::now();
    for (index, chunk) in turns.chunks(size).enumerate() {
        let commit = Instant::now();
        engine.commit((index * size) as u64, chunk, true);
        times.push(commit.elapsed());
    }
    let rate = turns.len() as f64 / begin.elapsed().as_secs_f64();
    times.sort_unstable();
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!(
        "{name:<6} 10 KB, {size:>2} a durable commit   p50 {p50:>9.2?}   p99 {p99:>9.2?}   {rate:>9.0} turns/s"
    );
    (turns.len() * LARGE) as u64
}

/// Every payload twice, 256 turns a commit, a sync where 50 ms have passed.
fn small(name: &str, engine: &mut dyn Engine, turns: &[Turn]) -> u64 {
    let begin = Instant::now();
    let mut synced = begin;
    let mut id = 0;
    for chunk in turns.chunks(128) {
        for _ in 0..2 {
            engine.commit(id, chunk, false);
            id += chunk.len() as u64;
        }
        if synced.elapsed() > Duration::from_millis(50) {
            engine.sync();
            synced = Instant::now();
        }
    }
    engine.sync();
    let rate = id as f64 / begin.elapsed().as_secs_f64();
    println!(
        "{name:<6} 500 B, half repeats, 50 ms interval                              {rate:>9.0} turns/s"
    );
    (turns.len() * SMALL) as u64
}

/// Payloads that do not compress, so that the engines' own compression does not count.
fn distinct(length: usize, count: u64) -> Vec<Turn> {
    let make = |number: u64| {
        let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut payload = Vec::with_capacity(length);
        while payload.len() < length {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            payload.extend_from_slice(&state.to_le_bytes());
        }
        let hash = *blake3::hash(&payload).as_bytes();
        Turn { hash, payload }
    };
    (0..count).map(make).collect()
}

fn record(turn: &Turn) -> Vec<u8> {
    [turn.hash.as_slice(), &[7; 96]].concat()
}

fn on_disk(path: &Path, payload: u64) {
    let bytes = blocks(path);
    println!("{:<6} on disk {:.2} x the payloads", "", bytes as f64 / payload as f64);
}

fn blocks(path: &Path) -> u64 {
    let data = path.metadata().expect("is there");
    if data.is_dir() {
        let entries = path.read_dir().expect("reads");
        return entries.map(|entry| blocks(&entry.expect("reads").path())).sum();
    }
    data.blocks() * 512
}
