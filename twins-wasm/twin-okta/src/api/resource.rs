//! What most kinds of resource have in common: they are created, listed, read, replaced, deleted, activated and
//! deactivated alike. A [`Resource`] says in what one kind differs.

use serde_json::Value;
use twin_sdk::{Page, Reply, Table};

use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, default, set, text};
use crate::errors::Error;
use crate::state::{Event, State, Target};
use crate::times;
use crate::wire;

/// What may be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// `GET` of the collection.
    List,
    /// `POST` to the collection.
    Create,
    /// `GET` of one.
    Read,
    /// `PUT` of one: what is absent is gone.
    Replace,
    /// `POST` or `PATCH` of one: what is absent stays.
    Update,
    /// `DELETE` of one.
    Delete,
    /// `POST` to `lifecycle/activate`.
    Activate,
    /// `POST` to `lifecycle/deactivate`.
    Deactivate,
}

/// What changing the status answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifecycle {
    /// There is no status.
    Absent,
    /// The document as it is then.
    Document,
    /// Nothing, with that status.
    Nothing(u16),
}

/// Which fields tell when and by whom a document was made and changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamps {
    /// None.
    Absent,
    /// `created`, `lastUpdated`.
    Usual,
    /// The same and `createdBy`, `lastUpdatedBy`.
    WithPeople,
    /// `created` and `lastUpdated` with a blank and one digit behind the point.
    Spaced,
    /// `createdDate`, `createdBy`, `lastUpdate`, `lastUpdatedBy`; whether with a fraction of the second.
    Dates(bool),
    /// `lastUpdatedDate` alone.
    Updated,
}

/// In which order a list shows what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// In the order of ids.
    Ids,
    /// By name, in any case.
    Names,
    /// As `sortBy` and `sortOrder` of the query say; without them in the order of ids.
    Asked,
}

/// Where a document is, for its links.
pub(crate) struct Place<'p> {
    /// Scheme and authority.
    pub origin: &'p str,
    /// The document's own address.
    pub at: &'p str,
}

