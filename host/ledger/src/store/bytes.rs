//! Reading numbers and fields off a byte slice: the one decoder of records, files and frames.

use blake3::Hash;

/// What is left of some bytes. Every read fails where too little is left, and then takes nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn hash(&mut self) -> Option<Hash> {
        self.array().map(Hash::from_bytes)
    }

    /// A field that stands behind its length.
    pub(crate) fn field(&mut self) -> Option<&'b [u8]> {
        let before = *self;
        let field = self.u32().and_then(|length| self.take(usize::try_from(length).ok()?));
        if field.is_none() {
            *self = before;
        }
        field
    }

    pub(crate) fn rest(self) -> &'b [u8] {
        self.0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_lies_takes_nothing() {
        let mut reader = Reader::new(&[9, 0, 0, 0, 1, 2]);
        assert_eq!(reader.field(), None);
        assert_eq!(reader.u32(), Some(9));
        assert_eq!(reader.rest(), [1, 2]);
    }

    #[test]
    fn numbers_are_little_endian() {
        let mut reader = Reader::new(&[1, 2, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!((reader.u8(), reader.u16(), reader.u32()), (Some(1), Some(2), Some(3)));
        assert_eq!((reader.u64(), reader.u8()), (Some(4), None));
    }
}
