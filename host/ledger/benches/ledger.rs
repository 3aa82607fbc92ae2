//! What the ledger costs: durable appends against the raw engine with the same commit policy, small turns, forks, a
//! restart, bytes on disk.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark"
)]

use fjall::{Database, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};
use glasshouse_ledger::{Commit, ContextId, Ledger, MSGPACK, NewTurn, Options, TurnId};
use std::hint::black_box;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant, SystemTime};

const LARGE: usize = 10 * 1024;
const SMALL: usize = 500;
/// The ledger's own default.
const INTERVAL: Duration = Duration::from_millis(50);

/// All of them, or those whose name is an argument.
fn main() {
    let parts: [(&str, fn()); 6] = [
        ("sync", sync_alone),
        ("durable", || [1, 16, 64].into_iter().for_each(durable)),
        ("small", small),
        ("forks", forks),
        ("restart", restart),
        ("disk", on_disk),
    ];
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    for (name, part) in parts {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            part();
        }
    }
}

/// What the disk itself takes for the least that a durable append needs.
fn sync_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = std::fs::File::create(folder.path().join("file")).expect("a file");
    let bytes = noise(LARGE, 1);
    let times = (0..300).map(|_| {
        let begin = Instant::now();
        std::io::Write::write_all(&mut file, &bytes).expect("writes");
        file.sync_data().expect("syncs");
        begin.elapsed()
    });
    let times = times.collect();
    report("write of 10 KB and fdatasync, nothing else", times, None);
}

/// Rounds of the two take turns, so that whatever disturbs one disturbs both.
fn durable(writers: usize) {
    let each = if writers == 1 { 150 } else { 40 };
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = open(&folder.path().join("ledger"));
    let raw = Raw::open(&folder.path().join("raw"), true);
    let contexts: Vec<_> = (0..writers).map(|_| context(&ledger)).collect();
    let (mut ours, mut bare) = ((Vec::new(), Duration::ZERO), (Vec::new(), Duration::ZERO));
    for round in 0..5 {
        let seed = |writer: usize, number: usize| ((round * writers + writer) * each + number) as u64;
        let append = |writer: usize, number: usize| {
            let payload = noise(LARGE, seed(writer, number));
            let begin = Instant::now();
            ledger.append(contexts[writer], TurnId::NONE, turn(payload), b"").expect("appends");
            begin.elapsed()
        };
        add(&mut ours, side_by_side(writers, each, append));
        let write = |writer: usize, number: usize| {
            let payload = noise(LARGE, seed(writer, number) + (1 << 40));
            let begin = Instant::now();
            raw.write(vec![(seed(writer, number), payload)]);
            begin.elapsed()
        };
        add(&mut bare, side_by_side(writers, each, write));
    }
    report(&format!("durable 10 KB, {writers:>2} writers, raw engine"), bare.0.clone(), Some(bare.1));
    report(&format!("durable 10 KB, {writers:>2} writers, ledger"), ours.0.clone(), Some(ours.1));
    let ratio = (bare.0.len() as f64 / bare.1.as_secs_f64()) / (ours.0.len() as f64 / ours.1.as_secs_f64());
    println!("{:<52} {ratio:.2} x the raw engine's time", "");
}

type Times = (Vec<Duration>, Duration);

fn add(all: &mut Times, (times, span): Times) {
    all.0.extend(times);
    all.1 += span;
}

fn side_by_side(writers: usize, each: usize, work: impl Fn(usize, usize) -> Duration + Sync) -> Times {
    let begin = Instant::now();
    let times = std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..writers)
            .map(|writer| {
                scope.spawn(move || (0..each).map(|number| work(writer, number)).collect::<Vec<_>>())
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("ends")).collect()
    });
    (times, begin.elapsed())
}

/// The engine with a writer thread that commits whatever waits: the ledger's policy and nothing else of it.
struct Raw(SyncSender<Work>);

/// Turns to write, and who waits for them.
type Work = (Vec<(u64, Vec<u8>)>, SyncSender<()>);

