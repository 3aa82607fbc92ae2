//! What all bundles add up to, and which new bundle fits them.

use super::bundle::{Bundle, Field, Number, TypeVersion};
use crate::Error;
use std::collections::BTreeMap;

/// All types and enums that were published.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    bundles: BTreeMap<String, Vec<u8>>,
    last: Option<String>,
    types: BTreeMap<String, BTreeMap<Number, (TypeVersion, String)>>,
    enums: BTreeMap<String, (BTreeMap<Number, String>, String)>,
}

/// What became of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It was not there.
    New,
    /// The same bytes were there under this id.
    Known,
}

impl Registry {
    /// Adds a bundle.
    ///
    /// # Errors
    /// [`Error::Unfit`] where it is no bundle; [`Error::BundleConflict`] where the id is taken by other bytes, a version
    /// or enum stands with another content, a tag changes its type or a newer version is missing its enum. Then
    /// nothing is added.
    pub fn add(&mut self, id: &str, json: &[u8]) -> Result<Stored, Error> {
        if let Some(stored) = self.bundles.get(id) {
            let conflict = || conflict(id, "the id is taken by another bundle".to_owned());
            return if stored == json { Ok(Stored::Known) } else { Err(conflict()) };
        }
        let bundle = Bundle::parse(id, json)?;
        self.check_enums(&bundle)?;
        self.check_types(&bundle)?;
        for (name, labels) in bundle.enums {
            self.enums.entry(name).or_insert_with(|| (labels, id.to_owned()));
        }
        for (name, versions) in bundle.types {
            let known = self.types.entry(name).or_default();
            for (number, version) in versions.versions {
                known.entry(number).or_insert_with(|| (version, id.to_owned()));
            }
        }
        self.bundles.insert(id.to_owned(), json.to_owned());
        self.last = Some(id.to_owned());
        Ok(Stored::New)
    }

