//! Blocks of data in the page: JSON, compressed, in letters that end no element.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde::Serialize;
use std::io::{self, Write};

/// The value as the page's script unpacks it.
///
/// # Errors
/// Where the value is no JSON, which none of a report is.
pub(super) fn packed(value: &impl Serialize) -> io::Result<String> {
    packed_text(&serde_json::to_string(value)?)
}

/// JSON text as the page's script unpacks it.
///
/// # Errors
/// None but those that the encoder's type has.
pub(super) fn packed_text(json: &str) -> io::Result<String> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(json.as_bytes())?;
    Ok(STANDARD.encode(encoder.finish()?))
}

/// A block with its id. A script of an unknown type is data to a browser.
pub(super) fn element(id: &str, attributes: &str, packed: &str) -> String {
    format!("<script type=\"application/zlib\" id=\"{id}\"{attributes}>{packed}</script>\n")
}
