//! Every interface that some role may import, and the types that all of them share.
#![allow(missing_docs, reason = "generated; the WIT documents every item")]
#![allow(unsafe_code, reason = "generated; the canonical ABI is raw pointers")]

wit_bindgen::generate!({
    path: "../../wit",
    world: "glasshouse:worlds/host",
    additional_derives: [PartialEq],
    generate_all,
});
