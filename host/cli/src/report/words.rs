//! Texts of guests in the reports of other programs.

/// At most so many characters.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// In one line, with a mark for every character that would not show: controls, terminal escapes, and what turns the
/// direction of writing or hides in it.
pub(super) fn shown(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&line, longest).replace(hides, "\u{fffd}")
}

fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// As plain text for Markdown: everything that could mean something there is a character reference, so that no text
/// becomes a link, an image, a mention or a table's edge.
pub(super) fn markdown(text: &str, longest: usize) -> String {
    let mut plain = String::new();
    for c in shown(text, longest).chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | ',' | ';' | '\u{fffd}') {
            plain.push(c);
        } else {
            plain.push_str(&format!("&#{};", u32::from(c)));
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_show_has_a_mark() {
        assert_eq!(
            shown("a\u{1b}[31m\n b\u{202e}c\u{200b}d\u{e0041}", 80),
            "a\u{fffd}[31m b\u{fffd}c\u{fffd}d\u{fffd}"
        );
        assert_eq!(shown("\u{e9}\u{e9}\u{e9}", 2), "\u{e9}\u{e9}...");
    }

    #[test]
    fn no_text_is_markdown() {
        assert_eq!(
            markdown("[x](http://a) @you | <b>", 80),
            "&#91;x&#93;&#40;http&#58;&#47;&#47;a&#41; &#64;you &#124; &#60;b&#62;"
        );
    }
}