impl Raw {
    fn open(path: &Path, durable: bool) -> Self {
        let database = Database::builder(path).manual_journal_persist(true).open().expect("opens");
        let separated =
            || KeyspaceCreateOptions::default().with_kv_separation(Some(KvSeparationOptions::default()));
        let blobs = database.keyspace("blobs", separated).expect("opens");
        let turns = database.keyspace("turns", KeyspaceCreateOptions::default).expect("opens");
        let (send, receive) = sync_channel::<Work>(4_096);
        std::thread::spawn(move || {
            let mut synced = Instant::now();
            while let Ok(first) = receive.recv() {
                let is_due = durable || synced.elapsed() > INTERVAL;
                let mode = if is_due { PersistMode::SyncData } else { PersistMode::Buffer };
                let mut batch = database.batch().durability(Some(mode));
                let mut answers = Vec::new();
                for (written, answer) in std::iter::once(first).chain(receive.try_iter()) {
                    for (id, payload) in written {
                        let hash = *blake3::hash(&payload).as_bytes();
                        if durable || !blobs.contains_key(hash).expect("reads") {
                            batch.insert(&blobs, hash, payload);
                        }
                        batch.insert(&turns, id.to_be_bytes(), [hash.as_slice(), &[7; 112]].concat());
                    }
                    answers.push(answer);
                }
                batch.commit().expect("commits");
                if is_due {
                    synced = Instant::now();
                }
                answers.iter().for_each(|answer| answer.send(()).expect("waits"));
            }
        });
        Self(send)
    }

    fn write(&self, turns: Vec<(u64, Vec<u8>)>) {
        let (answer, answered) = sync_channel(1);
        self.0.send((turns, answer)).expect("runs");
        answered.recv().expect("answers");
    }
}

/// 500 bytes, every second one a repeat, 1,000 an append, from two threads, acknowledged before they are on disk. Rounds
/// of ledger and engine take turns.
fn small() {
    const TURNS: usize = 100_000;
    const CHUNK: usize = 1_000;
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = open(&folder.path().join("ledger"));
    let raw = Raw::open(&folder.path().join("raw"), false);
    let contexts = [context(&ledger), context(&ledger)];
    let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
    let mut best = 0.0_f64;
    for round in 0..5_u64 {
        let number = |number: usize| round * TURNS as u64 + number as u64;
        let payloads: Vec<_> = (0..TURNS / 2).map(|index| text(SMALL, number(index))).collect();
        let halves: Vec<_> = payloads.chunks(TURNS / 4).collect();
        let took = beside(&halves, |half, payloads| {
            for chunk in payloads.chunks(CHUNK / 2) {
                let turns = chunk.iter().chain(chunk).map(|payload| turn(payload.clone())).collect();
                let commit = Commit::Interval;
                ledger.append_many(contexts[half], TurnId::NONE, turns, b"", commit).expect("appends");
            }
        });
        ours += took;
        best = best.max(TURNS as f64 / took.as_secs_f64());
        bare += beside(&halves, |half, payloads| {
            for (index, chunk) in payloads.chunks(CHUNK / 2).enumerate() {
                let first = number(half * TURNS / 2 + index * CHUNK);
                raw.write((first..).zip(chunk.iter().chain(chunk).cloned()).collect());
            }
        });
    }
    let rate = |took: Duration| 5.0 * TURNS as f64 / took.as_secs_f64();
    let name = "500 B, half repeats, 1,000 an append, 50 ms interval";
    println!("{name:<52} {:>9.0} turns/s, best round {best:.0}", rate(ours));
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!("{:<52} {:>9.0} turns/s raw engine: {ratio:.2} x its time", "", rate(bare));
}

fn beside(halves: &[&[Vec<u8>]], work: impl Fn(usize, &[Vec<u8>]) + Sync) -> Duration {
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for (half, payloads) in halves.iter().enumerate() {
            let work = &work;
            scope.spawn(move || work(half, payloads));
        }
    });
    begin.elapsed()
}

fn forks() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = open(folder.path());
    let context = chain(&ledger, 1_000_000);
    let at = |depth| ledger.range(context, depth, depth).expect("reads")[0].id;
    let (shallow, deep) = (at(10), at(1_000_000));
    let (mut times_shallow, mut times_deep) = (Vec::new(), Vec::new());
    for _ in 0..3_000 {
        for (turn, times) in [(shallow, &mut times_shallow), (deep, &mut times_deep)] {
            let begin = Instant::now();
            black_box(ledger.create(turn, "", Commit::Interval).expect("forks"));
            times.push(begin.elapsed());
        }
    }
    report("fork at depth 10", times_shallow, None);
    report("fork at depth 1,000,000", times_deep, None);
    let (branch, _) = ledger.create(at(500_000), "", Commit::Interval).expect("forks");
    let own = ledger.append(branch, TurnId::NONE, turn(b"own".to_vec()), b"").expect("appends").turn;
    let times = (0..300).map(|_| {
        let begin = Instant::now();
        black_box(ledger.common_ancestor(own, deep).expect("reads"));
        begin.elapsed()
    });
    let times = times.collect();
    report("common ancestor 500,000 turns above", times, None);
}

fn chain(ledger: &Ledger, depth: usize) -> ContextId {
    let context = context(ledger);
    for _ in 0..depth / 10_000 {
        let turns = (0..10_000).map(|_| turn(b"x".to_vec())).collect();
        ledger.append_many(context, TurnId::NONE, turns, b"", Commit::Interval).expect("appends");
    }
    context
}

