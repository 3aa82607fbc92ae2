//! One TOML table while it is read: every missing, unknown or wrong key becomes a mistake with its place.

use crate::mistake::SourceText;
use crate::toml_value::{self, short, shown, tame};
use crate::{Mistake, Mistakes, Place};
use toml_span::{
    ErrorKind, Span,
    value::{Table, Value, ValueInner},
};

/// Longest text file that is read, in bytes.
const LARGEST_FILE: usize = 1024 * 1024;

/// Most entries of a list whose entries are compared with each other.
const LONGEST_LIST: usize = 64;

/// Most slips of the pen in a key for which a known one is proposed.
const MOST_TYPOS: usize = 2;

/// The file that is read; hands out places and collects mistakes.
pub(crate) struct Reader<'t> {
    source: SourceText<'t>,
    mistakes: Mistakes,
}

impl<'t> Reader<'t> {
    /// Parses a file's text and reads its top-level table with `read`.
    pub(crate) fn read<T>(
        file: &'t str,
        text: &'t str,
        read: impl FnOnce(&mut TomlTable<'_>, &mut Reader<'t>) -> Option<T>,
    ) -> Result<T, Mistakes> {
        if text.len() > LARGEST_FILE {
            let what = format!("the file has {} bytes; at most {LARGEST_FILE} are read", text.len());
            return Err(Mistake::new(Place::file(file), what).into());
        }
        let mut reader = Reader { source: SourceText::new(file, text), mistakes: Mistakes::default() };
        let value = match toml_span::parse(text) {
            Ok(value) => value,
            Err(error) => {
                reader.syntax(&error, text);
                return reader.mistakes.finish(None);
            }
        };
        let read = TomlTable::of(value).ok().and_then(|mut table| {
            let read = read(&mut table, &mut reader);
            table.finish(&mut reader);
            read
        });
        reader.mistakes.finish(read)
    }

    /// The place where a span begins.
    pub(crate) fn place(&self, span: Span) -> Place {
        self.source.place(span.start)
    }

    /// Adds a mistake at a span.
    pub(crate) fn mistake(&mut self, span: Span, what: impl Into<String>, hint: Option<String>) {
        let place = self.place(span);
        self.mistakes.push(Mistake { place, what: what.into(), hint });
    }

    /// How many mistakes were added so far.
    pub(crate) fn mistake_count(&self) -> usize {
        self.mistakes.iter().count()
    }

    fn syntax(&mut self, error: &toml_span::Error, text: &str) {
        let mut hint = None;
        let what = match &error.kind {
            ErrorKind::DuplicateKey { key, .. } => format!("the key `{}` stands here twice", short(key)),
            ErrorKind::DuplicateTable { name, .. } => {
                format!("the table `{}` stands here twice", short(name))
            }
            _ if is_in_date(text, error.span.start) => {
                hint = Some("write it as a text, in quotes: \"2026-01-05T09:00:00Z\"".into());
                "dates and times are not read as such".to_owned()
            }
            _ => format!("not TOML: {}", tame(&error.to_string())),
        };
        self.mistake(error.span, what, hint);
    }
}

/// Whether the value around this offset begins as a date (`2026-01`) or a time (`09:00`) does.
fn is_in_date(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let value = text.get(start..).unwrap_or_default();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let sign = value.as_bytes().get(digits);
    let next = value.as_bytes().get(digits + 1).is_some_and(u8::is_ascii_digit);
    next && matches!((digits, sign), (4, Some(b'-')) | (2, Some(b':')))
}

/// One table, with the keys that were asked for so far.
pub(crate) struct TomlTable<'v> {
    table: Table<'v>,
    span: Span,
    known: Vec<&'static str>,
}

