//! Secrets: sent to the hosts of their grant over TLS, to nobody else, and never seen by the guest.

use super::server::{Server, Wire};
use super::{Names, get, patiently};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use glasshouse_model::Policy;
use glasshouse_sandbox::egress::{Egress, EgressError, EgressSettings, Failure, Flaw, OutRequest, Resolver};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

const TOKEN: &str = "00uTopSecretTokenValue";
const CREDENTIALS: &str = "SSWS 00uTopSecretTokenValue";
/// The names on the server's certificate.
const NAMES: [&str; 2] = ["api.example.com", "other.example.com"];

/// A server with a certificate, and a machine that trusts its issuer.
struct Stage {
    server: Server,
    issuer: CertificateDer<'static>,
}

impl Stage {
    fn new(answer: impl Fn(&mut dyn Wire, &str) + Send + Sync + 'static) -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(NAMES.map(str::to_owned).to_vec()).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let server = Server::start_tls(vec![certificate.der().clone()], private, answer);
        Self { server, issuer: authority.der().clone() }
    }

    fn egress(&self, extra_roots: Vec<CertificateDer<'static>>) -> Egress {
        let here: &[&[&str]] = &[&["127.0.0.1"]];
        let names = Names::with(&[
            ("api.example.com", here),
            ("other.example.com", here),
            ("wrong.example.com", here),
        ]);
        let policy = format!(
            r#"version = 1
[[http]]
hosts = ["api.example.com", "wrong.example.com"]
ports = [{port}]
secret = {{ header = "Authorization", env = "OKTA_TOKEN" }}

[[http]]
hosts = ["other.example.com", "127.0.0.1"]
ports = [{port}]
"#,
            port = self.server.address.port()
        );
        let policy = Arc::new(Policy::parse("policy.toml", &policy).unwrap());
        let settings =
            EgressSettings { resolver: names as Arc<dyn Resolver>, extra_roots, ..EgressSettings::default() };
        Egress::new(policy, settings, |name| (name == "OKTA_TOKEN").then(|| CREDENTIALS.to_owned())).unwrap()
    }

    fn trusting(&self) -> Egress {
        self.egress(vec![self.issuer.clone()])
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}/", self.server.address.port())
    }
}

/// Answers with the request in every place that an answer has.
fn echo(wire: &mut dyn Wire, request: &str) {
    let secret = request.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or("none");
    let word = secret.rsplit(' ').next().unwrap();
    let encoded = STANDARD.encode(format!("{{\"authorization\": \"{secret}\"}}"));
    let answer = format!(
        "HTTP/1.1 200 OK\r\nx-echo: {secret}\r\nx-encoded: {encoded}\r\nlocation: /?token={word}\r\nx-{word}: 1\r\ncontent-length: {}\r\n\r\n{request}",
        request.len()
    );
    wire.write_all(answer.as_bytes()).unwrap();
}

#[test]
fn a_secret_is_sent_and_does_not_come_back() {
    let stage = Stage::new(echo);
    let egress = stage.trusting();
    let sent = patiently(&egress, get(stage.url("api.example.com")));
    let response = sent.answer.unwrap();
    assert!(stage.server.next_seen().contains(&format!("authorization: {CREDENTIALS}\r\n")));
    let text = String::from_utf8(response.body).unwrap();
    assert!(text.contains("authorization: [secret]\r\n"), "{text}");
    let headers = format!("{:?}", response.headers);
    for echoed in ["(\"x-echo\", \"[secret]\")", "/?token=[secret]", "x-[secret]"] {
        assert!(headers.contains(echoed), "{headers}");
    }
    assert_eq!(sent.audit.secret.as_deref(), Some("OKTA_TOKEN"));
    let encoded = response.headers.iter().find(|(name, _)| name == "x-encoded").unwrap();
    assert!(encoded.1.contains("[secret]"), "{encoded:?}");
    for shown in [text, headers, format!("{:?}", sent.audit), format!("{egress:?}")] {
        assert!(!shown.to_lowercase().contains(&TOKEN.to_lowercase()), "{shown}");
    }
}

#[test]
fn a_secret_goes_to_the_hosts_of_its_grant_alone() {
    let stage = Stage::new(echo);
    let own = OutRequest {
        headers: vec![("Authorization".into(), "Bearer of-the-guest".into())],
        ..get(stage.url("other.example.com"))
    };
    assert_eq!(patiently(&stage.trusting(), own.clone()).answer.unwrap().status, 200);
    let seen = stage.server.next_seen();
    assert!(seen.contains("authorization: Bearer of-the-guest\r\n") && !seen.contains(TOKEN), "{seen}");
    for name in ["authorization", "AUTHORIZATION"] {
        let headers = vec![(name.to_owned(), "Bearer of-the-guest".to_owned())];
        let error =
            patiently(&stage.trusting(), OutRequest { headers, ..get(stage.url("api.example.com")) }).answer;
        assert_eq!(error, Err(Flaw::SecretHeader(name.into()).into()));
    }
    assert!(stage.server.saw_no_more());
}

/// What one request brought may be kept by the host and shown to another, whose grant has no secret.
#[test]
fn a_secret_is_taken_out_of_every_answer() {
    let stage = Stage::new(|wire, _| {
        wire.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{TOKEN}").as_bytes()).unwrap();
    });
    let response = patiently(&stage.trusting(), get(stage.url("other.example.com"))).answer.unwrap();
    assert_eq!(response.body, b"[secret]");
}

#[test]
fn a_body_that_cannot_be_searched_is_not_handed_on() {
    let stage = Stage::new(|wire, _| {
        wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\nx").unwrap();
    });
    let egress = stage.trusting();
    let answer = |host| patiently(&egress, get(stage.url(host))).answer.map(|response| response.body);
    assert_eq!(answer("api.example.com"), Err(Failure::Encoding.into()));
    assert_eq!(answer("other.example.com"), Ok(b"x".to_vec()));
}

#[test]
fn a_server_without_proof_of_its_name_gets_nothing() {
    let stage = Stage::new(echo);
    for (egress, host) in
        [(stage.trusting(), "wrong.example.com"), (stage.egress(Vec::new()), "api.example.com")]
    {
        let error = patiently(&egress, get(stage.url(host))).answer.unwrap_err();
        let EgressError::Unavailable(Failure::Connect(_) | Failure::Trust(_)) = error else {
            panic!("{error}")
        };
    }
    assert!(stage.server.saw_no_more());
}
