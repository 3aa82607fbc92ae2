//! The header of a frame.

use crate::store::bytes::Reader;

/// Bytes of a header.
pub const HEADER: usize = 16;
/// Most bytes of a frame's payload.
pub const LARGEST_FRAME: u32 = 64 * 1024 * 1024;

/// What stands before a frame's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Bytes of the payload.
    pub length: u32,
    /// Number of a [`super::Kind`].
    pub kind: u16,
    /// Bits whose meaning depends on the kind.
    pub flags: u16,
    /// Chosen by the client, repeated in the reply.
    pub request_id: u64,
}

impl Header {
    /// Reads a header. Whether its length may be is for the reader to say, who has to answer.
    pub fn decode(bytes: &[u8; HEADER]) -> Self {
        let mut reader = Reader::new(bytes);
        // The array holds exactly these four.
        Self {
            length: reader.u32().unwrap_or_default(),
            kind: reader.u16().unwrap_or_default(),
            flags: reader.u16().unwrap_or_default(),
            request_id: reader.u64().unwrap_or_default(),
        }
    }

    /// A whole frame. The length is the payload's, whatever the header says.
    pub fn frame(self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.extend_from_slice(&u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(&self.kind.to_le_bytes());
        bytes.extend_from_slice(&self.flags.to_le_bytes());
        bytes.extend_from_slice(&self.request_id.to_le_bytes());
        bytes.extend_from_slice(payload);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_begins_with_its_header() {
        let header = Header { length: 3, kind: 5, flags: 1, request_id: 0x0807_0605_0403_0201 };
        let frame = header.frame(b"abc");
        assert_eq!(frame, [3, 0, 0, 0, 5, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, b'a', b'b', b'c']);
        assert_eq!(Header::decode(frame.first_chunk().unwrap()), header);
    }
}
