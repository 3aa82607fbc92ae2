//! One request against the ledger. Blocks.

use super::sessions::Sessions;
use crate::protocol::{Append, Code, Compression, Refusal, Reply, Request, VERSION, WireTurn};
use crate::{Commit, LARGEST_BLOB, Ledger, MOST_READ, NewTurn};

/// Who asks.
#[derive(Debug, Clone, Default)]
pub(super) struct Client {
    /// 0 before it said hello.
    pub(super) session: u64,
    pub(super) tag: String,
}

/// Answers everything but a hello, which belongs to the connection.
pub(super) fn handle(ledger: &Ledger, sessions: &Sessions, client: &Client, request: Request) -> Reply {
    answer(ledger, sessions, client, request).unwrap_or_else(Reply::Error)
}

fn answer(ledger: &Ledger, sessions: &Sessions, client: &Client, request: Request) -> Result<Reply, Refusal> {
    Ok(match request {
        Request::Hello { .. } => return Err(Refusal::malformed("a hello within a session")),
        Request::Create { base } | Request::Fork { base } => {
            let (context, head) = ledger.create(base, &client.tag, Commit::Durable)?;
            sessions.writes(client.session, context);
            Reply::head(context, head)
        }
        Request::GetHead { context } => Reply::head(context, ledger.head(context)?),
        Request::Append(append) => {
            let reply = append_turn(ledger, append)?;
            if let Reply::Appended { context, .. } = reply {
                sessions.writes(client.session, context);
            }
            reply
        }
        Request::GetLast { context, limit, payloads } => {
            let limit = usize::try_from(limit).unwrap_or(MOST_READ);
            Reply::Turns(last(ledger, ledger.last(context, limit)?, payloads)?)
        }
        Request::GetBlob { hash } => Reply::Blob(ledger.blob(&hash)?),
        Request::AttachFs { turn, root } => {
            ledger.attach(turn, root)?;
            Reply::Attached { turn, root }
        }
        Request::PutBlob { hash, bytes } => Reply::Put { hash, is_new: ledger.put_blob(hash, &bytes)? },
    })
}

/// What a hello is answered with.
pub(super) fn greet(version: u16, session: impl FnOnce() -> u64) -> Reply {
    if version == VERSION {
        return Reply::Hello { session: session(), version };
    }
    let detail = format!("version {version} is not spoken, version {VERSION} is");
    Reply::Error(Refusal::new(Code::Unprocessable, detail))
}

fn append_turn(ledger: &Ledger, append: Append) -> Result<Reply, Refusal> {
    let payload = uncompressed(&append)?;
    let turn = NewTurn {
        type_id: append.type_id,
        type_version: append.type_version,
        encoding: append.encoding,
        payload,
        created: None,
        root: append.root,
    };
    let receipt = ledger.append(append.context, append.parent, turn, &append.key)?;
    let (context, turn, depth, hash) = (receipt.context, receipt.turn, receipt.depth, receipt.payload);
    Ok(Reply::Appended { context, turn, depth, hash })
}

/// The payload as it is stored, with the length and the hash that were announced.
fn uncompressed(append: &Append) -> Result<Vec<u8>, Refusal> {
    let unprocessable = |detail: String| Refusal::new(Code::Unprocessable, detail);
    let length = usize::try_from(append.uncompressed_len).unwrap_or(usize::MAX);
    if length > LARGEST_BLOB {
        return Err(unprocessable(format!("the payload is over {LARGEST_BLOB} bytes")));
    }
    let payload = match append.compression {
        Compression::None => append.payload.clone(),
        Compression::Zstd => zstd::bulk::decompress(&append.payload, length)
            .map_err(|error| unprocessable(format!("the payload is no zstd of {length} bytes: {error}")))?,
    };
    if payload.len() != length {
        return Err(unprocessable(format!(
            "the payload has {} bytes, announced were {length}",
            payload.len()
        )));
    }
    let found = blake3::hash(&payload);
    // One of the clients hashes the bytes that it is given, compressed or not.
    if found != append.hash && blake3::hash(&append.payload) != append.hash {
        let announced = append.hash;
        return Err(crate::Error::WrongHash { announced, found }.into());
    }
    Ok(payload)
}

fn last(ledger: &Ledger, turns: Vec<crate::Turn>, payloads: bool) -> Result<Vec<WireTurn>, Refusal> {
    let mut room = crate::protocol::LARGEST_FRAME as usize;
    let mut found = Vec::with_capacity(turns.len());
    // From the newest: where not all fit a frame, the oldest are left out.
    for turn in turns.into_iter().rev() {
        let payload_len = if payloads { turn.payload_len as usize } else { 0 };
        let Some(left) = room.checked_sub(payload_len + turn.type_id.len() + 128) else { break };
        room = left;
        let payload = if payloads { ledger.blob(&turn.payload)? } else { Vec::new() };
        found.push(WireTurn::new(turn, payload));
    }
    found.reverse();
    Ok(found)
}

/// The context whose other requests a request must not overtake.
pub(super) fn context_of(request: &Request) -> Option<crate::ContextId> {
    match request {
        Request::GetHead { context } | Request::GetLast { context, .. } => Some(*context),
        Request::Append(append) => Some(append.context),
        Request::Hello { .. }
        | Request::Create { .. }
        | Request::Fork { .. }
        | Request::GetBlob { .. }
        | Request::AttachFs { .. }
        | Request::PutBlob { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_refused_before_a_session_begins() {
        assert_eq!(greet(1, || 7), Reply::Hello { session: 7, version: 1 });
        assert!(greet(2, || unreachable!("no session")).is_error());
    }
}
