//! Counts what a component declares before anything is compiled. The engine's own caps are generous (a million functions, a
//! hundred nested components); these are what guests of real languages stay far below.

use crate::engine::{LARGEST_MEMORY, MOST_CORE_INSTANCES, MOST_MEMORIES, MOST_TABLE_ELEMENTS, MOST_TABLES};
use crate::error::LoadError;
use crate::guard::{Guard, stands};
use wasmparser::{
    FunctionBody, Instance, InstanceSectionReader, MemorySectionReader, Parser, Payload, TableSectionReader,
};

/// Most of each kind, over the whole component with everything nested in it.
const MOST_TYPES: u64 = 50_000;
const MOST_IMPORTS: u64 = 20_000;
const MOST_EXPORTS: u64 = 20_000;
const MOST_FUNCTIONS: u64 = 200_000;
const MOST_SEGMENTS: u64 = 20_000;
const MOST_NESTED: u64 = 200;
const WASM_PAGE: u64 = 64 * 1024;
/// Deepest nesting of components.
const DEEPEST: usize = 10;
/// Largest body of a function, in bytes, and most locals of one.
const LARGEST_BODY: u64 = 2 * 1024 * 1024;
const MOST_LOCALS: u64 = 20_000;

/// What was counted so far.
#[derive(Debug, Default)]
struct Counts {
    types: u64,
    imports: u64,
    exports: u64,
    functions: u64,
    segments: u64,
    memories: u64,
    tables: u64,
    instances: u64,
    nested: u64,
    depth: usize,
}

/// Refuses what declares more than is compiled. What cannot be read is left to the engine, whose words are better.
pub(crate) fn prescan(bytes: &[u8]) -> Result<(), LoadError> {
    let mut counts = Counts::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let Ok(payload) = payload else { return Ok(()) };
        counts.add(&payload)?;
    }
    Ok(())
}

