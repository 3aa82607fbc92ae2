//! What a field takes, shows and is called: `catalogue` lists the system's own, `show` writes an issue's values,
//! `input` reads what a caller sends, `meta` tells clients which fields a screen has.

pub(crate) mod catalogue;
pub(crate) mod input;
pub(crate) mod meta;
pub(crate) mod show;
mod time;
