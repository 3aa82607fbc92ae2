//! A served twin, and the variables that lead clients to it.

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Suite;
use crate::process::{Server, program};
use crate::workspace::Workspace;

/// A door opens within milliseconds; this is for a machine under heavy load.
const READY: Duration = Duration::from_secs(60);

/// Where the tests listen for what the twin sends of its own accord.
const RECEIVER: &str = "GLASSHOUSE_RECEIVER_URL";

/// The admin door, with its token: an order goes between the address and the question mark.
const ADMIN: &str = "GLASSHOUSE_ADMIN";

/// Where an app of a fixture wants to be told. The tests listen elsewhere each time.
const APP: &str = "https://sprout.example";

/// Programs differ in which case they read.
const PROXY: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
/// What is reached without the proxy: servers of the tests themselves.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Name a file whose certificates are trusted: OpenSSL and Python; requests; Node.js.
const TRUST: [&str; 3] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

type Variables = Vec<(String, OsString)>;

/// A twin that is served until this value is dropped.
pub(super) struct Served {
    _server: Server,
    ready: Value,
    receiver: String,
}

impl Served {
    /// A fresh twin with the suite's fixture.
    pub(super) fn start(workspace: &Workspace, suite: &Suite) -> Result<Self> {
        let receiver = free_address()?;
        let fixture = fixture(workspace, suite, &receiver)?;
        let mut serve = program(workspace.binary(), &["serve", "--twin", &suite.service]);
        serve.arg("--fixture").arg(fixture).arg("--deliver").arg(&receiver);
        let (server, ready) = Server::start(&mut serve, READY)?;
        Ok(Self { _server: server, ready, receiver })
    }

    /// Variables for clients that are told another address.
    pub(super) fn plain(&self, service: &str) -> Result<Variables> {
        let url = self.said(&format!("/doors/{service}"))?;
        let mut variables = self.of_every_door()?;
        variables.push((address_variable(service), url.into()));
        Ok(variables)
    }

    /// Variables for clients that keep the service's own address.
    pub(super) fn proxy(&self) -> Result<Variables> {
        let (proxy, authority, node_proxy) =
            (self.said("/proxy")?, self.said("/ca")?, self.said("/node_proxy")?);
        let mut variables = self.of_every_door()?;
        let mut set = |names: &[&str], value: &str| {
            variables.extend(names.iter().map(|name| ((*name).to_owned(), value.into())));
        };
        set(&PROXY, proxy);
        set(&NO_PROXY, "127.0.0.1,localhost");
        set(&TRUST, authority);
        set(&["NODE_USE_ENV_PROXY"], "1");
        set(&["NODE_OPTIONS"], &format!("--require \"{node_proxy}\""));
        Ok(variables)
    }

    /// Where the tests listen, and the admin door.
    fn of_every_door(&self) -> Result<Variables> {
        let admin = format!("{}?token={}", self.said("/admin/url")?, self.said("/admin/token")?);
        Ok(vec![(RECEIVER.to_owned(), (&self.receiver).into()), (ADMIN.to_owned(), admin.into())])
    }

    fn said(&self, at: &str) -> Result<&str> {
        let value = self.ready.pointer(at).and_then(Value::as_str);
        value.with_context(|| format!("no `{at}` in {}", self.ready))
    }
}

/// The suite's fixture, with its apps at the receiver.
fn fixture(workspace: &Workspace, suite: &Suite, receiver: &str) -> Result<PathBuf> {
    let text = fs::read_to_string(suite.folder.join("fixture.json"))?;
    let made = workspace.made("sdk").join(format!("{}-fixture.json", suite.service));
    fs::create_dir_all(workspace.made("sdk"))?;
    fs::write(&made, text.replace(APP, receiver))?;
    Ok(made)
}

fn address_variable(service: &str) -> String {
    format!("GLASSHOUSE_{}_URL", service.to_uppercase().replace('-', "_"))
}

/// An address that nobody listens at now. The tests will, after the twin has been told of it.
fn free_address() -> Result<String> {
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    Ok(format!("http://{address}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn served(ready: Value) -> Served {
        let mut command = program("sh", &["-c", "echo '{}'; exec sleep 60"]);
        let (server, _) = Server::start(&mut command, READY).unwrap();
        Served { _server: server, ready, receiver: "http://127.0.0.1:9".to_owned() }
    }

    fn value<'v>(variables: &'v Variables, name: &str) -> Option<&'v str> {
        variables.iter().find(|(own, _)| own == name)?.1.to_str()
    }

    #[test]
    fn the_ready_line_says_how_clients_are_led() {
        let doors = json!({"slack": "http://127.0.0.1:1"});
        let admin = json!({"url": "http://127.0.0.1:3", "token": "secret"});
        let plain = served(json!({"doors": doors, "admin": admin}));
        assert!(plain.proxy().unwrap_err().to_string().starts_with("no `/proxy` in {"));
        let variables = plain.plain("slack").unwrap();
        assert_eq!(value(&variables, "GLASSHOUSE_SLACK_URL"), Some("http://127.0.0.1:1"));
        assert_eq!(value(&variables, RECEIVER), Some("http://127.0.0.1:9"));
        assert_eq!(value(&variables, ADMIN), Some("http://127.0.0.1:3?token=secret"));
        assert!(plain.plain("okta").unwrap_err().to_string().starts_with("no `/doors/okta` in {"));

        let both = served(json!({"doors": doors, "proxy": "http://127.0.0.1:2", "ca": "/tmp/ca.pem",
            "node_proxy": "/tmp/proxy.cjs", "admin": admin}));
        let variables = both.proxy().unwrap();
        assert_eq!(value(&variables, "HTTPS_PROXY"), Some("http://127.0.0.1:2"));
        assert_eq!(value(&variables, "NODE_EXTRA_CA_CERTS"), Some("/tmp/ca.pem"));
        assert_eq!(value(&variables, "NODE_OPTIONS"), Some("--require \"/tmp/proxy.cjs\""));
        assert_eq!(value(&variables, "GLASSHOUSE_SLACK_URL"), None);
    }
}
