//! One call on its way: who asks, where, with what, and the forms of the answer that all operations share.

use serde_json::Value;
use twin_sdk::{Binding, Incoming, Page, Range, Reply, Request, Table, link, origin, with_query};

use crate::caller::Caller;
use crate::documents::{Document, text};
use crate::errors::{Code, Error};
use crate::search::compare_at;
use crate::state::State;

/// An authenticated call, or one to an endpoint that is open.
pub(crate) struct Call<'c, 'h> {
    /// The org.
    pub state: &'c mut State<'h>,
    /// Who calls.
    pub caller: &'c Caller,
    /// The request as it came.
    pub request: &'c Request,
    /// The same, taken apart.
    pub incoming: &'c Incoming<'c>,
    /// Scheme and authority of the request's address; every link of the answer begins with it.
    pub origin: &'c str,
    /// The variable segments of the path, decoded, from left to right.
    pub params: Vec<String>,
}

/// How long the pages of a list are.
#[derive(Clone, Copy)]
pub(crate) struct Lengths {
    /// Where the caller names no limit.
    pub usual: usize,
    /// The longest that there is.
    pub most: usize,
}

impl Lengths {
    /// As most lists have it.
    pub(crate) const USUAL: Self = Self { usual: 20, most: 200 };
}

impl Call<'_, '_> {
    /// A variable segment of the path, from 0.
    pub(crate) fn param(&self, place: usize) -> String {
        self.params.get(place).cloned().unwrap_or_default()
    }

