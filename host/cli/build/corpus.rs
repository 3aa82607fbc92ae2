//! Assembles the hostile components of `host/testing/guests/wat` and writes their cases as Rust, in the order of
//! `cases.toml`: one `CorpusCase` each.

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use toml_span::Value;
use toml_span::value::Table;

#[path = "../../testing/src/generated.rs"]
#[allow(dead_code, unreachable_pub, reason = "the crate of tests has it as well, and uses all of it")]
mod generated;

/// What is called where a case does not say.
const FUNCTION: &str = "attack";
/// What that is called with.
const ARGUMENTS: &str = "{}";
/// Keys of a case. Any other is a mistake.
const KEYS: [&str; 9] =
    ["id", "title", "file", "generate", "call", "arguments", "policy", "expected", "guard"];

/// Assembles the components of a folder into another and gives the cases as the text of a slice.
pub(crate) fn corpus(folder: &Path, made: &Path) -> Result<String> {
    let path = folder.join("cases.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let document = toml_span::parse(&text).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let document = document.as_table().context("cases.toml is no table")?;
    let small = text_of(document, "small")?.context("cases.toml has no `small`")?;
    let cases = document.get("case").and_then(Value::as_array).context("cases.toml has no [[case]]")?;
    fs::create_dir_all(made).with_context(|| made.display().to_string())?;
    let mut rows = String::from("&[\n");
    for case in cases {
        let case = case.as_table().context("a [[case]] is no table")?;
        let id = text_of(case, "id")?.context("a [[case]] has no `id`")?;
        rows.push_str(&row(case, small, folder, made).with_context(|| format!("cases.toml: {id}"))?);
    }
    rows.push_str("]\n");
    Ok(rows)
}

fn row(case: &Table<'_>, small: &str, folder: &Path, made: &Path) -> Result<String> {
    if let Some(unknown) = case.keys().find(|key| !KEYS.contains(&key.name.as_ref())) {
        bail!("`{}` is no key of a case", unknown.name);
    }
    let required = |key: &str| text_of(case, key)?.with_context(|| format!("there is no `{key}`"));
    let component = component(case, folder, made)?;
    let policy = match text_of(case, "policy")?.unwrap_or_default() {
        whole if whole.starts_with("version") => whole.to_owned(),
        lines => format!("{small}{lines}"),
    };
    let mut row = String::from("    CorpusCase {\n");
    for (field, value) in [
        ("id", required("id")?),
        ("title", required("title")?),
        ("function", text_of(case, "call")?.unwrap_or(FUNCTION)),
        ("arguments", text_of(case, "arguments")?.unwrap_or(ARGUMENTS)),
        ("policy", &policy),
        ("expected", required("expected")?),
        ("guard", required("guard")?),
    ] {
        let _ = writeln!(row, "        {field}: {value:?},");
    }
    let _ = writeln!(row, "        component: include_bytes!({component:?}),\n    }},");
    Ok(row)
}

/// The file of a case's component, assembled or generated.
fn component(case: &Table<'_>, folder: &Path, made: &Path) -> Result<PathBuf> {
    let (name, bytes) = match (text_of(case, "file")?, text_of(case, "generate")?) {
        (Some(file), None) => {
            let stem = file.strip_suffix(".wat").context("`file` does not end with .wat")?;
            (stem, wat::parse_file(folder.join(file))?)
        }
        (None, Some(name)) => (name, generated::generated(name).context("there is no such generator")?),
        _ => bail!("it has to have either `file` or `generate`"),
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ensure!(name.chars().all(plain), "`{name}` is not in kebab case");
    let path = made.join(format!("{name}.wasm"));
    fs::write(&path, bytes).with_context(|| path.display().to_string())?;
    Ok(path)
}

fn text_of<'t>(table: &'t Table<'_>, key: &str) -> Result<Option<&'t str>> {
    let Some(value) = table.get(key) else { return Ok(None) };
    value.as_str().map(Some).with_context(|| format!("`{key}` is no text"))
}
