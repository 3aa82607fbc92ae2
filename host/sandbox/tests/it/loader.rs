//! What is refused before any of it runs, and what the store of compiled artefacts takes for genuine.

use crate::stage::{Stage, grants, task};
use glasshouse_model::Ending;
use glasshouse_sandbox::{ArtefactStore, ComponentError, Limits, LoadError};
use glasshouse_testing::guest;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Distances between the places where a component is cut or changed: primes, so that they fall on all kinds of bytes.
const CUT_EVERY: usize = 97;
const FLIP_EVERY: usize = 499;

fn refusal<T>(loaded: Result<T, ComponentError>) -> LoadError {
    match loaded {
        Err(ComponentError::Load(error)) => error,
        Err(ComponentError::Host(fault)) => panic!("not the host's fault: {fault}"),
        Ok(_) => panic!("must be refused"),
    }
}

#[test]
fn other_kinds_of_files_are_told_apart() {
    let stage = Stage::new(None);
    for (bytes, said) in [
        (&b""[..], "not a WebAssembly component but an empty file"),
        (b"fn main() {}", "not a WebAssembly component but something that is not WebAssembly"),
        (b"(component)", "not a WebAssembly component but WebAssembly text"),
        (b"\0asm\x01\0\0\0", "not a WebAssembly component but a core module"),
        (b"\x7fELF\x02\x01\x01", "not a WebAssembly component but native code"),
    ] {
        for refused in [refusal(stage.load_agent(bytes)), refusal(stage.inspect(bytes))] {
            assert_eq!(refused.to_string(), said);
            assert!(refused.hint().is_some(), "{said}");
        }
    }
}

#[test]
fn a_part_of_a_component_is_refused_or_stands_alone() {
    let stage = Stage::new(None);
    let whole = guest("hostile-agent");
    let limits = Limits { fuel: 1_000_000, memory: 16 * 1024 * 1024, ..Limits::default() };
    for end in (1..whole.len()).step_by(CUT_EVERY) {
        match stage.load_agent(&whole[..end]) {
            Err(ComponentError::Load(_)) => {}
            Err(ComponentError::Host(fault)) => panic!("byte {end}: {fault}"),
            // A cut at the border of a trailing custom section leaves a whole component.
            Ok(agent) => {
                let ending = agent.run(grants(), limits, &task("answer")).ending;
                assert!(!matches!(ending, Ending::Infra(_)), "byte {end}: {ending}");
            }
        }
    }
    let middle = whole.len() / 2;
    refusal(stage.load_agent(&whole[..middle]));
    stage.load_agent(&whole).unwrap();
}

/// A changed component is refused, or it is another component; then it runs, and still breaks nothing.
#[test]
fn a_changed_component_never_breaks_the_host() {
    let stage = Stage::new(None);
    let whole = guest("dirty-pages");
    let limits = Limits { fuel: 1_000_000, memory: 16 * 1024 * 1024, ..Limits::default() };
    let (mut refused, mut ran) = (0, 0);
    for (count, at) in (0..whole.len()).step_by(FLIP_EVERY).enumerate() {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (count % 8);
        match stage.load_agent(&changed) {
            Err(ComponentError::Load(_)) => refused += 1,
            Err(ComponentError::Host(fault)) => panic!("byte {at}: {fault}"),
            Ok(agent) => {
                let ending = agent.run(grants(), limits, &task("answer")).ending;
                assert!(!matches!(ending, Ending::Infra(_)), "byte {at}: {ending}");
                ran += 1;
            }
        }
    }
    assert!(refused > 0 && ran > 0, "{refused} refused, {ran} ran");
}

