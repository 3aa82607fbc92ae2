//! Texts of libraries and guests as refusals repeat them.

/// Longest part that is repeated, in characters.
pub(super) const LONGEST: usize = 200;

/// The beginning of a text, with everything in a visible form that a terminal would obey.
pub(crate) fn short(text: &str) -> String {
    let visible = |c: char| {
        let plain = matches!(c, '"' | '\'' | '\\').then_some(c);
        plain.into_iter().chain(c.escape_debug().filter(move |_| plain.is_none()))
    };
    text.chars().take(LONGEST).flat_map(visible).take(LONGEST).collect()
}
