//! Components too large to be written as text: each declares more of one kind than the host compiles. All of them are
//! valid, so that nothing but the host's own counts can refuse them.

/// Section ids of a component (component model, Binary.md).
const CORE_MODULE: u8 = 1;
const COMPONENT: u8 = 4;
const COMPONENT_TYPE: u8 = 7;

/// Section ids of a core module (WebAssembly core specification, 5.5.2).
const TYPE: u8 = 1;
const IMPORT: u8 = 2;
const FUNCTION: u8 = 3;
const MEMORY: u8 = 5;
const EXPORT: u8 = 7;
const CODE: u8 = 10;
const DATA: u8 = 11;

const COMPONENT_HEADER: &[u8] = b"\0asm\x0d\0\x01\0";
const MODULE_HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// One function type: nothing to nothing.
const NOTHING_TO_NOTHING: &[u8] = &[1, 0x60, 0, 0];

/// The component of that name; none where there is no such generator.
pub fn generated(name: &str) -> Option<Vec<u8>> {
    Some(match name {
        "nested-components" => nested_components(900),
        "many-components" => many_components(900),
        "many-types" => many_types(60_000),
        "many-imports" => module(&[(TYPE, NOTHING_TO_NOTHING), (IMPORT, &imports(30_000))]),
        "many-exports" => many_exports(30_000),
        "many-functions" => many_functions(250_000),
        "many-segments" => many_segments(25_000),
        "huge-function" => one_function(&[&[0], vec![0x01; 3 * 1024 * 1024].as_slice(), &[0x0b]].concat()),
        "many-locals" => one_function(&[&[1], leb(50_000).as_slice(), &[0x7f, 0x0b]].concat()),
        _ => return None,
    })
}

/// Every name that [`generated`] knows.
pub const GENERATED: [&str; 9] = [
    "nested-components",
    "many-components",
    "many-types",
    "many-imports",
    "many-exports",
    "many-functions",
    "many-segments",
    "huge-function",
    "many-locals",
];

/// Components in one another, so many levels deep.
fn nested_components(levels: usize) -> Vec<u8> {
    let mut bytes = COMPONENT_HEADER.to_vec();
    for _ in 0..levels {
        bytes = [COMPONENT_HEADER, &section(COMPONENT, &bytes)].concat();
    }
    bytes
}

/// Empty components side by side.
fn many_components(count: usize) -> Vec<u8> {
    [COMPONENT_HEADER, &section(COMPONENT, COMPONENT_HEADER).repeat(count)].concat()
}

/// Types of a component, each of them `bool`.
fn many_types(count: usize) -> Vec<u8> {
    [COMPONENT_HEADER, &section(COMPONENT_TYPE, &vector(count, |_| vec![0x7f]))].concat()
}

/// Imports of a function, each by a name of its own from a module without name.
fn imports(count: usize) -> Vec<u8> {
    vector(count, |index| [&[0], text(&index.to_string()).as_slice(), &[0, 0]].concat())
}

/// One function under so many names.
fn many_exports(count: usize) -> Vec<u8> {
    let exports = vector(count, |index| [text(&index.to_string()).as_slice(), &[0, 0]].concat());
    let code = vector(1, |_| function_body(&[0, 0x0b]));
    module(&[(TYPE, NOTHING_TO_NOTHING), (FUNCTION, &[1, 0]), (EXPORT, &exports), (CODE, &code)])
}

/// Functions that do nothing.
fn many_functions(count: usize) -> Vec<u8> {
    let functions = vector(count, |_| vec![0]);
    let code = vector(count, |_| function_body(&[0, 0x0b]));
    module(&[(TYPE, NOTHING_TO_NOTHING), (FUNCTION, &functions), (CODE, &code)])
}

/// Empty data segments that no instruction uses.
fn many_segments(count: usize) -> Vec<u8> {
    module(&[(MEMORY, &[1, 0, 1]), (DATA, &vector(count, |_| vec![1, 0]))])
}

/// One function with this body: locals, then instructions to their `end`.
fn one_function(body: &[u8]) -> Vec<u8> {
    let code = vector(1, |_| function_body(body));
    module(&[(TYPE, NOTHING_TO_NOTHING), (FUNCTION, &[1, 0]), (CODE, &code)])
}

fn function_body(body: &[u8]) -> Vec<u8> {
    [leb(body.len()), body.to_vec()].concat()
}

/// A component with one core module of these sections, which is never instantiated.
fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut core = MODULE_HEADER.to_vec();
    for (id, contents) in sections {
        core.extend(section(*id, contents));
    }
    [COMPONENT_HEADER, &section(CORE_MODULE, &core)].concat()
}

fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    [&[id], leb(contents.len()).as_slice(), contents].concat()
}

fn vector(count: usize, element: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = leb(count);
    bytes.extend((0..count).flat_map(element));
    bytes
}

fn text(text: &str) -> Vec<u8> {
    [leb(text.len()), text.as_bytes().to_vec()].concat()
}

/// An unsigned LEB128 number.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_seven_bits_at_a_time() {
        assert_eq!(leb(0), [0]);
        assert_eq!(leb(127), [0x7f]);
        assert_eq!(leb(128), [0x80, 1]);
        assert_eq!(leb(624_485), [0xe5, 0x8e, 0x26]);
    }

    #[test]
    fn levels_are_in_one_another() {
        let inner = [COMPONENT_HEADER, &[COMPONENT, 8], COMPONENT_HEADER].concat();
        let outer = [COMPONENT_HEADER, &[COMPONENT, 18], inner.as_slice()].concat();
        assert_eq!(nested_components(2), outer);
        assert_eq!(many_components(2).len(), 8 + 2 * 10);
    }

    #[test]
    fn a_module_is_the_only_section_of_its_component() {
        let core = [MODULE_HEADER, &[MEMORY, 3, 1, 0, 1, DATA, 5, 2, 1, 0, 1, 0]].concat();
        assert_eq!(many_segments(2), [COMPONENT_HEADER, &[CORE_MODULE, 20], core.as_slice()].concat());
    }

    #[test]
    fn every_name_has_a_component() {
        for name in GENERATED {
            assert!(generated(name).is_some_and(|bytes| bytes.starts_with(COMPONENT_HEADER)), "{name}");
        }
        assert_eq!(generated("nothing"), None);
    }
}
