//! `report.html`: one file that opens from a disk without a network. Its style and script stand in it, allowed by their
//! hashes and by nothing else; its data are compressed blocks that the script unpacks when they are looked at.

mod block;
mod index;
mod page;
mod pages;

pub(super) use pages::write;
