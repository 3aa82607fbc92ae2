//! The export of the judge world.
#![allow(missing_docs, reason = "generated; the WIT documents every item")]
#![allow(unsafe_code, reason = "generated; the canonical ABI is raw pointers")]

wit_bindgen::generate!({
    path: "../../wit",
    world: "glasshouse:judge/judge",
    pub_export_macro: true,
    export_macro_name: "export_judge",
    additional_derives: [PartialEq],
    with: {
        "glasshouse:types/types@0.1.0": super::imports::glasshouse::types::types,
        "glasshouse:capability/log@0.1.0": super::imports::glasshouse::capability::log,
        "glasshouse:capability/outcome@0.1.0": super::imports::glasshouse::capability::outcome,
        "glasshouse:capability/trajectory@0.1.0": super::imports::glasshouse::capability::trajectory,
        "glasshouse:capability/model@0.1.0": super::imports::glasshouse::capability::model,
    },
});