impl Counts {
    fn add(&mut self, payload: &Payload<'_>) -> Result<(), LoadError> {
        use Payload as P;
        match payload {
            P::TypeSection(section) => more(&mut self.types, section.count(), MOST_TYPES, "types"),
            P::CoreTypeSection(section) => more(&mut self.types, section.count(), MOST_TYPES, "types"),
            P::ComponentTypeSection(section) => more(&mut self.types, section.count(), MOST_TYPES, "types"),
            P::ImportSection(section) => more(&mut self.imports, section.count(), MOST_IMPORTS, "imports"),
            P::ComponentImportSection(section) => {
                more(&mut self.imports, section.count(), MOST_IMPORTS, "imports")
            }
            P::ExportSection(section) => more(&mut self.exports, section.count(), MOST_EXPORTS, "exports"),
            P::ComponentExportSection(section) => {
                more(&mut self.exports, section.count(), MOST_EXPORTS, "exports")
            }
            P::FunctionSection(section) => {
                more(&mut self.functions, section.count(), MOST_FUNCTIONS, "functions")
            }
            P::DataSection(section) => more(&mut self.segments, section.count(), MOST_SEGMENTS, "segments"),
            P::ElementSection(section) => {
                more(&mut self.segments, section.count(), MOST_SEGMENTS, "segments")
            }
            P::MemorySection(section) => self.add_memories(section),
            P::TableSection(section) => self.add_tables(section),
            P::InstanceSection(section) => self.add_instances(section),
            P::CodeSectionEntry(body) => check_body(body),
            P::ModuleSection { .. } => {
                more(&mut self.nested, 1, MOST_NESTED, "nested modules and components")
            }
            P::ComponentSection { .. } => {
                self.depth += 1;
                within(self.depth as u64, DEEPEST as u64, "levels of nested components")?;
                more(&mut self.nested, 1, MOST_NESTED, "nested modules and components")
            }
            P::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Counts {
    /// Those that are made of modules; bundles of exports take nothing of the engine.
    fn add_instances(&mut self, section: &InstanceSectionReader<'_>) -> Result<(), LoadError> {
        let made = section.clone().into_iter().filter_map(Result::ok);
        let made = made.filter(|instance| matches!(instance, Instance::Instantiate { .. })).count();
        let made = u32::try_from(made).unwrap_or(u32::MAX);
        more(&mut self.instances, made, MOST_CORE_INSTANCES.into(), "core instances")
    }

    fn add_memories(&mut self, section: &MemorySectionReader<'_>) -> Result<(), LoadError> {
        more(&mut self.memories, section.count(), MOST_MEMORIES.into(), "memories")?;
        let first = section.clone().into_iter().filter_map(Result::ok).map(|memory| memory.initial).max();
        within(first.unwrap_or_default(), LARGEST_MEMORY as u64 / WASM_PAGE, "pages of one memory")
    }

    fn add_tables(&mut self, section: &TableSectionReader<'_>) -> Result<(), LoadError> {
        more(&mut self.tables, section.count(), MOST_TABLES.into(), "tables")?;
        let first = section.clone().into_iter().filter_map(Result::ok).map(|table| table.ty.initial).max();
        within(first.unwrap_or_default(), MOST_TABLE_ELEMENTS as u64, "elements of one table")
    }
}

fn more(count: &mut u64, more: u32, most: u64, what: &'static str) -> Result<(), LoadError> {
    *count += u64::from(more);
    within(*count, most, what)
}

fn check_body(body: &FunctionBody<'_>) -> Result<(), LoadError> {
    let range = body.range();
    within(range.end - range.start, LARGEST_BODY, "bytes of one function")?;
    let Ok(locals) = body.get_locals_reader() else { return Ok(()) };
    let count: u64 = locals.into_iter().filter_map(Result::ok).map(|(count, _)| u64::from(count)).sum();
    within(count, MOST_LOCALS, "locals of one function")
}

fn within(found: u64, most: u64, what: &'static str) -> Result<(), LoadError> {
    if found > most && stands(Guard::Prescan) { Err(LoadError::TooMany { what, most }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section of a component: its id, its size and its contents.
    fn section(id: u8, contents: &[u8]) -> Vec<u8> {
        let mut bytes = vec![id];
        bytes.extend(leb(contents.len()));
        bytes.extend(contents);
        bytes
    }

    fn leb(mut number: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let low = u8::try_from(number & 0x7f).unwrap();
            number >>= 7;
            if number == 0 {
                bytes.push(low);
                return bytes;
            }
            bytes.push(low | 0x80);
        }
    }

    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    fn nested(levels: usize) -> Vec<u8> {
        let inner = if levels == 0 { Vec::new() } else { section(4, &nested(levels - 1)) };
        [COMPONENT, &inner].concat()
    }

    fn refused(bytes: &[u8]) -> Option<&'static str> {
        match prescan(bytes) {
            Err(LoadError::TooMany { what, .. }) => Some(what),
            _ => None,
        }
    }

    #[test]
    fn components_nest_so_deep() {
        assert_eq!(refused(&nested(DEEPEST)), None);
        assert_eq!(refused(&nested(DEEPEST + 1)), Some("levels of nested components"));
    }

    #[test]
    fn counts_are_those_of_the_whole() {
        // Each component type is `bool`: one byte.
        let types = |count: usize| section(7, &[leb(count), vec![0x7f; count]].concat());
        let most = usize::try_from(MOST_TYPES).unwrap();
        let inner = [COMPONENT, &types(most)].concat();
        assert_eq!(refused(&inner), None);
        let outer = [COMPONENT, &section(4, &inner), &types(1)].concat();
        assert_eq!(refused(&outer), Some("types"));
    }

    #[test]
    fn nonsense_is_left_to_the_engine() {
        assert!(prescan(b"\0asm\x0d\0\x01\0\xff\xff\xff").is_ok());
        assert!(prescan(b"").is_ok());
    }
}
