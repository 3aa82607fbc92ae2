//! Who the twin is, and its answers to injected faults.

use twin_sdk::{
    Fault, Host, Incoming, Level, Manifest, Operation, Request, Response, SeedError, Twin, seconds,
    whole_seconds_up,
};

use crate::api::{self, FAMILIES};
use crate::errors::{Error, text};
use crate::seed;

/// One Jira Cloud site on its own host name, and on `api.atlassian.com` and `auth.atlassian.com` for apps.
pub struct Jira;

impl Twin for Jira {
    fn describe() -> Manifest {
        let routes = FAMILIES.iter().flat_map(|family| family.routes);
        let operations = routes.map(|route| Operation {
            id: route.id.to_owned(),
            method: route.method.to_owned(),
            path: route.template(),
            tier: route.tier,
        });
        let mut operations: Vec<Operation> = operations.collect();
        operations.sort_by(|one, other| one.id.cmp(&other.id));
        Manifest {
            name: "jira".to_owned(),
            hosts: ["*.atlassian.net", "api.atlassian.com", "auth.atlassian.com"].map(str::to_owned).into(),
            operations,
        }
    }

    fn seed(host: &mut dyn Host, people: &str, fixture: &str) -> Result<(), SeedError> {
        seed::seed(host, people, fixture)
    }

    fn handle(host: &mut dyn Host, request: &Request) -> Response {
        api::answer(host, &Incoming::new(request), &request.url)
    }

    fn handle_fault(host: &mut dyn Host, fault: &Fault, request: &Request) -> Response {
        let path = Incoming::new(request).path().to_owned();
        host.log(Level::Debug, &format!("injected fault {fault:?} at {path}"));
        match fault {
            Fault::RateLimited(wait) => {
                let wait = whole_seconds_up(*wait);
                let reset = seconds(host.now()).saturating_add(wait);
                Error::Throttled { seconds: wait, reset, reason: "jira-burst-based" }.response()
            }
            Fault::Unauthorized => Error::BadCredential.response(),
            Fault::ServerError | Fault::Other(_) => Error::message(500, "Internal server error").response(),
            Fault::Unavailable => text(503, "Service Unavailable"),
        }
    }
}
