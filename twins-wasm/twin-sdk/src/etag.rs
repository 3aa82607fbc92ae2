//! Entity tags: a digest of the document, and the comparison that a condition asks for.

use std::fmt::Write as _;

/// The weak tag of a body: equal bytes, equal tags.
#[must_use]
pub fn weak_etag(body: &[u8]) -> String {
    let mut tag = "W/\"".to_owned();
    for byte in blake3::hash(body).as_bytes() {
        // Writing to a text cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether an `If-Match` or `If-None-Match` header names a tag, by weak comparison (RFC 9110, 8.8.3.2).
#[must_use]
pub fn names_etag(header: &str, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    header.trim() == "*" || header.split(',').any(|tag| opaque(tag) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_the_tag_of_the_same_bytes() {
        let tag = weak_etag(b"{}");
        assert_eq!(tag.len(), 68);
        assert_eq!(tag, weak_etag(b"{}"));
        assert!(names_etag(&format!("\"x\", {tag}"), &tag));
        assert!(names_etag(tag.trim_start_matches("W/"), &tag));
        assert!(names_etag("*", &tag));
        assert!(!names_etag("\"x\"", &tag));
    }
}
