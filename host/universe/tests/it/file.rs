//! A world's file: the same bytes for the same world, and no world for other bytes.

use super::{START, ask, emitting, open, slack_world, twin};
use glasshouse_model::{FaultPlan, Seed};
use glasshouse_universe::{Universe, World, WorldFileError};

/// A world with something of everything.
fn full() -> World {
    let rules = "schema = \"faults/1\"\n[[fault]]\nkind = \"stale_read\"\nduration = \"1h\"\nprobability = 0.5\n\
                 [[fault]]\nkind = \"reorder\"\nduration = \"1m\"\n";
    let mut universe = emitting();
    universe.set_faults(FaultPlan::parse("faults.toml", rules).unwrap());
    for value in ["a", "b", "c"] {
        ask(&mut universe, &format!("/write?{value}"), &[]);
        ask(&mut universe, "/draw", &[]);
        let fields =
            [("to", "https://emitting.example/hook?status=500"), ("waits", "90000000000"), ("delay", "1")];
        ask(&mut universe, "/emit", &fields);
    }
    universe.advance(60_000_000_000).unwrap();
    universe.close()
}

/// What a universe over this world goes on to do.
fn goes_on(world: World) -> String {
    let mut universe: Universe = open(&[twin("emitting-twin"), twin("breaking-twin")], world);
    let answers: Vec<_> =
        (0..10).map(|_| (ask(&mut universe, "/read", &[]), ask(&mut universe, "/draw", &[]))).collect();
    universe.advance(600_000_000_000).unwrap();
    format!(
        "{answers:?} {:?} {:?} {}",
        universe.take_happenings(),
        universe.counts(),
        universe.world().digest()
    )
}

#[test]
fn a_world_that_is_read_has_the_same_bytes_and_goes_on_alike() {
    let world = full();
    let bytes = world.to_bytes();
    let read = World::from_bytes(&bytes).unwrap();
    assert_eq!(read.to_bytes(), bytes);
    assert_eq!(
        (read.pending(), read.counts(), read.clock()),
        (world.pending(), world.counts(), world.clock())
    );
    assert_eq!(goes_on(read), goes_on(world));
}

#[test]
fn the_same_history_gives_the_same_bytes_and_another_seed_does_not() {
    assert_eq!(full().digest(), full().digest());
    let world = full();
    assert_ne!(world.fork(Seed(5)).digest(), world.digest());
    assert_eq!(world.fork(Seed(5)).digest(), world.fork(Seed(5)).digest());
}

#[test]
fn how_a_world_came_to_be_is_no_part_of_its_bytes() {
    let mut long = emitting();
    for value in ["a", "b", "a"] {
        ask(&mut long, &format!("/write?{value}"), &[]);
    }
    let world = long.close();
    assert_eq!(world.changes().len(), 1);
    let read = World::from_bytes(&world.to_bytes()).unwrap();
    assert_eq!(read.changes(), []);
    assert_eq!(read.digest(), world.digest());
}

#[test]
fn every_changed_byte_is_an_error_with_a_place() {
    let bytes = full().to_bytes();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let error = World::from_bytes(&changed).unwrap_err();
        assert!(error.to_string().contains("byte"), "{error}");
        if let WorldFileError::Changed { from, to, .. } = error {
            assert!((from..to).contains(&at), "{at} is not in {from} to {to}");
        }
    }
}

#[test]
fn every_end_that_comes_early_or_late_is_an_error() {
    let bytes = full().to_bytes();
    for length in 0..bytes.len() {
        assert!(World::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    let longer = [bytes.as_slice(), b"x"].concat();
    assert_eq!(World::from_bytes(&longer).unwrap_err(), WorldFileError::Trailing { at: bytes.len() });
}

#[test]
fn what_no_writer_makes_is_refused() {
    let empty = World::empty(START).to_bytes();
    let full = slack_world(&[twin("twin-slack")]).to_bytes();
    // The sections of one world in the file of another: each has its digest, and the whole has not.
    let spliced = [&empty[..empty.len() - 90], &full[full.len() - 500..]].concat();
    assert!(World::from_bytes(&spliced).is_err());
    assert!(World::from_bytes(b"glasshouse world 2\n").is_err());
    assert_eq!(World::from_bytes(b"glasshouse world 1\n").unwrap_err(), WorldFileError::Format);
    assert_eq!(World::from_bytes(&empty).unwrap().to_bytes(), empty);
}

#[test]
fn a_real_service_goes_through_a_file() {
    let world = slack_world(&[twin("twin-slack")]);
    let read = World::from_bytes(&world.to_bytes()).unwrap();
    assert!(world.documents() > 10);
    assert_eq!(read.diff(&world), []);
    assert_eq!(read.digest(), world.digest());
}
