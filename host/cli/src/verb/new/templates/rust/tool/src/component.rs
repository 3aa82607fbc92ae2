//! The component's export, and the only place that calls an import.

use crate::bindings::exports::glasshouse::tool::calls::{Definition, Error, Guest};
use crate::bindings::glasshouse::capability::log;
use crate::{bindings, calls};

struct Component;

impl Guest for Component {
    fn definitions() -> Vec<Definition> {
        calls::definitions()
    }

    fn call(name: String, arguments: String) -> Result<String, Error> {
        log::write(
            log::Level::Debug,
            &format!("{name}: {} bytes of arguments", arguments.len()),
        );
        calls::call(&name, &arguments)
    }
}

bindings::export!(Component with_types_in bindings);
