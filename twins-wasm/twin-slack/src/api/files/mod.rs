//! `files.*`: uploads, what is known of a file, and remote files.

mod directory;
mod remote;
mod upload;

pub(super) use directory::{
    delete, delete_comment, info, list, revoke_public_url, share_public_url, shown_contents,
};
pub(super) use remote::{
    add as add_remote, info as remote_info, list as list_remote, remove as remove_remote,
    share as share_remote, update as update_remote,
};
pub(super) use upload::{complete, get_upload_url, take_bytes, upload};
