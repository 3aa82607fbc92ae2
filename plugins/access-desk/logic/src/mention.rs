//! Mentions of people in Slack's message text: `<@U123>`, or `<@U123|name>` in older messages.

/// The ids of everybody whom a text mentions, in order.
pub(crate) fn all(text: &str) -> impl Iterator<Item = &str> {
    text.split("<@").skip(1).filter_map(|rest| {
        let (inside, _) = rest.split_once('>')?;
        inside.split('|').next()
    })
}

/// A text's mention of somebody.
pub(crate) fn of(user: &str) -> String {
    format!("<@{user}>")
}

/// A text without mentions, links and whatever else stands in angle brackets.
pub(crate) fn without(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('<') {
        bare.push_str(before);
        bare.push(' ');
        rest = inside.split_once('>').map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_found_and_left_out() {
        let text = "<@U1> hi, <@U22|mira>: <https://a.example/x-y|link> 3 days <@broken";
        assert_eq!(all(text).collect::<Vec<_>>(), ["U1", "U22"]);
        assert_eq!(without(text).split_whitespace().collect::<Vec<_>>(), ["hi,", ":", "3", "days"]);
    }
}
