//! The built guests, as `cargo xtask guests` leaves them.

use std::path::PathBuf;

/// One built component.
#[derive(Debug, Clone)]
pub struct Guest {
    /// Its name: that of its file, without ending.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The guest of that name.
///
/// # Panics
/// Where it has not been built: tests are run by `cargo xtask test`, which builds it.
pub fn guest(name: &str) -> Vec<u8> {
    let path = folder().join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; run `cargo xtask guests` first", path.display());
    })
}

/// Every built guest, by name.
///
/// # Panics
/// Where none has been built.
pub fn all_guests() -> Vec<Guest> {
    let folder = folder();
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| {
        panic!("{}: {error}; run `cargo xtask guests` first", folder.display());
    });
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names.into_iter().map(|name| Guest { bytes: guest(&name), name }).collect()
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/guests"))
}
