//! `[variants]`: a family of one scenario, of which every combination has its turn.

use crate::Drawn;
use crate::draw::lists;
use crate::toml_table::{Reader, TomlTable};
use serde_json::Value;
use std::collections::BTreeMap;

/// Lists whose combinations trials walk through in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Variants(BTreeMap<String, Vec<Value>>);

/// Most combinations; each has a prepared world of its own.
const MOST: u32 = 10_000;

impl Variants {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let variants = Self(lists(table, reader)?);
        if variants.exact_count().is_none_or(|count| count > MOST) {
            let what = format!("the lists of [variants] have more than {MOST} combinations");
            reader.mistake(table.span(), what, Some("move some of them to [draw]".into()));
        }
        Some(variants)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn exact_count(&self) -> Option<u32> {
        self.0.values().try_fold(1_u32, |count, list| count.checked_mul(u32::try_from(list.len()).ok()?))
    }

    /// How many combinations there are; 1 where there is no list.
    pub fn count(&self) -> u32 {
        self.exact_count().unwrap_or(MOST).max(1)
    }

    /// The combination of the trial with that index: the last list moves fastest.
    pub fn combination(&self, index: u32) -> Drawn {
        let mut left = (index % self.count()) as usize;
        let mut values = BTreeMap::new();
        for (name, list) in self.0.iter().rev() {
            let length = list.len().max(1);
            if let Some(value) = list.get(left % length) {
                values.insert(name.clone(), value.clone());
            }
            left /= length;
        }
        Drawn::new(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_combination_has_its_turn_in_order() {
        let variants = Variants(BTreeMap::from([
            ("b".into(), vec![json!(0), json!(1), json!(2)]),
            ("a".into(), vec![json!("x"), json!("y")]),
        ]));
        assert_eq!(variants.count(), 6);
        let text = |index| variants.combination(index).render("${a}${b}").unwrap();
        let all: Vec<_> = (0..7).map(text).collect();
        assert_eq!(all, ["x0", "x1", "x2", "y0", "y1", "y2", "x0"]);
    }

    #[test]
    fn without_lists_there_is_one_combination_of_nothing() {
        assert_eq!(Variants::default().count(), 1);
        assert_eq!(Variants::default().combination(5), Drawn::default());
    }
}
