//! A world as one file: the same world gives the same bytes, and the file's name can be its digest.
//!
//! A line that names the format, then sections in a fixed order, then a section `end` with the digest of all bytes
//! before it. A section is its name's length (2 bytes, little-endian), its name, its body's length (8 bytes), its body
//! (postcard), and the BLAKE3 digest of all four. What a world's forks changed since is no part of it: a world that is
//! read has an empty journal.

mod content;
mod reading;
mod section;
mod writing;

use glasshouse_model::Digest;

/// The first line of the file; the number is the format's version.
const FORMAT: &[u8] = b"glasshouse world 2\n";

/// Bytes of a digest.
const DIGEST: usize = 32;

/// Why a file is no world.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldFileError {
    /// It begins as no world of this version does.
    #[error("byte 0: the file does not begin with `glasshouse world 2`")]
    Format,
    /// It ends within a section.
    #[error("byte {at}: the file ends within a section")]
    Truncated {
        /// Where the section begins.
        at: usize,
    },
    /// A section's bytes are not those that were written.
    #[error(
        "bytes {from} to {to}, section `{section}`: they have the digest {found}, and {written} was written"
    )]
    Changed {
        /// The section's name, as it stands there.
        section: String,
        /// Where it begins.
        from: usize,
        /// Where it ends.
        to: usize,
        /// What the bytes have.
        found: Digest,
        /// What stands in the file.
        written: Digest,
    },
    /// A section is not the one that belongs there.
    #[error("byte {at}: the section `{found}` does not belong here; {wanted}")]
    Order {
        /// Where it begins.
        at: usize,
        /// Its name.
        found: String,
        /// What does.
        wanted: &'static str,
    },
    /// A section does not hold what it should.
    #[error("byte {at}, section `{section}`: {why}")]
    Content {
        /// Where the section begins.
        at: usize,
        /// Its name.
        section: String,
        /// What is wrong.
        why: String,
    },
    /// There is more after the end.
    #[error("byte {at}: the world has ended, and the file goes on")]
    Trailing {
        /// Where it should end.
        at: usize,
    },
}
