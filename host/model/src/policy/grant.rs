//! Grants of folders, tools and models, and what all arrays of grants have in common.

use crate::Place;
use crate::budget::MIB;
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{ID, at_least, bytes, id, is_relative_path, number, short, text};
use toml_span::value::ValueInner;

/// Most grants of one kind: each is compared with all others.
const MOST_GRANTS: usize = 256;
/// Largest folder that a guest may fill, in bytes.
const MOST_QUOTA: u64 = 1024 * 1024 * MIB;
/// Longest condition of a tool, in bytes.
const LONGEST_CONDITION: usize = 4096;
/// Longest name of a tool, in bytes.
const LONGEST_TOOL: usize = 128;

/// A key's value and where the key stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<T> {
    /// As it was read.
    pub value: T,
    /// Of the key.
    pub place: Place,
}

/// A folder that a guest may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceGrant {
    /// Where the grant begins.
    pub place: Place,
    /// Below the policy file's folder, with forward slashes and without a leading `./`. Never that folder itself: a
    /// guest must not reach the file that grants.
    pub dir: String,
    /// What it may do there.
    pub access: Access,
    /// Bytes that the folder may hold; there exactly where the guest may write.
    pub quota: Option<Written<u64>>,
}

/// What a guest may do in a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// Read and list.
    #[default]
    ReadOnly,
    /// Create, change and remove, too.
    ReadWrite,
}

/// A tool that a guest may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolGrant {
    /// Where the grant begins.
    pub place: Place,
    /// Unique in the policy.
    pub name: String,
    /// An expression over a call's arguments that must hold. It is not parsed here.
    pub when: Option<Written<String>>,
}

/// The models that a guest may ask, and how much.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelGrant {
    /// Where the grant begins.
    pub place: Place,
    /// By their ids, at least one.
    pub providers: Vec<String>,
    /// Tokens of questions and answers together.
    pub tokens: Written<u64>,
    /// Dollars of the United States; none where the tokens are bound enough.
    pub cost_usd: Option<Written<f64>>,
}

/// What a grant and an earlier one cannot both mean, with the next step.
pub(crate) type Clash = Option<(String, &'static str)>;

/// Takes an array of grants that may be missing; none where one has a mistake or clashes with an earlier one.
pub(crate) fn grants<'v, T>(
    table: &mut TomlTable<'v>,
    reader: &mut Reader<'_>,
    key: &'static str,
    read: impl Fn(&mut TomlTable<'v>, &mut Reader<'_>) -> Option<T>,
    clash: impl Fn(&T, &[T]) -> Clash,
) -> Option<Vec<T>> {
    let mut all = Vec::new();
    let mut count = 0;
    let read_one = |grant: &mut TomlTable<'v>, reader: &mut Reader<'_>| {
        count += 1;
        if count > MOST_GRANTS {
            if count == MOST_GRANTS + 1 {
                reader.mistake(grant.span(), format!("at most {MOST_GRANTS} of [[{key}]] are read"), None);
            }
            grant.take_rest();
            return None;
        }
        let read = read(grant, reader)?;
        if let Some((what, hint)) = clash(&read, &all) {
            reader.mistake(grant.span(), what, Some(hint.to_owned()));
        }
        all.push(read);
        Some(())
    };
    table.tables(reader, key, read_one)?;
    Some(all)
}

/// Takes a key that may be missing, with its place.
pub(super) fn written<'v, T>(
    table: &mut TomlTable<'v>,
    reader: &mut Reader<'_>,
    key: &'static str,
    wanted: &str,
    turn: impl FnOnce(&ValueInner<'v>) -> Option<T>,
) -> Option<Written<T>> {
    let span = table.key_span(key);
    let value = table.optional(reader, key, wanted, turn)?;
    Some(Written { value, place: reader.place(span?) })
}

const DIR: &str = "a path below this file's folder, not that folder itself, with forward slashes";
const ACCESS: &str = "\"read-only\" or \"read-write\"";
const QUOTA: &str = "a size such as \"100MiB\", at most 1TiB";

impl WorkspaceGrant {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = reader.place(table.span());
        let dir = table.required(reader, "dir", DIR, |value| {
            let path = text(value)?;
            let path = path.strip_prefix("./").unwrap_or(&path);
            is_relative_path(path).then(|| path.to_owned())
        });
        let written_access = table.key_span("access").is_some();
        let access = table.optional(reader, "access", ACCESS, |value| match value.as_str()? {
            "read-only" => Some(Access::ReadOnly),
            "read-write" => Some(Access::ReadWrite),
            _ => None,
        });
        let quota_span = table.key_span("quota");
        let quota = written(table, reader, "quota", QUOTA, bytes(MOST_QUOTA));
        // A wrong `access` is a mistake of its own; what it was to be is not guessed.
        let access = if written_access { access? } else { Access::default() };
        match (access, quota_span) {
            (Access::ReadWrite, None) => {
                let what = "a folder that a guest may write must have a `quota`";
                reader.mistake(table.span(), what, Some("write quota = \"100MiB\"".into()));
            }
            (Access::ReadOnly, Some(span)) => {
                let hint = "write access = \"read-write\", or leave `quota` out";
                reader.mistake(span, "`quota` bounds nothing: the folder is read-only", Some(hint.into()));
            }
            _ => {}
        }
        Some(Self { place, dir: dir?, access, quota })
    }

    /// A folder in another would have two quotas and two accesses.
    pub(crate) fn clash(&self, earlier: &[Self]) -> Clash {
        let other =
            earlier.iter().find(|other| lies_in(&self.dir, &other.dir) || lies_in(&other.dir, &self.dir))?;
        let (dir, known) = (short(&self.dir), short(&other.dir));
        let what = if self.dir == other.dir {
            format!("the folder `{dir}` is granted twice, first at {}", other.place)
        } else {
            format!("`{dir}` and `{known}`, granted at {}, lie in one another", other.place)
        };
        Some((what, "grant each folder once"))
    }
}

/// Whether a path is another or below it.
fn lies_in(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

const TOOL: &str = "letters, digits, underscores and hyphens, parts joined by dots, at most 128";
const CONDITION: &str = "an expression such as \"args.amount <= 80\", at most 4096 bytes";

impl ToolGrant {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = reader.place(table.span());
        let name = table.required(reader, "name", TOOL, |value| text(value).filter(|name| is_tool(name)));
        let when = written(table, reader, "when", CONDITION, |value| {
            text(value).filter(|condition| condition.len() <= LONGEST_CONDITION)
        });
        Some(Self { place, name: name?, when })
    }

    pub(crate) fn clash(&self, earlier: &[Self]) -> Clash {
        let other = earlier.iter().find(|other| other.name == self.name)?;
        let what = format!("the tool `{}` is granted twice, first at {}", self.name, other.place);
        Some((what, "grant it once; two conditions are joined with `||`"))
    }
}

fn is_tool(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    name.len() <= LONGEST_TOOL && name.split('.').all(is_part)
}

const TOKENS: &str = "a whole number from 1";
const COST: &str = "a number of dollars above 0, at most 1e6";

impl ModelGrant {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = reader.place(table.span());
        let provider = |value: &ValueInner<'_>| id(value).ok_or(None);
        let providers = table.required_list(reader, "providers", ID, provider);
        let span = table.key_span("tokens");
        let tokens = table.required(reader, "tokens", TOKENS, at_least(1));
        let cost_usd = written(table, reader, "cost_usd", COST, number(|cost| cost > 0.0 && cost <= 1e6));
        let tokens = Written { value: tokens?, place: reader.place(span?) };
        Some(Self { place, providers: providers?, tokens, cost_usd })
    }
}
