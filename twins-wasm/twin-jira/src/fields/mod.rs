//! What a field takes, shows and is called: `catalogue` lists the system's own, `show` writes an issue's values,
//! `custom` those of custom fields, `parts` those that are documents of their own, `wanted` says which, `memo` what an answer has read already, `input` reads what a caller sends, `meta` tells clients which fields a screen has.

pub(crate) mod catalogue;
mod custom;
pub(crate) mod input;
mod memo;
pub(crate) mod meta;
mod parts;
pub(crate) mod show;
mod time;
pub(crate) mod wanted;
