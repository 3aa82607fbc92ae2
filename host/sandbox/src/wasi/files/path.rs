//! Paths as WASI writes them, below a folder that is open.

use crate::workspace::{LONGEST_PATH, Unfit, WorkspaceError, is_part};

/// The parts that a path leads to from a folder. Since no link is ever followed, `..` is the part before; none leads
/// above the granted folder.
pub(super) fn resolved(base: &[String], path: &str) -> Result<Vec<String>, WorkspaceError> {
    if path.is_empty() {
        return Err(WorkspaceError::not_found(path));
    }
    let unfit = |why| WorkspaceError::unfit(path, why);
    if path.starts_with('/') {
        return Err(unfit(Unfit::EmptyPart));
    }
    let mut parts = base.to_vec();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop().ok_or_else(|| unfit(Unfit::Dots))?),
            part if is_part(part) => parts.push(part.to_owned()),
            part if part.len() > LONGEST_PART => return Err(unfit(Unfit::PartTooLong)),
            _ => return Err(unfit(Unfit::Character)),
        }
    }
    let length: usize = parts.iter().map(|part| part.len() + 1).sum();
    if path.len().max(length) > LONGEST_PATH { Err(unfit(Unfit::TooLong)) } else { Ok(parts) }
}

/// Longest part of a path, in bytes: what Linux takes.
const LONGEST_PART: usize = 255;

#[cfg(test)]
mod tests {
    use super::super::code;
    use super::*;
    use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

    #[test]
    fn paths_stay_below_the_folder() {
        let base = ["a".to_owned()];
        let long = "a/".repeat(LONGEST_PATH);
        for (path, wanted) in [
            ("b", Ok("a/b")),
            (".", Ok("a")),
            ("./b//c/", Ok("a/b/c")),
            ("b/../c", Ok("a/c")),
            ("..", Ok("")),
            ("../b", Ok("b")),
            ("../..", Err(ErrorCode::NotPermitted)),
            ("b/../../../x", Err(ErrorCode::NotPermitted)),
            ("/etc/passwd", Err(ErrorCode::NotPermitted)),
            ("", Err(ErrorCode::NoEntry)),
            ("a\0b", Err(ErrorCode::Invalid)),
            ("a\\..\\b", Err(ErrorCode::Invalid)),
            (&"x".repeat(256), Err(ErrorCode::NameTooLong)),
            (&long, Err(ErrorCode::NameTooLong)),
        ] {
            let parts = resolved(&base, path).map(|parts| parts.join("/")).map_err(code);
            assert_eq!(parts.as_deref().map_err(|code| *code), wanted, "{path:?}");
        }
    }
}