    fn check_enums(&self, bundle: &Bundle) -> Result<(), Error> {
        for (name, labels) in &bundle.enums {
            match self.enums.get(name) {
                Some((known, earlier)) if known != labels => {
                    return Err(conflict(earlier, format!("enum {name} has other labels there")));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn check_types(&self, bundle: &Bundle) -> Result<(), Error> {
        for (name, versions) in &bundle.types {
            let known = self.types.get(name);
            let mut tags: BTreeMap<Number, (&Field, &str)> = BTreeMap::new();
            for (version, earlier) in known.into_iter().flat_map(BTreeMap::values) {
                tags.extend(version.fields.iter().map(|(tag, field)| (*tag, (field, earlier.as_str()))));
            }
            for (number, version) in &versions.versions {
                if u32::try_from(number.0).is_err() {
                    return Err(Error::unfit("bundle", format!("{name} has version {}", number.0)));
                }
                if let Some((stands, earlier)) = known.and_then(|known| known.get(number))
                    && stands != version
                {
                    return Err(conflict(
                        earlier,
                        format!("{name} version {} has other fields there", number.0),
                    ));
                }
                self.check_fields(bundle, name, version, &mut tags)?;
            }
        }
        Ok(())
    }

    fn check_fields<'b>(
        &self,
        bundle: &'b Bundle,
        name: &str,
        version: &'b TypeVersion,
        tags: &mut BTreeMap<Number, (&'b Field, &'b str)>,
    ) -> Result<(), Error> {
        for (tag, field) in &version.fields {
            let (first, earlier) = *tags.entry(*tag).or_insert((field, &bundle.bundle_id));
            if (&first.kind, &first.labels) != (&field.kind, &field.labels) {
                return Err(conflict(earlier, format!("tag {} of {name} has another type there", tag.0)));
            }
            if let Some(labels) = &field.labels
                && !self.enums.contains_key(labels)
                && !bundle.enums.contains_key(labels)
            {
                return Err(Error::unfit(
                    "bundle",
                    format!("{name} names the enum {labels}, which nothing declares"),
                ));
            }
        }
        Ok(())
    }

    /// The text of a bundle, as it was stored.
    pub fn bundle(&self, id: &str) -> Option<&[u8]> {
        self.bundles.get(id).map(Vec::as_slice)
    }

    /// How many bundles there are.
    pub fn bundles(&self) -> usize {
        self.bundles.len()
    }

    /// The bundle stored last.
    pub fn last_bundle(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// A version of a type.
    pub fn version(&self, type_id: &str, version: u32) -> Option<&TypeVersion> {
        self.types.get(type_id)?.get(&Number(version.into())).map(|(version, _)| version)
    }

    /// The newest version of a type, with its number.
    pub fn latest(&self, type_id: &str) -> Option<(u32, &TypeVersion)> {
        let (number, (version, _)) = self.types.get(type_id)?.last_key_value()?;
        Some((u32::try_from(number.0).ok()?, version))
    }

    /// Every type with its newest version and the bundle that declared it.
    pub fn all_latest(&self) -> impl Iterator<Item = (&str, u64, &str)> {
        self.types.iter().filter_map(|(name, versions)| {
            let (number, (_, bundle)) = versions.last_key_value()?;
            Some((name.as_str(), number.0, bundle.as_str()))
        })
    }

    /// The label of an enum's number.
    pub fn label(&self, labels: &str, number: u64) -> Option<&str> {
        self.enums.get(labels)?.0.get(&Number(number)).map(String::as_str)
    }

    /// The number of an enum's label.
    pub fn number(&self, labels: &str, label: &str) -> Option<u64> {
        let (labels, _) = self.enums.get(labels)?;
        labels.iter().find(|(_, text)| *text == label).map(|(number, _)| number.0)
    }
}

fn conflict(earlier: &str, why: String) -> Error {
    Error::BundleConflict { earlier: earlier.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(id: &str, version: &str, fields: &str, enums: &str) -> String {
        format!(
            r#"{{"registry_version":1,"bundle_id":"{id}","types":{{"Message":{{"versions":
            {{"{version}":{{"fields":{{{fields}}}}}}}}}}},"enums":{{{enums}}}}}"#
        )
    }

    const ROLE: &str = r#""1":{"name":"role","type":"string"}"#;

    fn with_role() -> Registry {
        let mut registry = Registry::default();
        assert_eq!(registry.add("a", bundle("a", "1", ROLE, "").as_bytes()).unwrap(), Stored::New);
        registry
    }

    #[test]
    fn a_bundle_is_stored_once_under_its_own_id() {
        let mut registry = with_role();
        assert_eq!(registry.add("a", bundle("a", "1", ROLE, "").as_bytes()).unwrap(), Stored::Known);
        let changed = bundle("a", "2", ROLE, "");
        assert!(matches!(registry.add("a", changed.as_bytes()), Err(Error::BundleConflict { .. })));
        assert!(
            matches!(registry.add("b", changed.as_bytes()), Err(Error::Unfit { .. })),
            "another id inside"
        );
        assert!(matches!(registry.add("b", b"{"), Err(Error::Unfit { .. })));
        assert_eq!((registry.bundles(), registry.last_bundle()), (1, Some("a")));
    }

    #[test]
    fn a_version_stands_and_its_tags_keep_their_types() {
        let mut registry = with_role();
        for (fields, version) in [
            (r#""1":{"name":"person","type":"string"}"#, "1"),
            (r#""1":{"name":"role","type":"u64"}"#, "2"),
            (r#""2":{"name":"kind","type":"u8","enum":"Kind"}"#, "2"),
            (ROLE, "4294967296"),
        ] {
            let refused = registry.add("b", bundle("b", version, fields, "").as_bytes());
            assert!(refused.is_err(), "{fields}");
        }
        assert_eq!(registry.latest("Message").unwrap().0, 1, "nothing was added");
        let more = format!(r#"{ROLE},"2":{{"name":"kind","type":"u8","enum":"Kind"}}"#);
        let added = registry.add("b", bundle("b", "2", &more, r#""Kind":{"1":"first"}"#).as_bytes());
        assert_eq!(added.unwrap(), Stored::New);
        assert_eq!(registry.latest("Message").unwrap().0, 2);
        assert_eq!((registry.label("Kind", 1), registry.number("Kind", "first")), (Some("first"), Some(1)));
        assert_eq!(registry.all_latest().collect::<Vec<_>>(), [("Message", 2, "b")]);
    }

    #[test]
    fn one_bundle_may_not_contradict_itself() {
        let json = r#"{"registry_version":1,"bundle_id":"a","types":{"M":{"versions":{
            "1":{"fields":{"1":{"name":"a","type":"string"}}},"2":{"fields":{"1":{"name":"a","type":"u64"}}}}}}}"#;
        assert!(matches!(Registry::default().add("a", json.as_bytes()), Err(Error::BundleConflict { .. })));
    }
}
