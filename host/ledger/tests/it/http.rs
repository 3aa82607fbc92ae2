//! The HTTP API over TCP, and TLS.

use crate::binary::{Served, append};
use crate::snapshots::folder;
use crate::{START, append_chain, context};
use glasshouse_ledger::fstree::Kind;
use glasshouse_ledger::protocol::Request;
use glasshouse_ledger::server::{BinaryServer, HttpServer, Limits, ServerError, Tls};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// An HTTP server beside a binary one.
struct Site {
    served: Served,
    address: SocketAddr,
}

struct Response {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Response {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }
}

impl Site {
    async fn open() -> Self {
        let served = Served::open().await;
        let any = "127.0.0.1:0".parse().unwrap();
        let base = (served.ledger.clone(), Arc::new(|| START) as glasshouse_ledger::Clock);
        let server =
            HttpServer::open(any, base, served.sessions.clone(), Limits::default(), None).await.unwrap();
        let address = server.address().unwrap();
        tokio::spawn(server.serve());
        Self { served, address }
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Response {
        let stream = TcpStream::connect(self.address).await.unwrap();
        exchange(stream, method, path, "", body).await
    }

    async fn get(&self, path: &str) -> Value {
        let response = self.send("GET", path, "").await;
        assert_eq!(response.status, 200, "{path}: {}", String::from_utf8_lossy(&response.body));
        response.json()
    }

    async fn post(&self, path: &str, body: &Value) -> Response {
        self.send("POST", path, &body.to_string()).await
    }
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Response {
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n");
    stream.write_all(format!("{head}{headers}\r\n{body}").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head, body: bytes[end + 4..].to_vec() }
}

const BUNDLE: &str = r#"{"registry_version":1,"bundle_id":"2026#a/b","types":{"com.example.Message":{"versions":{
    "1":{"fields":{"1":{"name":"role","type":"string"},"2":{"name":"text","type":"string","optional":true}}}}}}}"#;

/// Types that every ledger knows: those of a trial.
const BUILT_IN: u64 = 7;

