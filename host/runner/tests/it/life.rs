//! What goes on in a trial beside the subject: acts, variants, and budgets that count what it does.

use super::suites::{scenario, suite};
use super::{plan, run_all, try_plan};
use glasshouse_model::{DeliveryOutcome, Ending, Happening, Limit, TrialClass};
use glasshouse_runner::{Finished, Level, replay};

const SECOND: u64 = 1_000_000_000;
const START: u64 = 1_767_603_600_000_000_000;
const TWIN: &str = "twin = [{ use = \"emitting-twin\" }]\n";

fn run_case(input: &str, rest: &str) -> Vec<Finished> {
    let suite = suite("listening-agent", "");
    scenario(suite.path(), "case", input, &format!("{TWIN}{rest}"), &[]);
    run_all(&plan(suite.path()), 2)
}

/// Deliveries of a trial: seconds since the start, sender, receiver, outcome.
fn deliveries(finished: &Finished) -> Vec<(u64, String, Option<String>, DeliveryOutcome)> {
    let one = |event: &glasshouse_model::Event| match &event.happening {
        Happening::Delivery(d) => {
            Some(((event.at - START) / SECOND, d.from.clone(), d.to.clone(), d.outcome.clone()))
        }
        _ => None,
    };
    finished.trajectory.events.iter().filter_map(one).collect()
}

const ACTS: &str = "seeds = { n = 2 }\ndraw = { who = [{ id = 7 }] }\n\
    [[act]]\nat = \"5s\"\nwhat = \"${who.id} is changed\"\n\
    request = { method = \"get\", url = \"https://emitting.example/write?${who.id}\" }\n\
    [[act]]\nat = \"10s\"\nevery = \"10s\"\nuntil = \"35s\"\nwhat = \"a tick\"\n\
    request = { method = \"POST\", url = \"https://app.example/tick\", json = { who = \"${who.id}\" } }\n\
    [[act]]\nat = \"40s\"\nwhat = \"nobody takes it\"\n\
    request = { method = \"POST\", url = \"https://emitting.example/hook?status=403\" }\n";

#[test]
fn acts_reach_twins_and_the_subject_at_their_time_whatever_is_answered() {
    let finished = run_case("[]", ACTS);
    let ok = DeliveryOutcome::Answered(200);
    let to = |name: &str| Some(name.to_owned());
    for finished in &finished {
        assert_eq!(finished.result.ending, Ending::Answered);
        assert_eq!(
            deliveries(finished),
            [
                (5, "outside: 7 is changed".to_owned(), to("emitting"), ok.clone()),
                (10, "outside: a tick".to_owned(), to("subject"), ok.clone()),
                (20, "outside: a tick".to_owned(), to("subject"), ok.clone()),
                (30, "outside: a tick".to_owned(), to("subject"), ok.clone()),
                (40, "outside: nobody takes it".to_owned(), to("emitting"), DeliveryOutcome::Answered(403)),
            ]
        );
        let changes = &finished.trajectory.changes;
        let value = changes.iter().find(|change| change.table == "values").unwrap();
        assert_eq!((value.after.as_deref(), value.event), (Some(b"7".as_slice()), None));
    }
}

#[test]
fn an_act_happens_while_the_subject_sleeps() {
    let finished = run_case("[7000000000, \"https://emitting.example/read\"]", ACTS);
    let read = finished[0].trajectory.events.iter().find_map(|event| match &event.happening {
        Happening::Exchange { response, .. } => response.as_ref().map(|response| response.body.0.clone()),
        _ => None,
    });
    assert_eq!(read.unwrap(), b"7");
}

#[test]
fn a_subject_has_so_many_turns() {
    let tick = "[[act]]\nat = \"1s\"\nevery = \"1s\"\nuntil = \"1m\"\nwhat = \"a tick\"\n\
                request = { method = \"POST\", url = \"https://app.example/tick\" }\n";
    let finished = run_case("[]", &format!("seeds = {{ n = 1 }}\nbudget = {{ turns = 3 }}\n{tick}"));
    assert_eq!(finished[0].result.ending, Ending::Limit(Limit::Turns));
    assert_eq!(finished[0].result.class, TrialClass::Budget);
    assert_eq!(deliveries(&finished[0]).len(), 2);
}

#[test]
fn requests_over_a_pattern_of_the_budget_reach_no_twin() {
    let input = "[\"https://emitting.example/write?a\", \"https://emitting.example/read\", \
                 \"https://emitting.example/write?b\"]";
    let budget = |calls: &str| format!("seeds = {{ n = 1 }}\n[budget]\ncalls = {{ {calls} }}\n");
    let finished = run_case(input, &budget("\"emitting.write\" = 1, \"emitting.*\" = 9"));
    assert_eq!(finished[0].result.ending, Ending::Limit(Limit::Calls));
    assert_eq!(finished[0].result.class, TrialClass::Budget);
    assert_eq!(finished[0].trajectory.changes[0].after.as_deref(), Some(b"a".as_slice()));
    let finished = run_case(input, &budget("\"emitting.write\" = 2, \"emitting GET /r*\" = 1"));
    assert_eq!(finished[0].result.ending, Ending::Answered);
}

