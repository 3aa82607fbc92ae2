//! The certificate authority of one start: it vouches for the twins' host names, and for nothing else.
//!
//! Its key never leaves this process, it is valid for a month, and its certificate is constrained to the names that the
//! twins answer for (RFC 5280, 4.2.1.10): whoever trusts it believes nothing about any other site.

use super::DoorError;
use jiff::{ToSpan, Zoned, tz::TimeZone};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, CidrSubnet, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose, NameConstraints, SerialNumber,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What certificate stores show.
const NAME: &str = "Glasshouse twins (test authority, made for one run)";
/// Days from today on which it and its certificates still hold.
const DAYS: i64 = 30;
/// Names whose certificates are kept; then all are forgotten and made again when they are asked for.
const KEPT: usize = 1_024;

/// An authority, and the certificates that it has made.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// One key for all names: they all end in this process.
    key: KeyPair,
    made: Mutex<BTreeMap<String, Arc<ServerConfig>>>,
}

/// Why there is no TLS for a name.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoCertificate {
    #[error(transparent)]
    Make(#[from] rcgen::Error),
    #[error(transparent)]
    Use(#[from] rustls::Error),
}

impl Authority {
    /// A new authority for these hosts; a leading `*.` stands for every name below.
    ///
    /// # Errors
    /// [`DoorError::Certificate`] where the machine has no randomness, or a host is no name.
    pub fn new<'h>(hosts: impl IntoIterator<Item = &'h str>) -> Result<Self, DoorError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, NAME);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let names: BTreeSet<_> =
            hosts.into_iter().map(|host| host.strip_prefix("*.").unwrap_or(host)).collect();
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: names
                .into_iter()
                .map(|name| GeneralSubtree::DnsName(name.to_owned()))
                .collect(),
            // Constraints hold a kind of name each: without these, addresses would be free.
            excluded_subtrees: vec![
                GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([0; 4], 0)),
                GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix([0; 16], 0)),
            ],
        });
        hold_for_a_month(&mut params);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        Ok(Self { issuer, key: KeyPair::generate()?, made: Mutex::default() })
    }

    /// Its certificate as text, for clients to trust.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Its certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        self.issuer.der()
    }

    /// TLS as one host, in HTTP/2 and HTTP/1.1.
    pub(super) fn server(&self, host: &str) -> Result<Arc<ServerConfig>, NoCertificate> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = made.get(host) {
            return Ok(server.clone());
        }
        let server = Arc::new(self.make(host)?);
        if made.len() >= KEPT {
            made.clear();
        }
        made.insert(host.to_owned(), server.clone());
        Ok(server)
    }

    /// A certificate for one name.
    fn leaf(&self, host: &str) -> Result<Certificate, rcgen::Error> {
        let mut params = CertificateParams::new(vec![host.to_owned()])?;
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Glasshouse twin");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        // Its own for each name; some clients refuse two certificates of one issuer with one number.
        let digest = blake3::hash(host.as_bytes());
        params.serial_number =
            digest.as_bytes().first_chunk::<16>().map(|bytes| SerialNumber::from_slice(bytes));
        hold_for_a_month(&mut params);
        params.signed_by(&self.key, &self.issuer)
    }

    fn make(&self, host: &str) -> Result<ServerConfig, NoCertificate> {
        let leaf = self.leaf(host)?;
        let provider = Arc::new(ring::default_provider());
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                PrivatePkcs8KeyDer::from(self.key.serialize_der()).into(),
            )?;
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(server)
    }
}

/// From yesterday on, for clocks that are behind. Certificates are for clients, whose time is the machine's.
fn hold_for_a_month(params: &mut CertificateParams) {
    let today = Zoned::now().with_time_zone(TimeZone::UTC).date();
    let day = |date: jiff::civil::Date| {
        let part = |part: i8| u8::try_from(part).unwrap_or(1);
        rcgen::date_time_ymd(date.year().into(), part(date.month()), part(date.day()))
    };
    params.not_before = day(today.saturating_sub(1.day()));
    params.not_after = day(today.saturating_add(DAYS.days()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier as _;
    use rustls::pki_types::{ServerName, UnixTime};

    #[test]
    fn one_name_is_made_once_and_names_are_told_apart() {
        let authority = Authority::new(["slack.com", "*.slack.com"]).unwrap();
        let first = authority.server("slack.com").unwrap();
        assert!(Arc::ptr_eq(&first, &authority.server("slack.com").unwrap()));
        assert!(!Arc::ptr_eq(&first, &authority.server("files.slack.com").unwrap()));
    }

    /// What a client says that trusts the authority and nothing else.
    fn verified(authority: &Authority, host: &str) -> Result<(), rustls::Error> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(authority.certificate().clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let leaf = authority.leaf(host).unwrap();
        let name = ServerName::try_from(host.to_owned()).unwrap();
        verifier.verify_server_cert(leaf.der(), &[], &name, &[], UnixTime::now()).map(|_| ())
    }

    #[test]
    fn clients_believe_it_for_the_twins_hosts_and_for_no_other() {
        let authority = Authority::new(["slack.com", "*.okta.com"]).unwrap();
        for host in ["slack.com", "files.slack.com", "fern.okta.com"] {
            assert_eq!(verified(&authority, host), Ok(()), "{host}");
        }
        for host in ["bank.example", "notslack.com", "127.0.0.1"] {
            assert!(
                matches!(verified(&authority, host), Err(rustls::Error::InvalidCertificate(_))),
                "{host}"
            );
        }
    }

    #[test]
    fn a_text_that_is_no_name_gets_no_certificate() {
        let authority = Authority::new(["slack.com"]).unwrap();
        assert!(authority.server("sl\u{e4}ck.com").is_err());
    }
}