#[tokio::test]
async fn contexts_and_turns_are_made_and_read() {
    let site = Site::open().await;
    assert_eq!(site.send("PUT", "/v1/registry/bundles/2026%23a%2Fb", BUNDLE).await.status, 201);
    let made = site.post("/v1/contexts/create", &json!({"base_turn_id": "0"})).await;
    assert_eq!(
        (made.status, made.json()),
        (201, json!({"context_id": "1", "head_turn_id": "0", "head_depth": 0}))
    );
    let turn = |text: &str, key: &str| {
        let data = json!({"role": "user", "text": text});
        json!({"type_id": "com.example.Message", "type_version": 1, "data": data, "idempotency_key": key})
    };
    let first = site.post("/v1/contexts/1/append", &turn("Hello", "k")).await;
    assert_eq!((first.status, &first.json()["turn_id"]), (201, &json!("1")));
    assert_eq!(site.post("/v1/contexts/1/turns", &turn("Hello", "k")).await.json(), first.json());
    assert_eq!(site.post("/v1/contexts/1/append", &turn("Other", "k")).await.status, 409);
    site.post("/v1/contexts/1/append", &turn("Bye", "")).await;
    let fork = site.post("/v1/contexts/fork", &json!({"base_turn_id": "1"})).await.json();
    assert_eq!(fork, json!({"context_id": "2", "head_turn_id": "1", "head_depth": 1}));

    let page = site.get("/v1/contexts/1/turns?limit=1").await;
    assert_eq!(page["turns"][0]["data"], json!({"role": "user", "text": "Bye"}));
    assert_eq!(page["meta"]["registry_bundle_id"], "2026#a/b");
    let older = site
        .get(&format!(
            "/v1/contexts/1/turns?before_turn_id={}",
            page["next_before_turn_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!((&older["turns"][0]["turn_id"], &older["next_before_turn_id"]), (&json!("1"), &Value::Null));
    let both = &site.get("/v1/contexts/1/turns?view=both&bytes_render=hex").await["turns"][0];
    assert_eq!(both["bytes_hex"], "8201a47573657202a548656c6c6f");
    assert_eq!(both["content_hash_b3"], first.json()["content_hash"]);
    let blob =
        site.send("GET", &format!("/v1/blobs/{}", both["content_hash_b3"].as_str().unwrap()), "").await;
    assert_eq!(blob.body, b"\x82\x01\xa4user\x02\xa5Hello");
    let children = site.get("/v1/contexts/1/children").await;
    assert_eq!(children["children"][0]["lineage"], json!({"parent_context_id": "1", "root_context_id": "1"}));
    let listed = site.get("/v1/contexts?limit=1&include_lineage=1").await;
    assert_eq!((&listed["contexts"][0]["context_id"], &listed["total"]), (&json!("2"), &json!(2)));
    assert_eq!(site.get("/v1/stats").await["turns"], 2);
    assert_eq!(site.get("/v1/metrics").await["objects"]["registry_types_total"], 1 + BUILT_IN);
    assert_eq!(site.get("/health").await["status"], "ok");
    assert_eq!(site.send("GET", "/healthz", "").await.body, b"ok");
}

#[tokio::test]
async fn the_registry_is_published_once_and_cached() {
    let site = Site::open().await;
    let path = "/v1/registry/bundles/2026%23a%2Fb";
    let statuses = [BUNDLE, BUNDLE, &BUNDLE.replace("role", "person"), "{"];
    for (body, status) in statuses.into_iter().zip([201, 204, 409, 409]) {
        assert_eq!(site.send("PUT", path, body).await.status, status, "{body}");
    }
    assert_eq!(site.send("PUT", "/v1/registry/bundles/other", "{").await.status, 422);
    let got = site.send("GET", path, "").await;
    assert_eq!(got.body, BUNDLE.as_bytes());
    let etag = got.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let stream = TcpStream::connect(site.address).await.unwrap();
    let again = exchange(stream, "GET", path, &format!("if-none-match: {etag}\r\n"), "").await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let version = site.get("/v1/registry/types/com.example.Message/versions/1").await;
    assert_eq!(version["fields"]["1"]["name"], "role");
    assert_eq!(site.get("/v1/registry/types").await["types"][0]["latest_version"], 1);
    assert_eq!(site.send("GET", "/v1/registry/types/com.example.Message/versions/2", "").await.status, 404);
}

#[tokio::test]
async fn contexts_are_found_by_what_their_first_turn_says() {
    let site = Site::open().await;
    let mut client = site.served.connect().await;
    client.hello("agent").await;
    let live = client.create().await;
    let first = b"\x81\xa230\x83\xa11\xa9amplifier\xa12\xa3Fix\xa3\x31\x30\x30\x01";
    assert!(!client.ask(&Request::Append(append(live, first))).await.is_error());
    let other = context(&site.served.ledger);
    let find = async |query: &str| {
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let found = site.get(&format!("/v1/contexts/search?q={query}")).await;
        let ids =
            found["contexts"].as_array().unwrap().iter().map(|found| found["context_id"].as_str().unwrap());
        ids.collect::<Vec<_>>().join(" ")
    };
    assert_eq!((live.0, other.0), (1, 2));
    assert_eq!(find("tag = \"amplifier\"").await, "1");
    assert_eq!(find("is_live = true AND title ^~= \"f\"").await, "1");
    assert_eq!(find("NOT tag = \"amplifier\"").await, "2");
    assert_eq!(find("created > \"-1h\"").await, "2 1");
    let refused = site.send("GET", "/v1/contexts/search?q=tag%20%3D", "").await;
    assert_eq!((refused.status, &refused.json()["position"]), (400, &json!(5)));
    assert_eq!(site.get("/v1/contexts/1/provenance").await["provenance"]["title"], "Fix");
}

#[tokio::test]
async fn files_of_a_snapshot_are_listed_and_read() {
    let site = Site::open().await;
    let ledger = &site.served.ledger;
    let inner = folder(ledger, &[("a b.rs", Kind::File, b"//! Lib.")]);
    let root =
        folder(ledger, &[("src", Kind::Folder, inner.as_bytes()), ("page.html", Kind::File, b"<script>")]);
    let turn = append_chain(ledger, context(ledger), 1)[0];
    ledger.attach(turn, root).unwrap();
    let top = site.get("/v1/turns/1/fs").await;
    assert_eq!((&top["fs_root_hash"], &top["entries"][1]["kind"]), (&json!(root.to_string()), &json!("dir")));
    assert_eq!(site.get("/v1/turns/1/fs?path=src").await["entries"][0]["name"], "a b.rs");
    assert_eq!(site.get("/v1/turns/1/fs/src").await["entries"][0]["mode"], "644");
    let file = site.send("GET", "/v1/turns/1/fs/src/a%20b.rs", "").await;
    assert_eq!(file.body, b"//! Lib.");
    assert!(file.head.contains("x-fs-mode: 644"), "{}", file.head);
    let page = site.send("GET", "/v1/turns/1/fs/page.html", "").await;
    assert!(page.head.contains("text/plain"), "a page of a client must not run: {}", page.head);
    assert_eq!(site.get("/v1/turns/1/fs/src/a%20b.rs?format=json").await["content_base64"], "Ly8hIExpYi4=");
    for path in ["/v1/turns/1/fs/none", "/v1/turns/9/fs", "/v1/turns/1/fs?path=none"] {
        assert_eq!(site.send("GET", path, "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_is_wrong_gets_its_status_and_says_why() {
    let site = Site::open().await;
    site.post("/v1/contexts", &json!({})).await;
    let turn = json!({"type_id": "T", "type_version": 1, "data": {"a": 1}});
    site.post("/v1/contexts/1/append", &turn).await;
    let with = |name: &str, value: Value| {
        let mut body = turn.clone();
        body[name] = value;
        body.to_string()
    };
    for (method, path, body, status) in [
        ("GET", "/v1/contexts/9", String::new(), 404),
        ("GET", "/v1/contexts/x", String::new(), 400),
        ("GET", "/v1/contexts?limit=x", String::new(), 400),
        ("GET", "/v1/contexts/1/turns?view=x", String::new(), 400),
        ("GET", "/v1/contexts/1/turns?before_turn_id=9", String::new(), 404),
        ("GET", "/v1/contexts/1/turns?type_hint_mode=explicit", String::new(), 422),
        (
            "GET",
            "/v1/contexts/1/turns?type_hint_mode=explicit&as_type_id=T&as_type_version=1",
            String::new(),
            424,
        ),
        ("GET", "/v1/blobs/xyz", String::new(), 400),
        ("GET", "/v1/%ff", String::new(), 400),
        ("GET", "/v2", String::new(), 404),
        ("DELETE", "/v1/contexts/1", String::new(), 405),
        ("POST", "/v1/contexts", "{\"base_turn_id\":\"9\"}".into(), 404),
        ("POST", "/v1/contexts", "{\"base\":\"9\"}".into(), 400),
        ("POST", "/v1/contexts/9/append", turn.to_string(), 404),
        ("POST", "/v1/contexts/1/append", "{".into(), 422),
        ("POST", "/v1/contexts/1/append", with("data", json!([])), 422),
        ("POST", "/v1/contexts/1/append", with("parent_turn_id", json!("9")), 409),
        ("POST", "/v1/contexts/1/append", with("parent_turn_id", json!("x")), 422),
        ("POST", "/v1/contexts/1/append", with("unknown", json!(1)), 422),
    ] {
        let response = site.send(method, path, &body).await;
        assert_eq!(response.status, status, "{method} {path} {body}");
        assert!(response.json()["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    let page = site.get("/v1/contexts/1/turns").await;
    assert_eq!(
        (&page["turns"][0]["data"], &page["turns"][0]["decoded_as"]),
        (&json!({"a": 1}), &Value::Null)
    );
}

#[tokio::test]
async fn a_page_of_another_site_gets_nothing() {
    let site = Site::open().await;
    for (path, origin, status) in [
        ("/v1/contexts", "http://evil.example", 403),
        ("/v1/events", "http://evil.example", 403),
        ("/v1/contexts", "null", 403),
        ("/v1/contexts", "http://x", 200),
    ] {
        let stream = TcpStream::connect(site.address).await.unwrap();
        let response = exchange(stream, "GET", path, &format!("origin: {origin}\r\n"), "").await;
        assert_eq!(response.status, status, "{path} for {origin}");
    }
    let stream = TcpStream::connect(site.address).await.unwrap();
    assert_eq!(
        exchange(stream, "POST", "/v1/contexts", "origin: http://evil.example\r\n", "{}").await.status,
        403
    );
    assert_eq!(site.served.ledger.stats().unwrap().contexts, 0);
}

#[tokio::test]
async fn events_come_as_they_happen() {
    let site = Site::open().await;
    let mut stream = TcpStream::connect(site.address).await.unwrap();
    stream.write_all(b"GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut text = String::new();
    let mut read_until = async |wanted: &str| {
        while !text.contains(wanted) {
            let mut bytes = [0; 4096];
            let count = stream.read(&mut bytes).await.unwrap();
            assert!(count > 0, "it ended before {wanted}: {text}");
            text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
    };
    read_until("event: connected").await;
    let mut client = site.served.connect().await;
    client.hello("agent").await;
    let context = client.create().await;
    client.ask(&Request::Append(append(context, b"\x81\xa230\x81\xa12\xa3Fix"))).await;
    drop(client);
    // What the ledger tells and what the sessions tell have no order between them.
    for part in [
        "event: client_connected\ndata: {\"client_tag\":\"agent\",\"session_id\":\"1\"}",
        "event: context_created",
        "event: context_metadata_updated",
        "\"title\":\"Fix\"",
        "event: turn_appended",
        "\"declared_type_id\":\"com.example.Message\"",
        "event: client_disconnected",
    ] {
        read_until(part).await;
    }
}

#[tokio::test]
async fn tls_serves_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    assert!(matches!(Tls::read(&chain, &chain), Err(ServerError::Certificate(_))));
    let tls = Tls::read(&chain, &key).unwrap();

    let served = Served::open().await;
    let any = "127.0.0.1:0".parse().unwrap();
    let base = (served.ledger.clone(), Arc::new(|| START) as glasshouse_ledger::Clock);
    let sessions = served.sessions.clone();
    let server =
        HttpServer::open(any, base, sessions.clone(), Limits::default(), Some(tls.clone())).await.unwrap();
    let address = server.address().unwrap();
    tokio::spawn(server.serve());

    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from("localhost").unwrap();
    let stream = connector.connect(name.clone(), TcpStream::connect(address).await.unwrap()).await.unwrap();
    assert_eq!(exchange(stream, "GET", "/healthz", "", "").await.body, b"ok");

    let binary =
        BinaryServer::open(any, served.ledger.clone(), sessions, Limits::default(), Some(tls)).await.unwrap();
    let address = binary.address().unwrap();
    tokio::spawn(binary.serve());
    let mut stream = connector.connect(name, TcpStream::connect(address).await.unwrap()).await.unwrap();
    let hello = glasshouse_ledger::protocol::Header { length: 0, kind: 1, flags: 0, request_id: 7 };
    stream.write_all(&hello.frame(&[1, 0, 0, 0, 0, 0, 0, 0])).await.unwrap();
    let mut reply = [0; 26];
    stream.read_exact(&mut reply).await.unwrap();
    assert_eq!((reply[0], reply[4], reply[8], reply[16]), (10, 1, 7, 1));
}