#[test]
fn a_trial_that_the_machine_is_too_slow_for_is_no_verdict_on_its_subject() {
    let finished = run_case("[1000]", "seeds = { n = 1 }\nbudget = { wall = \"1ns\" }\n");
    assert_eq!(finished[0].result.ending, Ending::Limit(Limit::Wall));
    assert_eq!((finished[0].result.class, finished[0].result.satisfied), (TrialClass::Infra, false));
    assert!(finished[0].result.reason.contains("`wall`"), "{}", finished[0].result.reason);
    assert!(finished[0].result.judgements.is_empty());
}

#[test]
fn every_combination_of_variants_has_its_turn() {
    let rest = "seeds = { n = 5 }\nvariants = { a = [1, 2], b = [\"x\", \"y\"] }\ndraw = { c = [0] }\n";
    let finished = run_case("[\"https://emitting.example/write?${a}${b}\"]", rest);
    let drawn: Vec<_> =
        finished.iter().map(|finished| finished.result.drawn.render("${a}${b}${c}").unwrap()).collect();
    assert_eq!(drawn, ["1x0", "1y0", "2x0", "2y0", "1x0"]);
    let values: Vec<_> =
        finished.iter().map(|finished| finished.trajectory.changes[0].after.clone().unwrap()).collect();
    assert_eq!(values, [b"1x", b"1y", b"2x", b"2y", b"1x"].map(|value| value.to_vec()));
}

