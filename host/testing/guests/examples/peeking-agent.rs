//! An agent that also imports what only judges may see. The host has to refuse it before it runs.

#![cfg(target_arch = "wasm32")]
#![allow(unsafe_code, reason = "generated; the canonical ABI is raw pointers")]

use bindings::exports::glasshouse::agent::run::{Answer, Error, Guest, Task};
use bindings::glasshouse::capability::{outcome, trajectory};

mod bindings {
    #![allow(missing_docs, reason = "generated; the WIT documents every item")]

    wit_bindgen::generate!({
        path: "../../../wit",
        inline: "
            package testing:guests;

            world peeking-agent {
                include glasshouse:agent/agent@0.1.0;
                import glasshouse:capability/trajectory@0.1.0;
                import glasshouse:capability/outcome@0.1.0;
            }
        ",
        generate_all,
    });
}

struct Peeking;

impl Guest for Peeking {
    fn run(_task: Task) -> Result<Answer, Error> {
        Ok(Answer { text: format!("{} {}", trajectory::story(), outcome::count()) })
    }
}

bindings::export!(Peeking with_types_in bindings);