    /// The first query field of that name; an empty one is none.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let (_, value) = self.incoming.query().find(|(found, _)| found == name)?;
        (!value.is_empty()).then(|| value.into_owned())
    }

    /// A switch of the query.
    pub(crate) fn flag(&self, name: &str, usual: bool) -> bool {
        self.query(name).map_or(usual, |value| value.eq_ignore_ascii_case("true"))
    }

    /// The body, which has to be a JSON object.
    pub(crate) fn body(&self) -> Result<Document, Error> {
        match self.value()? {
            Some(Value::Object(document)) => Ok(document),
            _ => Err(Code::Malformed.into()),
        }
    }

    /// The body where it may be left out: a JSON object, or nothing.
    pub(crate) fn optional_body(&self) -> Result<Document, Error> {
        match self.value()? {
            Some(Value::Object(document)) => Ok(document),
            None => Ok(Document::new()),
            Some(_) => Err(Code::Malformed.into()),
        }
    }

    /// The body as any JSON; none for no bytes. The content type does not matter to the service.
    pub(crate) fn value(&self) -> Result<Option<Value>, Error> {
        if self.request.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        serde_json::from_slice(&self.request.body).map(Some).map_err(|_| Code::Malformed.into())
    }

    /// An absolute address at this door.
    pub(crate) fn href(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The address of this request at this door.
    pub(crate) fn address(&self) -> String {
        let url = &self.request.url;
        self.href(url.strip_prefix(origin(url)).unwrap_or_default())
    }

    /// How many items a page has, as the query says.
    pub(crate) fn limit(&self, lengths: Lengths) -> Result<usize, Error> {
        let Some(limit) = self.query("limit") else { return Ok(lengths.usual) };
        match limit.parse::<i64>() {
            Ok(limit) if limit > 0 => Ok(usize::try_from(limit).unwrap_or(lengths.most).min(lengths.most)),
            Ok(_) => Ok(lengths.usual),
            Err(_) => Err(Error::invalid("limit", "limit: The limit must be a number.")),
        }
    }

    /// What the cursors of this list belong to: its path and everything in the query but paging itself.
    fn binding(&self) -> Binding {
        let fields: Vec<_> =
            self.incoming.query().filter(|(name, _)| !matches!(&**name, "after" | "limit")).collect();
        let filters: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        Binding::new(self.incoming.path().trim_end_matches('/'), &self.caller.user, &filters)
    }

    /// Where the page begins; none for the first.
    pub(crate) fn position(&self) -> Result<Option<String>, Error> {
        let Some(cursor) = self.query("after") else { return Ok(None) };
        self.binding().read(&cursor).map(Some).map_err(|_| Error::Cursor)
    }

    /// A page of the documents whose keys begin with `prefix`, without those that `keep` leaves out.
    pub(crate) fn page(
        &mut self,
        table: &'static Table<Document>,
        prefix: &str,
        lengths: Lengths,
        mut keep: impl FnMut(&mut State<'_>, &Document) -> Result<bool, Error>,
    ) -> Result<Page<Document>, Error> {
        let limit = self.limit(lengths)?;
        let mut range = keys_below(prefix);
        match self.position() {
            Ok(Some(position)) => range.start = Some(position),
            Ok(None) => {}
            Err(error) => {
                // The id of the item before is a cursor too.
                let key = format!("{prefix}{}", self.query("after").unwrap_or_default());
                self.state.get(table, &key)?.ok_or(error)?;
                range.start = Some(format!("{key}\0"));
            }
        }
        let mut scan = table.scan(range, twin_sdk::Order::Ascending);
        twin_sdk::fill_page(limit, || {
            while let Some((key, document)) = self.state.step(&mut scan)? {
                if keep(self.state, &document)? {
                    return Ok(Some((key, document)));
                }
            }
            Ok(None)
        })
    }

    /// A page of documents in the order of an attribute, the other way round where the query wants it. A document is known by
    /// what it has under `key`; that of a page's first one is its cursor, and that of the item before is one too.
    pub(crate) fn sorted(
        &self,
        mut found: Vec<Document>,
        lengths: Lengths,
        attribute: &str,
        key: &str,
    ) -> Result<Page<Document>, Error> {
        let limit = self.limit(lengths)?;
        found.sort_by(|one, other| compare_at(one, other, attribute));
        if self.query("sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
            found.reverse();
        }
        let place = |wanted: &str| found.iter().position(|document| text(document, key) == wanted);
        let begin = match self.position() {
            Ok(None) => 0,
            Ok(Some(first)) => place(&first).unwrap_or(found.len()),
            Err(error) => place(&self.query("after").unwrap_or_default()).ok_or(error)? + 1,
        };
        let mut items = found.split_off(begin);
        let next = items.get(limit).map(|document| text(document, key).to_owned());
        items.truncate(limit);
        Ok(Page { items, next })
    }

    /// The answer with a page: the list, and `Link` headers to itself and to the next one.
    pub(crate) fn list(&self, items: &[Value], next: Option<&str>, lengths: Lengths) -> Result<Reply, Error> {
        let reply = Reply::json(200, &items)?;
        self.linked(reply, next, lengths)
    }

    /// Adds the `Link` headers of a page.
    pub(crate) fn linked(&self, reply: Reply, next: Option<&str>, lengths: Lengths) -> Result<Reply, Error> {
        let limit = self.limit(lengths)?.to_string();
        let this = with_query(&self.address(), &[("limit", Some(&limit))]);
        let reply = reply.header("link", link(&this, "self"));
        let Some(next) = next else { return Ok(reply) };
        let cursor = self.binding().mint(next);
        let target = with_query(&self.address(), &[("after", Some(&cursor)), ("limit", Some(&limit))]);
        Ok(reply.header("link", link(&target, "next")))
    }
}

/// The keys that begin with a text; all keys where it is empty.
pub(crate) fn keys_below(prefix: &str) -> Range {
    if prefix.is_empty() {
        return Range { start: None, end: None };
    }
    // No key has a character above this one.
    Range { start: Some(prefix.to_owned()), end: Some(format!("{prefix}\u{10ffff}")) }
}

/// An answer without a body.
pub(crate) fn nothing(status: u16) -> Reply {
    Reply::of_json_text(status, "")
}

/// An answer with one document.
pub(crate) fn one(status: u16, document: &Value) -> Result<Reply, Error> {
    Ok(Reply::json(status, document)?)
}
