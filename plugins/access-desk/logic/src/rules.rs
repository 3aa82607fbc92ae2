//! What a group allows: the square brackets at the end of its description.

use crate::span;

/// How long access lasts at most where a group does not say.
const USUAL_LONGEST: u64 = 14 * 24 * 3_600;

/// The rules of a group that is given out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// E-mail address of who decides.
    pub(crate) approver: String,
    /// E-mail address of who decides in their place.
    pub(crate) deputy: Option<String>,
    /// In seconds.
    pub(crate) longest: u64,
}

impl Rules {
    /// Reads a description; none where the group is not given out.
    pub(crate) fn of(description: Option<&str>) -> Option<Self> {
        let (_, brackets) = description?.trim_end().strip_suffix(']')?.rsplit_once('[')?;
        let (mut approver, mut deputy, mut longest) = (None, None, USUAL_LONGEST);
        for entry in brackets.split(';') {
            let (key, value) = entry.split_once(':').unwrap_or((entry, ""));
            match (key.trim().to_lowercase().as_str(), value.trim()) {
                ("restricted", _) => return None,
                ("approver", email) if !email.is_empty() => approver = Some(email.to_owned()),
                ("deputy", email) if !email.is_empty() => deputy = Some(email.to_owned()),
                ("longest", text) => longest = span::all(text).first().copied().unwrap_or(USUAL_LONGEST),
                _ => {}
            }
        }
        Some(Self { approver: approver?, deputy, longest })
    }

    /// The addresses of those who may decide, in the order in which they are asked.
    pub(crate) fn deciders(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.approver.as_str()).chain(self.deputy.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_stand_at_the_end() {
        let rules = Rules::of(Some(
            "Customer data [all of it], to read [approver: ben@fern.example; deputy: chiyo@fern.example; longest: 3d] ",
        ));
        let expected = Rules {
            approver: "ben@fern.example".to_owned(),
            deputy: Some("chiyo@fern.example".to_owned()),
            longest: 259_200,
        };
        assert_eq!(rules, Some(expected));
        let short = Rules::of(Some("[approver: ben@fern.example]")).unwrap();
        assert_eq!((short.deputy, short.longest), (None, 1_209_600));
    }

    #[test]
    fn without_an_approver_nothing_is_given_out() {
        for description in [
            None,
            Some(""),
            Some("Those who build"),
            Some("[restricted]"),
            Some("Admins [restricted; approver: ben@fern.example]"),
            Some("[approver: ]"),
            Some("[approver: ben@fern.example] and more"),
        ] {
            assert_eq!(Rules::of(description), None, "{description:?}");
        }
    }
}
