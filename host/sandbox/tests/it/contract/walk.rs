//! The walk over a parsed contract: what its rules ask for and what is not there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use wit_parser::{
    Docs, InterfaceId, Resolve, Type, TypeDef, TypeDefKind, TypeId, TypeOwner, WorldItem, WorldKey,
};

/// A world's imports and exports, as names without version.
pub(super) struct WorldNames {
    pub(super) imports: BTreeSet<String>,
    pub(super) exports: BTreeSet<String>,
}

/// The world of that name.
pub(super) fn world(resolve: &Resolve, name: &str) -> WorldNames {
    let (_, world) = resolve.worlds.iter().find(|(_, world)| world.name == name).expect("the world is there");
    let names = |key: &WorldKey| without_version(&resolve.name_world_key(key));
    WorldNames {
        imports: world.imports.keys().map(names).collect(),
        exports: world.exports.keys().map(names).collect(),
    }
}

/// Names of all worlds.
pub(super) fn worlds_of(resolve: &Resolve) -> BTreeSet<String> {
    resolve.worlds.iter().map(|(_, world)| world.name.clone()).collect()
}

/// Capabilities that some world imports and that have no file of their name in this folder.
pub(super) fn without_file(resolve: &Resolve, folder: &Path) -> BTreeSet<String> {
    let imports = resolve.worlds.iter().flat_map(|(_, world)| world.imports.keys());
    let names = imports.map(|key| without_version(&resolve.name_world_key(key)));
    let capabilities =
        names.filter_map(|name| name.strip_prefix("glasshouse:capability/").map(str::to_owned));
    capabilities.filter(|name| !folder.join(format!("{name}.rs")).is_file()).collect()
}

/// WIT files below a folder with more lines than that.
pub(super) fn long_files(folder: &Path, most: usize) -> Vec<PathBuf> {
    let mut long = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            long.extend(long_files(&path, most));
        } else if std::fs::read_to_string(&path).expect("a readable file").lines().count() > most {
            long.push(path);
        }
    }
    long
}

/// Items without a doc comment, and variants that a guest branches on without a case `other`.
pub(super) fn mistakes(resolve: &Resolve) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (id, interface) in resolve.interfaces.iter() {
        let name = resolve.id_of(id).expect("an interface outside of a world has a name");
        check(&interface.docs, &name, &mut mistakes);
        for (item, id) in &interface.types {
            if let Some(kind) = resolve.types.get(*id).filter(|kind| !is_used_from_elsewhere(resolve, kind)) {
                check_type(kind, &format!("{name}#{item}"), &mut mistakes);
            }
        }
        for (item, function) in &interface.functions {
            check(&function.docs, &format!("{name}#{item}"), &mut mistakes);
        }
    }
    for (_, world) in resolve.worlds.iter() {
        check(&world.docs, &world.name, &mut mistakes);
    }
    mistakes.extend(without_default(resolve));
    mistakes
}

fn without_version(name: &str) -> String {
    name.split('@').next().unwrap_or_default().to_owned()
}

fn check(docs: &Docs, name: &str, mistakes: &mut Vec<String>) {
    if docs.contents.as_deref().is_none_or(|text| text.trim().is_empty()) {
        mistakes.push(format!("{name}: has no doc comment"));
    }
}

/// `use` makes an alias, which is documented where it comes from.
fn is_used_from_elsewhere(resolve: &Resolve, kind: &TypeDef) -> bool {
    match kind.kind {
        TypeDefKind::Type(Type::Id(id)) => resolve.types.get(id).is_some_and(|from| from.owner != kind.owner),
        _ => false,
    }
}

fn check_type(kind: &TypeDef, name: &str, mistakes: &mut Vec<String>) {
    check(&kind.docs, name, mistakes);
    let parts: Vec<(&str, &Docs)> = match &kind.kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|f| (f.name.as_str(), &f.docs)).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().map(|c| (c.name.as_str(), &c.docs)).collect(),
        TypeDefKind::Enum(cases) => cases.cases.iter().map(|c| (c.name.as_str(), &c.docs)).collect(),
        TypeDefKind::Flags(flags) => flags.flags.iter().map(|f| (f.name.as_str(), &f.docs)).collect(),
        _ => Vec::new(),
    };
    for (part, docs) in parts {
        check(docs, &format!("{name}.{part}"), mistakes);
    }
}

/// A guest built today has to live with the cases of tomorrow: every variant that it is handed needs a default.
fn without_default(resolve: &Resolve) -> Vec<String> {
    let mut handed = BTreeSet::new();
    for (_, world) in resolve.worlds.iter() {
        for id in world.imports.values().filter_map(interface) {
            let functions = resolve.interfaces.get(id).map(|interface| interface.functions.values());
            functions.into_iter().flatten().for_each(|f| reach(resolve, f.result, &mut handed));
        }
        for id in world.exports.values().filter_map(interface) {
            let functions = resolve.interfaces.get(id).map(|interface| interface.functions.values());
            let params = functions.into_iter().flatten().flat_map(|f| &f.params);
            params.for_each(|param| reach(resolve, Some(param.ty), &mut handed));
        }
    }
    let lacks = |id: &TypeId| {
        let kind = resolve.types.get(*id)?;
        let TypeDefKind::Variant(variant) = &kind.kind else { return None };
        let TypeOwner::Interface(owner) = kind.owner else { return None };
        let name = format!("{}#{}", resolve.id_of(owner)?, kind.name.as_deref()?);
        let has = variant.cases.iter().any(|case| case.name == "other");
        (!has).then(|| format!("{name}: a guest branches on it, and it has no case `other`"))
    };
    handed.iter().filter_map(lacks).collect()
}

fn interface(item: &WorldItem) -> Option<InterfaceId> {
    match item {
        WorldItem::Interface { id, .. } => Some(*id),
        WorldItem::Function(_) | WorldItem::Type { .. } => None,
    }
}

/// Adds every type that a value of this one can hold.
fn reach(resolve: &Resolve, kind: Option<Type>, reached: &mut BTreeSet<TypeId>) {
    let Some(Type::Id(id)) = kind else { return };
    if !reached.insert(id) {
        return;
    }
    let Some(definition) = resolve.types.get(id) else { return };
    let parts: Vec<Option<Type>> = match &definition.kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|field| Some(field.ty)).collect(),
        TypeDefKind::Tuple(tuple) => tuple.types.iter().copied().map(Some).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().map(|case| case.ty).collect(),
        TypeDefKind::Result(result) => vec![result.ok, result.err],
        TypeDefKind::Option(of)
        | TypeDefKind::List(of)
        | TypeDefKind::FixedLengthList(of, _)
        | TypeDefKind::Type(of) => {
            vec![Some(*of)]
        }
        TypeDefKind::Map(key, value) => vec![Some(*key), Some(*value)],
        TypeDefKind::Future(of) | TypeDefKind::Stream(of) => vec![*of],
        TypeDefKind::Resource
        | TypeDefKind::Handle(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Unknown => Vec::new(),
    };
    parts.into_iter().for_each(|part| reach(resolve, part, reached));
}
