//! The text of inputs that are requests to a service, and what every response has to be.
//!
//! A request is written as HTTP/1.1 does, with bare line ends and without a version: a line of method and path or URL,
//! lines of headers, an empty line, the body. A header `wait` is not sent: the clock moves by so many seconds before.
//! `{2/id}` stands for the value at the JSON pointer `/id` of the answer to the third request, so that a sequence still
//! means something when one of its requests was changed.

use hyper::header::{HeaderName, HeaderValue};
use serde_json::Value;
use twin_sdk::testing::MemoryHost;
use twin_sdk::{Header, Request, Response, Twin};

/// Stands between two requests of one input: the ASCII record separator.
const BETWEEN: u8 = 0x1e;
/// Most requests of one input that are sent.
const MOST: usize = 12;
/// Longest wait, in seconds: a year.
const LONGEST_WAIT: u64 = 365 * 24 * 3600;
const SECOND: u64 = 1_000_000_000;
/// Most bytes of a reference, and of the value that it stands for.
const LONGEST_VALUE: usize = 256;

/// Sends the requests of an input to a twin, one after the other, and checks each response.
pub(crate) fn send<T: Twin>(host: &mut MemoryHost, input: &[u8], origin: &str) {
    let mut answers = Vec::new();
    for text in input.split(|byte| *byte == BETWEEN).take(MOST) {
        let (wait, request) = request(&filled(text, &answers), origin);
        host.now += wait;
        let response = T::handle(host, &request);
        check(&response);
        answers.push(response.body);
    }
}

/// Fails unless a door can send it: a final status, and headers that are such.
pub(crate) fn check(response: &Response) {
    assert!((200..600).contains(&response.status), "{} is no status of a response", response.status);
    for header in &response.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        assert!(name.is_ok(), "{:?} is no name of a header", header.name);
        assert!(HeaderValue::from_str(&header.value).is_ok(), "{header:?} cannot be sent");
    }
}

fn filled(text: &[u8], answers: &[Vec<u8>]) -> Vec<u8> {
    let mut filled = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = cut(rest, b'{') {
        filled.extend_from_slice(before);
        rest = match value(after, answers) {
            Some((value, behind)) => {
                filled.extend_from_slice(value.as_bytes());
                behind
            }
            None => {
                filled.push(b'{');
                after
            }
        };
    }
    filled.extend_from_slice(rest);
    filled
}

/// The value that a reference stands for, and what follows the reference.
fn value<'t>(text: &'t [u8], answers: &[Vec<u8>]) -> Option<(String, &'t [u8])> {
    let (inside, behind) = cut(text, b'}').filter(|(inside, _)| inside.len() <= LONGEST_VALUE)?;
    let inside = std::str::from_utf8(inside).ok()?;
    let (number, pointer) = inside.split_at(inside.find('/')?);
    let answer: Value = serde_json::from_slice(answers.get(number.parse::<usize>().ok()?)?).ok()?;
    let value = match answer.pointer(pointer)? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (value.len() <= LONGEST_VALUE).then_some((value, behind))
}

fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let place = text.iter().position(|byte| *byte == at)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

fn request(text: &[u8], origin: &str) -> (u64, Request) {
    let end = text.windows(2).position(|two| two == b"\n\n").unwrap_or(text.len());
    let (head, body) = text.split_at(end);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let (method, path) = lines.next().unwrap_or_default().split_once(' ').unwrap_or_default();
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some(Header { name: name.trim().to_owned(), value: value.trim().to_owned() })
    };
    let mut headers: Vec<_> = lines.filter_map(header).collect();
    let wait =
        headers.iter().position(|header| header.name == "wait").map(|place| headers.remove(place).value);
    let seconds = wait.and_then(|wait| wait.parse().ok()).unwrap_or(0).min(LONGEST_WAIT);
    let request = Request {
        method: method.to_owned(),
        url: if path.starts_with('/') { format!("{origin}{path}") } else { path.to_owned() },
        headers,
        body: body.get(2..).unwrap_or_default().to_vec(),
    };
    (seconds * SECOND, request)
}
