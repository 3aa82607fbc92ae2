//! Mistakes in files of the user: each with its place and the next step, collected so that one run shows all.

use std::fmt;

/// Where a mistake stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the user would name it.
    pub file: String,
    /// Line and column, both from 1; none where the whole file is meant.
    pub position: Option<(usize, usize)>,
}

impl Place {
    /// The whole of a file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), position: None }
    }

    /// The same position in a file that is called so: records name a scenario's file without the path to its suite,
    /// which differs from machine to machine.
    #[must_use]
    pub fn called(&self, file: &str) -> Self {
        Self { file: file.to_owned(), position: self.position }
    }
}

/// A file's text with an index of its lines, so that each of many places costs the same wherever it stands.
#[derive(Debug, Clone)]
pub struct SourceText<'t> {
    file: &'t str,
    text: &'t str,
    /// Byte offset of each line's first character; the first line's is 0.
    lines: Vec<usize>,
    /// Characters before each block of `BLOCK` bytes.
    blocks: Vec<usize>,
}

/// Bytes between two counts of characters; a long line is not counted again for each of its places.
const BLOCK: usize = 256;

impl<'t> SourceText<'t> {
    /// Reads the text once.
    pub fn new(file: &'t str, text: &'t str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let blocks = text.as_bytes().chunks(BLOCK).scan(0, |before, block| {
            let so_far = *before;
            *before += characters(block);
            Some(so_far)
        });
        Self { file, text, lines, blocks: blocks.collect() }
    }

    /// The place of a byte offset; past the end it is the end. A column counts characters.
    pub fn place(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let column = self.characters_before(offset).saturating_sub(self.characters_before(start)) + 1;
        Place { file: self.file.to_owned(), position: Some((line, column)) }
    }

    fn characters_before(&self, offset: usize) -> usize {
        // The end of a text whose last block is whole has no block of its own.
        let block = (offset / BLOCK).min(self.blocks.len().saturating_sub(1));
        let before = self.blocks.get(block).copied().unwrap_or_default();
        before + self.text.as_bytes().get(block * BLOCK..offset).map_or(0, characters)
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count()
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some((line, column)) => write!(f, "{}:{line}:{column}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// One thing that the user has to mend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, as a lower-case fragment.
    pub what: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}

impl Mistake {
    /// A mistake without a hint.
    pub fn new(place: Place, what: impl Into<String>) -> Self {
        Self { place, what: what.into(), hint: None }
    }

    /// The same mistake with the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Every mistake that was found, in the order of files and places; never empty as an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// Adds one.
    pub fn push(&mut self, mistake: Mistake) {
        self.0.push(mistake);
    }

    /// Takes the value of a result, or keeps its mistakes and returns none.
    pub fn keep<T>(&mut self, result: Result<T, Mistakes>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(mut mistakes) => {
                self.0.append(&mut mistakes.0);
                None
            }
        }
    }

    /// The value when nothing was wrong, else all that was.
    ///
    /// # Errors
    /// All the mistakes, sorted by place, where there is any or the value is missing.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Mistakes> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => {
                self.0.sort();
                self.0.dedup();
                Err(self)
            }
        }
    }

    /// The mistakes one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }

    /// Whether nothing was wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Mistake> for Mistakes {
    fn from_iter<T: IntoIterator<Item = Mistake>>(mistakes: T) -> Self {
        Self(mistakes.into_iter().collect())
    }
}

impl From<Mistake> for Mistakes {
    fn from(mistake: Mistake) -> Self {
        Self(vec![mistake])
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let text = "a\nüx = 1\n";
        let at = |text: &str, offset| SourceText::new("f", text).place(offset).to_string();
        assert_eq!(at(text, 0), "f:1:1");
        assert_eq!(at(text, text.find('x').unwrap()), "f:2:2");
        assert_eq!(at(text, 10_000), "f:3:1");
        assert_eq!(at("", 0), "f:1:1");
    }

    #[test]
    fn places_are_right_across_blocks() {
        let text = format!("{}\n{}", "ü".repeat(BLOCK), "xü€".repeat(BLOCK));
        let source = SourceText::new("f", &text);
        for (offset, _) in text.char_indices() {
            let before = &text[..offset];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!(source.place(offset).position, Some((line, column)), "{offset}");
        }
        let whole = "x".repeat(2 * BLOCK);
        assert_eq!(SourceText::new("f", &whole).place(2 * BLOCK).position, Some((1, 2 * BLOCK + 1)));
    }

    #[test]
    fn finish_returns_all_mistakes_sorted() {
        let mut mistakes = Mistakes::default();
        mistakes.push(Mistake::new(Place::file("b"), "second"));
        mistakes.push(Mistake::new(Place::file("a"), "first").hint("mend it"));
        let shown = mistakes.finish(Some(())).unwrap_err().to_string();
        assert_eq!(shown, "a: first\n  hint: mend it\nb: second");
    }
}
