//! `conversations.*`. Their messages are in `history`.

mod direct;
mod directory;
mod lifecycle;
mod membership;
mod settings;

pub(super) use direct::{close, open};
pub(super) use directory::{info, list, mark, members, of_user};
pub(super) use lifecycle::{archive, create, rename, unarchive};
pub(super) use membership::{invite, join, kick, leave};
pub(super) use settings::{set_purpose, set_topic};
