//! A twin that answers `/count` with how many documents its table holds, writes one on `/keep`, and breaks on every
//! other path after it has written to the table: what the host makes of a twin that breaks in the middle of a write.

use twin_sdk::{Fault, Host, Manifest, Request, Response, SeedError, Twin};

/// A twin that breaks.
pub struct Breaking;

twin_sdk::export!(Breaking);

impl Twin for Breaking {
    fn describe() -> Manifest {
        Manifest {
            name: "breaking".to_owned(),
            hosts: vec!["breaking.example".to_owned()],
            operations: Vec::new(),
        }
    }

    fn seed(_: &mut dyn Host, _: &str, _: &str) -> Result<(), SeedError> {
        Ok(())
    }

    #[expect(clippy::panic, reason = "a panic is what this guest is for")]
    fn handle(host: &mut dyn Host, request: &Request) -> Response {
        if request.url.ends_with("/count") {
            return answer(200, host.count("writes").to_string());
        }
        if request.url.ends_with("/keep") {
            let kept = host.put("writes", "kept", b"whole");
            return answer(if kept.is_ok() { 200 } else { 507 }, String::new());
        }
        for key in ["a", "b"] {
            if host.put("writes", key, b"half").is_err() {
                return answer(507, String::new());
            }
        }
        panic!("in the middle of a write")
    }

    fn handle_fault(_: &mut dyn Host, _: &Fault, _: &Request) -> Response {
        answer(500, "{\"error\":\"the service's own words\"}".to_owned())
    }
}

fn answer(status: u16, body: String) -> Response {
    Response { status, headers: Vec::new(), body: body.into_bytes() }
}