/// One kind of resource.
pub(crate) struct Resource {
    /// The service's word for the kind where nothing has an id.
    pub noun: &'static str,
    /// The address of one document, with `{}` for the ids.
    pub path: &'static str,
    /// Where the documents are; the key is the ids from the outermost on, with `/` between them.
    pub table: Table<Document>,
    /// What the ids begin with.
    pub prefix: &'static str,
    /// What the resource is part of.
    pub parent: Option<&'static Resource>,
    /// What is part of it and goes with it.
    pub children: &'static [&'static Resource],
    /// The id behind another name of a document, for example `default`.
    pub alias: fn(&mut State<'_>, &str) -> Result<Option<String>, Error>,
    /// The status of the answer to its creation.
    pub created: u16,
    /// When and by whom.
    pub stamps: Stamps,
    /// Whether and how its status changes.
    pub lifecycle: Lifecycle,
    /// How long the pages of the list are.
    pub lengths: Lengths,
    /// The order of the list.
    pub order: Order,
    /// What the System Log's event types begin with; none where nothing is logged.
    pub event: Option<&'static str>,
    /// Checks a body and fills in what it leaves out; `None` where there is no earlier document.
    pub make: fn(&mut Call<'_, '_>, &mut Document, Option<&Document>) -> Result<(), Error>,
    /// Whether a list shows a document.
    pub keep: fn(&Query, &Document) -> Result<bool, Error>,
    /// The links of a document.
    pub links: fn(&Place<'_>, &Document) -> Document,
    /// Refuses to delete what must not be deleted.
    pub may_delete: fn(&Document) -> Result<(), Error>,
    /// What else follows from a document's creation, change or end.
    pub after: fn(&mut Call<'_, '_>, &Document, Action) -> Result<(), Error>,
}

/// The query fields of a list.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// The first field of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A resource without anything special.
pub(crate) const PLAIN: Resource = Resource {
    noun: "",
    path: "",
    table: Table::new(""),
    prefix: "",
    parent: None,
    children: &[],
    alias: |_, _| Ok(None),
    created: 200,
    stamps: Stamps::Usual,
    lifecycle: Lifecycle::Absent,
    lengths: Lengths::USUAL,
    order: Order::Ids,
    event: None,
    make: |_, _, _| Ok(()),
    keep: |_, _| Ok(true),
    links: |place, _| own_link(place, &["GET", "PUT", "DELETE"]),
    may_delete: |_| Ok(()),
    after: |_, _, _| Ok(()),
};

/// The link to the document itself.
pub(crate) fn own_link(place: &Place<'_>, allow: &[&str]) -> Document {
    let mut links = Document::new();
    set(&mut links, "self", wire::hinted(place.at, allow));
    links
}

/// The link to the document itself, and the one that changes its status.
pub(crate) fn own_and_lifecycle(place: &Place<'_>, document: &Document) -> Document {
    let mut links = own_link(place, &["GET", "PUT", "DELETE"]);
    wire::lifecycle(&mut links, document, place.at, true);
    links
}

impl Resource {
    /// Answers a call.
    pub(crate) fn answer(&'static self, action: Action, call: &mut Call<'_, '_>) -> Result<Reply, Error> {
        match action {
            Action::List => self.list(call),
            Action::Create => self.create(call),
            Action::Read => {
                let (_, document) = self.locate(call)?;
                self.view_reply(call, 200, &document)
            }
            Action::Replace => self.change(call, false),
            Action::Update => self.change(call, true),
            Action::Delete => self.remove(call),
            Action::Activate => self.set_status(call, "ACTIVE"),
            Action::Deactivate => self.set_status(call, "INACTIVE"),
        }
    }

    /// How many ids lead to a document.
    fn depth(&self) -> usize {
        1 + self.parent.map_or(0, Self::depth)
    }

    /// The id that a name stands for, below what is above it.
    fn resolve(
        &self,
        call: &mut Call<'_, '_>,
        above: &str,
        name: &str,
    ) -> Result<Option<(String, Document)>, Error> {
        let key = join(above, name);
        if let Some(document) = call.state.get(&self.table, &key)? {
            return Ok(Some((key, document)));
        }
        let Some(id) = (self.alias)(call.state, name)? else { return Ok(None) };
        let key = join(above, &id);
        Ok(call.state.get(&self.table, &key)?.map(|document| (key, document)))
    }

    /// The key of the document that the first ids of the path lead to, and the document.
    fn walk(&self, call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
        let above = match self.parent {
            Some(parent) => parent.walk(call)?.0,
            None => String::new(),
        };
        let name = call.param(self.depth() - 1);
        self.resolve(call, &above, &name)?.ok_or_else(|| Error::not_found(&name, self.noun))
    }

    /// The document that the path names, and its key.
    pub(crate) fn locate(&self, call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
        self.walk(call)
    }

    /// The key of what the path's collection is part of; empty for a collection of the org.
    pub(crate) fn above(&self, call: &mut Call<'_, '_>) -> Result<String, Error> {
        self.parent.map_or(Ok(String::new()), |parent| Ok(parent.walk(call)?.0))
    }

    /// A document with its links.
    pub(crate) fn view(&self, call: &Call<'_, '_>, key: &str, document: &Document) -> Value {
        let mut at = call.origin.to_owned();
        let mut ids = key.split('/');
        for (place, part) in self.path.split("{}").enumerate() {
            if place > 0 {
                at.push_str(ids.next().unwrap_or_default());
            }
            at.push_str(part);
        }
        let links = (self.links)(&Place { origin: call.origin, at: &at }, document);
        if links.is_empty() {
            return Value::Object(crate::documents::public(document));
        }
        wire::linked(document, Value::Object(links))
    }

    fn view_reply(&self, call: &mut Call<'_, '_>, status: u16, document: &Document) -> Result<Reply, Error> {
        let key = text(document, "_key").to_owned();
        one(status, &self.view(call, &key, document))
    }

    fn list(&'static self, call: &mut Call<'_, '_>) -> Result<Reply, Error> {
        let above = self.above(call)?;
        let prefix = if above.is_empty() { above } else { format!("{above}/") };
        let query = Query(
            call.incoming.query().map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        );
        let sorted = match self.order {
            Order::Ids => None,
            Order::Names => Some("name"),
            Order::Asked => query.get("sortBy"),
        };
        let page = match sorted {
            Some(attribute) => self.sorted(call, &prefix, &query, attribute)?,
            None => {
                call.page(&self.table, &prefix, self.lengths, |_, document| (self.keep)(&query, document))?
            }
        };
        let items: Vec<_> = page.items.iter().map(|item| self.view(call, text(item, "_key"), item)).collect();
        call.list(&items, page.next.as_deref(), self.lengths)
    }

    /// A page in the order of an attribute. The cursor is the key of its first document.
    fn sorted(
        &'static self,
        call: &mut Call<'_, '_>,
        prefix: &str,
        query: &Query,
        attribute: &str,
    ) -> Result<Page<Document>, Error> {
        let mut found = Vec::new();
        for (_, document) in call.state.all(&self.table, prefix)? {
            if (self.keep)(query, &document)? {
                found.push(document);
            }
        }
        call.sorted(found, self.lengths, attribute, "_key")
    }

    fn create(&'static self, call: &mut Call<'_, '_>) -> Result<Reply, Error> {
        let above = self.above(call)?;
        let body = call.body()?;
        let (key, document) = self.add(call, &above, body)?;
        let view = self.view(call, &key, &document);
        one(self.created, &view)
    }

    /// Makes a document of a body below what is above it.
    pub(crate) fn add(
        &'static self,
        call: &mut Call<'_, '_>,
        above: &str,
        mut document: Document,
    ) -> Result<(String, Document), Error> {
        strip(&mut document);
        (self.make)(call, &mut document, None)?;
        let id = match text(&document, "id") {
            "" => call.state.mint(self.prefix),
            chosen => chosen.to_owned(),
        };
        set(&mut document, "id", id.clone());
        if self.lifecycle != Lifecycle::Absent {
            default(&mut document, "status", "ACTIVE");
        }
        self.stamp(call, &mut document, None);
        let key = join(above, &id);
        set(&mut document, "_key", key.clone());
        call.state.put(&self.table, &key, &document)?;
        self.finish(call, &document, Action::Create)?;
        Ok((key, document))
    }

    fn change(&'static self, call: &mut Call<'_, '_>, partial: bool) -> Result<Reply, Error> {
        let (key, old) = self.locate(call)?;
        let mut document = call.body()?;
        strip(&mut document);
        if partial {
            for (name, value) in &old {
                default(&mut document, name, value.clone());
            }
        }
        (self.make)(call, &mut document, Some(&old))?;
        for (name, value) in &old {
            let is_fixed = matches!(name.as_str(), "id" | "_key" | "system");
            let is_status = name == "status" && self.lifecycle != Lifecycle::Absent;
            if is_fixed || is_status || (name.starts_with('_') && !document.contains_key(name)) {
                document.insert(name.clone(), value.clone());
            }
        }
        self.stamp(call, &mut document, Some(&old));
        call.state.put(&self.table, &key, &document)?;
        self.finish(call, &document, Action::Update)?;
        self.view_reply(call, 200, &document)
    }

    fn remove(&'static self, call: &mut Call<'_, '_>) -> Result<Reply, Error> {
        let (key, document) = self.locate(call)?;
        (self.may_delete)(&document)?;
        self.purge(call, &key)?;
        self.finish(call, &document, Action::Delete)?;
        Ok(nothing(204))
    }

    /// Removes a document and everything below it.
    fn purge(&'static self, call: &mut Call<'_, '_>, key: &str) -> Result<(), Error> {
        call.state.delete(&self.table, key);
        for child in self.children {
            for (below, _) in call.state.all(&child.table, &format!("{key}/"))? {
                child.purge(call, &below)?;
            }
        }
        Ok(())
    }

    fn set_status(&'static self, call: &mut Call<'_, '_>, status: &str) -> Result<Reply, Error> {
        let (key, mut document) = self.locate(call)?;
        let old = document.clone();
        set(&mut document, "status", status);
        if text(&old, "status") != status {
            self.stamp(call, &mut document, Some(&old));
        }
        call.state.put(&self.table, &key, &document)?;
        let action = if status == "ACTIVE" { Action::Activate } else { Action::Deactivate };
        self.finish(call, &document, action)?;
        match self.lifecycle {
            Lifecycle::Nothing(answered) => Ok(nothing(answered)),
            Lifecycle::Document | Lifecycle::Absent => self.view_reply(call, 200, &document),
        }
    }

    fn finish(&self, call: &mut Call<'_, '_>, document: &Document, action: Action) -> Result<(), Error> {
        (self.after)(call, document, action)?;
        let Some(event) = self.event else { return Ok(()) };
        let (verb, past) = match action {
            Action::Create => ("create", "created"),
            Action::Delete => ("delete", "deleted"),
            Action::Activate => ("activate", "activated"),
            Action::Deactivate => ("deactivate", "deactivated"),
            _ => ("update", "updated"),
        };
        let message = format!("{} {past}", self.noun);
        let targets = vec![Target::other(self.noun, document)];
        call.state.log(&Event::success(&format!("{event}.{verb}"), &message, targets))
    }

    fn stamp(&self, call: &mut Call<'_, '_>, document: &mut Document, old: Option<&Document>) {
        let now = call.state.now();
        let user = Value::from(call.caller.user.as_str());
        let (usual, short) = (times::stamp(now), times::short_stamp(now));
        let mut write = |made: [&str; 2], changed: [&str; 2], stamp: String| {
            let kept = |name: &str| old.and_then(|old| old.get(name).cloned());
            let [created, creator] = made;
            let [updated, updater] = changed;
            if !created.is_empty() {
                set(document, created, kept(created).unwrap_or_else(|| stamp.clone().into()));
            }
            if !creator.is_empty() {
                set(document, creator, kept(creator).unwrap_or_else(|| user.clone()));
            }
            if !updater.is_empty() {
                set(document, updater, user.clone());
            }
            set(document, updated, stamp);
        };
        match self.stamps {
            Stamps::Absent => {}
            Stamps::Usual => write(["created", ""], ["lastUpdated", ""], usual),
            Stamps::WithPeople => write(["created", "createdBy"], ["lastUpdated", "lastUpdatedBy"], usual),
            Stamps::Spaced => write(["created", ""], ["lastUpdated", ""], times::spaced_stamp(now)),
            Stamps::Dates(fraction) => write(
                ["createdDate", "createdBy"],
                ["lastUpdate", "lastUpdatedBy"],
                if fraction { usual } else { short },
            ),
            Stamps::Updated => write(["", ""], ["lastUpdatedDate", ""], usual),
        }
    }
}

/// Removes what only the service writes.
fn strip(document: &mut Document) {
    document.retain(|name, _| {
        !name.starts_with('_')
            && !matches!(name.as_str(), "id" | "created" | "lastUpdated" | "createdBy" | "lastUpdatedBy")
    });
}

fn join(above: &str, id: &str) -> String {
    if above.is_empty() { id.to_owned() } else { format!("{above}/{id}") }
}

/// A field that has to be a text with something in it.
pub(crate) fn require_text(document: &Document, field: &str) -> Result<String, Error> {
    match text(document, field) {
        "" => Err(Error::field(field, "The field cannot be left blank")),
        found => Ok(found.to_owned()),
    }
}

/// A field that has to be an object.
pub(crate) fn require_object(document: &Document, field: &str) -> Result<(), Error> {
    match document.get(field) {
        Some(Value::Object(_)) => Ok(()),
        _ => Err(Error::field(field, "The field cannot be left blank")),
    }
}
