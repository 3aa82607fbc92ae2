//! Subjects that services send something to, and services that fail, in whole trials.

use super::{plan, run_all, try_plan};
use glasshouse_model::{DeliveryOutcome, Ending, Event, Happening, Limit, TrialClass};
use glasshouse_runner::{Finished, Level, replay};
use glasshouse_universe::REQUEST_COST;
use std::fs;
use std::path::Path;

const START: u64 = 1_767_603_600_000_000_000;
const SECOND: u64 = 1_000_000_000;

const JUDGE: &str = "schema = \"judge/1\"\n[[judge]]\nid = \"nothing\"\ncomponent = \"judge-effects\"\n\
                     [judge.criterion]\nnothing_changes = true\n";

/// A scenario's id, the subject's steps, and what else its file says.
type Case<'a> = (&'a str, &'a str, &'a str);

/// A request that has the twin send one to this URL, with these fields.
fn emit(to: &str, fields: &str) -> String {
    format!("[\"https://emitting.example/emit\\nto: {to}{fields}\"]")
}

/// Every trial of the cases, each of which has to come out the same from its record.
fn run_cases(cases: &[Case<'_>], threads: usize) -> Vec<Finished> {
    let plan = plan(suite(cases).path());
    let all = run_all(&plan, threads);
    for finished in &all {
        let number = plan.number(&finished.result.scenario, finished.result.index).unwrap();
        for level in [Level::R1, Level::R2] {
            assert_eq!(replay(&plan, number, &finished.trajectory, level), Ok(()));
        }
    }
    all
}

fn suite(cases: &[Case<'_>]) -> tempfile::TempDir {
    let suite = tempfile::tempdir().unwrap();
    let head = "schema = \"suite/1\"\nid = \"listening\"\ntitle = \"Listening\"\nsubject = \"listening-agent\"\n\
                [gate]\nthreshold = 0.5\n[seeds]\nn = 2\n";
    fs::write(suite.path().join("suite.toml"), head).unwrap();
    cases.iter().for_each(|case| write_scenario(suite.path(), case));
    suite
}

fn write_scenario(suite: &Path, (id, steps, rest): &Case<'_>) {
    let folder = suite.join(id);
    fs::create_dir_all(folder.join("sealed")).unwrap();
    let scenario = format!(
        "schema = \"scenario/1\"\nid = \"{id}\"\ntitle = \"{id}\"\n[goal]\nstory = \"story.md\"\n\
         input = \"input.json\"\n[[twin]]\nuse = \"emitting-twin\"\n[budget]\nfuel = 50_000_000\n\
         requests = 20\nvirtual_time = \"1h\"\n{rest}"
    );
    fs::write(folder.join("scenario.toml"), scenario).unwrap();
    fs::write(folder.join("story.md"), "Listen.\n").unwrap();
    fs::write(folder.join("input.json"), steps).unwrap();
    fs::write(folder.join("sealed/judge.toml"), JUDGE).unwrap();
}

/// The first trial of a case alone.
fn run_case(steps: &str, rest: &str) -> Finished {
    let finished = run_cases(&[("case", steps, rest)], 1).remove(0);
    let events = &finished.trajectory.events;
    assert!(events.iter().enumerate().all(|(index, event)| event.index == index as u64), "{events:?}");
    assert!(events.is_sorted_by_key(|event| event.at), "{events:?}");
    finished
}

/// Deliveries: time since the start, receiver, attempt, outcome.
fn deliveries(events: &[Event]) -> Vec<(u64, Option<String>, u32, DeliveryOutcome)> {
    let one = |event: &Event| match &event.happening {
        Happening::Delivery(d) => Some((event.at - START, d.to.clone(), d.attempt, d.outcome.clone())),
        _ => None,
    };
    events.iter().filter_map(one).collect()
}

fn to(twin: &str) -> Option<String> {
    Some(twin.to_owned())
}

#[test]
fn what_falls_due_is_handed_over_after_the_run_in_fresh_instances() {
    let steps = "[\"https://emitting.example/emit\\nto: https://app.example/b\\ndelay: 2000000000\", \
                  \"https://emitting.example/emit\\nto: https://app.example/a\\ndelay: 1000000000\"]";
    let finished = run_case(steps, "");
    assert_eq!(finished.result.ending, Ending::Answered);
    let ok = DeliveryOutcome::Answered(200);
    assert_eq!(
        deliveries(&finished.trajectory.events),
        [
            (2 * REQUEST_COST + SECOND, to("subject"), 1, ok.clone()),
            (REQUEST_COST + 2 * SECOND, to("subject"), 1, ok),
        ]
    );
    let events = &finished.trajectory.events;
    let lines = events.iter().filter_map(|event| match &event.happening {
        Happening::Line(line) => Some(line.as_str()),
        _ => None,
    });
    let lines: Vec<_> = lines.collect();
    assert!(lines[0].ends_with("https://app.example/a after 0 calls"), "{lines:?}");
    assert!(lines[1].ends_with("https://app.example/b after 0 calls"), "{lines:?}");
}

#[test]
fn a_busy_subject_is_waited_for_and_twins_are_not() {
    let steps = "[\"https://emitting.example/emit\\nto: https://app.example/a\", \
                  \"https://emitting.example/emit\\nto: https://emitting.example/hook\", 5000000000]";
    let finished = run_case(steps, "");
    let ok = DeliveryOutcome::Answered(200);
    assert_eq!(
        deliveries(&finished.trajectory.events),
        [
            (2 * REQUEST_COST, to("emitting"), 1, ok.clone()),
            (2 * REQUEST_COST + 5 * SECOND, to("subject"), 1, ok),
        ]
    );
    let answered = |event: &Event| matches!(event.happening, Happening::Answered(_));
    let answered = finished.trajectory.events.iter().position(answered).unwrap();
    assert_eq!(deliveries(&finished.trajectory.events[..answered]).len(), 1);
}

#[test]
fn what_the_subject_does_not_take_is_sent_again() {
    for (query, first, second) in [
        ("status=503", DeliveryOutcome::Answered(503), DeliveryOutcome::Answered(503)),
        ("slow", DeliveryOutcome::TimedOut(200), DeliveryOutcome::TimedOut(200)),
    ] {
        let to = format!("https://app.example/?{query}");
        let finished = run_case(&emit(&to, "\\nwaits: 60000000000"), "");
        let seen = deliveries(&finished.trajectory.events);
        let outcomes: Vec<_> =
            seen.iter().map(|(_, _, attempt, outcome)| (*attempt, outcome.clone())).collect();
        assert_eq!(outcomes, [(1, first), (2, second)]);
        assert_eq!(seen[1].0 - seen[0].0, 60 * SECOND + if query == "slow" { SECOND } else { 0 });
        assert_eq!(finished.result.ending, Ending::Answered);
    }
}

#[test]
fn a_subject_that_breaks_on_a_delivery_is_asked_again_and_one_at_its_limit_is_ended() {
    let finished = run_case(&emit("https://app.example/?trap", "\\nwaits: 1"), "");
    assert_eq!(finished.result.ending, Ending::Answered);
    let seen = deliveries(&finished.trajectory.events);
    assert_eq!(seen.len(), 2);
    assert!(matches!(&seen[0].3, DeliveryOutcome::Broke(why) if why.contains("unreachable")), "{seen:?}");
    let finished = run_case(&emit("https://app.example/?spin", "\\nwaits: 1"), "");
    assert_eq!(finished.result.ending, Ending::Limit(Limit::Fuel));
    assert_eq!(finished.result.class, TrialClass::Budget);
}

#[test]
fn services_and_subjects_that_set_each_other_off_end_with_the_budget() {
    let finished = run_case(&emit("https://app.example/?again", ""), "");
    assert_eq!(finished.result.ending, Ending::Limit(Limit::Requests));
    let finished = run_case("[\"https://emitting.example/loop\"]", "");
    assert_eq!(finished.result.ending, Ending::Limit(Limit::Deliveries));
}

#[test]
fn what_falls_due_after_the_trial_is_not_delivered() {
    let finished = run_case(&emit("https://app.example/", "\\ndelay: 3600000000000"), "");
    assert_eq!(deliveries(&finished.trajectory.events), []);
    assert_eq!(finished.result.ending, Ending::Answered);
}

#[test]
fn a_scenarios_faults_are_in_the_record_behind_the_request_that_they_met() {
    let rule = "[[fault]]\ntwin = \"emitting\"\noperation = \"write\"\nkind = \"server_error\"\ncall = 1\n";
    let write = "[\"https://emitting.example/write?x\", \"https://emitting.example/write?y\"]";
    let finished = run_case(write, rule);
    let seen = finished.trajectory.events.iter().map(|event| match &event.happening {
        Happening::Exchange { response, .. } => format!("{}", response.as_ref().unwrap().status),
        Happening::Fault(fault) => format!("{} of {}", fault.kind, fault.operation),
        other => format!("{other:?}"),
    });
    assert_eq!(seen.collect::<Vec<_>>(), ["500", "server_error of write", "200", "Answered(\"Done.\")"]);
}

#[test]
fn a_fault_for_a_twin_that_is_not_there_is_a_mistake() {
    let suite = suite(&[("case", "[]", "[[fault]]\ntwin = \"slack\"\nkind = \"cut\"\n")]);
    let mistakes = try_plan(suite.path()).err().unwrap().to_string();
    assert!(
        mistakes.contains("names the twin `slack`") && mistakes.contains("its twins are emitting"),
        "{mistakes}"
    );
}

#[test]
fn trials_are_equal_on_any_number_of_threads() {
    let rule = "[[fault]]\nkind = \"server_error\"\nprobability = 0.5\n\
                [[fault]]\nkind = \"reorder\"\nduration = \"10s\"\nprobability = 0.5\n";
    let steps: Vec<_> = (0..8)
        .map(|n| {
            format!("\"https://emitting.example/emit\\nto: https://app.example/{n}\\nwaits: 1000000000\"")
        })
        .collect();
    let steps = format!("[{}]", steps.join(", "));
    let cases = [("a", steps.as_str(), rule), ("b", steps.as_str(), "")];
    let [one, two] = [1, 2].map(|threads| run_cases(&cases, threads));
    let of = |finished: &[Finished]| -> Vec<_> { finished.iter().map(|f| f.trajectory.clone()).collect() };
    assert_eq!(of(&one), of(&two));
    assert_ne!(one[0].trajectory.events, one[1].trajectory.events);
}
