//! How many are asked for.

use super::keys::{Keys, invalid};
use crate::Error;

/// A number with a lower end, and an upper one if there is any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// From how many.
    pub at_least: u64,
    /// Up to how many; none for no upper end.
    pub at_most: Option<u64>,
}

impl Count {
    /// Reads `exactly`, `at_least` and `at_most`; `least` is the lower end where none of them says it.
    ///
    /// # Errors
    /// `invalid-argument` where the numbers contradict each other.
    pub fn read(keys: &mut Keys<'_>, least: u64) -> Result<Self, Error> {
        let exactly = keys.count("exactly")?;
        let at_least = keys.count("at_least")?;
        let at_most = keys.count("at_most")?;
        let count = match (exactly, at_least, at_most) {
            (Some(n), None, None) => Self { at_least: n, at_most: Some(n) },
            (Some(_), _, _) => return Err(invalid(&keys.place("exactly"), "excludes at_least and at_most")),
            (None, at_least, at_most) => Self { at_least: at_least.unwrap_or(least), at_most },
        };
        if count.at_most.is_some_and(|most| most < count.at_least) {
            let problem = format!("is below at_least, whose default is {least}");
            return Err(invalid(&keys.place("at_most"), &problem));
        }
        Ok(count)
    }

    /// Whether that many are as asked.
    #[must_use]
    pub fn allows(self, seen: u64) -> bool {
        seen >= self.at_least && self.at_most.is_none_or(|most| seen <= most)
    }

    /// In words, for reasons.
    #[must_use]
    pub fn words(self) -> String {
        match self.at_most {
            Some(0) => "none".to_owned(),
            Some(most) if most == self.at_least => format!("exactly {most}"),
            Some(most) if self.at_least == 0 => format!("at most {most}"),
            Some(most) => format!("{} to {most}", self.at_least),
            None => format!("at least {}", self.at_least),
        }
    }
}
