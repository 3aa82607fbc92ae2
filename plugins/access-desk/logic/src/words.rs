//! Decisions as people write them in a thread.

use crate::mention;

/// What somebody decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Approve,
    Decline,
    Revoke,
}

/// The decision that a message begins with; none where it is talk.
pub(crate) fn decision(text: &str, desk: &str) -> Option<Word> {
    if text.contains('?') {
        return None;
    }
    let mut rest = text.trim_start();
    while let Some(after) = rest.strip_prefix("<@") {
        let (inside, after) = after.split_once('>')?;
        if inside.split('|').next() != Some(desk) {
            return None;
        }
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':'));
    }
    let bare = mention::without(rest).to_lowercase();
    let word = bare.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty())?;
    match word {
        "approve" | "approved" => Some(Word::Approve),
        "decline" | "declined" => Some(Word::Decline),
        "revoke" | "revoked" => Some(Word::Revoke),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_and_talk() {
        for (text, expected) in [
            ("approve", Some(Word::Approve)),
            ("Approved, have fun", Some(Word::Approve)),
            ("<@U0DESK> *approve*", Some(Word::Approve)),
            ("<@U0DESK>, decline: ask Chiyo", Some(Word::Decline)),
            ("DECLINED.", Some(Word::Decline)),
            ("revoke", Some(Word::Revoke)),
            ("approve?", None),
            ("I approve", None),
            ("not approved", None),
            ("<@U0ANA> approved it", None),
            ("approval follows", None),
            ("", None),
        ] {
            assert_eq!(decision(text, "U0DESK"), expected, "{text}");
        }
    }
}
