//! Mentions of people in Slack's message text: `<@U123>`, or `<@U123|name>` in older messages.

/// The ids of everybody whom a text mentions, in order.
pub(crate) fn all(text: &str) -> impl Iterator<Item = &str> {
    text.split("<@").skip(1).filter_map(|rest| {
        let (inside, _) = rest.split_once('>')?;
        inside.split('|').next()
    })
}

/// Whether a text mentions somebody.
pub(crate) fn names(text: &str, user: &str) -> bool {
    all(text).any(|id| id == user)
}

/// A text's mention of somebody.
pub(crate) fn of(user: &str) -> String {
    format!("<@{user}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let text = "Hi <@U1>, meet <@U22|mira> and <@broken";
        assert_eq!(all(text).collect::<Vec<_>>(), ["U1", "U22"]);
        assert!(names(text, "U22") && !names(text, "U2"));
    }
}
