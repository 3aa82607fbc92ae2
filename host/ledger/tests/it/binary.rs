//! The binary protocol over TCP, with a client of our own that is as simple as a client can be.

use crate::snapshots::folder;
use crate::{append_chain, context, open};
use glasshouse_ledger::fstree::Kind as Entry;
use glasshouse_ledger::protocol::{Append, Code, Compression, HEADER, Header, Kind, Refusal, Reply, Request};
use glasshouse_ledger::server::{BinaryServer, ClientEvent, Limits, Sessions};
use glasshouse_ledger::{ContextId, Ledger, TurnId};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A server on a free port.
pub(crate) struct Served {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) sessions: Sessions,
    pub(crate) address: std::net::SocketAddr,
    _folder: tempfile::TempDir,
}

impl Served {
    async fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, sessions) = (Arc::new(open(folder.path())), Sessions::default());
        let any = "127.0.0.1:0".parse().unwrap();
        let server = BinaryServer::open(any, ledger.clone(), sessions.clone(), limits, None).await.unwrap();
        let address = server.address().unwrap();
        tokio::spawn(server.serve());
        Self { ledger, sessions, address, _folder: folder }
    }

    pub(crate) async fn open() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn connect(&self) -> Client {
        Client { stream: TcpStream::connect(self.address).await.unwrap(), last: 0 }
    }
}

pub(crate) struct Client {
    stream: TcpStream,
    last: u64,
}

impl Client {
    async fn send(&mut self, request: &Request) -> u64 {
        let (kind, flags, payload) = request.encode();
        self.last += 1;
        let header = Header { length: 0, kind: kind.number(), flags, request_id: self.last };
        self.stream.write_all(&header.frame(&payload)).await.unwrap();
        self.last
    }

    /// The next reply and the request it belongs to; `None` where the server has closed.
    async fn receive(&mut self) -> Option<(u64, Reply)> {
        let mut head = [0; HEADER];
        self.stream.read_exact(&mut head).await.ok()?;
        let header = Header::decode(&head);
        let mut payload = vec![0; header.length as usize];
        self.stream.read_exact(&mut payload).await.unwrap();
        Some((header.request_id, Reply::decode(Kind::of_number(header.kind).unwrap(), &payload).unwrap()))
    }

    pub(crate) async fn ask(&mut self, request: &Request) -> Reply {
        let sent = self.send(request).await;
        let (id, reply) = self.receive().await.unwrap();
        assert_eq!(id, sent);
        reply
    }

    pub(crate) async fn hello(&mut self, tag: &str) -> Reply {
        self.ask(&Request::Hello { version: 1, tag: tag.into(), metadata: vec![] }).await
    }

    async fn refused(&mut self, request: &Request) -> Code {
        let Reply::Error(refusal) = self.ask(request).await else { panic!("not refused: {request:?}") };
        refusal.code
    }

    pub(crate) async fn create(&mut self) -> ContextId {
        let Reply::Head { context, .. } = self.ask(&Request::Create { base: TurnId::NONE }).await else {
            panic!()
        };
        context
    }
}

pub(crate) fn append(context: ContextId, payload: &[u8]) -> Append {
    Append {
        context,
        parent: TurnId::NONE,
        type_id: "com.example.Message".into(),
        type_version: 1,
        encoding: 1,
        compression: Compression::None,
        uncompressed_len: payload.len() as u32,
        hash: blake3::hash(payload),
        payload: payload.into(),
        key: vec![],
        root: None,
    }
}

#[tokio::test]
async fn a_session_from_hello_to_files() {
    let served = Served::open().await;
    let mut client = served.connect().await;
    assert_eq!(client.hello("agent").await, Reply::Hello { session: 1, version: 1 });
    let context = client.create().await;
    assert_eq!(served.ledger.context(context).unwrap().origin.client_tag(), "agent");
    let Reply::Appended { turn, depth, hash, .. } =
        client.ask(&Request::Append(append(context, b"\x91\x01"))).await
    else {
        panic!()
    };
    assert_eq!((depth, hash), (1, blake3::hash(b"\x91\x01")));
    let at_turn = Reply::Head { context, turn, depth };
    assert_eq!(client.ask(&Request::GetHead { context }).await, at_turn);
    let Reply::Head { context: fork, turn: head, .. } = client.ask(&Request::Fork { base: turn }).await
    else {
        panic!()
    };
    assert!(fork > context && head == turn);
    for (payloads, expected) in [(true, &b"\x91\x01"[..]), (false, b"")] {
        let Reply::Turns(turns) = client.ask(&Request::GetLast { context: fork, limit: 9, payloads }).await
        else {
            panic!()
        };
        assert_eq!((turns.len(), turns[0].payload.as_slice(), turns[0].uncompressed_len), (1, expected, 2));
    }
    let bytes = b"bytes".to_vec();
    let put = Request::PutBlob { hash: blake3::hash(&bytes), bytes: bytes.clone() };
    assert_eq!(client.ask(&put).await, Reply::Put { hash: blake3::hash(&bytes), is_new: true });
    assert_eq!(client.ask(&put).await, Reply::Put { hash: blake3::hash(&bytes), is_new: false });
    assert_eq!(client.ask(&Request::GetBlob { hash: blake3::hash(&bytes) }).await, Reply::Blob(bytes));
    let root = folder(&served.ledger, &[("file", Entry::File, b"content")]);
    assert_eq!(client.ask(&Request::AttachFs { turn, root }).await, Reply::Attached { turn, root });
    assert_eq!(served.ledger.file(turn, "file").unwrap().1, b"content");
}

