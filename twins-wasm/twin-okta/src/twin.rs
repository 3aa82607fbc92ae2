//! Who the twin is, and its answers to injected faults.

use twin_sdk::{Fault, Host, Level, Manifest, Operation, Request, Response, SeedError, Tier, Twin};
use twin_sdk::{Incoming, whole_seconds_up};

use crate::api;
use crate::errors::{Code, Error};
use crate::rates;
use crate::seed;

/// The Okta management API, the OAuth 2.0 endpoints and the authentication API of one org.
pub struct Okta;

impl Twin for Okta {
    fn describe() -> Manifest {
        let mut operations: Vec<_> = api::operations()
            .map(|operation| Operation {
                id: operation.id.to_owned(),
                method: operation.method.to_owned(),
                path: operation.path.to_owned(),
                tier: if operation.shape_only { Tier::Shape } else { Tier::Full },
            })
            .collect();
        operations.sort_by(|one, other| one.id.cmp(&other.id));
        Manifest {
            name: "okta".to_owned(),
            hosts: ["*.okta.com", "*.oktapreview.com", "*.okta-emea.com"].map(str::to_owned).to_vec(),
            operations,
        }
    }

    fn seed(host: &mut dyn Host, people: &str, fixture: &str) -> Result<(), SeedError> {
        seed::seed(host, people, fixture)
    }

    fn handle(host: &mut dyn Host, request: &Request) -> Response {
        let mut response = api::answer(host, request).build();
        // What is not there has no type; a client that reads the type would look for JSON.
        if response.body.is_empty() {
            response.headers.retain(|field| field.name != "content-type");
        }
        response
    }

    fn handle_fault(host: &mut dyn Host, fault: &Fault, request: &Request) -> Response {
        let incoming = Incoming::new(request);
        host.log(Level::Debug, &format!("injected fault {fault:?} at {}", incoming.path()));
        let bucket = rates::usual(incoming.method(), incoming.path());
        let now = twin_sdk::seconds(host.now());
        let mut failure = |code: Code| Error::Code(code).reply(host);
        match fault {
            Fault::RateLimited(wait) => {
                let reset = now.saturating_add(whole_seconds_up(*wait));
                rates::headers(failure(Code::RateLimited), now, bucket.limit, 0, reset)
            }
            Fault::Unauthorized => failure(Code::InvalidToken),
            Fault::ServerError | Fault::Other(_) => failure(Code::Internal),
            Fault::Unavailable => failure(Code::ReadOnly),
        }
        .build()
    }
}
