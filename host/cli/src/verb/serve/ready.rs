//! What is said when the doors are open: one line of JSON for programs, or lines for a shell.

use super::Doors;
use super::client_files::ClientFiles;
use std::fmt::Write as _;
use std::path::Path;

/// Everything that a client has to know.
pub(super) struct Ready<'a> {
    pub(super) doors: Doors,
    pub(super) files: &'a ClientFiles,
}

/// Variables that name the proxy. Programs differ in which case they read.
const PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
/// Variables that name what is reached without it: the plain doors.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// Variables whose file is trusted instead of the system's roots: OpenSSL, Go and others; Python's requests; curl;
/// Python's httplib2.
const REPLACING: [&str; 4] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPLIB2_CA_CERTS"];
/// Variables whose file is trusted besides the system's roots: Node, Deno.
const ADDING: [&str; 2] = ["NODE_EXTRA_CA_CERTS", "DENO_CERT"];

impl Ready<'_> {
    /// One line of JSON.
    pub(super) fn json(&self) -> String {
        let doors: serde_json::Map<_, _> =
            self.doors.plain.iter().map(|(twin, address)| (twin.clone(), url(address).into())).collect();
        let ready = serde_json::json!({
            "doors": doors,
            "proxy": url(&self.doors.proxy),
            "ca": self.files.own,
            "ca_bundle": self.files.bundle,
            "node_proxy": self.files.node_proxy,
            "admin": { "url": url(&self.doors.admin), "token": self.doors.token },
        });
        format!("{ready}\n")
    }

    /// `export` lines.
    pub(super) fn shell(&self) -> String {
        let mut lines = String::from(
            "# Variables that lead clients to the twins. Keep these lines in a file and read it in another shell: . FILE\n\
             # As long as they are set, every host without a twin is refused.\n",
        );
        let mut export = |name: &str, value: &str| {
            let _ = writeln!(lines, "export {name}={}", quoted(value));
        };
        for name in PROXY {
            export(name, &url(&self.doors.proxy));
        }
        for name in NO_PROXY {
            export(name, "127.0.0.1,::1,localhost");
        }
        let path = |path: &Path| path.display().to_string();
        export("NODE_USE_ENV_PROXY", "1");
        for name in REPLACING {
            export(name, &path(&self.files.bundle));
        }
        for name in ADDING {
            export(name, &path(&self.files.own));
        }
        for (twin, address) in &self.doors.plain {
            export(&format!("GLASSHOUSE_{}_URL", twin.to_uppercase().replace('-', "_")), &url(address));
        }
        export("GLASSHOUSE_ADMIN_URL", &url(&self.doors.admin));
        export("GLASSHOUSE_ADMIN_TOKEN", &self.doors.token);
        // Behind what the user has set: the variable holds a list.
        let option = quoted(&format!("--require {}", node_argument(&self.files.node_proxy)));
        let _ = writeln!(lines, "export NODE_OPTIONS=\"${{NODE_OPTIONS:+$NODE_OPTIONS }}\"{option}");
        lines
    }

    /// For whoever watches.
    pub(super) fn note(&self) -> String {
        let mut note = String::new();
        for (twin, address) in &self.doors.plain {
            let _ = writeln!(note, "the twin `{twin}` answers at {}", url(address));
        }
        let _ = writeln!(note, "proxy to their real host names: {}", url(&self.doors.proxy));
        let Doors { admin, token, .. } = &self.doors;
        let _ = writeln!(note, "back to the seeded world: curl -X POST '{}/reset?token={token}'", url(admin));
        if !self.files.with_system {
            let _ = writeln!(note, "warning: the system's roots were not found; the bundle has ours alone");
        }
        note.push_str("Ctrl-C ends it");
        note
    }
}

fn url(address: &std::net::SocketAddr) -> String {
    format!("http://{address}")
}

/// A path as Node.js takes it within `NODE_OPTIONS` (nodejs.org/api/cli.html#node_optionsoptions).
fn node_argument(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('\\', r"\\").replace('"', "\\\""))
}

/// A word that a shell takes as it stands.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_own_quotes() {
        assert_eq!(quoted("a b$c"), "'a b$c'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(node_argument(Path::new(r#"/a b/"c"#)), r#""/a b/\"c""#);
    }
}
