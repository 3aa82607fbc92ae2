//! A file that another file names.

use crate::mistake::Place;
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{PATH, relative_path};

/// A file, and who names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Its path below the folder of the file that names it.
    pub path: String,
    /// The key that names it.
    pub place: Place,
}

impl NamedFile {
    pub(crate) fn required(
        table: &mut TomlTable<'_>,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Self> {
        let place = table.key_place(reader, key);
        table.required(reader, key, PATH, relative_path).map(|path| Self { path, place })
    }

    pub(crate) fn optional(
        table: &mut TomlTable<'_>,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Self> {
        let place = table.key_place(reader, key);
        table.optional(reader, key, PATH, relative_path).map(|path| Self { path, place })
    }
}
