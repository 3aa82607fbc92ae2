//! One key, one turn.

use crate::{START, Time, context, turn};
use glasshouse_ledger::{Commit, ContextId, Error, KEY_LIFETIME, Ledger, Receipt, TurnId};

fn with_key(ledger: &Ledger, context: ContextId, payload: &str) -> Result<Receipt, Error> {
    ledger.append(context, TurnId::NONE, turn(payload), b"key")
}

#[test]
fn the_same_key_gives_the_same_turn_across_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let time = Time::new();
    let (context, first) = {
        let ledger = Ledger::open(folder.path(), time.options()).unwrap();
        let context = context(&ledger);
        let first = with_key(&ledger, context, "payload").unwrap();
        assert_eq!(with_key(&ledger, context, "payload").unwrap(), first);
        (context, first)
    };
    let ledger = Ledger::open(folder.path(), time.options()).unwrap();
    assert_eq!(with_key(&ledger, context, "payload").unwrap(), first);
    assert_eq!(ledger.head(context).unwrap().depth, 1);
}

#[test]
fn a_key_belongs_to_one_context_and_one_request() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = crate::open(folder.path());
    let (one, two) = (context(&ledger), context(&ledger));
    let first = with_key(&ledger, one, "payload").unwrap();
    assert_ne!(with_key(&ledger, two, "payload").unwrap().turn, first.turn);
    assert!(matches!(with_key(&ledger, one, "other"), Err(Error::KeyReused(turn)) if turn == first.turn));
    assert_eq!(ledger.head(one).unwrap().turn, first.turn);
}

#[test]
fn a_key_is_over_after_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let time = Time::new();
    let ledger = Ledger::open(folder.path(), time.options()).unwrap();
    let context = context(&ledger);
    let first = with_key(&ledger, context, "payload").unwrap();
    time.set(START + KEY_LIFETIME - 1);
    assert_eq!(with_key(&ledger, context, "payload").unwrap(), first);
    assert_eq!(ledger.collect(0).unwrap().keys, 0);
    time.set(START + KEY_LIFETIME);
    let second = with_key(&ledger, context, "other").unwrap();
    assert_eq!(second.depth, 2);
    time.set(START + 2 * KEY_LIFETIME);
    assert_eq!(ledger.collect(0).unwrap().keys, 1);
}

#[test]
fn a_key_of_many_turns_gives_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = crate::open(folder.path());
    let context = context(&ledger);
    let append = || {
        let turns = vec![turn("a"), turn("b"), turn("a")];
        ledger.append_many(context, TurnId::NONE, turns, b"key", Commit::Durable).unwrap()
    };
    assert_eq!(append(), append());
    assert_eq!(ledger.head(context).unwrap().depth, 3);
}

#[test]
fn threads_that_race_with_one_key_get_one_turn() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = crate::open(folder.path());
    let context = context(&ledger);
    let race = || {
        std::thread::scope(|scope| {
            let racers: Vec<_> =
                (0..8).map(|_| scope.spawn(|| with_key(&ledger, context, "payload").unwrap())).collect();
            racers
                .into_iter()
                .map(|racer| racer.join().unwrap().turn)
                .collect::<std::collections::BTreeSet<_>>()
        })
    };
    assert_eq!(race().len(), 1);
    assert_eq!(ledger.head(context).unwrap().depth, 1);
}