#[test]
fn what_a_suite_and_its_scenarios_say_of_each_other_has_to_fit() {
    let subject = "[usage]\nweights = { case = 3, nobody = 1 }\n[admission]\nmutants = [\"hostile-agent\"]\n";
    let suite = suite("listening-agent", subject);
    let judge = format!(
        "{}[admission]\noracle = \"oracle.json\"\nmutants = [\"agent-greeter\"]\n",
        super::suites::UNTOUCHED
    );
    let rest = format!("{TWIN}seeds = {{ n = 3 }}\nvariants = {{ a = [1, 2], b = [1, 2] }}\n");
    let files = [("sealed/judge.toml", judge.as_str()), ("sealed/oracle.json", "[\"${nobody}\"]")];
    scenario(suite.path(), "case", "[]", &rest, &files);
    let mistakes = |suite: &std::path::Path| try_plan(suite).err().unwrap().to_string();
    let shown = mistakes(suite.path());
    assert!(shown.contains("case/sealed/oracle.json:1:3: `${nobody}` stands for nothing"), "{shown}");
    std::fs::write(suite.path().join("case/sealed/oracle.json"), "[]").unwrap();
    let shown = mistakes(suite.path());
    assert!(shown.contains("4 combinations, and the scenario 3 trials"), "{shown}");
    let rest = format!("{TWIN}seeds = {{ n = 4 }}\nvariants = {{ a = [1, 2], b = [1, 2] }}\n");
    scenario(suite.path(), "case", "[]", &rest, &files[..1]);
    let shown = mistakes(suite.path());
    for what in [
        "[usage] has a weight for `nobody`",
        "`agent-greeter` is no mutant of the suite",
        "no scenario names the mutant `hostile-agent`",
    ] {
        assert!(shown.contains(what), "{what}: {shown}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_each_where_it_is_written() {
    let suite = suite("listening-agent", "");
    let judge = "schema = \"judge/1\"\n[[judge]]\nid = \"a\"\ncomponent = \"listening-agent\"\n";
    let rest = "twin = [{ use = \"emitting-twin\", fixture = \"fixtures/none.json\" }]\n";
    scenario(suite.path(), "files", "[]", rest, &[]);
    std::fs::remove_file(suite.path().join("files/story.md")).unwrap();
    scenario(suite.path(), "unread", "[]", "weight = \"much\"\n", &[("sealed/judge.toml", judge)]);
    let shown = try_plan(suite.path()).err().unwrap().to_string();
    for (place, what) in [
        ("files/scenario.toml:4:", "there is no file "),
        ("files/scenario.toml:5:", "there is no file "),
        ("unread/scenario.toml:5:11", "`weight` must be"),
        ("unread/sealed/judge.toml:4:1", "does not fit the role judge"),
    ] {
        let is_it = |line: &str| line.contains(place) && line.contains(what);
        assert!(shown.lines().any(is_it), "{place} {what}: {shown}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_told_and_not_waited_for() {
    let suite = suite("listening-agent", "");
    for id in ["empty", "folder", "outside"] {
        scenario(suite.path(), id, "[]", TWIN, &[]);
    }
    let story = |id: &str| suite.path().join(id).join("story.md");
    std::fs::write(story("empty"), " \n").unwrap();
    for id in ["folder", "outside"] {
        std::fs::remove_file(story(id)).unwrap();
    }
    std::fs::create_dir(story("folder")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", story("outside")).unwrap();
    let shown = try_plan(suite.path()).err().unwrap().to_string();
    for (id, what) in [
        ("empty", "empty/story.md is empty"),
        ("folder", "folder/story.md is no file"),
        ("outside", "outside/story.md is no file"),
    ] {
        let is_it = |line: &str| line.contains(&format!("{id}/scenario.toml:4:")) && line.contains(what);
        assert!(shown.lines().any(is_it), "{id}: {shown}");
    }
    let pipe = suite.path().join("suite.toml");
    std::fs::remove_file(&pipe).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let shown = try_plan(suite.path()).err().unwrap().to_string();
    assert!(shown.contains("suite.toml: cannot be read: is no file"), "{shown}");
}

#[test]
fn no_more_threads_begin_than_there_are_trials() {
    let suite = suite("listening-agent", "");
    scenario(suite.path(), "case", "[]", &format!("{TWIN}seeds = {{ n = 3 }}\n"), &[]);
    assert_eq!(run_all(&plan(suite.path()), usize::MAX).len(), 3);
}

#[test]
fn strict_bounds_of_the_population_need_scenarios_of_one_weight() {
    let suite = suite("listening-agent", "[gate]\nestimand = \"population_strict\"\nthreshold = 0.5\n");
    let text = std::fs::read_to_string(suite.path().join("suite.toml")).unwrap();
    std::fs::write(suite.path().join("suite.toml"), text.replace("gate = { threshold = 0.5 }\n", ""))
        .unwrap();
    scenario(suite.path(), "one", "[]", TWIN, &[]);
    scenario(suite.path(), "other", "[]", TWIN, &[]);
    assert!(try_plan(suite.path()).is_ok());
    scenario(suite.path(), "other", "[]", &format!("weight = 2\n{TWIN}"), &[]);
    let shown = try_plan(suite.path()).err().unwrap().to_string();
    assert!(shown.contains("\"population_strict\" in [gate] needs scenarios of one weight"), "{shown}");
}

#[test]
fn a_weight_of_the_suite_stands_for_the_scenarios_own() {
    let suite = suite("listening-agent", "[usage]\nweights = { case = 3 }\n");
    scenario(suite.path(), "case", "[]", &format!("weight = 7\n{TWIN}"), &[]);
    assert_eq!(plan(suite.path()).scenarios()[0].weight, 3.0);
}

/// What is not granted reaches no twin, is an event, and ends nobody.
#[test]
fn a_request_that_the_scenario_does_not_grant_is_denied() {
    let suite = suite("agent-script", "");
    let ask = |path: &str| {
        format!("[{{\"request\": {{\"method\": \"GET\", \"url\": \"https://emitting.example/{path}\"}}}}]")
    };
    let rest = "seeds = { n = 1 }\ntwin = [{ use = \"emitting-twin\" }]\n[capabilities]\n";
    for (id, granted, is_denied) in [
        ("all", "", false),
        ("named", "allow = [\"emitting GET /write*\"]\n", false),
        ("other", "allow = [\"emitting GET /read*\"]\n", true),
        ("taken", "allow = [\"*\", \"emitting GET *\"]\ndeny = [\"emitting * /write*\"]\n", true),
    ] {
        scenario(suite.path(), id, &ask("write?1"), &format!("{rest}{granted}"), &[]);
        let plan = plan(suite.path());
        let finished = run_all(&plan, 1);
        let number = finished.iter().position(|finished| finished.result.scenario == id).unwrap();
        let finished = &finished[number];
        let told = finished.result.ending.to_string();
        assert_eq!(told.contains(" is not granted"), is_denied, "{id}: {told}");
        assert_eq!(finished.trajectory.changes.is_empty(), is_denied, "{id}");
        for level in [Level::R1, Level::R2] {
            assert_eq!(replay(&plan, number, &finished.trajectory, level), Ok(()), "{id}");
        }
    }
    scenario(suite.path(), "wrong", "[]", &format!("{rest}allow = [\"jira.*\"]\n"), &[]);
    let error = try_plan(suite.path()).err().unwrap().to_string();
    assert!(
        error.contains("wrong/scenario.toml:") && error.contains("[capabilities] names the twin `jira`"),
        "{error}"
    );
}
