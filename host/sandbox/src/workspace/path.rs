//! Paths as guests write them, checked before anything is opened.

use super::error::{Unfit, WorkspaceError};
use crate::guard::{Guard, stands};

/// Longest path, in bytes.
pub(crate) const LONGEST_PATH: usize = 4096;
/// Longest part of one, in bytes: what Linux takes.
const LONGEST_PART: usize = 255;

/// A checked path; the empty one is the workspace itself.
#[derive(Debug, Clone)]
pub(super) struct WorkspacePath<'p> {
    /// As the guest wrote it.
    pub(super) text: &'p str,
    /// Between its slashes.
    pub(super) parts: Vec<&'p str>,
}

impl<'p> WorkspacePath<'p> {
    /// Checks a path. Drive letters, devices of other systems and the like are plain names.
    pub(super) fn parse(text: &'p str) -> Result<Self, WorkspaceError> {
        if text.len() > LONGEST_PATH && stands(Guard::Paths) {
            return Err(WorkspaceError::unfit(text, Unfit::TooLong));
        }
        if text.is_empty() {
            return Ok(Self { text, parts: Vec::new() });
        }
        if let Some(why) = text.split('/').find_map(unfit_part).filter(|_| stands(Guard::Paths)) {
            return Err(WorkspaceError::unfit(text, why));
        }
        Ok(Self { text, parts: text.split('/').collect() })
    }
}

/// Whether a path can have such a part.
pub(crate) fn is_part(part: &str) -> bool {
    !part.contains('/') && unfit_part(part).is_none()
}

fn unfit_part(part: &str) -> Option<Unfit> {
    match part {
        "" => Some(Unfit::EmptyPart),
        "." | ".." => Some(Unfit::Dots),
        _ if part.contains(|c: char| c == '\\' || c.is_control()) => Some(Unfit::Character),
        _ if part.len() > LONGEST_PART => Some(Unfit::PartTooLong),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> Option<Unfit> {
        match WorkspacePath::parse(text) {
            Ok(_) => None,
            Err(WorkspaceError::InvalidArgument { why, .. }) => Some(why),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn hostile_paths_are_refused_with_the_reason() {
        let long = "a/".repeat(LONGEST_PATH);
        for (path, wanted) in [
            ("/etc/passwd", Unfit::EmptyPart),
            ("//server/share", Unfit::EmptyPart),
            ("a//b", Unfit::EmptyPart),
            ("a/", Unfit::EmptyPart),
            ("/", Unfit::EmptyPart),
            (".", Unfit::Dots),
            ("./a", Unfit::Dots),
            ("a/../../x", Unfit::Dots),
            ("../../../../etc/passwd", Unfit::Dots),
            ("a/..", Unfit::Dots),
            ("\\\\?\\C:\\x", Unfit::Character),
            ("a\\..\\b", Unfit::Character),
            ("a\0b", Unfit::Character),
            ("a\nb", Unfit::Character),
            ("a\u{85}b", Unfit::Character),
            (&"x".repeat(256), Unfit::PartTooLong),
            (&"x".repeat(5000), Unfit::TooLong),
            (&long, Unfit::TooLong),
        ] {
            assert_eq!(why(path), Some(wanted), "{path:?}");
        }
    }

    #[test]
    fn names_that_are_special_elsewhere_are_names() {
        for path in ["", "a", "C:", "CON", "COM¹", "file:stream", "...", "..a", " ", "ä/ö", "%2e%2e"] {
            assert_eq!(why(path), None, "{path:?}");
        }
        assert!(WorkspacePath::parse(&"a/".repeat(2047)[..4093]).is_ok());
    }
}
