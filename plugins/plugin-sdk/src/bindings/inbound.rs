//! What the listening agent's world exports besides the agent's own export.
#![allow(missing_docs, reason = "generated; the WIT documents every item")]
#![allow(unsafe_code, reason = "generated; the canonical ABI is raw pointers")]

wit_bindgen::generate!({
    path: "../../wit",
    inline: "
        package glasshouse:sdk;

        world inbound {
            export glasshouse:agent/inbound@0.1.0;
        }
    ",
    pub_export_macro: true,
    export_macro_name: "export_inbound",
    with: {
        "glasshouse:types/types@0.1.0": super::imports::glasshouse::types::types,
    },
});
