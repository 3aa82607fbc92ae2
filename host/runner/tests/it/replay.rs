//! Records are held against replays: the same where nothing was changed, and the first difference where something was.

use super::{plan, run_all, try_plan};
use glasshouse_model::{Body, Change, Digest, Happening, TapeLine, Trajectory};
use glasshouse_runner::{Finished, Level, Place, Plan, rejudge, replay};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn suite() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/first-day")
}

fn number(plan: &Plan, finished: &Finished) -> usize {
    plan.number(&finished.result.scenario, finished.result.index).unwrap()
}

/// The first trial in which the subject sent several requests.
fn trial(plan: &Plan) -> Finished {
    let is_long = |finished: &Finished| finished.trajectory.events.len() > 4;
    run_all(plan, 2).into_iter().find(is_long).unwrap()
}

#[test]
fn every_trial_comes_out_as_its_record_at_every_level() {
    let plan = plan(&suite());
    for finished in run_all(&plan, 2) {
        let number = number(&plan, &finished);
        assert_eq!(rejudge(&plan, number, &finished.trajectory, &finished.result), Ok(()));
        for level in [Level::R1, Level::R2] {
            assert_eq!(replay(&plan, number, &finished.trajectory, level), Ok(()));
        }
    }
}

#[test]
fn a_record_is_read_as_it_was_written_and_replays() {
    let plan = plan(&suite());
    let finished = trial(&plan);
    let written = finished.trajectory.lines().map(|line| serde_json::to_string(&line).unwrap());
    let read = written.map(|line| serde_json::from_str::<TapeLine>(&line).unwrap());
    let read = Trajectory::of_lines(read).unwrap();
    assert_eq!(read, *finished.trajectory);
    assert_eq!(read.broken_link(), None);
    assert_eq!(replay(&plan, number(&plan, &finished), &read, Level::R1), Ok(()));
}

#[test]
fn a_subject_that_does_something_else_is_caught_at_its_first_other_event() {
    let plan = plan(&suite());
    let finished = trial(&plan);
    let mut record = Trajectory::clone(&finished.trajectory);
    let is_exchange = |happening: &Happening| matches!(happening, Happening::Exchange { .. });
    let place = record.events.iter().rposition(|event| is_exchange(&event.happening)).unwrap();
    let Happening::Exchange { request, .. } = &mut record.events[place].happening else { unreachable!() };
    request.body = Body(b"what a subject sent that was not itself".to_vec());
    for level in [Level::R1, Level::R2] {
        let found = replay(&plan, number(&plan, &finished), &record, level).unwrap_err();
        assert_eq!((found.level, &found.place), (level, &Place::Event(place as u64)));
        assert!(found.recorded.contains("that was not itself"), "{found}");
        assert!(!found.replayed.contains("that was not itself"), "{found}");
    }
}

#[test]
fn a_subject_that_took_other_steps_is_caught_by_its_fuel() {
    let plan = plan(&suite());
    let finished = trial(&plan);
    let mut record = Trajectory::clone(&finished.trajectory);
    record.events[2].fuel += 1;
    for level in [Level::R1, Level::R2] {
        let found = replay(&plan, number(&plan, &finished), &record, level).unwrap_err();
        assert_eq!(found.place, Place::Event(2));
    }
}

#[test]
fn what_twins_held_at_the_end_is_compared_where_everything_runs_again() {
    let plan = plan(&suite());
    let all = run_all(&plan, 2);
    let finished = all.iter().find(|finished| !finished.trajectory.writes.is_empty()).unwrap();
    let mut record = Trajectory::clone(&finished.trajectory);
    let twin = record.twins.keys().next().unwrap().clone();
    record.twins.insert(twin.clone(), Digest::of(b"other"));
    assert_eq!(replay(&plan, number(&plan, finished), &record, Level::R1), Ok(()));
    let found = replay(&plan, number(&plan, finished), &record, Level::R2).unwrap_err();
    assert_eq!(found.place, Place::Twin(twin));
    record.writes[0].key.push('x');
    let found = replay(&plan, number(&plan, finished), &record, Level::R2).unwrap_err();
    assert_eq!(found.place, Place::Write(0));
}

