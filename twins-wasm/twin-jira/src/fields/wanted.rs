//! Which fields of an issue a caller asks for.

use std::collections::BTreeSet;

/// Which fields a caller asks for.
pub(crate) struct Wanted {
    all: bool,
    navigable: bool,
    named: BTreeSet<String>,
    refused: BTreeSet<String>,
}

impl Wanted {
    /// Reads a list of field ids, `*all`, `*navigable` and refusals such as `-comment`. An empty list is `default`.
    pub(crate) fn read(fields: &[String], default: &str) -> Self {
        let mut wanted =
            Self { all: false, navigable: false, named: BTreeSet::new(), refused: BTreeSet::new() };
        let mut any = false;
        let usual = [default.to_owned()];
        let fields = if fields.is_empty() { &usual } else { fields };
        for field in fields {
            match field.as_str() {
                "*all" => wanted.all = true,
                "*navigable" => wanted.navigable = true,
                field => match field.strip_prefix('-') {
                    Some(refused) => {
                        wanted.refused.insert(refused.to_owned());
                        continue;
                    }
                    None => {
                        wanted.named.insert(field.to_owned());
                    }
                },
            }
            any = true;
        }
        // Refusals alone are taken from the default.
        if !any {
            wanted.all = default == "*all";
            wanted.navigable = default == "*navigable";
        }
        wanted
    }

    /// Whether a field is asked for.
    pub(super) fn takes(&self, id: &str, navigable: bool) -> bool {
        let taken = self.all || (self.navigable && navigable) || self.named.contains(id);
        taken && !self.refused.contains(id)
    }

    /// Whether any field but those of the system is asked for.
    pub(super) fn takes_custom(&self) -> bool {
        self.all || self.navigable || self.named.iter().any(|id| id.starts_with("customfield_"))
    }

    /// Whether only the id is asked for, and no field at all.
    pub(crate) fn is_id_only(&self) -> bool {
        !self.all && !self.navigable && self.named.iter().all(|id| id == "id")
    }
}