impl<'v> TomlTable<'v> {
    /// The value as a table, or what it is instead.
    fn of(mut value: Value<'v>) -> Result<Self, ValueInner<'v>> {
        let span = value.span;
        match value.take() {
            ValueInner::Table(table) => Ok(Self { table, span, known: Vec::new() }),
            other => Err(other),
        }
    }

    /// The place of the whole table.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The place of a key that was not taken yet; of the table where it is missing.
    pub(crate) fn key_place(&self, reader: &Reader<'_>, key: &str) -> Place {
        reader.place(self.key_span(key).unwrap_or(self.span))
    }

    /// Where a key stands that was not taken yet.
    pub(crate) fn key_span(&self, key: &str) -> Option<Span> {
        self.table.get_key_value(key).map(|(key, _)| key.span)
    }

    /// Where the value of a key stands that was not taken yet.
    pub(crate) fn value_span(&self, key: &str) -> Option<Span> {
        self.table.get(key).map(|value| value.span)
    }

    /// Takes a key's value as it stands.
    fn take(&mut self, key: &'static str) -> Option<Value<'v>> {
        self.known.push(key);
        self.table.remove(key)
    }

    /// Takes every key that is left, for tables whose keys are the user's own.
    pub(crate) fn take_rest(&mut self) -> Vec<(String, Value<'v>)> {
        std::mem::take(&mut self.table).into_iter().map(|(key, value)| (key.name.into(), value)).collect()
    }

    /// Takes a key that may be missing as the JSON that its value is.
    pub(crate) fn json(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<serde_json::Value> {
        toml_value::json(self.take(key)?, reader)
    }

    /// Takes a key that may be missing and turns its value with `turn`; `wanted` says what the value ought to be.
    pub(crate) fn optional<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        wanted: &str,
        turn: impl FnOnce(&ValueInner<'v>) -> Option<T>,
    ) -> Option<T> {
        let mut value = self.take(key)?;
        let (span, found) = (value.span, value.take());
        let turned = turn(&found);
        if turned.is_none() {
            reader.mistake(span, format!("`{key}` must be {wanted} (found {})", shown(&found)), None);
        }
        turned
    }

    /// Takes a key that must be there.
    pub(crate) fn required<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        wanted: &str,
        turn: impl FnOnce(&ValueInner<'v>) -> Option<T>,
    ) -> Option<T> {
        if self.table.contains_key(key) {
            return self.optional(reader, key, wanted, turn);
        }
        self.known.push(key);
        reader.mistake(self.span, format!("the key `{key}` is missing; it must be {wanted}"), None);
        None
    }

    /// Takes an array of different values that may be missing and turns each with `turn`, whose error is a hint;
    /// `wanted` says what each ought to be. None where one has a mistake.
    pub(crate) fn list<T: PartialEq + Clone>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        wanted: &str,
        turn: impl Fn(&ValueInner<'v>) -> Result<T, Option<String>>,
    ) -> Option<Vec<T>> {
        let mut all: Vec<T> = Vec::new();
        self.list_of(reader, (key, LONGEST_LIST), wanted, turn, |value| {
            let is_new = !all.contains(value);
            if is_new {
                all.push(value.clone());
            }
            is_new
        })
    }

    /// The same with a bound of its own; `is_new` says of each value whether it comes for the first time.
    pub(crate) fn list_of<T>(
        &mut self,
        reader: &mut Reader<'_>,
        (key, most): (&'static str, usize),
        wanted: &str,
        turn: impl Fn(&ValueInner<'v>) -> Result<T, Option<String>>,
        mut is_new: impl FnMut(&T) -> bool,
    ) -> Option<Vec<T>> {
        let mut value = self.take(key)?;
        let span = value.span;
        let items = match value.take() {
            ValueInner::Array(items) if items.is_empty() => Err(format!("`{key}` is an empty array")),
            ValueInner::Array(items) if items.len() > most => {
                Err(format!("`{key}` has {} entries; at most {most} are read", items.len()))
            }
            ValueInner::Array(items) => Ok(items),
            other => Err(format!("`{key}` must be an array (found {})", shown(&other))),
        };
        let items = items.map_err(|what| reader.mistake(span, what, Some(format!("each must be {wanted}"))));
        let mut all: Vec<Option<T>> = Vec::new();
        for mut item in items.ok()? {
            let (span, found) = (item.span, item.take());
            let turned = turn(&found);
            match &turned {
                Err(hint) => {
                    let what = format!("each of `{key}` must be {wanted} (found {})", shown(&found));
                    reader.mistake(span, what, hint.clone());
                }
                Ok(value) if !is_new(value) => {
                    reader.mistake(span, format!("{} stands in `{key}` twice", shown(&found)), None);
                }
                Ok(_) => {}
            }
            all.push(turned.ok());
        }
        all.into_iter().collect()
    }

    /// Takes such an array that must be there.
    pub(crate) fn required_list<T: PartialEq + Clone>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        wanted: &str,
        turn: impl Fn(&ValueInner<'v>) -> Result<T, Option<String>>,
    ) -> Option<Vec<T>> {
        if !self.table.contains_key(key) {
            let what = format!("the key `{key}` is missing; it must be an array, each of it {wanted}");
            reader.mistake(self.span, what, None);
        }
        self.list(reader, key, wanted, turn)
    }

    /// Takes a sub-table that may be missing and reads it with `read`.
    pub(crate) fn table<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        read: impl FnOnce(&mut TomlTable<'v>, &mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(key)?;
        let span = value.span;
        match TomlTable::of(value) {
            Ok(mut table) => {
                let result = read(&mut table, reader);
                table.finish(reader);
                result
            }
            Err(other) => {
                reader.mistake(span, format!("`{key}` must be a table (found {})", shown(&other)), None);
                None
            }
        }
    }

    /// Takes a sub-table that must be there; `example` is what to write in it.
    pub(crate) fn required_table<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&mut TomlTable<'v>, &mut Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        if !self.table.contains_key(key) {
            let hint = Some(format!("write [{key}] with {example}"));
            reader.mistake(self.span, format!("the table `{key}` is missing"), hint);
        }
        self.table(reader, key, read)
    }

    /// Takes an array of tables that may be missing and reads each with `read`; none where one has a mistake.
    pub(crate) fn tables<T>(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
        mut read: impl FnMut(&mut TomlTable<'v>, &mut Reader<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(mut value) = self.take(key) else { return Some(Vec::new()) };
        let span = value.span;
        let wrong = |span, found: &ValueInner<'_>, reader: &mut Reader<'_>| {
            let what = format!("`{key}` must be an array of tables (found {})", shown(found));
            reader.mistake(span, what, Some(format!("write [[{key}]] before each")));
        };
        let items = match value.take() {
            ValueInner::Array(items) => items,
            other => {
                wrong(span, &other, reader);
                return None;
            }
        };
        let mut all = Vec::new();
        for item in items {
            let span = item.span;
            match TomlTable::of(item) {
                Ok(mut table) => {
                    all.push(read(&mut table, reader));
                    table.finish(reader);
                }
                Err(other) => {
                    wrong(span, &other, reader);
                    all.push(None);
                }
            }
        }
        all.into_iter().collect()
    }

    /// Checks the key `schema`, which names the format and its version.
    pub(crate) fn schema(&mut self, reader: &mut Reader<'_>, expected: &'static str) -> Option<()> {
        let wanted = format!("the text \"{expected}\"");
        self.required(reader, "schema", &wanted, |value| {
            value.as_str().filter(|found| *found == expected).map(|_| ())
        })
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(self, reader: &mut Reader<'_>) {
        for key in self.table.keys() {
            // A distance costs as much as both lengths multiplied, and is at least their difference.
            let length = key.name.chars().count();
            let near = self.known.iter().filter(|known| known.len().abs_diff(length) <= MOST_TYPOS);
            let nearest = near.map(|known| (strsim::damerau_levenshtein(known, &key.name), *known)).min();
            let hint = match nearest {
                Some((distance, known)) if distance <= MOST_TYPOS => format!("did you mean `{known}`?"),
                _ => format!("known keys here: {}", self.known.join(", ")),
            };
            reader.mistake(key.span, format!("unknown key `{}`", short(&key.name)), Some(hint));
        }
    }
}

/// Takes every field of a table whose keys are the user's own, as JSON.
pub(crate) fn json_fields(
    table: &mut TomlTable<'_>,
    reader: &mut Reader<'_>,
) -> Option<serde_json::Map<String, serde_json::Value>> {
    let fields = table.take_rest().into_iter();
    Some(fields.filter_map(|(key, value)| Some((key, toml_value::json(value, reader)?))).collect())
}

/// Takes every field of a table whose keys are the user's own and whose values are texts; `what` is what one of them is,
/// `holds` whether it can be.
pub(crate) fn text_fields(
    table: &mut TomlTable<'_>,
    reader: &mut Reader<'_>,
    what: &str,
    holds: impl Fn(&str, &str) -> bool,
) -> Option<Vec<(String, String)>> {
    let mut fields = Vec::new();
    for (key, value) in table.take_rest() {
        match value.as_str().filter(|text| holds(&key, text)) {
            Some(text) => fields.push((key, text.to_owned())),
            None => {
                reader.mistake(value.span, format!("`{}` with this value is not {what}", short(&key)), None)
            }
        }
    }
    Some(fields)
}
