//! A plain door under load, beside the least that a server of the same library does: 32 connections ask for one user of
//! a Slack workspace, and for the word "hello". Clients and servers share this process and its threads.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use glasshouse_model::Seed;
use glasshouse_sandbox::{Sandbox, Settings};
use glasshouse_testing::guest;
use glasshouse_universe::{OpenUniverse, Places, PlainDoor, TrialClock, Twin, Universe, World};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1 as client;
use hyper::server::conn::http1 as server;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 32;
/// Of each connection in each round.
const REQUESTS: usize = 250;
const ROUNDS: usize = 9;

struct Candidate {
    name: &'static str,
    address: SocketAddr,
    path: &'static str,
    /// Requests a second, by round.
    rates: Vec<f64>,
    /// Of every request.
    times: Vec<Duration>,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut candidates = [
            candidate("a bare server: hello", hello().await, "/"),
            candidate("a plain door: users.info", door().await, "/api/users.info?user=U0ANA"),
        ];
        for _ in 0..=ROUNDS {
            for candidate in &mut candidates {
                round(candidate).await;
            }
        }
        let rates: Vec<f64> = candidates.iter_mut().map(report).collect();
        if let [hello, door] = rates[..] {
            println!("the bare server answers {:.1} x as many", hello / door);
        }
    });
}

fn candidate(name: &'static str, address: SocketAddr, path: &'static str) -> Candidate {
    Candidate { name, address, path, rates: Vec::new(), times: Vec::new() }
}

async fn round(candidate: &mut Candidate) {
    let mut clients = JoinSet::new();
    let began = Instant::now();
    for _ in 0..CONNECTIONS {
        clients.spawn(connection(candidate.address, candidate.path));
    }
    for times in clients.join_all().await {
        candidate.times.extend(times);
    }
    let requests = f64::from(u32::try_from(CONNECTIONS * REQUESTS).expect("a small number"));
    candidate.rates.push(requests / began.elapsed().as_secs_f64());
}

async fn connection(address: SocketAddr, path: &'static str) -> Vec<Duration> {
    let stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let (mut sender, connection) = client::handshake(TokioIo::new(stream)).await.expect("a handshake");
    let driving = tokio::spawn(connection);
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let began = Instant::now();
        let request = hyper::Request::get(path)
            .header("host", "localhost")
            .header("authorization", "Bearer xoxb-demo")
            .body(Empty::<Bytes>::new())
            .expect("a request");
        let answer = sender.send_request(request).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.into_body().collect().await.expect("a body");
        times.push(began.elapsed());
    }
    driving.abort();
    times
}

/// The median rate, the first round left out.
fn report(candidate: &mut Candidate) -> f64 {
    let mut rates = candidate.rates.split_off(1);
    rates.sort_by(f64::total_cmp);
    candidate.times.sort();
    let rate = rates.get(rates.len() / 2).copied().expect("a round");
    let nth = |part: f64| {
        let all = f64::from(u32::try_from(candidate.times.len()).expect("a small number"));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let index = (all * part) as usize;
        candidate.times.get(index).expect("a request").as_secs_f64() * 1e3
    };
    println!(
        "{:26} {rate:8.0} requests/s over {CONNECTIONS} connections, median {:.2} ms, p99 {:.2} ms",
        candidate.name,
        nth(0.5),
        nth(0.99)
    );
    rate
}

async fn hello() -> SocketAddr {
    async fn answer(_: hyper::Request<Incoming>) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
        Ok(hyper::Response::new(Full::new(Bytes::from_static(b"hello"))))
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("an option");
            tokio::spawn(server::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    address
}

async fn door() -> SocketAddr {
    let sandbox = Sandbox::new(Settings::default()).expect("a sandbox");
    let twins = [Arc::new(Twin::load(&sandbox, &guest("twin-slack")).expect("the Slack twin"))];
    let clock = TrialClock::real();
    let mut universe =
        Universe::open(&twins, World::empty(clock.read()), Seed(0), clock).expect("a universe");
    let fixture = include_str!("../../../twins-wasm/twin-slack/fixtures/demo.json");
    universe.seed("slack", "", fixture).expect("the demo");
    let universe = OpenUniverse::start(universe, &twins, None, |_| {}).expect("a thread");
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let door = PlainDoor::open(free, &twins[0], universe, &Places::default()).await.expect("a door");
    let address = door.address().expect("an address");
    tokio::spawn(door.serve());
    address
}
