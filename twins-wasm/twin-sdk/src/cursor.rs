//! Paging cursors that work only for the query that they were minted for. The digest detects change, it
//! is no secret: a twin has no secrets.

use data_encoding::BASE64;

/// Length of the digest in a cursor, in bytes.
const DIGEST: usize = 8;

/// A cursor that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CursorError {
    /// Not a text that [`Binding::mint`] made.
    #[error("the cursor cannot be read")]
    Garbled,
    /// Minted for another query.
    #[error("the cursor belongs to another query")]
    OtherQuery,
}

/// A query, as far as its cursors are bound to it: everything that decides which items there are and in
/// which order, and not how many of them a page has.
pub struct Binding([u8; DIGEST]);

impl Binding {
    /// Binds to an operation, its caller and its filters. The order of `filters` counts.
    #[must_use]
    pub fn new(operation: &str, caller: &str, filters: &[(&str, &str)]) -> Self {
        let mut hasher = blake3::Hasher::new();
        let filters = filters.iter().flat_map(|(name, value)| [*name, *value]);
        for part in [operation, caller].into_iter().chain(filters) {
            // The length keeps ("ab", "c") and ("a", "bc") apart.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut digest = [0; DIGEST];
        hasher.finalize_xof().fill(&mut digest);
        Self(digest)
    }

    /// The opaque text that stands for `position`.
    #[must_use]
    pub fn mint(&self, position: &str) -> String {
        let mut bytes = self.digest_of(position).to_vec();
        bytes.extend_from_slice(position.as_bytes());
        BASE64.encode(&bytes)
    }

    /// The position that a cursor stands for.
    ///
    /// # Errors
    /// [`CursorError`] when this query did not mint it.
    pub fn read(&self, cursor: &str) -> Result<String, CursorError> {
        let bytes = BASE64.decode(cursor.as_bytes()).map_err(|_| CursorError::Garbled)?;
        let (digest, position) = bytes.split_first_chunk::<DIGEST>().ok_or(CursorError::Garbled)?;
        let position = std::str::from_utf8(position).map_err(|_| CursorError::Garbled)?;
        if *digest == self.digest_of(position) {
            Ok(position.to_owned())
        } else {
            Err(CursorError::OtherQuery)
        }
    }

    fn digest_of(&self, position: &str) -> [u8; DIGEST] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0);
        hasher.update(position.as_bytes());
        let mut digest = [0; DIGEST];
        hasher.finalize_xof().fill(&mut digest);
        digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_works_for_its_own_query_alone() {
        let query = Binding::new("users.list", "U1", &[("types", "a")]);
        let cursor = query.mint("U7");
        assert_eq!(query.read(&cursor), Ok("U7".to_owned()));
        for other in [
            Binding::new("users.list", "U1", &[("types", "b")]),
            Binding::new("users.list", "U2", &[("types", "a")]),
            Binding::new("users.find", "U1", &[("types", "a")]),
        ] {
            assert_eq!(other.read(&cursor), Err(CursorError::OtherQuery));
        }
    }

    #[test]
    fn a_changed_cursor_is_refused() {
        let query = Binding::new("users.list", "U1", &[]);
        for garbled in ["", "AAAA", "not base64!", &query.mint("U7").replace('=', "")] {
            assert_eq!(query.read(garbled), Err(CursorError::Garbled), "{garbled:?}");
        }
        let mut bytes = BASE64.decode(query.mint("U7").as_bytes()).unwrap();
        *bytes.last_mut().unwrap() = b'8';
        assert_eq!(query.read(&BASE64.encode(&bytes)), Err(CursorError::OtherQuery));
    }
}
