//! A blob as it is stored: compressed where that helps, raw where it does not.

use super::Error;
use super::bytes::Reader;
use blake3::Hash;
use std::cell::RefCell;

/// Most bytes of one blob, uncompressed: as much as one frame carries.
pub const LARGEST_BLOB: usize = 64 * 1024 * 1024;
/// Below this the engine's own compression of whole blocks, which hold many small blobs, does better.
const WORTH_COMPRESSING: usize = 1024;
const LEVEL: i32 = 3;
const RAW: u8 = 0;
const ZSTD: u8 = 1;

thread_local! {
    /// Making a context costs more than compressing a payload of some kilobytes.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

/// Bytes ready to be stored under their hash.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    pub(crate) hash: Hash,
    /// Tag, uncompressed length, bytes; as the engine takes it, so that its thread copies nothing.
    stored: fjall::UserValue,
}

impl Packed {
    /// The caller has hashed the bytes.
    pub(crate) fn new(hash: Hash, bytes: &[u8]) -> Result<Self, Error> {
        let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= LARGEST_BLOB);
        let length = length.ok_or_else(|| Error::unfit("blob", format!("over {LARGEST_BLOB} bytes")))?;
        let squeezed = if Self::is_costly(bytes) { squeeze(bytes) } else { None };
        let (tag, body) = match &squeezed {
            // An eighth saved is the least for which reading back is worth a decompression.
            Some(squeezed) if squeezed.len() <= bytes.len() / 8 * 7 => (ZSTD, squeezed.as_slice()),
            _ => (RAW, bytes),
        };
        let mut stored = Vec::with_capacity(5 + body.len());
        stored.push(tag);
        stored.extend_from_slice(&length.to_le_bytes());
        stored.extend_from_slice(body);
        Ok(Self { hash, stored: stored.into() })
    }

    /// Whether packing these takes longer than looking up whether they are stored.
    pub(crate) fn is_costly(bytes: &[u8]) -> bool {
        bytes.len() >= WORTH_COMPRESSING
    }

    pub(crate) fn into_stored(self) -> fjall::UserValue {
        self.stored
    }

    pub(crate) fn stored_len(&self) -> usize {
        self.stored.len()
    }
}

/// The uncompressed bytes; `None` where the stored ones are none of ours. Whether they have the right hash is for
/// [`super::Ledger::verify`], and for whoever hands them out of the process.
pub(crate) fn unpack(stored: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(stored);
    let (tag, length) = (reader.u8()?, usize::try_from(reader.u32()?).ok()?);
    let bytes = match tag {
        RAW => reader.rest().to_vec(),
        ZSTD if length <= LARGEST_BLOB => zstd::bulk::decompress(reader.rest(), length).ok()?,
        _ => return None,
    };
    (bytes.len() == length).then_some(bytes)
}

fn squeeze(bytes: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = zstd::bulk::Compressor::new(LEVEL).ok();
        }
        slot.as_mut()?.compress(bytes).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(bytes: &[u8]) -> Packed {
        Packed::new(blake3::hash(bytes), bytes).unwrap()
    }

    #[test]
    fn text_is_compressed_and_noise_is_not() {
        let text = "the same words again and again, ".repeat(100);
        assert!(packed(text.as_bytes()).stored_len() < text.len() / 4);
        let mut noise = vec![0; 4096];
        blake3::Hasher::new().finalize_xof().fill(&mut noise);
        assert_eq!(packed(&noise).stored_len(), noise.len() + 5);
        for bytes in [text.as_bytes(), &noise, b"", b"short"] {
            assert_eq!(unpack(&packed(bytes).into_stored()).unwrap(), bytes);
        }
    }

    #[test]
    fn what_is_cut_or_lies_about_its_length_is_none() {
        let stored = packed("compressible ".repeat(200).as_bytes()).into_stored().to_vec();
        for length in 0..stored.len() {
            assert_eq!(unpack(&stored[..length]), None, "{length}");
        }
        let mut longer = stored.clone();
        longer[1] ^= 1;
        assert_eq!(unpack(&longer), None);
        let mut other = stored;
        other[0] = 7;
        assert_eq!(unpack(&other), None);
    }

    #[test]
    fn a_blob_over_the_limit_is_refused() {
        let bytes = vec![0; LARGEST_BLOB + 1];
        assert!(matches!(Packed::new(blake3::hash(b""), &bytes), Err(Error::Unfit { .. })));
    }
}
