//! Killed writers, torn tails, a full disk: what was acknowledged is there, and nothing that is half.

use crate::damage::Files;
use crate::{append, append_chain, context, open, quick_folder, turn};
use glasshouse_ledger::{Commit, ContextId, Fault, Ledger, TurnId};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const FOLDER: &str = "LEDGER_CRASH_FOLDER";
const KILLS: usize = 200;
/// Kills after which a fresh ledger begins, so that checking all of it stays short.
const KILLS_OF_ONE: usize = 20;
const THREADS: usize = 4;

/// Not a test by itself: the process that [`killed_writers_lose_nothing_acknowledged`] kills. Writes until then, and
/// prints each acknowledged turn with what it holds.
#[test]
fn writer() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let ledger = open(Path::new(&folder));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let ledger = &ledger;
            scope.spawn(move || write_for_ever(ledger, thread));
        }
    });
}

fn write_for_ever(ledger: &Ledger, thread: usize) {
    let context = context(ledger);
    for round in 0.. {
        let payload = format!("{context}:{round} ").repeat(1 + round * 37 % 100);
        let (count, commit) = if thread == 0 { (7, Commit::Interval) } else { (1, Commit::Durable) };
        let turns = (0..count).map(|part| turn(format!("{part}{payload}"))).collect();
        let Ok(receipts) = ledger.append_many(context, TurnId::NONE, turns, b"", commit) else { return };
        let mut text = String::new();
        for receipt in receipts {
            text.push_str(&format!("ack {context} {} {} {}\n", receipt.turn, receipt.depth, receipt.payload));
        }
        // One write for all, so that lines of threads do not mix.
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

/// One acknowledged turn: context, depth, hash of the payload.
type Acknowledged = BTreeMap<TurnId, (ContextId, u32, String)>;

#[test]
fn killed_writers_lose_nothing_acknowledged() {
    let mut folder = quick_folder();
    let mut acknowledged = Acknowledged::new();
    let mut total = 0;
    let mut state = 20_u64;
    for kill in 0..KILLS {
        if kill % KILLS_OF_ONE == 0 {
            total += std::mem::take(&mut acknowledged).len();
            folder = quick_folder();
        }
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        run_and_kill(folder.path(), (state >> 40) as usize % 40, &mut acknowledged);
        let ledger = open(folder.path());
        let verified = ledger.verify().unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        assert!(verified.turns >= acknowledged.len() as u64);
        for (id, (context, depth, payload)) in &acknowledged {
            let turn = ledger.turn(*id).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
            assert_eq!((turn.context, turn.depth, &turn.payload.to_string()), (*context, *depth, payload));
            assert!(ledger.head(*context).unwrap().depth >= *depth);
        }
    }
    assert!(total > KILLS, "only {total} turns were acknowledged");
}

/// Kills the writer after so many lines; it goes on writing meanwhile, so the moment falls anywhere in a commit.
fn run_and_kill(folder: &Path, lines: usize, acknowledged: &mut Acknowledged) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["crash::writer", "--exact", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Ok(line) = line else { break };
        // The harness prints the test's name before the first line, without a break.
        let Some(fields) = line.find("ack ").and_then(|place| acknowledgement(&line[place + 4..])) else {
            continue;
        };
        acknowledged.insert(fields.0, fields.1);
        seen += 1;
        if seen == lines + 1 {
            child.kill().unwrap();
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// `None` where the kill cut the line.
fn acknowledgement(line: &str) -> Option<(TurnId, (ContextId, u32, String))> {
    let mut fields = line.split(' ');
    let context = ContextId(fields.next()?.parse().ok()?);
    let turn = TurnId(fields.next()?.parse().ok()?);
    let depth = fields.next()?.parse().ok()?;
    let payload = fields.next().filter(|payload| payload.len() == 64)?.to_owned();
    Some((turn, (context, depth, payload)))
}

/// A machine that lost power has any prefix of the last write, with the file cut there or filled with zeros.
#[test]
fn a_journal_torn_at_any_offset_of_its_tail_loses_only_the_last_append() {
    let folder = quick_folder();
    let ledger = open(folder.path());
    let context = context(&ledger);
    append_chain(&ledger, context, 5);
    let before = append(&ledger, context, "before");
    let tail = Files::read(folder.path()).journal().bytes.len();
    let last = append(&ledger, context, "last");
    // While it is open: as a crash leaves it.
    let crashed = Files::read(folder.path());
    let whole = crashed.clone().journal().bytes.len();
    assert!(whole > tail);
    for cut in tail..=whole {
        for zeros in [0, 4096] {
            let mut files = crashed.clone();
            let journal = files.journal();
            journal.bytes.truncate(cut);
            journal.length = cut as u64 + zeros;
            let torn = quick_folder();
            files.write(torn.path());
            let ledger = open(torn.path());
            ledger.verify().unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
            let head = ledger.head(context).unwrap().turn;
            assert!(head == before || head == last, "cut at {cut}: {head}");
            assert!(head == last || cut < whole, "the whole file lost it");
            let next = append(&ledger, context, "next");
            assert_eq!(ledger.turn(next).unwrap().parent, head);
        }
    }
}

/// Not a test by itself: writes until the disk is full, then says how far it came and how that was told.
#[test]
fn full_disk_writer() {
    let Some(folder) = std::env::var_os("LEDGER_FULL_FOLDER") else { return };
    let ledger = open(Path::new(&folder));
    let context = context(&ledger);
    let mut noise = vec![0; 1 << 20];
    for number in 0..200_u64 {
        blake3::Hasher::new().update(&number.to_le_bytes()).finalize_xof().fill(&mut noise);
        match ledger.append(context, TurnId::NONE, turn(&noise), b"") {
            Ok(receipt) => println!("\nstored {}", receipt.turn),
            Err(error) => {
                println!("\nrefused {:?}", error.fault());
                break;
            }
        }
    }
    println!("\nhead {}", ledger.head(context).unwrap().turn);
}

/// A limit on the size of files stands in for the full disk: the write fails in the same place, half-way.
#[test]
fn a_full_disk_is_told_and_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let exe = std::env::current_exe().unwrap();
    // The signal is ignored, so that the write returns its error; 65,536 blocks of 1 KiB are what the engine reserves.
    let script = "trap '' XFSZ; ulimit -f 65536; exec \"$0\" crash::full_disk_writer --exact --nocapture";
    let output = Command::new("bash")
        .args(["-c", script])
        .arg(exe)
        .env("LEDGER_FULL_FOLDER", folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let stored: Vec<u64> =
        text.lines().filter_map(|line| line.strip_prefix("stored ")).map(|id| id.parse().unwrap()).collect();
    assert!(text.contains(&format!("refused {:?}", Fault::Machine)), "{text}");
    assert!(!stored.is_empty() && stored.len() < 200, "{text}");
    let ledger = open(folder.path());
    ledger.verify().unwrap();
    for id in stored {
        let turn = ledger.turn(TurnId(id)).unwrap();
        assert_eq!(ledger.blob(&turn.payload).unwrap().len(), 1 << 20);
    }
    append(&ledger, ContextId(1), "there is room again");
}

#[test]
fn a_hundred_thousand_contexts_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    {
        let ledger = open(folder.path());
        let base = append(&ledger, context(&ledger), "base");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..12_500 {
                        ledger.create(base, "tag", Commit::Interval).unwrap();
                    }
                });
            }
        });
    }
    let ledger = open(folder.path());
    assert_eq!(ledger.stats().unwrap().contexts, 100_001);
    assert_eq!(ledger.context(ContextId(100_001)).unwrap().head.depth, 1);
    let (next, _) = ledger.create(TurnId::NONE, "", Commit::Durable).unwrap();
    assert_eq!(next, ContextId(100_002));
}
