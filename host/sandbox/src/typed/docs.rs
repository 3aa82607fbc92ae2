//! Doc comments of a component's own WIT, which its encoder may have kept in the component.

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use wasmparser::{Parser, Payload};
use wit_component::DecodedWasm;
use wit_parser::{PackageMetadata, WorldItem};

/// Doc comments by interface (empty for the component itself) and function.
pub(super) type Docs = BTreeMap<(String, String), String>;

/// Most of one comment that is kept, in characters.
const LONGEST: usize = 2_000;

/// Every comment on an exported function. A component that keeps none, or that this reader does not read, has none.
pub(super) fn docs(bytes: &[u8]) -> Docs {
    if !has_comments(bytes) {
        return Docs::new();
    }
    // The reader is made for what compilers write: it panics on components that are valid and that none of them makes.
    let Ok(Ok(DecodedWasm::Component(resolve, world))) = catch_unwind(|| wit_component::decode(bytes)) else {
        return Docs::new();
    };
    let Some(world) = resolve.worlds.get(world) else { return Docs::new() };
    let mut docs = Docs::new();
    for (key, item) in &world.exports {
        match item {
            WorldItem::Interface { id, .. } => {
                let interface = resolve.name_world_key(key);
                let functions = resolve.interfaces.get(*id).map(|interface| &interface.functions);
                for (name, function) in functions.into_iter().flatten() {
                    keep(&mut docs, &interface, name, &function.docs);
                }
            }
            WorldItem::Function(function) => keep(&mut docs, "", &function.name, &function.docs),
            WorldItem::Type { .. } => {}
        }
    }
    docs
}

/// Whether there is a section that only encoders write which keep comments.
fn has_comments(bytes: &[u8]) -> bool {
    let mut payloads = Parser::new(0).parse_all(bytes).map_while(Result::ok);
    payloads.any(|payload| {
        matches!(payload, Payload::CustomSection(section) if section.name() == PackageMetadata::SECTION_NAME)
    })
}

fn keep(docs: &mut Docs, interface: &str, function: &str, found: &wit_parser::Docs) {
    if let Some(text) = &found.contents {
        let text: String = text.trim().chars().take(LONGEST).collect();
        docs.insert((interface.to_owned(), function.to_owned()), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_component_has_no_comments() {
        assert!(docs(b"").is_empty() && docs(b"\0asm\x0d\0\x01\0").is_empty());
    }

    #[test]
    fn what_no_compiler_makes_has_no_comments() {
        // A function under the name of an interface.
        let text = r#"(component
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (export "a:b/c" (func $f))
            (@custom "package-docs" "\00{}"))"#;
        let bytes = wat::parse_str(text).unwrap();
        assert!(has_comments(&bytes) && docs(&bytes).is_empty());
    }
}
