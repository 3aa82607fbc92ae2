//! What the SDK of twins reads for all of them.

use twin_sdk::testing::request;
use twin_sdk::{Binding, Body, Incoming};

/// A body whose boundary is the first line of the input.
pub fn multipart(bytes: &[u8]) {
    let mut lines = bytes.splitn(2, |byte| *byte == b'\n');
    let (Some(boundary), Some(body)) = (lines.next(), lines.next()) else { return };
    let content_type = format!("multipart/form-data; boundary={}", String::from_utf8_lossy(boundary));
    let mut sent = request("POST", "https://twin.example/", &[("content-type", &content_type)], "");
    sent.body = body.to_vec();
    if let Ok(Body::Multipart(fields)) = Incoming::new(&sent).body() {
        let held: usize = fields.iter().map(|field| field.content.len()).sum();
        assert!(held <= body.len(), "parts overlap");
    }
}

/// A cursor that nobody minted, and the input as the position of one that was.
pub fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let binding = Binding::new("users.list", "U1", &[("types", "a")]);
    if let Ok(position) = binding.read(text) {
        assert_eq!(binding.mint(&position), text, "two cursors for one position");
    }
    assert_eq!(binding.read(&binding.mint(text)).as_deref(), Ok(text));
}
