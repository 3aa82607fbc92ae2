//! Blocks of data in the page: JSON, compressed, in letters that end no element.

use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
use base64::write::EncoderStringWriter;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde::Serialize;
use std::io::{self, BufWriter, IntoInnerError, Write};

/// The value as the page's script unpacks it.
///
/// # Errors
/// Where the value is no JSON, which none of a report is.
pub(super) fn packed(value: &impl Serialize) -> io::Result<String> {
    let mut packer = Packer::begin();
    serde_json::to_writer(&mut packer, value)?;
    packer.end()
}

/// JSON text on its way: only what it is packed to is in memory.
pub(super) struct Packer(BufWriter<Encoder>);

type Encoder = ZlibEncoder<EncoderStringWriter<'static, GeneralPurpose, String>>;

impl Packer {
    pub(super) fn begin() -> Self {
        // The encoder is slow where it is given a few bytes at a time.
        Self(BufWriter::new(ZlibEncoder::new(EncoderStringWriter::new(&STANDARD), Compression::default())))
    }

    /// The text as the page's script unpacks it.
    ///
    /// # Errors
    /// None but those that the encoder's type has.
    pub(super) fn end(self) -> io::Result<String> {
        Ok(self.0.into_inner().map_err(IntoInnerError::into_error)?.finish()?.into_inner())
    }
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A block with its id. A script of an unknown type is data to a browser.
pub(super) fn element(id: &str, attributes: &str, packed: &str) -> String {
    format!("<script type=\"application/zlib\" id=\"{id}\"{attributes}>{packed}</script>\n")
}
