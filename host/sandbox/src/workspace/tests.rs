//! Workspaces in memory and on disk against honest and hostile use.

use super::quota::Counted;
use super::*;
use glasshouse_model::Policy;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

mod opened;

const CANARY: &str = "canary outside of every grant";

const GRANTS: &str = "[[workspace]]\ndir = \"./a/b\"\naccess = \"read-write\"\nquota = \"1MiB\"\n\
                      [[workspace]]\ndir = \"data\"\n";

/// A policy's folder with `a/b` to write in, `data` to read and a canary beside them.
fn stage() -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("a/b")).unwrap();
    fs::create_dir_all(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/rows.csv"), "1,2").unwrap();
    fs::write(folder.path().join("canary"), CANARY).unwrap();
    let workspace = open(folder.path(), GRANTS).unwrap();
    (folder, workspace)
}

fn open(folder: &Path, grants: &str) -> Result<Workspace, glasshouse_model::Mistakes> {
    let policy = Policy::parse("policy.toml", &format!("version = 1\n{grants}")).unwrap();
    Workspace::open(folder, &policy.workspace)
}

/// The error's case, as the contract names it.
fn case<T>(result: Result<T, WorkspaceError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(WorkspaceError::Denied(_)) => "denied",
        Err(WorkspaceError::NotFound(_)) => "not-found",
        Err(WorkspaceError::InvalidArgument { .. }) => "invalid-argument",
        Err(WorkspaceError::Conflict(_)) => "conflict",
        Err(WorkspaceError::QuotaExceeded(_) | WorkspaceError::TooManyNames(_)) => "quota-exceeded",
        Err(WorkspaceError::Other { .. }) => "other",
    }
}

fn names(workspace: &Workspace, path: &str) -> Vec<String> {
    let mark = |kind| match kind {
        Kind::File => "",
        Kind::Folder => "/",
        Kind::Other => "?",
    };
    workspace
        .list(path)
        .unwrap()
        .into_iter()
        .map(|item| format!("{}{}", item.name, mark(item.kind)))
        .collect()
}

/// The same steps mean the same in memory and on disk.
#[test]
fn both_stores_keep_the_contract() {
    let (_folder, granted) = stage();
    for (mut workspace, top) in [(Workspace::in_memory(), "x"), (granted, "a/b")] {
        let at = |rest: &str| format!("{top}/{rest}");
        workspace.write(&at("f-1"), b"first").unwrap();
        workspace.write(&at("f/g/h"), b"0123456789").unwrap();
        assert_eq!(names(&workspace, top), ["f/", "f-1"]);
        assert_eq!(names(&workspace, &at("f/g")), ["h"]);
        assert_eq!(workspace.read(&at("f/g/h"), 3, 4).unwrap(), b"3456");
        assert_eq!(workspace.read(&at("f/g/h"), 8, u32::MAX).unwrap(), b"89");
        assert_eq!(workspace.read(&at("f/g/h"), 10, 1).unwrap(), b"");
        assert_eq!(workspace.read(&at("f/g/h"), u64::MAX, 1).unwrap(), b"");
        assert_eq!(workspace.stat(&at("f/g/h")).unwrap(), Metadata { kind: Kind::File, size: 10 });
        assert_eq!(workspace.stat(&at("f")).unwrap(), Metadata { kind: Kind::Folder, size: 0 });
        workspace.write(&at("f/g/h"), b"short").unwrap();
        assert_eq!(workspace.read(&at("f/g/h"), 0, 100).unwrap(), b"short");

        assert_eq!(case(workspace.read(&at("none"), 0, 1)), "not-found");
        assert_eq!(case(workspace.stat(&at("none/below"))), "not-found");
        assert_eq!(case(workspace.remove(&at("none"))), "not-found");
        assert_eq!(case(workspace.list(&at("none"))), "not-found");
        assert_eq!(case(workspace.read(&at("f"), 0, 1)), "invalid-argument");
        assert_eq!(case(workspace.write(&at("f"), b"")), "invalid-argument");
        assert_eq!(case(workspace.list(&at("f-1"))), "invalid-argument");
        assert_eq!(case(workspace.write(&at("f-1/x"), b"")), "invalid-argument");
        assert_eq!(case(workspace.read(&at("f-1/x"), 0, 1)), "invalid-argument");
        assert_eq!(case(workspace.remove(&at("f"))), "conflict");
        assert_eq!(case(workspace.write("", b"")), "invalid-argument");
        assert_eq!(case(workspace.remove("")), "denied");

        workspace.remove(&at("f/g/h")).unwrap();
        workspace.remove(&at("f/g")).unwrap();
        workspace.remove(&at("f")).unwrap();
        assert_eq!(names(&workspace, top), ["f-1"]);
    }
}

