//! `[panel]`: how the scores of soft judges become one verdict.

use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{at_least, number};

/// How the soft judges' scores are put together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panel {
    /// The weighted mean must be at least this.
    pub cut: f64,
    /// So many soft judges must rule where there is any.
    pub min_judges: u32,
}

/// The keys of a `[panel]` table as they stand; one that is none is decided elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OwnPanel {
    /// The weighted mean must be at least this.
    pub cut: Option<f64>,
    /// So many soft judges must rule where there is any.
    pub min_judges: Option<u32>,
}

impl Default for Panel {
    fn default() -> Self {
        Self { cut: 0.5, min_judges: 0 }
    }
}

impl OwnPanel {
    /// Fills in what is none.
    #[must_use]
    pub fn resolve(self, open: Panel) -> Panel {
        Panel { cut: self.cut.unwrap_or(open.cut), min_judges: self.min_judges.unwrap_or(open.min_judges) }
    }

    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let is_cut = |cut: f64| (0.0..=1.0).contains(&cut);
        let cut = table.optional(reader, "cut", "a number from 0 to 1", number(is_cut));
        let min_judges = table.optional(reader, "min_judges", "a whole number from 0", |value| {
            at_least(0)(value).and_then(|least| u32::try_from(least).ok())
        });
        Some(Self { cut, min_judges })
    }
}
