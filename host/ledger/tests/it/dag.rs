//! Appending, forking, walking, comparing.

use crate::{START, append, append_chain, context, ids, open, turn};
use glasshouse_ledger::{Commit, ContextId, Drawing, Error, Event, Fault, NewTurn, TurnId, Verified};

#[test]
fn an_append_moves_the_head_and_reads_back_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (context, receipt) = {
        let ledger = open(folder.path());
        let context = context(&ledger);
        assert_eq!(
            (ledger.head(context).unwrap().turn, ledger.head(context).unwrap().depth),
            (TurnId::NONE, 0)
        );
        append(&ledger, context, "first");
        (context, ledger.append(context, TurnId::NONE, turn("second"), b"").unwrap())
    };
    assert_eq!((receipt.context, receipt.depth, receipt.durable), (context, 2, true));
    let ledger = open(folder.path());
    let last = ledger.last(context, 10).unwrap();
    assert_eq!(last.iter().map(|turn| turn.depth).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((last[1].id, last[1].hash, last[1].parent), (receipt.turn, receipt.hash, last[0].id));
    assert_eq!((last[1].created, last[1].type_id.as_str()), (START, "com.example.Message"));
    assert_eq!(ledger.blob(&receipt.payload).unwrap(), b"second");
    assert_eq!(ledger.verify().unwrap(), Verified { turns: 2, contexts: 1, blobs: 2, absent: 0 });
}

#[test]
fn ids_rise_and_are_never_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let ledger = open(folder.path());
        let context = context(&ledger);
        seen.extend(append_chain(&ledger, context, 3));
        seen.push(append(&ledger, context, "one"));
    }
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
}

#[test]
fn a_fork_shares_its_past_and_has_its_own_future() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let trunk = context(&ledger);
    let past = append_chain(&ledger, trunk, 5);
    let (branch, head) = ledger.fork(past[2]).unwrap();
    assert_eq!((head.turn, head.depth), (past[2], 3));
    let own = append(&ledger, branch, "own");
    assert_eq!(ids(&ledger.last(branch, 9).unwrap()), [past[0], past[1], past[2], own]);
    assert_eq!(ids(&ledger.last(trunk, 9).unwrap()), past);
    let compared = ledger.compare(own, past[4]).unwrap();
    assert_eq!(compared.ancestor.unwrap().id, past[2]);
    assert_eq!((ids(&compared.left), ids(&compared.right)), (vec![own], vec![past[3], past[4]]));
    assert_eq!(ledger.context(branch).unwrap().origin.parent(), Some(trunk));
    let children = ledger.children(trunk).unwrap();
    assert_eq!(children.iter().map(|child| child.id).collect::<Vec<_>>(), [branch]);
}

#[test]
fn paths_that_were_written_twice_are_alike_as_far_as_they_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let write = |odd: usize| {
        let one = context(&ledger);
        let payload = |number| if number == odd { "odd".to_owned() } else { format!("{number}") };
        (0..20).map(|number| append(&ledger, one, payload(number))).last().unwrap()
    };
    let (plain, again) = (write(99), write(99));
    assert_eq!(ledger.common_ancestor(plain, again).unwrap(), None);
    assert_eq!(ledger.alike(plain, again).unwrap(), 20);
    for odd in [0, 1, 7, 19] {
        assert_eq!(ledger.alike(plain, write(odd)).unwrap(), odd as u32);
    }
    let shorter = ledger.turn(plain).unwrap().parent;
    assert_eq!(ledger.alike(shorter, again).unwrap(), 19);
}

#[test]
fn an_append_may_name_any_turn_as_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let context = context(&ledger);
    let past = append_chain(&ledger, context, 3);
    let receipt = ledger.append(context, past[0], turn("again"), b"").unwrap();
    assert_eq!(receipt.depth, 2);
    assert_eq!(ids(&ledger.last(context, 9).unwrap()), [past[0], receipt.turn]);
    assert!(matches!(ledger.before(context, past[2], 9), Err(Error::NotInContext { .. })), "left behind");
    ledger.verify().unwrap();
}