#[test]
fn another_subject_is_caught_before_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let write = |subject: &str| {
        let head = format!(
            "schema = \"suite/1\"\nid = \"swapped\"\ntitle = \"S\"\nsubject = \"{subject}\"\n\
             [gate]\nthreshold = 0.5\n[seeds]\nn = 1\n"
        );
        std::fs::write(folder.path().join("suite.toml"), head).unwrap();
        super::hostile::write_scenario(folder.path(), "a", "answer");
        plan(folder.path())
    };
    let first = write("hostile-agent");
    let finished = run_all(&first, 1).remove(0);
    let second = write("agent-greeter");
    for level in [Level::R1, Level::R2] {
        let found = replay(&second, 0, &finished.trajectory, level).unwrap_err();
        assert_eq!(found.place, Place::Header);
        assert!(found.recorded.contains("hostile-agent") && found.replayed.contains("agent-greeter"));
    }
    let mut record = Trajectory::clone(&finished.trajectory);
    record.header = run_all(&second, 1)[0].trajectory.header.clone();
    let found = replay(&second, 0, &record, Level::R1).unwrap_err();
    assert_eq!(found.place, Place::Event(0));
}

#[test]
fn writes_add_up_to_the_changes_and_say_what_wrote_them() {
    for finished in run_all(&plan(&suite()), 2) {
        let Trajectory { writes, changes, events, .. } = &*finished.trajectory;
        let mut net: BTreeMap<(&str, &str, &str), Change> = BTreeMap::new();
        for write in writes {
            let place = (write.twin.as_str(), write.table.as_str(), write.key.as_str());
            let event = &events[write.event.unwrap() as usize].happening;
            assert!(matches!(event, Happening::Exchange { .. } | Happening::Delivery(_)), "{event:?}");
            let before = net.get(&place).map_or(&write.before, |first| &first.before).clone();
            net.insert(place, Change { before, ..write.clone() });
        }
        let mut net: Vec<_> = net.into_values().filter(|change| change.before != change.after).collect();
        // The event of a change is known where the subject caused it.
        net.iter_mut().for_each(|change| {
            let is_own =
                |event: &u64| matches!(events[*event as usize].happening, Happening::Exchange { .. });
            change.event = change.event.filter(is_own);
        });
        assert_eq!(&net, changes);
    }
}

#[test]
fn a_filter_and_shards_select_trials() {
    use glasshouse_runner::{Selection, SelectionError, Shard};
    let all = plan(&suite()).trials();
    let select = |selection: &Selection| {
        let mut plan = try_plan(&suite()).unwrap();
        plan.select(selection).map(|()| plan)
    };
    let filter = |text: &str| Selection { filter: Some(text.to_owned()), ..Selection::default() };
    let greet = select(&filter("id.startsWith('greet') && criticality == 'normal'")).unwrap();
    assert!(greet.scenarios().iter().all(|scenario| scenario.id.starts_with("greet")));
    assert!(greet.trials() > 0 && greet.trials() < all);
    let parts = (1..=3).map(|part| {
        let shard = Some(Shard { part, parts: 3 });
        select(&Selection { shard, ..Selection::default() }).unwrap().trials()
    });
    assert_eq!(parts.sum::<usize>(), all);
    for (text, wanted) in [
        ("id ==", "no expression"),
        ("id", "not true or false"),
        ("nothing == 1", "an error"),
        ("id == 'none'", "no trial is selected"),
    ] {
        let error = select(&filter(text)).err().unwrap();
        assert!(error.to_string().contains(wanted), "{text}: {error}");
    }
    let only = Some([("greet-newcomer".to_owned(), 99_999)].into());
    let error = select(&Selection { only, ..Selection::default() }).err().unwrap();
    assert!(matches!(error, SelectionError::Unplanned { index: 99_999, .. }), "{error}");
}
