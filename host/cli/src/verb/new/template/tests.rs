//! Every combination of role and language, and the folders that are refused.

use std::collections::BTreeSet;

use super::*;
use wit_parser::{Resolve, WorldId};

fn all() -> impl Iterator<Item = (PluginRole, Language)> {
    let languages = Language::value_variants();
    PluginRole::value_variants().iter().flat_map(move |role| languages.iter().map(move |l| (*role, *l)))
}

fn name() -> Name {
    Name::parse("count-words").unwrap()
}

fn text(files: &BTreeMap<PathBuf, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files.get(Path::new(path)).unwrap_or_else(|| panic!("{path}")).clone()).unwrap()
}

#[test]
fn every_plugin_has_its_world_its_contract_its_commands_and_no_placeholder() {
    for (role, language) in all() {
        let files = files(role, language, &name()).unwrap();
        let world = text(&files, "wit/world.wit");
        assert!(world.contains(&format!("world {} {{", role.world())), "{world}");
        assert!(world.contains(&format!("export glasshouse:{}/", role.world())), "{world}");
        for package in ["types/types.wit", "capability/log.wit", &format!("{0}/{0}.wit", role.world())] {
            let copied = text(&files, &format!("wit/deps/{package}"));
            assert_eq!(copied, CONTRACT.get_file(package).unwrap().contents_utf8().unwrap());
        }
        let readme = text(&files, "README.md");
        assert!(readme.starts_with("# count-words\n") && readme.contains("glasshouse inspect"), "{readme}");
        assert!(files.contains_key(Path::new(".gitignore")));
        assert!(
            files.keys().any(|path| path.to_str().unwrap().contains("test")) || language == Language::Rust
        );
        for (path, contents) in &files {
            let contents = String::from_utf8(contents.clone()).unwrap();
            for placeholder in [NAME, SNAKE_NAME, ROLE] {
                let path = path.to_str().unwrap();
                assert!(
                    !contents.contains(placeholder) && !path.contains(placeholder),
                    "{path}: {placeholder}"
                );
            }
        }
    }
}

#[test]
fn no_layer_hides_a_file_of_another() {
    for (role, language) in all() {
        let count = |layer: String| below(TEMPLATES.get_dir(&layer).unwrap(), Path::new(&layer)).count();
        let (language_folder, world) = (language.folder(), role.world());
        let layers = count(format!("{language_folder}/every"))
            + count(format!("{language_folder}/{world}"))
            + count(format!("world/{world}"));
        let files = files(role, language, &name()).unwrap();
        let own = files.keys().filter(|path| !path.starts_with("wit/deps")).count();
        assert_eq!(own, layers, "{role:?} {language:?}");
    }
}

#[test]
fn the_world_resolves_and_imports_what_it_uses_only() {
    for (role, imports) in [
        (PluginRole::Tool, "glasshouse:capability/log@0.1.0"),
        (PluginRole::Judge, "glasshouse:capability/trajectory@0.1.0"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        render(role, Language::Rust, &name(), folder.path()).unwrap();
        let (resolve, id) = world(folder.path());
        let names: BTreeSet<String> =
            resolve.worlds[id].imports.keys().map(|key| resolve.name_world_key(key)).collect();
        // What the types of both interfaces are made of counts as an import without functions.
        let wanted = ["glasshouse:types/types@0.1.0", imports].map(str::to_owned);
        assert_eq!(names, BTreeSet::from(wanted), "{role:?}");
    }
}

#[test]
fn a_folder_is_filled_once() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("deep/count-words");
    let written = render(PluginRole::Tool, Language::C, &name(), &into).unwrap();
    assert!(written.is_sorted() && written.iter().all(|path| into.join(path).is_file()));
    assert!(written.contains(&PathBuf::from("src/component.c")));

    let error = render(PluginRole::Tool, Language::C, &name(), &into).unwrap_err();
    assert!(matches!(error, NewError::Occupied(path) if path == into));
}

#[test]
fn an_empty_folder_is_taken_and_a_file_is_not() {
    let folder = tempfile::tempdir().unwrap();
    render(PluginRole::Judge, Language::Python, &name(), folder.path()).unwrap();

    let file = folder.path().join("README.md");
    let error = render(PluginRole::Judge, Language::Python, &name(), &file).unwrap_err();
    assert_eq!(error.to_string(), format!("{} is there and is no empty folder", file.display()));
}

#[test]
fn the_plugins_here_keep_what_their_template_gave_them() {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let kept: [(&str, Language, &[&str]); 3] = [
        (
            "tool-checksum-c",
            Language::C,
            &["Makefile", "gen/tool.c", "gen/tool.h", "src/component.c", "src/json.c"],
        ),
        ("tool-dates-python", Language::Python, &["component.py", "requirements.txt"]),
        ("tool-json-js", Language::Js, &["package-lock.json", "package.json", "src/component.js"]),
    ];
    for (plugin, language, paths) in kept {
        let given = files(PluginRole::Tool, language, &Name::parse(plugin).unwrap()).unwrap();
        for path in paths.iter().chain(&["wit/world.wit"]) {
            let kept = fs::read_to_string(plugins.join(plugin).join(path)).unwrap();
            assert!(kept == text(&given, path), "plugins/{plugin}/{path} differs from its template");
        }
    }
}

/// The world of a plugin.
fn world(plugin: &Path) -> (Resolve, WorldId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(plugin.join("wit")).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    (resolve, world)
}
