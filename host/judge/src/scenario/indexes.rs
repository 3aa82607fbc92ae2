//! Which trials of a scenario came, at a bit each.

use std::collections::BTreeMap;

/// Trials of one word.
const WORD: u32 = u64::BITS;

/// A set of trials' indexes; by word, so that a large index alone takes no more than others.
#[derive(Debug, Clone, Default)]
pub(super) struct Indexes(BTreeMap<u32, u64>);

impl Indexes {
    /// Adds one; false where it is there.
    pub(super) fn insert(&mut self, index: u32) -> bool {
        let word = self.0.entry(index / WORD).or_default();
        let bit = 1 << (index % WORD);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// The first below `end` that is not there.
    pub(super) fn first_gap(&self, end: u32) -> Option<u32> {
        let whole = (0..).zip(&self.0).take_while(|(place, (key, word))| place == *key && **word == u64::MAX);
        let from = u32::try_from(whole.count()).unwrap_or(u32::MAX).saturating_mul(WORD);
        (from..end).find(|index| !self.has(*index))
    }

    /// The first from `begin` on.
    pub(super) fn first_from(&self, begin: u32) -> Option<u32> {
        let mut words = self.0.range(begin / WORD..);
        words.find_map(|(key, _)| {
            (0..WORD).map(|bit| key * WORD + bit).find(|index| *index >= begin && self.has(*index))
        })
    }

    fn has(&self, index: u32) -> bool {
        self.0.get(&(index / WORD)).is_some_and(|word| word & (1 << (index % WORD)) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_found_wherever_it_is() {
        for gap in [0, 1, 63, 64, 65, 127, 128, 199] {
            let mut indexes = Indexes::default();
            for index in (0..200).rev().filter(|index| *index != gap) {
                assert!(indexes.insert(index));
            }
            assert_eq!((indexes.first_gap(200), indexes.first_gap(gap)), (Some(gap), None));
            assert!(indexes.insert(gap));
            assert!(!indexes.insert(gap));
            assert_eq!(indexes.first_gap(200), None);
        }
        assert_eq!((Indexes::default().first_gap(3), Indexes::default().first_gap(0)), (Some(0), None));
    }

    #[test]
    fn what_lies_beyond_is_found() {
        let mut indexes = Indexes::default();
        for index in [3, 70, u32::MAX] {
            indexes.insert(index);
        }
        let from = [0, 3, 4, 70, 71, u32::MAX].map(|begin| indexes.first_from(begin));
        assert_eq!(from, [Some(3), Some(3), Some(70), Some(70), Some(u32::MAX), Some(u32::MAX)]);
        assert_eq!(Indexes::default().first_from(0), None);
    }
}
