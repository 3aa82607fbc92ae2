//! The files that clients read: the certificate of this start's authority, alone and behind the system's roots, and a
//! module that leads older Node.js through the proxy.

use crate::exit::Failure;
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Where the roots of this machine usually stand, as one file.
const SYSTEM_ROOTS: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What leads Node.js through the proxy where the language does not do so itself.
const NODE_PROXY: &str = include_str!("node_proxy.cjs");

/// Three files.
pub(super) struct ClientFiles {
    /// The authority's certificate alone, for variables that add to the system's roots.
    pub(super) own: PathBuf,
    /// The system's roots and the authority's, for variables that replace the system's.
    pub(super) bundle: PathBuf,
    /// A module for `node --require`.
    pub(super) node_proxy: PathBuf,
    /// Whether the system's roots were found.
    pub(super) with_system: bool,
    /// Removed with this value.
    _private: Option<TempDir>,
}

impl ClientFiles {
    /// Writes them to a folder that is given, or to one that only this user can enter and that goes with this value.
    ///
    /// # Errors
    /// Of the user where the folder that was given cannot be written.
    pub(super) fn write(given: Option<&Path>, authority: &str) -> Result<Self, Failure> {
        let private = match given {
            Some(_) => None,
            None => Some(tempfile::tempdir().context("a folder for the files of clients")?),
        };
        let folder = given.or(private.as_ref().map(TempDir::path)).unwrap_or(Path::new("."));
        let unwritable = |error: std::io::Error| {
            let what = format!("--ca-dir {}: {error}", folder.display());
            Failure::usage(what, "give a folder that you may write to, or leave it out")
        };
        fs::create_dir_all(folder).map_err(unwritable)?;
        let folder = folder.canonicalize().map_err(unwritable)?;
        let (own, bundle) = (folder.join("glasshouse-ca.pem"), folder.join("glasshouse-ca-bundle.pem"));
        let node_proxy = folder.join("glasshouse-node-proxy.cjs");
        let system = system_roots();
        fs::write(&own, authority).map_err(unwritable)?;
        let all = system.as_deref().unwrap_or_default().trim_end();
        let separator = if all.is_empty() { "" } else { "\n" };
        fs::write(&bundle, format!("{all}{separator}{authority}")).map_err(unwritable)?;
        fs::write(&node_proxy, NODE_PROXY).map_err(unwritable)?;
        Ok(Self { own, bundle, node_proxy, with_system: system.is_some(), _private: private })
    }
}

/// The first of the usual files that can be read; `SSL_CERT_FILE` names another in front of them.
fn system_roots() -> Option<String> {
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    named.into_iter().chain(SYSTEM_ROOTS.map(PathBuf::from)).find_map(|file| fs::read_to_string(file).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_certificates_end_with_the_authority_and_a_private_folder_goes() {
        let files = ClientFiles::write(None, "CERTIFICATE\n").unwrap();
        let (own, bundle, node_proxy) = (files.own.clone(), files.bundle.clone(), files.node_proxy.clone());
        assert_eq!(fs::read_to_string(&own).unwrap(), "CERTIFICATE\n");
        assert!(fs::read_to_string(&bundle).unwrap().ends_with("CERTIFICATE\n"));
        assert!(node_proxy.exists());
        drop(files);
        assert!(!own.exists() && !bundle.exists() && !node_proxy.exists());
    }

    #[test]
    fn a_folder_that_is_given_stays() {
        let given = tempfile::tempdir().unwrap();
        let folder = given.path().join("new");
        drop(ClientFiles::write(Some(&folder), "CERTIFICATE\n").unwrap());
        assert_eq!(fs::read_to_string(folder.join("glasshouse-ca.pem")).unwrap(), "CERTIFICATE\n");
        let file = folder.join("glasshouse-ca.pem");
        assert!(matches!(ClientFiles::write(Some(&file), ""), Err(Failure::Usage { .. })));
    }
}
