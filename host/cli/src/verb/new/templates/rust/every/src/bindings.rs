//! Rust types and functions of the world in `wit/world.wit`.
//!
//! An import can be called in a component only: natively it panics.

wit_bindgen::generate!({
    world: "plugin-role",
    path: "wit",
    pub_export_macro: true,
    additional_derives: [PartialEq],
    generate_all,
});