fn restart() {
    let (folder, crashed) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    {
        let ledger = open(folder.path());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..12_500 {
                        let (context, _) =
                            ledger.create(TurnId::NONE, "tag", Commit::Interval).expect("makes");
                        let turns = vec![turn(context.to_string().into_bytes())];
                        ledger
                            .append_many(context, TurnId::NONE, turns, b"", Commit::Interval)
                            .expect("appends");
                    }
                });
            }
        });
        ledger.sync().expect("syncs");
        copy(folder.path(), crashed.path());
        let begin = Instant::now();
        drop(ledger);
        println!("{:<52} {:>9.2?}", "close with 100,000 contexts", begin.elapsed());
    }
    let opening = |folder: &Path| {
        let begin = Instant::now();
        let ledger = open(folder);
        black_box(ledger.context(ContextId(77_777)).expect("reads"));
        begin.elapsed()
    };
    report("open with 100,000 contexts after a crash", vec![opening(crashed.path())], None);
    let times = (0..5).map(|_| opening(folder.path())).collect();
    report("open with 100,000 contexts after a clean close", times, None);
}

/// As a crash leaves it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in from.read_dir().expect("reads") {
        let path = entry.expect("reads").path();
        let target = to.join(path.file_name().expect("has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copies");
        }
    }
}

/// Forty sessions of an agent: the same instructions each, files read again and again, edits, and output of tools.
fn on_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut payloads = 0_u64;
    {
        let ledger = open(folder.path());
        let instructions = text(12_000, 1);
        let files: Vec<_> = (0..60).map(|number| text(4_000 + number * 300, 100 + number as u64)).collect();
        for session in 0..40_u64 {
            let context = context(&ledger);
            let mut turns = vec![turn(instructions.clone())];
            for step in 0..150_u64 {
                let kind = (session * 31 + step * 7) % 10;
                turns.push(turn(match kind {
                    0..=3 => files[((session * 13 + step * 5) % 60) as usize].clone(),
                    4 | 5 => text(1_500, session * 1_000 + step),
                    6 => noise(2_000, session * 1_000 + step),
                    _ => text(400, session * 1_000 + step),
                }));
            }
            payloads += turns.iter().map(|turn| turn.payload.len() as u64).sum::<u64>();
            ledger.append_many(context, TurnId::NONE, turns, b"", Commit::Interval).expect("appends");
        }
    }
    let stored = blocks(folder.path());
    let share = stored as f64 / payloads as f64;
    println!("agent trace: {payloads} bytes of payloads, {stored} on disk with the journal, {share:.2} x");
}

fn open(path: &Path) -> Ledger {
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_millis();
    let clock = Arc::new(move || u64::try_from(now()).expect("before the year 500,000,000"));
    Ledger::open(path, Options::new(clock)).expect("opens")
}

fn context(ledger: &Ledger) -> ContextId {
    ledger.create(TurnId::NONE, "", Commit::Interval).expect("makes").0
}

fn turn(payload: Vec<u8>) -> NewTurn {
    let type_id = "com.example.Message".to_owned();
    NewTurn { type_id, type_version: 1, encoding: MSGPACK, payload, created: None, root: None }
}

/// Bytes that do not compress.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

/// Words in an order that repeats nowhere, as far as compression is concerned.
fn text(length: usize, seed: u64) -> Vec<u8> {
    const WORDS: [&str; 32] = [
        "the", "turn", "of", "a", "context", "return", "value", "let", "self", "match", "error", "file",
        "read", "write", "test", "into", "number", "string", "for", "in", "call", "tool", "result", "plan",
        "line", "user", "agent", "branch", "commit", "is", "not", "with",
    ];
    let words = noise(length / 3, seed);
    let mut text: String =
        words.iter().map(|byte| WORDS[usize::from(byte % 32)]).collect::<Vec<_>>().join(" ");
    text.truncate(length);
    text.into_bytes()
}

fn report(name: &str, mut times: Vec<Duration>, span: Option<Duration>) {
    let count = times.len();
    times.sort_unstable();
    let (p50, p99) = (times[count / 2], times[count * 99 / 100]);
    let rate =
        span.map(|span| format!("   {:>9.0} /s", count as f64 / span.as_secs_f64())).unwrap_or_default();
    println!("{name:<52} p50 {p50:>9.2?}   p99 {p99:>9.2?}{rate}");
}

fn blocks(path: &Path) -> u64 {
    let data = path.metadata().expect("is there");
    if data.is_dir() {
        return path.read_dir().expect("reads").map(|entry| blocks(&entry.expect("reads").path())).sum();
    }
    data.blocks() * 512
}
