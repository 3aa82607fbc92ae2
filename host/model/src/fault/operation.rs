//! Which operations or requests are meant.

use std::fmt;

/// Operations by name, or requests by method and path; `*` stands for any run of characters, a `/` included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationPattern(String);

impl OperationPattern {
    pub(super) fn new(pattern: String) -> Self {
        Self(pattern)
    }

    /// Whether it means a request: by method and path where it has a blank or begins with `/`, else by the operation's
    /// name.
    pub(super) fn meets(&self, operation: Option<&str>, method: &str, path: &str) -> bool {
        match self.0.split_once(' ') {
            Some((wanted, pattern)) => wanted.eq_ignore_ascii_case(method) && glob(pattern, path),
            None if self.0.starts_with('/') => glob(&self.0, path),
            None => operation.is_some_and(|operation| glob(&self.0, operation)),
        }
    }
}

impl fmt::Display for OperationPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `*` in a pattern can stand for what a text has in its place. Each piece is looked for once, from where the
/// piece before it ended, so that no pattern costs more than its length times the text's.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*').filter(|piece| !piece.is_empty()) {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_names_or_requests() {
        let meets = |pattern: &str| {
            OperationPattern(pattern.to_owned()).meets(
                Some("chat.postMessage"),
                "POST",
                "/api/chat.postMessage",
            )
        };
        for wanted in
            ["chat.postMessage", "chat.*", "*", "*post*", "POST /api/chat.*", "post *", "/api/*Message"]
        {
            assert!(meets(wanted), "{wanted}");
        }
        for other in ["chat", "chat.post", "*.post", "GET *", "/api/chat", "/chat*", "x*", "*post*post*"] {
            assert!(!meets(other), "{other}");
        }
        assert!(!OperationPattern("*".to_owned()).meets(None, "GET", "/"));
    }
}
