//! JSON with a line a value.
//!
//! The text is laid out anew and not parsed into values: numbers keep every digit and keys their order.

use serde::de::IgnoredAny;

/// How deep values may be nested; indentation grows with the square of it.
const MAX_DEPTH: usize = 64;
/// Bytes that the text may grow to; a larger one is better read as it came.
const MAX_TEXT: usize = 16 << 20;

/// The text indented by two spaces a level; none if it is no JSON, or too deep or large to gain from it.
pub(crate) fn indented(json: &str) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let mut out = String::with_capacity(json.len());
    let mut depth = 0;
    let mut chars = json.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' => {
                out.push(char);
                copy_string(&mut chars, &mut out);
            }
            '{' | '[' => {
                out.push(char);
                while chars.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(close) = chars.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(char);
            }
            ',' => {
                out.push(char);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            char if char.is_ascii_whitespace() => {}
            char => out.push(char),
        }
        if depth > MAX_DEPTH || out.len() > MAX_TEXT {
            return None;
        }
    }
    Some(out)
}

/// Copies the rest of a string with its closing quote.
fn copy_string(chars: &mut impl Iterator<Item = char>, out: &mut String) {
    let mut escaped = false;
    for char in chars {
        out.push(char);
        match char {
            '"' if !escaped => return,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_and_the_order_of_keys_stay() {
        let json = r#"{ "b" : [1.10, 12345678901234567890, {}], "a":"x\\\" , {", "c": [ ] }"#;
        let expected = concat!(
            "{\n  \"b\": [\n    1.10,\n    12345678901234567890,\n    {}\n  ],\n",
            r#"  "a": "x\\\" , {","#,
            "\n  \"c\": []\n}"
        );
        assert_eq!(indented(json).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_left_alone() {
        for text in ["", "{", "{'a': 1}", "[1] [2]"] {
            assert_eq!(indented(text), None, "{text}");
        }
        let deep = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(indented(&deep(MAX_DEPTH)).is_some());
        assert_eq!(indented(&deep(100_000)), None);
    }
}