#[test]
fn granted_folders_stand_under_the_paths_of_the_policy() {
    let (_folder, mut workspace) = stage();
    assert_eq!(names(&workspace, ""), ["a/", "data/"]);
    assert_eq!(names(&workspace, "a"), ["b/"]);
    assert_eq!(names(&workspace, "data"), ["rows.csv"]);
    assert_eq!(workspace.stat("").unwrap(), workspace.stat("a").unwrap());
    assert_eq!(case(workspace.write("a", b"")), "invalid-argument");
    assert_eq!(case(workspace.read("a", 0, 1)), "invalid-argument");
    for fixed in ["a", "a/b"] {
        assert_eq!(
            workspace.remove(fixed).unwrap_err().to_string(),
            format!("`{fixed}` is a folder of the grants; no guest can remove it")
        );
    }
}

#[test]
fn a_denial_has_the_lines_that_would_allow() {
    let (_folder, mut workspace) = stage();
    assert_eq!(
        workspace.write("data/rows.csv", b"").unwrap_err().to_string(),
        "the folder `data` is read-only; in its grant at policy.toml:6:1 these lines would allow to change it:\n\
         access = \"read-write\"\nquota = \"64MiB\""
    );
    assert_eq!(case(workspace.remove("data/rows.csv")), "denied");
    assert_eq!(workspace.read("data/rows.csv", 0, 9).unwrap(), b"1,2");
    for (denied, wanted) in [
        (workspace.list("canaries").unwrap_err(), Some("dir = \"canaries\"")),
        (workspace.read("x\"y/z", 0, 1).unwrap_err(), Some("dir = \"x\\\"y\"")),
        (
            workspace.write("x/y/z", b"").unwrap_err(),
            Some("dir = \"x/y\"\naccess = \"read-write\"\nquota = \"64MiB\""),
        ),
        (workspace.read("canary", 0, 1).unwrap_err(), None),
        (workspace.read("a/canary", 0, 1).unwrap_err(), None),
        (workspace.read("C:/x", 0, 1).unwrap_err(), None),
    ] {
        let WorkspaceError::Denied(WorkspaceDenial::NotGranted { lines, .. }) = denied else {
            panic!("{denied}");
        };
        assert_eq!(lines, wanted.map(|wanted| format!("[[workspace]]\n{wanted}")));
        let added = lines.unwrap_or_default();
        assert!(Policy::parse("policy.toml", &format!("version = 1\n{GRANTS}{added}\n")).is_ok(), "{added}");
    }
}

#[test]
fn links_are_listed_and_never_followed() {
    let (folder, mut workspace) = stage();
    let inside = folder.path().join("a/b");
    fs::create_dir(inside.join("real")).unwrap();
    fs::write(inside.join("real/file"), "inside").unwrap();
    for (link, to) in [
        ("out-file", "../../canary"),
        ("out-absolute", "/etc/passwd"),
        ("out-folder", "../.."),
        ("out-slash", "../../"),
        ("in-folder", "real"),
        ("in-file", "real/file"),
        ("loop", "loop"),
        ("dangling", "nowhere"),
    ] {
        symlink(to, inside.join(link)).unwrap();
    }
    for link in
        ["out-file", "out-absolute", "in-file", "loop", "dangling", "out-folder", "out-slash", "in-folder"]
    {
        let path = format!("a/b/{link}");
        assert_eq!(workspace.stat(&path).unwrap(), Metadata { kind: Kind::Other, size: 0 }, "{link}");
        assert_eq!(case(workspace.read(&path, 0, 100)), "invalid-argument", "{link}");
        assert_eq!(case(workspace.write(&path, b"x")), "invalid-argument", "{link}");
        assert_eq!(case(workspace.remove(&path)), "invalid-argument", "{link}");
        assert_eq!(case(workspace.list(&path)), "invalid-argument", "{link}");
        assert_eq!(case(workspace.read(&format!("{path}/"), 0, 100)), "invalid-argument", "{link}");
        for below in ["canary", "file", "new/file"] {
            let below = format!("{path}/{below}");
            assert_eq!(case(workspace.read(&below, 0, 100)), "invalid-argument", "{below}");
            assert_eq!(case(workspace.write(&below, b"x")), "invalid-argument", "{below}");
            assert_eq!(case(workspace.stat(&below)), "invalid-argument", "{below}");
        }
    }
    assert_eq!(fs::read_to_string(folder.path().join("canary")).unwrap(), CANARY);
    assert_eq!(fs::read_to_string(inside.join("real/file")).unwrap(), "inside");
    assert!(names(&workspace, "a/b").contains(&"out-folder?".to_owned()));
}

