//! The export of the persona world.
#![allow(missing_docs, reason = "generated; the WIT documents every item")]
#![allow(unsafe_code, reason = "generated; the canonical ABI is raw pointers")]

wit_bindgen::generate!({
    path: "../../wit",
    world: "glasshouse:persona/persona",
    pub_export_macro: true,
    export_macro_name: "export_persona",
    additional_derives: [PartialEq],
    with: {
        "glasshouse:types/types@0.1.0": super::imports::glasshouse::types::types,
        "glasshouse:capability/log@0.1.0": super::imports::glasshouse::capability::log,
        "glasshouse:capability/random@0.1.0": super::imports::glasshouse::capability::random,
        "glasshouse:capability/model@0.1.0": super::imports::glasshouse::capability::model,
    },
});
