//! What documents of configuration have in common: they are listed, made, shown, changed and removed by the same rules.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::scalar;
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::wire;

use super::call::Call;

/// What a member of a body must be.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// A text of at most so many characters.
    Text(usize),
    /// The same, which must be there, and which no other document of the kind has.
    Name(usize),
    /// A list.
    List,
    /// An object.
    Object,
}

/// How a list is answered.
#[derive(Clone, Copy)]
pub(super) enum Listed {
    /// Page by page.
    Page,
    /// As a bare list.
    Array,
    /// As a list in a member of that name.
    Under(&'static str),
}

/// What is answered when something was made or changed.
#[derive(Clone, Copy)]
pub(super) enum Done {
    /// The document.
    Whole(u16),
    /// Its id, in a member of that name.
    Id(u16, &'static str),
    /// Nothing.
    Nothing,
}

/// One kind of document and its rules.
pub(super) struct Spec {
    /// Where the documents are.
    pub kind: &'static Kind,
    /// For people, for example `permission scheme`.
    pub noun: &'static str,
    /// What a body may set.
    pub fields: &'static [(&'static str, Form)],
    /// Whether the service writes the id as a number.
    pub numeric: bool,
    /// Where each document has an address: what stands before the id.
    pub path: Option<&'static str>,
    /// Whether only administrators see the documents; only they change them in any case.
    pub hidden: bool,
    /// The status for a name that another document has.
    pub taken: u16,
    pub listed: Listed,
    pub created: Done,
    pub updated: Done,
}

/// A kind of document that has these operations.
pub(super) trait Resource {
    /// Its rules.
    const SPEC: Spec;

    /// The document as the service shows it.
    fn shown(call: &mut Call<'_, '_>, document: &Value) -> Result<Value, Error> {
        Ok(shown::<Self>(call, document))
    }

    /// Refuses or completes what is about to be kept.
    fn checked(_: &mut Call<'_, '_>, _: &mut Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }

    /// Follows what was kept.
    fn kept(_: &mut Call<'_, '_>, _: &Value) -> Result<(), Error> {
        Ok(())
    }

    /// Refuses to remove what is in use.
    fn removable(_: &mut Call<'_, '_>, _: &Value) -> Result<(), Error> {
        Ok(())
    }
}

/// A document with its id and address as the service writes them; names that begin with `_` are the twin's own.
pub(super) fn shown<R: Resource + ?Sized>(call: &Call<'_, '_>, document: &Value) -> Value {
    let id = id_of(document);
    let mut shown = document.clone();
    if let Some(members) = shown.as_object_mut() {
        members.retain(|name, _| !name.starts_with('_'));
        if R::SPEC.numeric {
            members.insert("id".to_owned(), number(&id));
        }
        if let Some(path) = R::SPEC.path {
            members.insert("self".to_owned(), json!(call.wire.at(&format!("{path}/{id}"))));
        }
    }
    shown
}

/// Puts members into an object.
pub(super) fn extend(value: &mut Value, more: Value) {
    if let (Some(members), Value::Object(more)) = (value.as_object_mut(), more) {
        members.extend(more);
    }
}

/// The document that a placeholder names.
pub(super) fn find<R: Resource>(call: &mut Call<'_, '_>, place: usize) -> Result<Value, Error> {
    let id = call.param(place).to_owned();
    of_id::<R>(call, &id)
}

/// The document of that id.
pub(super) fn of_id<R: Resource>(call: &mut Call<'_, '_>, id: &str) -> Result<Value, Error> {
    let missing = || Error::message(404, format!("The {} was not found.", R::SPEC.noun));
    R::SPEC.kind.get(call.state, id)?.ok_or_else(missing)
}

fn may_read<R: Resource>(call: &mut Call<'_, '_>) -> Result<(), Error> {
    if R::SPEC.hidden { may_write::<R>(call) } else { Ok(()) }
}

/// Refuses callers who do not administer the site.
pub(super) fn may_write<R: Resource>(call: &mut Call<'_, '_>) -> Result<(), Error> {
    call.admin(&format!("access {}s", R::SPEC.noun))
}

/// The documents that the query asks for, by id, by a part of the name, and in its order.
pub(super) fn wanted(call: &Call<'_, '_>, mut documents: Vec<Value>) -> Result<Vec<Value>, Error> {
    let ids = call.query.list("id");
    let needle = ["query", "queryString", "searchString"].iter().find_map(|name| call.query.text(name));
    let needle = needle.unwrap_or_default().to_lowercase();
    documents.retain(|document| {
        (ids.is_empty() || ids.contains(&id_of(document)))
            && text_of(document, "name").to_lowercase().contains(&needle)
    });
    let Some(order) = call.query.text("orderBy") else { return Ok(documents) };
    match order.trim_start_matches(['+', '-', ' ']) {
        "id" => {}
        "name" => documents.sort_by_cached_key(|document| text_of(document, "name").to_lowercase()),
        other => return Err(Error::message(400, format!("The 'orderBy' value '{other}' is not supported."))),
    }
    if order.starts_with('-') {
        documents.reverse();
    }
    Ok(documents)
}

