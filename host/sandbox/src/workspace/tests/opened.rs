//! Files that stay open, as components built on WASI have them.

use super::*;
use std::sync::{Arc, Mutex};

/// The folder `a/b` of a stage as components built on WASI have it.
fn preopened(workspace: Workspace) -> (Arc<Mutex<Workspace>>, Preopen, Preopen) {
    let workspace = Arc::new(Mutex::new(workspace));
    let mut all = Preopen::all(&workspace, |_, _, _| ()).into_iter();
    let (Some(writable), Some(readable), None) = (all.next(), all.next(), all.next()) else {
        panic!("there are two folders")
    };
    (workspace, writable, readable)
}

fn parts(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

const MAKE: Opening = Opening { read: true, write: true, create: true, exclusive: false, truncate: false };
const READ: Opening = Opening { read: true, write: false, create: false, exclusive: false, truncate: false };
const MIB: usize = 1024 * 1024;

#[test]
fn open_files_are_written_in_place_and_keep_the_quota() {
    let (folder, workspace) = stage();
    let (_, writable, _) = preopened(workspace);
    let file = writable.open(&parts("f"), MAKE).unwrap();
    assert_eq!(file.write(b"hello", Some(0)).unwrap(), 5);
    assert_eq!(file.write(b"!", None).unwrap(), 1);
    assert_eq!(fs::read(folder.path().join("a/b/f")).unwrap(), b"hello!");
    assert_eq!(file.read(1, 4).unwrap(), b"ello");
    assert_eq!(case(file.write(&vec![0; MIB], Some(1))), "quota-exceeded");
    assert_eq!(case(file.set_size(1 << 40)), "quota-exceeded");
    assert_eq!(case(file.write(b"x", Some(u64::MAX))), "quota-exceeded");
    file.set_size(MIB as u64).unwrap();
    assert_eq!(case(file.write(b"x", None)), "quota-exceeded");
    file.set_size(0).unwrap();
    assert_eq!(file.write(&vec![0; MIB], Some(0)).unwrap(), MIB);
}

#[test]
fn a_file_without_a_name_takes_its_room_until_it_is_closed() {
    let (_folder, workspace) = stage();
    let (workspace, writable, _) = preopened(workspace);
    let fill = |name: &str| {
        let file = writable.open(&parts(name), MAKE).unwrap();
        file.write(&vec![0; MIB], Some(0)).map(|_| file)
    };
    let removed = fill("one").unwrap();
    writable.remove(&parts("one")).unwrap();
    assert_eq!(case(fill("two")), "quota-exceeded");
    drop(removed);
    let replaced = fill("two").unwrap();
    writable.open(&parts("three"), MAKE).unwrap();
    writable.rename(&parts("three"), &writable, &parts("two")).unwrap();
    assert_eq!(case(fill("three")), "quota-exceeded");
    drop(replaced);
    let written = fill("three").unwrap();
    let over = |contents: &[u8]| workspace.lock().unwrap().write("a/b/three", contents);
    assert_eq!(case(over(&vec![1; MIB])), "quota-exceeded");
    over(b"").unwrap();
    assert_eq!(case(over(b"x")), "quota-exceeded");
    drop(written);
    over(&vec![1; MIB]).unwrap();
}

#[test]
fn open_files_lead_nowhere_else() {
    let (folder, workspace) = stage();
    let inside = folder.path().join("a/b");
    symlink("../../canary", inside.join("link")).unwrap();
    symlink("../..", inside.join("links")).unwrap();
    fs::hard_link(folder.path().join("canary"), inside.join("hard")).unwrap();
    fs::write(inside.join("owner"), "#!/bin/sh").unwrap();
    fs::set_permissions(inside.join("owner"), fs::Permissions::from_mode(0o4755)).unwrap();
    let (_, writable, readable) = preopened(workspace);
    assert_eq!(case(writable.open(&parts("owner"), MAKE)), "invalid-argument");
    assert_eq!(writable.open(&parts("owner"), READ).unwrap().read(0, 2).unwrap(), b"#!");
    for path in ["link", "links/canary"] {
        assert_eq!(case(writable.open(&parts(path), READ)), "invalid-argument", "{path}");
        assert_eq!(case(writable.open(&parts(path), MAKE)), "invalid-argument", "{path}");
    }
    assert_eq!(case(writable.open(&parts("hard"), MAKE)), "invalid-argument");
    assert_eq!(case(writable.rename(&parts("link"), &writable, &parts("other"))), "invalid-argument");
    writable.open(&parts("f"), MAKE).unwrap();
    assert_eq!(case(writable.rename(&parts("f"), &writable, &parts("link"))), "invalid-argument");
    assert_eq!(case(writable.rename(&parts("f"), &readable, &parts("f"))), "other");
    assert_eq!(case(readable.open(&parts("rows.csv"), MAKE)), "denied");
    assert_eq!(case(readable.create_folder(&parts("x"))), "denied");
    assert_eq!(case(readable.remove(&parts("rows.csv"))), "denied");
    assert_eq!(readable.open(&parts("rows.csv"), READ).unwrap().read(0, 9).unwrap(), b"1,2");
    assert_eq!(fs::read_to_string(folder.path().join("canary")).unwrap(), CANARY);
}

#[test]
fn files_are_opened_up_to_a_count_and_closed_ones_do_not_count() {
    let (_folder, workspace) = stage();
    let (_, _, readable) = preopened(workspace);
    let open = || readable.open(&parts("rows.csv"), READ);
    let held: Vec<_> = (0..MOST_OPEN).map(|_| open().unwrap()).collect();
    assert_eq!(case(open()), "quota-exceeded");
    drop(held);
    open().unwrap();
}
