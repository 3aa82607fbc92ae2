//! A twin that sends requests of its own accord as it is asked to, takes what is sent to it, and can be made to do
//! both without end.
//!
//! | path | does |
//! | --- | --- |
//! | `/emit` | hands over a request to the URL in the header `to`; headers `delay` and `waits` are nanoseconds |
//! | `/hook` | notes time, number and reason of what it got, and answers with the status in the query |
//! | `/loop` | hands itself over again, at once |
//! | `/flood` | hands over requests until it is refused, and answers with their number and the refusal |
//! | `/break` | hands over a request, writes, and breaks |
//! | `/write` | sets the one value that it has to the query |
//! | `/read`, `/change` | answers with that value; `/change` adds a letter to it |
//! | `/limited` | answers with that value, and notes the request in a book of its own |
//! | `/draw` | answers with a random number |

use twin_sdk::{
    Duration, Error, Fault, Host, Manifest, Operation, Request, Response, Retry, SeedError, Tier, Twin,
};

const SECOND: Duration = 1_000_000_000;
const SELF: &str = "https://emitting.example";

/// A twin that emits.
pub struct Emitting;

twin_sdk::export!(Emitting);

impl Twin for Emitting {
    fn describe() -> Manifest {
        let operation = |id: &str| Operation {
            id: id.to_owned(),
            method: "GET".to_owned(),
            path: format!("/{id}"),
            tier: Tier::Full,
        };
        Manifest {
            name: "emitting".to_owned(),
            hosts: vec!["emitting.example".to_owned()],
            operations: ["change", "emit", "read", "write"].map(operation).to_vec(),
        }
    }

    fn seed(_: &mut dyn Host, _: &str, _: &str) -> Result<(), SeedError> {
        Ok(())
    }

    fn handle(host: &mut dyn Host, request: &Request) -> Response {
        let rest = request.url.strip_prefix(SELF).unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        match path {
            "/emit" => told(emit(host, request, &header(request, "to"))),
            "/hook" => hook(host, request, query),
            "/loop" => told(emit(host, request, &format!("{SELF}/loop"))),
            "/flood" => flood(host, request),
            "/break" => broken(host, request),
            "/write" => told(host.put("values", "one", query.as_bytes()).map(drop)),
            "/read" => answer(200, value(host)),
            "/limited" => {
                let used = host.count("_rate").to_string();
                told(host.put("_rate", &used, b"used").map(drop));
                answer(200, value(host))
            }
            "/change" => {
                let changed = [value(host), b"+".to_vec()].concat();
                told(host.put("values", "one", &changed).map(drop))
            }
            "/draw" => answer(200, host.random().to_string().into_bytes()),
            _ => answer(404, Vec::new()),
        }
    }

    fn handle_fault(_: &mut dyn Host, fault: &Fault, _: &Request) -> Response {
        let status = match fault {
            Fault::RateLimited(after) => {
                let after = (after / SECOND).to_string();
                let headers = vec![twin_sdk::Header { name: "retry-after".to_owned(), value: after }];
                return Response { status: 429, headers, body: Vec::new() };
            }
            Fault::Unavailable => 503,
            _ => 500,
        };
        answer(status, b"in the service's own words".to_vec())
    }
}

fn emit(host: &mut dyn Host, asked: &Request, to: &str) -> Result<(), Error> {
    let waits = header(asked, "waits");
    let retry = Retry {
        waits: waits.split(',').filter_map(|wait| wait.parse().ok()).collect(),
        timeout: SECOND / 2,
        number_header: Some("X-Retry-Num".to_owned()),
        reason_header: Some("X-Retry-Reason".to_owned()),
    };
    let request = Request {
        method: "post".to_owned(),
        url: to.to_owned(),
        headers: Vec::new(),
        body: asked.body.clone(),
    };
    host.emit(&request, header(asked, "delay").parse().unwrap_or(0), &retry)
}

fn hook(host: &mut dyn Host, request: &Request, query: &str) -> Response {
    let number = host.next_sequence("received");
    let note = format!(
        "{} {} {} {}",
        host.now(),
        request.method,
        header(request, "x-retry-num"),
        header(request, "x-retry-reason")
    );
    let kept = host.put("received", &format!("{number:06}"), note.trim_end().as_bytes());
    let status = query.strip_prefix("status=").and_then(|status| status.parse().ok());
    answer(if kept.is_ok() { status.unwrap_or(200) } else { 507 }, Vec::new())
}

fn flood(host: &mut dyn Host, request: &Request) -> Response {
    let mut handed_over = 0;
    loop {
        match emit(host, request, &format!("{SELF}/hook")) {
            Ok(()) => handed_over += 1,
            Err(refused) => return answer(200, format!("{handed_over} {refused:?}").into_bytes()),
        }
    }
}

#[expect(clippy::panic, reason = "a panic is what this guest is for")]
fn broken(host: &mut dyn Host, request: &Request) -> Response {
    if emit(host, request, &format!("{SELF}/hook")).and(host.put("values", "one", b"half").map(drop)).is_err()
    {
        return answer(507, Vec::new());
    }
    panic!("after it has handed over a request")
}

fn value(host: &mut dyn Host) -> Vec<u8> {
    host.get("values", "one").unwrap_or_default()
}

fn header(request: &Request, name: &str) -> String {
    let found = request.headers.iter().find(|header| header.name == name);
    found.map(|header| header.value.clone()).unwrap_or_default()
}

fn told(done: Result<(), Error>) -> Response {
    match done {
        Ok(()) => answer(200, Vec::new()),
        Err(refused) => answer(400, format!("{refused:?}").into_bytes()),
    }
}

fn answer(status: u16, body: Vec<u8>) -> Response {
    Response { status, headers: Vec::new(), body }
}