#[test]
fn paging_and_ranges_cut_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let context = context(&ledger);
    let all = append_chain(&ledger, context, 100);
    assert_eq!(ids(&ledger.last(context, 3).unwrap()), all[97..]);
    assert_eq!(ids(&ledger.before(context, all[97], 10).unwrap()), all[87..97]);
    assert_eq!(ids(&ledger.before(context, all[2], 10).unwrap()), all[..2]);
    assert_eq!(ledger.before(context, all[0], 10).unwrap(), []);
    assert_eq!(ids(&ledger.range(context, 1, 100).unwrap()), all);
    assert_eq!(ids(&ledger.range(context, 40, 42).unwrap()), all[39..42]);
    assert_eq!(ids(&ledger.range(context, 99, 1_000).unwrap()), all[98..]);
    for (from, to) in [(5, 4), (101, 200), (0, 0)] {
        assert_eq!(ledger.range(context, from, to).unwrap(), [], "{from}..{to}");
    }
    let up: Vec<_> = ledger.to_root(all[99]).map(|turn| turn.unwrap().id).collect();
    assert!(up.iter().rev().eq(&all));
}

/// Against a walk that takes every step.
#[test]
fn common_ancestors_are_the_ones_that_a_slow_walk_finds() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let trunk = context(&ledger);
    let mut turns = append_chain(&ledger, trunk, 70);
    // A generator that is good enough to pick bases.
    let mut state = 7_usize;
    for _ in 0..25 {
        state = state.wrapping_mul(25_214_903_917).wrapping_add(11) & 0xffff_ffff;
        let (branch, _) = ledger.create(turns[state % turns.len()], "", Commit::Interval).unwrap();
        turns.extend(append_chain(&ledger, branch, 1 + state % 9));
    }
    let other = context(&ledger);
    turns.extend(append_chain(&ledger, other, 3));
    let path = |turn| ledger.to_root(turn).map(|turn| turn.unwrap().id).collect::<Vec<_>>();
    for a in turns.iter().step_by(3) {
        let above: std::collections::BTreeSet<_> = path(*a).into_iter().collect();
        for b in turns.iter().step_by(4) {
            let slow = path(*b).into_iter().find(|turn| above.contains(turn));
            assert_eq!(ledger.common_ancestor(*a, *b).unwrap().map(|turn| turn.id), slow, "{a} {b}");
        }
    }
}

#[test]
fn what_does_not_exist_is_the_callers_fault_and_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let context = context(&ledger);
    let (nowhere, nothing) = (TurnId(99), blake3::hash(b"nothing"));
    let rooted = NewTurn { root: Some(nothing), ..turn("rooted") };
    let refused = [
        ledger.append(ContextId(99), TurnId::NONE, turn("a"), b"").unwrap_err(),
        ledger.append(context, nowhere, turn("b"), b"").unwrap_err(),
        ledger.append(context, TurnId::NONE, rooted, b"").unwrap_err(),
        ledger.append_many(context, TurnId::NONE, vec![], b"", Commit::Durable).unwrap_err(),
        ledger.append(context, TurnId::NONE, turn("c"), &[b'k'; 5_000]).unwrap_err(),
        ledger
            .append(context, TurnId::NONE, NewTurn { type_id: "t".repeat(5_000), ..turn("d") }, b"")
            .unwrap_err(),
        ledger.fork(nowhere).unwrap_err(),
        ledger.fork(TurnId::NONE).unwrap_err(),
        ledger.head(ContextId(99)).unwrap_err(),
        ledger.turn(nowhere).unwrap_err(),
        ledger.blob(&nothing).unwrap_err(),
        ledger.attach(nowhere, nothing).unwrap_err(),
        ledger.put_blob(nothing, b"something").unwrap_err(),
        ledger.common_ancestor(nowhere, nowhere).unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.fault(), Fault::Caller, "{error}");
    }
    let stats = ledger.stats().unwrap();
    assert_eq!((stats.contexts, stats.turns, stats.blobs), (1, 0, 0));
    assert_eq!(append(&ledger, context, "next"), TurnId(1));
}