/// `GET`: all of them.
pub(super) fn list<R: Resource>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_read::<R>(call)?;
    let documents = R::SPEC.kind.all(call.state)?;
    let mut all = Vec::new();
    for document in wanted(call, documents)? {
        all.push(R::shown(call, &document)?);
    }
    match R::SPEC.listed {
        Listed::Page => call.page(&all),
        Listed::Array => Ok(wire::json(200, &json!(all))),
        Listed::Under(name) => Ok(wire::json(200, &json!({name: all}))),
    }
}

/// `GET` of one.
pub(super) fn get<R: Resource>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_read::<R>(call)?;
    let document = find::<R>(call, 0)?;
    Ok(wire::json(200, &R::shown(call, &document)?))
}

/// `POST`.
pub(super) fn create<R: Resource>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<R>(call)?;
    let body = call.object()?;
    let mut document = Map::new();
    fill::<R>(call, &mut document, &body)?;
    let id = R::SPEC.kind.next_id(call.state)?;
    document.insert("id".to_owned(), json!(id));
    R::checked(call, &mut document)?;
    keep::<R>(call, document, R::SPEC.created)
}

/// `PUT`: what the body leaves out stays.
pub(super) fn update<R: Resource>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<R>(call)?;
    let body = call.object()?;
    let Value::Object(mut document) = find::<R>(call, 0)? else { return Err(Error::bad_payload()) };
    fill::<R>(call, &mut document, &body)?;
    R::checked(call, &mut document)?;
    keep::<R>(call, document, R::SPEC.updated)
}

fn keep<R: Resource>(
    call: &mut Call<'_, '_>,
    document: Map<String, Value>,
    done: Done,
) -> Result<Response, Error> {
    let document = Value::Object(document);
    R::SPEC.kind.put(call.state, &document)?;
    R::kept(call, &document)?;
    let id = id_of(&document);
    Ok(match done {
        Done::Whole(status) => wire::json(status, &R::shown(call, &document)?),
        Done::Id(status, name) => {
            wire::json(status, &json!({name: if R::SPEC.numeric { number(&id) } else { json!(id) }}))
        }
        Done::Nothing => wire::empty(),
    })
}

/// `DELETE`.
pub(super) fn delete<R: Resource>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<R>(call)?;
    let document = find::<R>(call, 0)?;
    R::removable(call, &document)?;
    R::SPEC.kind.remove(call.state, &id_of(&document))?;
    Ok(wire::empty())
}

/// Puts what a body says into a document.
pub(super) fn fill<R: Resource>(
    call: &mut Call<'_, '_>,
    document: &mut Map<String, Value>,
    body: &Map<String, Value>,
) -> Result<(), Error> {
    for (name, form) in R::SPEC.fields {
        let given = body.get(*name).filter(|given| !given.is_null());
        if let Some(problem) = problem(name, *form, given, document.contains_key(*name)) {
            return Err(Error::message(400, problem));
        }
        let Some(given) = given else { continue };
        if matches!(form, Form::Name(_)) {
            let own = document.get("id").and_then(scalar).unwrap_or_default();
            let taken = scalar(given).unwrap_or_default();
            let held = R::SPEC.kind.all(call.state)?;
            let is_taken =
                |held: &Value| id_of(held) != own && text_of(held, name).eq_ignore_ascii_case(&taken);
            if held.iter().any(is_taken) {
                let message = format!("The {name} '{taken}' is used by another {}.", R::SPEC.noun);
                return Err(Error::message(R::SPEC.taken, message));
            }
        }
        document.insert((*name).to_owned(), given.clone());
    }
    Ok(())
}

/// What is wrong with a member, if anything is.
fn problem(name: &str, form: Form, given: Option<&Value>, held: bool) -> Option<String> {
    let is_name = matches!(form, Form::Name(_));
    let Some(given) = given else { return (is_name && !held).then(|| format!("The {name} is required.")) };
    let fits = match form {
        Form::Text(most) | Form::Name(most) => {
            let Some(text) = given.as_str() else { return Some(format!("The {name} is not valid.")) };
            if is_name && text.trim().is_empty() {
                return Some(format!("The {name} cannot be empty."));
            }
            if text.chars().count() > most {
                return Some(format!("The {name} cannot be longer than {most} characters."));
            }
            true
        }
        Form::List => given.is_array(),
        Form::Object => given.is_object(),
    };
    (!fits).then(|| format!("The {name} is not valid."))
}
