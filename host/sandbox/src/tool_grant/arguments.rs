//! The arguments of one call: parsed once, within bounds, and measured for what they cost to check.

use serde_json::Value;

/// Most bytes of a call's arguments.
pub const LARGEST_ARGUMENTS: usize = 1024 * 1024;
/// Most arrays and objects that stand in one another; a number alone is at depth 0.
pub const DEEPEST_ARGUMENTS: usize = 64;

/// A call's arguments.
#[derive(Debug, Clone)]
pub struct Arguments {
    value: Value,
    size: Size,
}

/// What checking a value costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Values of every kind, at any depth.
    pub(super) nodes: u64,
    /// Items of the widest array or object.
    pub(super) widest: u64,
    /// Bytes of the longest text, keys included.
    pub(super) longest: u64,
}

/// Why a text is no arguments.
#[derive(Debug, thiserror::Error)]
pub enum ArgumentsError {
    /// Too many bytes.
    #[error("the arguments have {0} bytes; at most {LARGEST_ARGUMENTS} are read")]
    TooLarge(usize),
    /// Not JSON.
    #[error("the arguments are not JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Too deep.
    #[error("the arguments nest deeper than {DEEPEST_ARGUMENTS}")]
    TooDeep,
}

impl Arguments {
    /// Parses JSON. Of a key that stands twice the last counts: hand the tool [`Self::to_json`] and not the
    /// text, which another parser may read in another way.
    ///
    /// # Errors
    /// Where it is too large, too deep or not JSON.
    pub fn parse(text: &str) -> Result<Self, ArgumentsError> {
        if text.len() > LARGEST_ARGUMENTS {
            return Err(ArgumentsError::TooLarge(text.len()));
        }
        let value = serde_json::from_str(text)?;
        let mut size = Size::default();
        measure(&value, 0, &mut size)?;
        Ok(Self { value, size })
    }

    /// What was parsed.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// What was parsed as JSON: what was checked, and nothing else.
    pub fn to_json(&self) -> String {
        self.value.to_string()
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }
}

fn measure(value: &Value, depth: usize, size: &mut Size) -> Result<(), ArgumentsError> {
    size.nodes += 1;
    let inner = depth + 1;
    match value {
        Value::Array(_) | Value::Object(_) if inner > DEEPEST_ARGUMENTS => Err(ArgumentsError::TooDeep),
        Value::Array(items) => {
            size.widest = size.widest.max(items.len() as u64);
            items.iter().try_for_each(|item| measure(item, inner, size))
        }
        Value::Object(fields) => {
            size.widest = size.widest.max(fields.len() as u64);
            fields.iter().try_for_each(|(key, field)| {
                size.longest = size.longest.max(key.len() as u64);
                measure(field, inner, size)
            })
        }
        Value::String(text) => {
            size.longest = size.longest.max(text.len() as u64);
            Ok(())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_measured() {
        let arguments = Arguments::parse(r#"{"a": [1, [2, 3, 4], "text"], "longer key": null}"#).unwrap();
        assert_eq!(arguments.size(), Size { nodes: 9, widest: 3, longest: 10 });
    }

    #[test]
    fn bombs_are_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Arguments::parse(&nested(DEEPEST_ARGUMENTS)).is_ok());
        assert!(matches!(Arguments::parse(&nested(DEEPEST_ARGUMENTS + 1)), Err(ArgumentsError::TooDeep)));
        assert!(matches!(Arguments::parse(&nested(400_000)), Err(ArgumentsError::Syntax(_))));
        let large = format!("\"{}\"", "x".repeat(LARGEST_ARGUMENTS));
        assert!(matches!(Arguments::parse(&large), Err(ArgumentsError::TooLarge(_))));
        for broken in ["", "{", "nul", "1e999", "{} {}", "\"\u{1}\"", "NaN", "'a'"] {
            assert!(matches!(Arguments::parse(broken), Err(ArgumentsError::Syntax(_))), "{broken}");
        }
    }

    #[test]
    fn what_is_handed_on_is_what_was_checked() {
        let arguments = Arguments::parse(r#"{"amount": 1, "amount": 1000}"#).unwrap();
        assert_eq!(arguments.to_json(), r#"{"amount":1000}"#);
    }
}
