//! What a component asks for against what a policy grants.

use crate::capability::is_linkable;
use crate::error::Missing;
use crate::guard::{Guard, stands};
use crate::role::{Role, names};
use crate::wasi;
use glasshouse_model::{Place, Policy};

/// One import and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The import's name, with its version.
    pub import: String,
    /// What grants it.
    pub grant: NeedGrant,
}

/// What grants an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NeedGrant {
    /// Nothing has to: it reaches nothing outside of the run.
    Always,
    /// These places of the policy.
    Granted(Vec<Place>),
    /// Nothing does; these lines would.
    Missing(&'static str),
    /// Nothing can.
    Never,
}

/// A grant that the component never asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverGrant {
    /// Where it begins.
    pub place: Place,
    /// The table of the policy, for example `http`.
    pub table: &'static str,
}

const HTTP: &str = "glasshouse:capability/http";
const MODEL: &str = "glasshouse:capability/model";
const TOOLS: &str = "glasshouse:capability/tools";
const WORKSPACE: &str = "glasshouse:capability/workspace";
const HTTP_LINES: &str = "[[http]]\nhosts = [\"HOST\"]";
const TOOL_LINES: &str = "[[tool]]\nname = \"TOOL\"";

/// Every import of a component in a role with what grants it, in the component's order. A component without a role is
/// taken for a tool.
pub fn needs(role: Option<Role>, imports: &[String], policy: &Policy) -> Vec<Need> {
    let role = role.unwrap_or(Role::Tool);
    let need = |import: &String| Need { import: import.clone(), grant: grant(role, import, policy) };
    imports.iter().map(need).collect()
}

fn grant(role: Role, import: &str, policy: &Policy) -> NeedGrant {
    if !role.may_import(import) {
        return NeedGrant::Never;
    }
    let granted = |places: Vec<Place>, lines| match places.is_empty() {
        true => NeedGrant::Missing(lines),
        false => NeedGrant::Granted(places),
    };
    if names(import, HTTP) || wasi::is_http(import) {
        granted(policy.http.iter().map(|grant| grant.place.clone()).collect(), HTTP_LINES)
    } else if names(import, TOOLS) {
        granted(policy.tools.iter().map(|grant| grant.place.clone()).collect(), TOOL_LINES)
    } else if is_files(import) && !policy.workspace.is_empty() {
        NeedGrant::Granted(policy.workspace.iter().map(|grant| grant.place.clone()).collect())
    } else if names(import, MODEL) && matches!(role, Role::Agent | Role::Runtime) {
        // No policy gives a model yet; judges and personas get the replies that their scenario recorded.
        NeedGrant::Never
    } else if is_linkable(import) || wasi::is_offered(import) {
        NeedGrant::Always
    } else {
        NeedGrant::Never
    }
}

/// Whether an import reaches the granted folders.
fn is_files(import: &str) -> bool {
    names(import, WORKSPACE) || import.starts_with("wasi:filesystem/preopens@0.2.")
}

/// Grants that nothing in the imports asks for, in the policy's order.
pub fn over_granted(imports: &[String], policy: &Policy) -> Vec<OverGrant> {
    let asks = |wanted: fn(&str) -> bool| imports.iter().any(|import| wanted(import));
    let mut over = Vec::new();
    if !asks(|import| names(import, HTTP) || wasi::is_http(import)) {
        over.extend(policy.http.iter().map(|grant| OverGrant { place: grant.place.clone(), table: "http" }));
    }
    if !asks(is_files) {
        let folders = policy.workspace.iter();
        over.extend(folders.map(|grant| OverGrant { place: grant.place.clone(), table: "workspace" }));
    }
    if !asks(|import| names(import, TOOLS)) {
        over.extend(policy.tools.iter().map(|grant| OverGrant { place: grant.place.clone(), table: "tool" }));
    }
    let model = policy.model.iter().filter(|_| !asks(|import| names(import, MODEL)));
    over.extend(model.map(|grant| OverGrant { place: grant.place.clone(), table: "model" }));
    over
}

/// The imports of a tool that no policy can grant.
pub(crate) fn never_granted(imports: &[String]) -> Vec<Missing> {
    let nothing = Policy::default();
    missing(None, imports, &nothing).into_iter().filter(|lacking| lacking.lines.is_none()).collect()
}

/// The imports that a policy does not grant, each with the lines that would.
pub(crate) fn missing(role: Option<Role>, imports: &[String], policy: &Policy) -> Vec<Missing> {
    let lacking = |need: Need| match need.grant {
        _ if !stands(Guard::Imports) => None,
        NeedGrant::Always | NeedGrant::Granted(_) => None,
        NeedGrant::Missing(lines) => Some(Missing { import: need.import, lines: Some(lines) }),
        NeedGrant::Never => Some(Missing { import: need.import, lines: None }),
    };
    needs(role, imports, policy).into_iter().filter_map(lacking).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "version = 1\n[[http]]\nhosts = [\"a.example\"]\n[[tool]]\nname = \"refund\"\n";

    fn imports(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn each_import_has_its_grant_or_the_lines_that_it_lacks() {
        let asked = imports(&[
            "glasshouse:capability/log@0.1.0",
            "glasshouse:capability/http@0.1.0",
            "wasi:http/outgoing-handler@0.2.6",
            "glasshouse:capability/workspace@0.1.0",
            "glasshouse:capability/model@0.1.0",
            "wasi:sockets/tcp@0.2.6",
            "evil:host/shell@1.0.0",
            "glasshouse:capability/outcome@0.1.0",
        ]);
        let granted = Policy::parse("policy.toml", POLICY).unwrap();
        let nothing = Policy::parse("policy.toml", "version = 1").unwrap();
        let never = [
            "glasshouse:capability/model@0.1.0",
            "wasi:sockets/tcp@0.2.6",
            "evil:host/shell@1.0.0",
            "glasshouse:capability/outcome@0.1.0",
        ];
        let lacking = |policy| -> Vec<_> { missing(None, &asked, policy) };
        assert_eq!(lacking(&granted).iter().map(|one| one.import.as_str()).collect::<Vec<_>>(), never);
        let lines: Vec<_> = lacking(&nothing).iter().map(|one| one.lines).collect();
        assert_eq!(lines, [Some(HTTP_LINES), Some(HTTP_LINES), None, None, None, None]);
    }

    #[test]
    fn folders_are_asked_for_by_either_way_to_files() {
        let policy = Policy::parse("policy.toml", "version = 1\n[[workspace]]\ndir = \"work\"\n").unwrap();
        for import in ["glasshouse:capability/workspace@0.1.0", "wasi:filesystem/preopens@0.2.6"] {
            let asked = imports(&[import]);
            assert!(matches!(needs(None, &asked, &policy)[0].grant, NeedGrant::Granted(_)), "{import}");
            assert_eq!(over_granted(&asked, &policy), [], "{import}");
        }
    }

    #[test]
    fn what_is_not_asked_for_is_granted_for_nothing() {
        let policy = Policy::parse("policy.toml", POLICY).unwrap();
        let tables = |names: &[&str]| -> Vec<_> {
            over_granted(&imports(names), &policy).into_iter().map(|over| over.table).collect()
        };
        assert_eq!(tables(&[]), ["http", "tool"]);
        assert_eq!(tables(&["glasshouse:capability/http@0.1.0"]), ["tool"]);
        assert_eq!(
            tables(&["wasi:http/outgoing-handler@0.2.0", "glasshouse:capability/tools@0.1.0"]),
            [""; 0]
        );
    }
}