#[test]
fn equal_payloads_are_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let (one, two) = (context(&ledger), context(&ledger));
    let long = "a payload that is long enough to be compressed. ".repeat(100);
    for payload in ["short", &long, "short", &long] {
        append(&ledger, one, payload);
        append(&ledger, two, payload);
    }
    let stats = ledger.stats().unwrap();
    assert_eq!((stats.turns, stats.blobs), (8, 2));
}

#[test]
fn the_time_and_the_hashes_may_be_the_callers() {
    let hashes = [1, 2].map(|_| {
        let folder = tempfile::tempdir().unwrap();
        let ledger = open(folder.path());
        let context = context(&ledger);
        let turns = (0..3).map(|n| NewTurn { created: Some(n), ..turn(n.to_string()) }).collect();
        let receipts = ledger.append_many(context, TurnId::NONE, turns, b"", Commit::Durable).unwrap();
        receipts.iter().map(|receipt| receipt.hash).collect::<Vec<_>>()
    });
    assert_eq!(hashes[0], hashes[1]);
}

#[test]
fn an_interval_append_says_that_it_is_not_durable_until_a_sync() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let context = context(&ledger);
    let append = |commit| ledger.append_many(context, TurnId::NONE, vec![turn("a")], b"", commit).unwrap();
    assert!(!append(Commit::Interval)[0].durable);
    assert!(append(Commit::Durable)[0].durable);
    ledger.sync().unwrap();
}

#[test]
fn watchers_see_what_happened_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let mut watch = ledger.watch();
    let context = context(&ledger);
    let first = append(&ledger, context, b"\x81\xa230\x81\xa12\xa5Title");
    let second = append(&ledger, context, "second");
    let seen: Vec<_> = (0..4).map(|_| watch.blocking_recv().unwrap()).collect();
    assert!(matches!(seen[0], Event::ContextCreated { context: made, .. } if made == context));
    assert_eq!(seen[1], Event::MetadataUpdated { context });
    let appended = |turn, parent, depth| Event::TurnAppended { context, turn, parent, depth };
    assert_eq!(seen[2..], [appended(first, TurnId::NONE, 1), appended(second, first, 2)]);
    assert_eq!(ledger.context(context).unwrap().origin.provenance.unwrap().title, "Title");
}

#[test]
fn writers_of_many_threads_share_commits_and_none_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let ledger = &ledger;
            scope.spawn(move || {
                let context = context(ledger);
                for number in 0..20 {
                    append(ledger, context, format!("{writer}/{number}"));
                }
                assert_eq!(ledger.head(context).unwrap().depth, 20);
            });
        }
    });
    let verified = ledger.verify().unwrap();
    assert_eq!((verified.turns, verified.contexts, verified.blobs), (160, 8, 160));
}

#[test]
fn a_drawing_shows_branches_and_cannot_steer_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = open(folder.path());
    let (trunk, _) = ledger.create(TurnId::NONE, "tag\u{1b}[31m", Commit::Durable).unwrap();
    let turns: Vec<_> = (0..4).map(|number| append(&ledger, trunk, format!("{number}"))).collect();
    let (branch, _) = ledger.fork(turns[2]).unwrap();
    append(&ledger, branch, "own");
    let drawn = ledger.show(trunk, Drawing { turns: 3, contexts: 9 }).unwrap();
    let start: Vec<_> = drawn.iter().map(|line| line.split(" com.").next().unwrap()).collect();
    let expected = [
        "context 1, 4 turns: tag\\u{1b}[31m",
        "┆ 1 earlier",
        "● @2",
        "● @3",
        "├─╮",
        "│ context 2, 4 turns",
        "│ ● @5",
        "● @4",
    ];
    assert_eq!(start, expected);
    assert_eq!(ledger.show(trunk, Drawing { turns: 1, contexts: 1 }).unwrap().len(), 3);
}