#[test]
fn another_role_is_refused_by_name() {
    let stage = Stage::new(None);
    let refused = refusal(stage.load_agent(&guest("judge-effects"))).to_string();
    assert!(refused.starts_with("the component does not fit the role agent: "), "{refused}");
    assert!(refused.contains("it does not export `glasshouse:agent/run@0.1.0`"), "{refused}");
    assert!(refused.contains("it imports `glasshouse:capability/outcome@0.1.0`"), "{refused}");
    let refused = refusal(stage.load_twin(&guest("hostile-agent"))).to_string();
    assert!(
        refused.contains("it imports `glasshouse:capability/http@0.1.0`, which no twin may import"),
        "{refused}"
    );
    refusal(stage.load_judge(&guest("twin-slack")));
}

#[test]
fn an_agent_that_would_see_the_trial_is_refused() {
    let stage = Stage::new(None);
    let LoadError::WrongRole { role, mut problems } = refusal(stage.load_agent(&guest("peeking-agent")))
    else {
        panic!("must be refused for its role")
    };
    problems.sort();
    assert_eq!(role, "agent");
    assert_eq!(
        problems,
        [
            "it imports `glasshouse:capability/outcome@0.1.0`, which no agent may import",
            "it imports `glasshouse:capability/trajectory@0.1.0`, which no agent may import",
        ]
    );
}

/// The one artefact in a folder: its path, its inode and its bytes. Writing an artefact anew gives it another inode.
fn artefact(folder: &Path) -> (PathBuf, u64, Vec<u8>) {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut artefacts = paths.filter(|path| path.extension().is_some_and(|ending| ending == "artefact"));
    let path = artefacts.next().expect("an artefact is kept");
    assert!(artefacts.next().is_none(), "and one alone");
    let (inode, bytes) = (std::fs::metadata(&path).unwrap().ino(), std::fs::read(&path).unwrap());
    (path, inode, bytes)
}

fn answers(folder: &Path, name: &str) {
    let stage = Stage::with_artefacts(ArtefactStore::open(folder).unwrap());
    let agent = stage.load_agent(&guest(name)).unwrap();
    assert_eq!(agent.run(grants(), Limits::default(), &task("answer")).ending, Ending::Answered);
}

#[test]
fn artefacts_are_used_while_they_are_genuine() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("artefacts");
    answers(&folder, "hostile-agent");
    let (path, made, genuine) = artefact(&folder);
    answers(&folder, "hostile-agent");
    assert_eq!(artefact(&folder), (path.clone(), made, genuine.clone()), "the second load uses it");
    for at in [0, 31, 32, genuine.len() / 2, genuine.len() - 1] {
        let mut forged = genuine.clone();
        forged[at] ^= 1;
        std::fs::write(&path, &forged).unwrap();
        let (_, before, _) = artefact(&folder);
        answers(&folder, "hostile-agent");
        let (_, after, bytes) = artefact(&folder);
        assert!(before != after && bytes != forged, "byte {at}: compiled anew");
    }
    std::fs::write(&path, b"short").unwrap();
    answers(&folder, "hostile-agent");
    assert!(artefact(&folder).2.len() > 5, "compiled anew");
}

#[test]
fn an_artefact_serves_no_other_component() {
    let parent = tempfile::tempdir().unwrap();
    let (one, other) = (parent.path().join("one"), parent.path().join("other"));
    answers(&one, "hostile-agent");
    std::fs::create_dir(&other).unwrap();
    std::fs::copy(one.join("mac.key"), other.join("mac.key")).unwrap();
    let judge = guest("judge-effects");
    Stage::with_artefacts(ArtefactStore::open(&other).unwrap()).load_judge(&judge).unwrap();
    let (path, ..) = artefact(&other);
    std::fs::copy(artefact(&one).0, &path).unwrap();
    let (_, planted, _) = artefact(&other);
    Stage::with_artefacts(ArtefactStore::open(&other).unwrap()).load_judge(&judge).unwrap();
    assert_ne!(artefact(&other).1, planted, "compiled anew");
}

#[test]
fn artefacts_are_for_this_user_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("deep/artefacts");
    answers(&folder, "hostile-agent");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    assert!(folder.join("mac.key").is_file());
}