#[test]
fn a_granted_folder_behind_a_link_or_missing_is_a_mistake() {
    let (folder, _) = stage();
    symlink("data", folder.path().join("link")).unwrap();
    for dir in ["link", "link/below", "none", "canary"] {
        let mistakes = open(folder.path(), &format!("[[workspace]]\ndir = \"{dir}\"\n")).unwrap_err();
        let shown = mistakes.to_string();
        assert!(
            shown.starts_with(&format!("policy.toml:2:1: the folder `{dir}` cannot be opened")),
            "{shown}"
        );
    }
}

#[test]
fn pipes_sockets_and_devices_are_not_opened() {
    let (folder, mut workspace) = stage();
    let inside = folder.path().join("a/b");
    assert!(Command::new("mkfifo").arg(inside.join("pipe")).status().unwrap().success());
    let _listener = UnixListener::bind(inside.join("socket")).unwrap();
    symlink("/proc/self/environ", inside.join("environ")).unwrap();
    symlink("/dev/zero", inside.join("zero")).unwrap();
    for name in ["pipe", "socket", "environ", "zero"] {
        let path = format!("a/b/{name}");
        assert_eq!(workspace.stat(&path).unwrap().kind, Kind::Other);
        assert_eq!(case(workspace.read(&path, 0, 100)), "invalid-argument", "{name}");
        assert_eq!(case(workspace.write(&path, b"x")), "invalid-argument", "{name}");
        assert_eq!(case(workspace.list(&path)), "invalid-argument", "{name}");
        assert_eq!(case(workspace.remove(&path)), "invalid-argument", "{name}");
    }
}

#[test]
fn a_file_with_several_links_is_not_written() {
    let (folder, mut workspace) = stage();
    fs::hard_link(folder.path().join("canary"), folder.path().join("a/b/hard")).unwrap();
    assert_eq!(case(workspace.write("a/b/hard", b"x")), "invalid-argument");
    assert_eq!(fs::read_to_string(folder.path().join("canary")).unwrap(), CANARY);
}

#[test]
fn the_quota_counts_what_is_there_and_gives_back_what_is_removed() {
    let (folder, mut workspace) = stage();
    let whole = vec![7; 1024 * 1024];
    workspace.write("a/b/one", &whole).unwrap();
    let error = workspace.write("a/b/two", b"x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the workspace may hold 1048576 bytes; its quota is set at policy.toml:5:1"
    );
    assert_eq!(names(&workspace, "a/b"), ["one"]);
    workspace.write("a/b/empty", b"").unwrap();
    workspace.write("a/b/one", &whole[1..]).unwrap();
    workspace.write("a/b/two", b"x").unwrap();
    workspace.remove("a/b/one").unwrap();
    workspace.write("a/b/new/one", &whole[1..]).unwrap();
    assert_eq!(case(workspace.write("a/b/two", b"xy")), "quota-exceeded");

    let mut again = open(folder.path(), GRANTS).unwrap();
    assert_eq!(case(again.write("a/b/three", b"x")), "quota-exceeded");
}

#[test]
fn a_sparse_file_counts_with_its_whole_size() {
    let (folder, _) = stage();
    fs::File::create(folder.path().join("a/b/sparse")).unwrap().set_len(1 << 40).unwrap();
    let shown = open(folder.path(), GRANTS).unwrap_err().to_string();
    assert!(
        shown.contains("the folder `a/b`: before the run, the workspace may hold 1048576 bytes"),
        "{shown}"
    );
}

#[test]
fn memory_has_its_own_quota() {
    let mut workspace = Workspace::in_memory();
    let most = usize::try_from(MEMORY_BYTES).unwrap();
    assert_eq!(case(workspace.write("big", &vec![0; most + 1])), "quota-exceeded");
    assert_eq!(names(&workspace, ""), [""; 0]);
    for number in 0..MEMORY_ENTRIES - 1 {
        workspace.write(&format!("f{number}"), b"").unwrap();
    }
    match workspace.write("folder/file", b"").unwrap_err() {
        WorkspaceError::QuotaExceeded(exceeded) => assert_eq!(exceeded.what, Counted::Entries),
        other => panic!("{other}"),
    }
    assert_eq!(case(workspace.stat("folder")), "not-found");
    workspace.write("last", b"").unwrap();
    assert_eq!(workspace.list("").unwrap().len(), MOST_LISTED);
    workspace.remove("last").unwrap();
    workspace.write("last", b"").unwrap();
}

