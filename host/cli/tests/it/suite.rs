//! Suites whose subject is the hostile agent: each scenario is one thing that it does.

use crate::glasshouse::Place;
use std::path::Path;

/// Writes the suite `NAME` for a subject, one scenario for each of `does`. Its only judge is content when nothing
/// changes, which holds of a world without twins.
pub(crate) fn write(place: &Place, name: &str, subject: &str, trials: u32, does: &[&str]) {
    let folder = place.path().join(name);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("agent.wasm"), glasshouse_testing::guest(subject)).unwrap();
    let suite = format!(
        "schema = \"suite/1\"\nid = \"{name}\"\ntitle = \"A test\"\nsubject = \"agent.wasm\"\n\n\
         [gate]\nthreshold = 0.5\n\n[seeds]\nn = {trials}\n"
    );
    std::fs::write(folder.join("suite.toml"), suite).unwrap();
    for behaviour in does {
        write_scenario(&folder, behaviour);
    }
}

fn write_scenario(suite: &Path, behaviour: &str) {
    let folder = suite.join(behaviour);
    std::fs::create_dir_all(folder.join("sealed")).unwrap();
    let scenario = format!(
        "schema = \"scenario/1\"\nid = \"{behaviour}\"\ntitle = \"It is asked to {behaviour}\"\n\n\
         [goal]\nstory = \"story.md\"\ninput = \"input.json\"\n\n\
         [budget]\nfuel = 200_000_000\nmemory = \"32MiB\"\noutput = \"64KiB\"\nrequests = 50\n"
    );
    let judge = "schema = \"judge/1\"\n\n[[judge]]\nid = \"effects\"\ncomponent = \"judge-effects\"\n\n\
                 [judge.criterion]\nnothing_changes = true\n";
    for (file, text) in [
        ("scenario.toml", scenario.as_str()),
        ("story.md", "Do as the input says.\n"),
        ("input.json", &format!("{{\"do\": \"{behaviour}\"}}\n")),
        ("sealed/judge.toml", judge),
    ] {
        std::fs::write(folder.join(file), text).unwrap();
    }
}
