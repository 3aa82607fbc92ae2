//! Filesystem snapshots: a folder is a blob that lists its entries, a file is a blob of its bytes.
//!
//! A folder is a msgpack array sorted by name, each entry a map of text tags: 1 name, 2 kind, 3 mode, 4 size, 5 hash.

use blake3::Hash;
use rmpv::Value;

/// Deepest nesting of a folder object: array, map, field.
const DEEPEST: usize = 8;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bytes.
    File,
    /// Another list of entries.
    Folder,
    /// A path, whose text is the blob.
    Link,
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the folder.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Permission bits of Unix.
    pub mode: u32,
    /// Bytes of a file; 0 for a folder.
    pub size: u64,
    /// Hash of the file's bytes, or of the folder object.
    pub hash: Hash,
}

impl Entry {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.kind == Kind::Folder
    }
}

impl Kind {
    fn number(self) -> u8 {
        match self {
            Self::File => 0,
            Self::Folder => 1,
            Self::Link => 2,
        }
    }

    fn of_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::File),
            1 => Some(Self::Folder),
            2 => Some(Self::Link),
            _ => None,
        }
    }
}

/// The folder object of some entries, which are sorted first: equal folders have equal hashes.
pub fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut bytes = Vec::new();
    put_length(&mut bytes, 0x90, 0xdc, sorted.len());
    for entry in sorted {
        bytes.push(0x85);
        put_tag(&mut bytes, b'1');
        put_text(&mut bytes, &entry.name);
        // Numbers stand at their full width: that is how the existing clients write them, and the bytes are hashed.
        put_tag(&mut bytes, b'2');
        bytes.extend_from_slice(&[0xcc, entry.kind.number()]);
        put_tag(&mut bytes, b'3');
        bytes.push(0xce);
        bytes.extend_from_slice(&entry.mode.to_be_bytes());
        put_tag(&mut bytes, b'4');
        bytes.push(0xcf);
        bytes.extend_from_slice(&entry.size.to_be_bytes());
        put_tag(&mut bytes, b'5');
        bytes.extend_from_slice(&[0xc4, 32]);
        bytes.extend_from_slice(entry.hash.as_bytes());
    }
    bytes
}

/// The entries of a folder object; `None` where the bytes are none.
pub fn decode(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let value = rmpv::decode::read_value_with_max_depth(&mut bytes, DEEPEST).ok()?;
    let entries = value.as_array().filter(|_| bytes.is_empty())?;
    entries.iter().map(entry).collect()
}

/// The names of a path; empty ones are left out.
pub(crate) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty())
}

fn entry(value: &Value) -> Option<Entry> {
    let fields = value.as_map()?;
    let field = |tag: &str| fields.iter().find(|(key, _)| key.as_str() == Some(tag)).map(|(_, value)| value);
    Some(Entry {
        name: field("1")?.as_str()?.to_owned(),
        kind: Kind::of_number(field("2")?.as_u64()?)?,
        mode: u32::try_from(field("3")?.as_u64()?).ok()?,
        size: field("4")?.as_u64()?,
        hash: Hash::from_bytes(field("5")?.as_slice()?.try_into().ok()?),
    })
}

fn put_tag(bytes: &mut Vec<u8>, tag: u8) {
    bytes.extend_from_slice(&[0xa1, tag]);
}

/// As the encoder of the existing clients chooses: the shortest form that holds the length.
fn put_text(bytes: &mut Vec<u8>, text: &str) {
    match u8::try_from(text.len()) {
        Ok(length @ 0..=31) => bytes.push(0xa0 | length),
        Ok(length) => bytes.extend_from_slice(&[0xd9, length]),
        Err(_) => put_wide(bytes, 0xda, text.len()),
    }
    bytes.extend_from_slice(text.as_bytes());
}

fn put_length(bytes: &mut Vec<u8>, short: u8, wide: u8, length: usize) {
    match u8::try_from(length) {
        Ok(length @ 0..=15) => bytes.push(short | length),
        _ => put_wide(bytes, wide, length),
    }
}

/// A length of two bytes where it fits, else of four; the marks of the two stand beside each other.
fn put_wide(bytes: &mut Vec<u8>, mark: u8, length: usize) {
    if let Ok(length) = u16::try_from(length) {
        bytes.push(mark);
        bytes.extend_from_slice(&length.to_be_bytes());
    } else {
        bytes.push(mark + 1);
        bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Entry {
        Entry { name: name.into(), kind: Kind::File, mode: 0o644, size: 5, hash: blake3::hash(b"bytes") }
    }

    #[test]
    fn a_folder_comes_back_sorted_whatever_its_size() {
        for count in [0, 1, 15, 16, 300] {
            let mut entries: Vec<_> = (0..count).map(|number| file(&format!("{number:05}"))).collect();
            let sorted = entries.clone();
            entries.reverse();
            assert_eq!(decode(&encode(&entries)), Some(sorted), "{count}");
        }
    }

    #[test]
    fn names_of_every_length_come_back() {
        for length in [0, 31, 32, 255, 256, 70_000] {
            let entries = [file(&"n".repeat(length))];
            assert_eq!(decode(&encode(&entries)), Some(entries.to_vec()), "{length}");
        }
    }

    #[test]
    fn what_is_no_folder_is_none() {
        let bytes = encode(&[file("a"), file("b")]);
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]), None, "{length}");
        }
        assert_eq!(decode(&[bytes.as_slice(), &[0]].concat()), None, "something behind it");
        assert_eq!(decode(b"\xa5hello"), None);
    }
}
