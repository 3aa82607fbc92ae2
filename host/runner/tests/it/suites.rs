//! Suites that tests write: a subject, scenarios, their files.

use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A judge that is content when nothing changes.
pub(crate) const UNTOUCHED: &str = "schema = \"judge/1\"\n[[judge]]\nid = \"nothing\"\n\
                                    component = \"judge-effects\"\n[judge.criterion]\nnothing_changes = true\n";

/// A suite of this subject with `rest` behind its head.
pub(crate) fn suite(subject: &str, rest: &str) -> TempDir {
    let suite = tempfile::tempdir().unwrap();
    let head = format!(
        "schema = \"suite/1\"\nid = \"tested\"\ntitle = \"A test\"\nsubject = \"{subject}\"\n\
         gate = {{ threshold = 0.5 }}\n{rest}"
    );
    fs::write(suite.path().join("suite.toml"), head).unwrap();
    suite
}

/// A scenario of it: its input, what else its file says, and files besides.
pub(crate) fn scenario(suite: &Path, id: &str, input: &str, rest: &str, files: &[(&str, &str)]) {
    let folder = suite.join(id);
    fs::create_dir_all(folder.join("sealed")).unwrap();
    let text = format!(
        "schema = \"scenario/1\"\nid = \"{id}\"\ntitle = \"{id}\"\n\
         goal = {{ story = \"story.md\", input = \"input.json\" }}\n{rest}"
    );
    let usual = [
        ("scenario.toml", text.as_str()),
        ("story.md", "Do it.\n"),
        ("input.json", input),
        ("sealed/judge.toml", UNTOUCHED),
    ];
    for (file, text) in usual.iter().chain(files) {
        fs::write(folder.join(file), text).unwrap();
    }
}