#[test]
fn a_folder_with_too_many_names_is_not_listed_in_part() {
    let (folder, workspace) = stage();
    for number in 0..=MOST_LISTED {
        fs::write(folder.path().join(format!("data/f{number}")), "").unwrap();
    }
    assert_eq!(case(workspace.list("data")), "quota-exceeded");
}

#[test]
fn a_path_of_hundreds_of_folders_works_and_is_counted_again() {
    let (folder, mut workspace) = stage();
    let deep = format!("a/b/{}x", "a/".repeat(400));
    workspace.write(&deep, b"deep").unwrap();
    assert_eq!(workspace.read(&deep, 0, 9).unwrap(), b"deep");
    assert!(open(folder.path(), GRANTS).is_ok());
    let mut memory = Workspace::in_memory();
    memory.write(&deep, b"deep").unwrap();
    assert_eq!(memory.read(&deep, 0, 9).unwrap(), b"deep");
}

#[test]
fn names_that_no_path_can_spell_are_listed_as_other() {
    let (folder, workspace) = stage();
    fs::write(folder.path().join("data/back\\slash"), CANARY).unwrap();
    assert_eq!(names(&workspace, "data"), ["back\\slash?", "rows.csv"]);
}

#[test]
fn a_write_keeps_permissions_and_leaves_nothing_beside() {
    let (folder, mut workspace) = stage();
    let script = folder.path().join("a/b/run");
    fs::write(&script, "old").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o4750)).unwrap();
    fs::write(folder.path().join("a/b/.glasshouse-write-0"), "mine").unwrap();
    workspace.write("a/b/run", b"new").unwrap();
    assert_eq!(fs::metadata(&script).unwrap().permissions().mode() & 0o7777, 0o750);
    assert_eq!(names(&workspace, "a/b"), [".glasshouse-write-0", "run"]);
    assert_eq!(workspace.read("a/b/.glasshouse-write-0", 0, 9).unwrap(), b"mine");
}

#[test]
fn the_folder_that_was_opened_stays_the_one() {
    let (folder, mut workspace) = stage();
    let inside = folder.path().join("a/b");
    workspace.write("a/b/mine", b"x").unwrap();
    fs::rename(&inside, folder.path().join("moved")).unwrap();
    symlink("..", &inside).unwrap();
    assert_eq!(case(workspace.read("a/b/canary", 0, 100)), "not-found");
    workspace.write("a/b/canary", b"guest's").unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("canary")).unwrap(), CANARY);
    assert_eq!(fs::read_to_string(folder.path().join("moved/canary")).unwrap(), "guest's");
}

/// Another thread swaps a folder with a link that leads out, while the guest reads and writes through it.
#[test]
fn a_folder_that_turns_into_a_link_never_leads_out() {
    let (folder, mut workspace) = stage();
    let inside = folder.path().join("a/b");
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), CANARY).unwrap();
    fs::create_dir(inside.join("real")).unwrap();
    fs::write(inside.join("real/file"), "inside").unwrap();
    symlink(&outside, inside.join("out")).unwrap();
    fs::create_dir(inside.join("other")).unwrap();
    fs::write(inside.join("other/file"), CANARY).unwrap();
    symlink("other", inside.join("in")).unwrap();
    let done = AtomicBool::new(false);
    // Judged at the end: a failure in between would leave the other thread running.
    let mut read = BTreeSet::new();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let [door, real, out, within] = ["door", "real", "out", "in"].map(|name| inside.join(name));
            let swaps = [&real, &out, &real, &within].map(|other| [(other, &door), (&door, other)]);
            for round in 0_u64.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                for (from, to) in swaps.as_flattened() {
                    // The guest makes the folder itself where it finds none: that one goes out of the way.
                    if fs::rename(from, to).is_err() {
                        let _ = fs::rename(&door, inside.join(format!("scrap-{round}")));
                    }
                }
            }
        });
        for _ in 0..4_000 {
            read.extend(workspace.read("a/b/door/file", 0, 100));
            let _ = workspace.write("a/b/door/file", b"guest's");
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(read.iter().all(|bytes| bytes == b"inside" || bytes == b"guest's"), "{read:?}");
    assert_eq!(fs::read_to_string(inside.join("other/file")).unwrap(), CANARY);
    assert_eq!(fs::read_to_string(outside.join("file")).unwrap(), CANARY);
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
}