#[tokio::test]
async fn compressed_payloads_are_stored_uncompressed_whichever_bytes_were_hashed() {
    let served = Served::open().await;
    let mut client = served.connect().await;
    let context = client.create().await;
    let payload = b"the same again ".repeat(100);
    let squeezed = zstd::bulk::compress(&payload, 3).unwrap();
    for hash in [blake3::hash(&payload), blake3::hash(&squeezed)] {
        let compressed = Append {
            compression: Compression::Zstd,
            payload: squeezed.clone(),
            hash,
            ..append(context, &payload)
        };
        let Reply::Appended { hash, .. } = client.ask(&Request::Append(compressed)).await else { panic!() };
        assert_eq!(hash, blake3::hash(&payload));
    }
    assert_eq!(served.ledger.blob(&blake3::hash(&payload)).unwrap(), payload);
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_code_and_the_connection_goes_on() {
    let served = Served::open().await;
    let mut client = served.connect().await;
    let context = client.create().await;
    let (good, nothing) = (append(context, b"good"), blake3::hash(b"nothing"));
    let zstd = |payload: &[u8], length| Append {
        compression: Compression::Zstd,
        uncompressed_len: length,
        payload: payload.into(),
        ..good.clone()
    };
    let squeezed = zstd::bulk::compress(&[7; 5_000], 3).unwrap();
    for (request, code) in [
        (Request::GetHead { context: ContextId(99) }, Code::NotFound),
        (Request::GetLast { context: ContextId(99), limit: 1, payloads: true }, Code::NotFound),
        (Request::Fork { base: TurnId(99) }, Code::NotFound),
        (Request::GetBlob { hash: nothing }, Code::NotFound),
        (Request::AttachFs { turn: TurnId(99), root: nothing }, Code::NotFound),
        (Request::Append(Append { context: ContextId(99), ..good.clone() }), Code::NotFound),
        (Request::Append(Append { parent: TurnId(99), ..good.clone() }), Code::NotFound),
        (Request::Append(Append { root: Some(nothing), ..good.clone() }), Code::NotFound),
        (Request::Append(Append { hash: nothing, ..good.clone() }), Code::Conflict),
        (Request::PutBlob { hash: nothing, bytes: b"other".into() }, Code::Conflict),
        (Request::Append(Append { uncompressed_len: 5, ..good.clone() }), Code::Unprocessable),
        (Request::Append(Append { uncompressed_len: u32::MAX, ..good.clone() }), Code::Unprocessable),
        (Request::Append(zstd(b"no zstd", 5_000)), Code::Unprocessable),
        (Request::Append(zstd(&squeezed, 100)), Code::Unprocessable),
        (Request::Append(zstd(&squeezed, 6_000)), Code::Unprocessable),
        (Request::Hello { version: 2, tag: String::new(), metadata: vec![] }, Code::Unprocessable),
    ] {
        assert_eq!(client.refused(&request).await, code, "{request:?}");
    }
    for (kind, payload) in [(99, &b""[..]), (7, &[0; 16]), (2, &[0; 7]), (5, &[0xff; 40])] {
        client
            .stream
            .write_all(&Header { length: 0, kind, flags: 0, request_id: 5 }.frame(payload))
            .await
            .unwrap();
        let refused = client.receive().await.unwrap();
        assert!(matches!(refused, (5, Reply::Error(Refusal { code: Code::Malformed, .. }))), "{refused:?}");
    }
    let (kind, flags, mut no_text) = Request::Append(good.clone()).encode();
    no_text[20] = 0xff;
    let header = Header { length: 0, kind: kind.number(), flags, request_id: 6 };
    client.stream.write_all(&header.frame(&no_text)).await.unwrap();
    let refused = client.receive().await.unwrap();
    assert!(matches!(refused, (6, Reply::Error(Refusal { code: Code::Unprocessable, .. }))), "{refused:?}");
    let stats = served.ledger.stats().unwrap();
    assert_eq!((stats.turns, stats.blobs, stats.contexts), (0, 0, 1), "nothing of all that is stored");
    assert!(!client.ask(&Request::Append(good)).await.is_error());
}

#[tokio::test(start_paused = true)]
async fn one_connection_more_than_the_limit_waits_until_another_ends() {
    let served = Served::with(Limits { connections: 1, ..Limits::default() }).await;
    let (mut first, mut second) = (served.connect().await, served.connect().await);
    assert!(!first.hello("first").await.is_error());
    second.send(&Request::Create { base: TurnId::NONE }).await;
    assert!(tokio::time::timeout(Duration::from_secs(5), second.receive()).await.is_err(), "it was served");
    drop(first);
    assert!(matches!(second.receive().await, Some((1, Reply::Head { .. }))));
}

#[tokio::test]
async fn a_gigabyte_that_is_announced_is_refused_at_once_and_takes_no_memory() {
    let served = Served::open().await;
    let mut client = served.connect().await;
    let header = Header { length: 0, kind: 5, flags: 0, request_id: 3 };
    let mut frame = header.frame(b"");
    frame[..4].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    client.stream.write_all(&frame).await.unwrap();
    let (id, reply) = client.receive().await.unwrap();
    assert!(matches!(reply, Reply::Error(Refusal { code: Code::Malformed, .. })) && id == 3);
    assert_eq!(client.receive().await, None, "the stream cannot be followed any further");
    assert!(!served.connect().await.hello("other").await.is_error());
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_never_comes_and_a_silent_client_are_let_go() {
    let limits =
        Limits { idle: Duration::from_secs(30), arrival: Duration::from_secs(5), ..Limits::default() };
    let served = Served::with(limits).await;
    let mut slow = served.connect().await;
    let mut frame = Header { length: 0, kind: 5, flags: 0, request_id: 3 }.frame(b"");
    frame[0] = 200;
    slow.stream.write_all(&frame).await.unwrap();
    let (_, reply) = slow.receive().await.unwrap();
    assert!(matches!(reply, Reply::Error(Refusal { code: Code::Malformed, .. })), "{reply:?}");
    assert_eq!(slow.receive().await, None);
    let mut silent = served.connect().await;
    assert_eq!(silent.receive().await, None);
}

#[tokio::test]
async fn replies_belong_to_their_requests_and_one_context_keeps_its_order() {
    let served = Served::open().await;
    let mut client = served.connect().await;
    let contexts = [client.create().await, client.create().await, client.create().await];
    let mut sent = Vec::new();
    for number in 0..30_u8 {
        let context = contexts[usize::from(number) % 3];
        sent.push((client.send(&Request::Append(append(context, &[number]))).await, context));
    }
    for _ in 0..30 {
        let (id, reply) = client.receive().await.unwrap();
        let Reply::Appended { context, .. } = reply else { panic!("{reply:?}") };
        assert!(sent.contains(&(id, context)));
    }
    for (index, context) in contexts.into_iter().enumerate() {
        let turns = served.ledger.last(context, 99).unwrap();
        let stored: Vec<_> = turns.iter().map(|turn| served.ledger.blob(&turn.payload).unwrap()[0]).collect();
        assert_eq!(stored, (0..10).map(|number| number * 3 + index as u8).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn one_key_from_two_connections_at_once_gives_one_turn() {
    let served = Served::open().await;
    let (mut one, mut two) = (served.connect().await, served.connect().await);
    let context = one.create().await;
    for round in 0..10_u8 {
        let request = Request::Append(Append { key: vec![b'k', round], ..append(context, &[round]) });
        let (first, second) = tokio::join!(one.ask(&request), two.ask(&request));
        assert_eq!(first, second);
    }
    assert_eq!(served.ledger.head(context).unwrap().depth, 10);
    let other = Request::Append(Append { key: vec![b'k', 0], ..append(context, b"other") });
    assert_eq!(one.refused(&other).await, Code::Conflict);
}

#[tokio::test]
async fn who_comes_and_goes_is_seen_with_what_was_written() {
    let served = Served::open().await;
    let mut watch = served.sessions.watch();
    let mut client = served.connect().await;
    client.hello("agent").await;
    let context = client.create().await;
    assert!(served.sessions.is_live(context));
    drop(client);
    assert_eq!(watch.recv().await.unwrap(), ClientEvent::Connected { session: 1, tag: "agent".into() });
    let gone = ClientEvent::Disconnected { session: 1, tag: "agent".into(), contexts: vec![context] };
    assert_eq!(watch.recv().await.unwrap(), gone);
    assert!(!served.sessions.is_live(context));
}

#[tokio::test]
async fn more_turns_than_a_frame_holds_come_as_the_newest_that_fit() {
    let served = Served::open().await;
    let context = context(&served.ledger);
    append_chain(&served.ledger, context, 3);
    let mut client = served.connect().await;
    for number in 0..3_u8 {
        let payload = vec![number; 30 << 20];
        assert!(!client.ask(&Request::Append(append(context, &payload))).await.is_error());
    }
    let Reply::Turns(turns) = client.ask(&Request::GetLast { context, limit: 99, payloads: true }).await
    else {
        panic!()
    };
    assert_eq!(turns.iter().map(|turn| turn.depth).collect::<Vec<_>>(), [5, 6]);
}
