//! `/api/v1/logs`: the System Log. There always is a next page: a client that polls comes back there.

use serde_json::Value;
use twin_sdk::{Order, Range, Reply, link, with_query};

use super::route::{Operation, own};
use crate::call::Call;
use crate::documents::Document;
use crate::errors::Error;
use crate::search::{Dialect, Filter};
use crate::state::LOGS;
use crate::times;

pub(super) const OPERATIONS: &[Operation] = &[own("listLogEvents", "GET", "/api/v1/logs", list)];

const USUAL: usize = 100;
const MOST: usize = 1_000;
/// How far back a query goes that does not say.
const SEVEN_DAYS: u64 = 7 * times::DAY;

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let limit = match call.query("limit") {
        Some(limit) => limit
            .parse::<usize>()
            .ok()
            .filter(|limit| *limit <= MOST)
            .ok_or_else(|| Error::field("limit", "The limit must be a number from 0 to 1000"))?,
        None => USUAL,
    };
    let filter = filter(call)?;
    let words: Vec<String> =
        call.query("q").map(|q| q.split_whitespace().map(str::to_lowercase).collect()).unwrap_or_default();
    let descending = call.query("sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("DESCENDING"));
    let until = moment(call, "until")?;
    let since = moment(call, "since")?;
    let begin = since.unwrap_or_else(|| call.state.now().saturating_sub(SEVEN_DAYS));
    let mut range =
        Range { start: Some(format!("{begin:020}-")), end: until.map(|until| format!("{until:020}-")) };
    let after = position(call)?;
    match (&after, descending) {
        (Some(last), false) => range.start = Some(format!("{last}\0")),
        (Some(last), true) => range.end = Some(last.clone()),
        (None, _) => {}
    }
    let order = if descending { Order::Descending } else { Order::Ascending };
    let mut scan = LOGS.scan(range, order);
    let (mut events, mut last) = (Vec::new(), after);
    while events.len() < limit {
        let Some((key, event)) = call.state.step(&mut scan)? else { break };
        if filter.as_ref().is_none_or(|filter| filter.holds(&event)) && contains(&event, &words) {
            events.push(event);
        }
        last = Some(key);
    }
    let is_bounded = until.is_some() && events.len() < limit;
    let cursor = last.unwrap_or_else(|| format!("{begin:020}-"));
    let reply = Reply::json(200, &events)?.header("link", link(&call.address(), "self"));
    if is_bounded {
        return Ok(reply);
    }
    let target = with_query(&call.address(), &[("after", Some(&mint(&cursor)))]);
    Ok(reply.header("link", link(&target, "next")))
}

/// The service's cursors of the log hold the time and the number of the last event.
fn mint(key: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(key.as_bytes())
}

fn position(call: &Call<'_, '_>) -> Result<Option<String>, Error> {
    let Some(cursor) = call.query("after") else { return Ok(None) };
    let bytes = data_encoding::BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| Error::Cursor)?;
    let key = String::from_utf8(bytes).map_err(|_| Error::Cursor)?;
    let is_key = key.split_once('-').is_some_and(|(time, number)| {
        time.len() == 20 && time.bytes().chain(number.bytes()).all(|byte| byte.is_ascii_digit())
    });
    if is_key { Ok(Some(key)) } else { Err(Error::Cursor) }
}

fn moment(call: &Call<'_, '_>, name: &str) -> Result<Option<u64>, Error> {
    let Some(text) = call.query(name) else { return Ok(None) };
    let refused = || Error::field(name, "The value is not a valid ISO 8601 date");
    times::parse(&text).map(Some).ok_or_else(refused)
}

fn filter(call: &Call<'_, '_>) -> Result<Option<Filter>, Error> {
    let Some(text) = call.query("filter") else { return Ok(None) };
    let refused = || Error::Search("Invalid filter expression.".to_owned());
    Filter::parse(&text, &Dialect::SEARCH).map(Some).ok_or_else(refused)
}

/// Whether every word occurs in some value of the event.
fn contains(event: &Document, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let mut values = Vec::new();
    event.values().for_each(|value| gather(value, &mut values));
    words.iter().all(|word| values.iter().any(|value| value.contains(word.as_str())))
}

fn gather(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.to_lowercase()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
