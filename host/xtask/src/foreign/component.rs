//! What a component asks for, compared with what its world says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wit_component::DecodedWasm;
use wit_parser::{Resolve, World};

/// The world of a plugin: its name begins with its role.
pub(super) fn world_of(name: &str) -> Result<&'static str> {
    let role = name.split('-').next().unwrap_or_default();
    let known = ["tool", "judge"].into_iter().find(|world| *world == role);
    known.with_context(|| format!("the name {name} begins with no role that is built here"))
}

/// Fails where the component imports more than the world in this folder, or lacks one of its exports.
///
/// Exports beyond the world are allowed: the engines of JavaScript and Python leave one of their own.
pub(super) fn check(component: &Path, wit: &Path) -> Result<()> {
    let bytes = fs::read(component).with_context(|| format!("the build left no {}", component.display()))?;
    let DecodedWasm::Component(resolve, id) = wit_component::decode(&bytes)? else {
        bail!("{} is no component", component.display());
    };
    let built = Outside::of(&resolve, resolve.worlds.get(id).context("it has no world")?);
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit)?;
    let id = resolve.select_world(&[package], None)?;
    let declared = Outside::of(&resolve, resolve.worlds.get(id).context("there is no world")?);
    if let Some(import) = built.imports.difference(&declared.imports).next() {
        bail!("it imports {import}, which wit/world.wit does not");
    }
    match declared.exports.difference(&built.exports).next() {
        Some(export) => bail!("it does not export {export}, which wit/world.wit does"),
        None => Ok(()),
    }
}

/// Names of what a world imports and exports.
struct Outside {
    imports: BTreeSet<String>,
    exports: BTreeSet<String>,
}

impl Outside {
    fn of(resolve: &Resolve, world: &World) -> Self {
        Self {
            imports: world.imports.keys().map(|key| resolve.name_world_key(key)).collect(),
            exports: world.exports.keys().map(|key| resolve.name_world_key(key)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
    use wit_parser::ManglingAndAbi;

    use super::*;

    const IMPORTS: &str = "interface log { write: func(); } interface clock { now: func() -> u64; }";

    /// Writes a folder of WIT whose one world has these items, and a component that has just that outside.
    fn made(folder: &Path, items: &str) -> (PathBuf, PathBuf) {
        let wit = folder.join("wit");
        fs::create_dir_all(&wit).unwrap();
        fs::write(wit.join("world.wit"), format!("package a:b; {IMPORTS} world tool {{ {items} }}")).unwrap();
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(&wit).unwrap();
        let world = resolve.select_world(&[package], None).unwrap();
        let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
        let component = folder.join("a.wasm");
        let bytes = ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap();
        fs::write(&component, bytes).unwrap();
        (component, wit)
    }

    #[test]
    fn a_component_may_import_less_and_export_more_than_its_world_but_not_the_other_way() {
        let folder = tempfile::tempdir().unwrap();
        let [small, large] = ["small", "large"].map(|name| folder.path().join(name));
        let (small, small_wit) = made(&small, "import log; export run: func();");
        let (large, large_wit) =
            made(&large, "import log; import clock; export run: func(); export init: func();");

        check(&small, &small_wit).unwrap();
        check(&large, &large_wit).unwrap();
        let refused = |component: &Path, wit: &Path| check(component, wit).unwrap_err().to_string();
        assert_eq!(refused(&large, &small_wit), "it imports a:b/clock, which wit/world.wit does not");
        assert_eq!(refused(&small, &large_wit), "it does not export init, which wit/world.wit does");
    }

    #[test]
    fn what_is_no_component_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.wasm");
        assert!(check(&file, folder.path()).is_err());
        fs::write(&file, b"\0asm\x01\0\0\0").unwrap();
        assert!(check(&file, folder.path()).is_err());
    }

    #[test]
    fn a_plugin_says_its_role_in_its_name() {
        assert_eq!(world_of("tool-json-js").unwrap(), "tool");
        assert_eq!(world_of("judge-words").unwrap(), "judge");
        assert!(world_of("json-tool").is_err());
    }
}
