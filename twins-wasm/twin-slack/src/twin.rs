//! Who the twin is, and its answers to injected faults.

use twin_sdk::{Fault, Host, Level, Manifest, Operation, Reply, Request, Response, SeedError, Twin};
use twin_sdk::{Incoming, whole_seconds_up};

use crate::api::{self, METHODS};
use crate::errors::{Code, Error};
use crate::seed;

/// The Slack Web API on `slack.com` and on every workspace's own host name.
pub struct Slack;

impl Twin for Slack {
    fn describe() -> Manifest {
        let operations = METHODS.iter().map(|method| Operation {
            id: method.name.to_owned(),
            method: method.verb.to_owned(),
            path: format!("/api/{}", method.name),
            tier: method.depth(),
        });
        Manifest {
            name: "slack".to_owned(),
            hosts: vec!["slack.com".to_owned(), "*.slack.com".to_owned()],
            operations: operations.collect(),
        }
    }

    fn seed(host: &mut dyn Host, people: &str, fixture: &str) -> Result<(), SeedError> {
        seed::seed(host, people, fixture)
    }

    fn handle(host: &mut dyn Host, request: &Request) -> Response {
        api::answer(host, &Incoming::new(request)).build()
    }

    fn handle_fault(host: &mut dyn Host, fault: &Fault, request: &Request) -> Response {
        let incoming = Incoming::new(request);
        host.log(Level::Debug, &format!("injected fault {fault:?} at {}", incoming.path()));
        let failure = |status, code| Error::Code(code).reply(status);
        let reply: Reply = match fault {
            Fault::RateLimited(wait) => {
                failure(429, Code::Ratelimited).header("retry-after", whole_seconds_up(*wait).to_string())
            }
            Fault::Unauthorized => failure(200, Code::InvalidAuth),
            Fault::ServerError | Fault::Other(_) => failure(500, Code::InternalError),
            Fault::Unavailable => failure(503, Code::ServiceUnavailable),
        };
        reply.build()
    }
}
