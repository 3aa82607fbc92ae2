//! Secrets of the policy: read from the environment once, added to the requests of their grant alone, and taken out of
//! every answer.
//!
//! A server that means to tell the guest a secret can do so in pieces; this guards against those that echo, in whatever
//! common encoding (`forms.rs`).

use super::forms::{decoded, shown_as};
use super::{OutResponse, SetupError};
use aho_corasick::{AhoCorasick, MatchKind};
use glasshouse_model::Place;
use glasshouse_model::policy::{HttpGrant, Policy, Secret, Written};
use http::{HeaderName, HeaderValue};
use std::collections::BTreeMap;
use std::fmt;

/// What stands in an answer where a secret was.
const MARK: &[u8] = b"[secret]";
/// Fewest bytes of a secret, and of what follows its scheme. An answer does not grow by a mark in its place.
const SHORTEST: usize = MARK.len();

/// The secrets of a policy.
pub(super) struct Secrets {
    /// By the place of the grant that adds them.
    fields: BTreeMap<Place, (HeaderName, HeaderValue)>,
    /// What to look for in an answer: the longest form that begins at a place. None without secrets.
    forms: Option<AhoCorasick>,
}

/// Names alone: values are never shown.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.fields.iter().map(|(place, (name, _))| (place.to_string(), name));
        f.debug_map().entries(names).finish()
    }
}

impl Secrets {
    /// Reads the value of each secret; `lookup` is the host's environment.
    pub(super) fn read(policy: &Policy, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SetupError> {
        let mut secrets = Self { fields: BTreeMap::new(), forms: None };
        let mut every = Vec::new();
        for grant in &policy.http {
            let Some(written) = &grant.secret else { continue };
            every.extend(secrets.add(grant, written, lookup(&written.value.env))?);
            let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&every);
            // More than can be searched for at one time: hundreds of secrets of the largest kind.
            let (place, env) = (written.place.clone(), written.value.env.clone());
            secrets.forms = Some(search.map_err(|_| SetupError::UnfitSecret { place, env })?);
        }
        Ok(secrets)
    }

    /// Keeps the field of a grant, and gives the forms of its value.
    fn add(
        &mut self,
        grant: &HttpGrant,
        written: &Written<Secret>,
        value: Option<String>,
    ) -> Result<Vec<String>, SetupError> {
        let (place, env) = (written.place.clone(), written.value.env.clone());
        let Some(text) = value else {
            return Err(SetupError::MissingSecret { place, env });
        };
        let name = HeaderName::from_bytes(written.value.header.as_bytes());
        let (Ok(name), Ok(mut value)) = (name, HeaderValue::from_str(&text)) else {
            return Err(SetupError::UnfitSecret { place, env });
        };
        let part = behind_scheme(&text);
        if part.unwrap_or(text.trim()).len() < SHORTEST {
            return Err(SetupError::ShortSecret { place, env, least: SHORTEST });
        }
        value.set_sensitive(true);
        self.fields.insert(grant.place.clone(), (name, value));
        Ok(forms(&text))
    }

    /// The field that a grant adds.
    pub(super) fn field(&self, grant: &HttpGrant) -> Option<&(HeaderName, HeaderValue)> {
        self.fields.get(&grant.place)
    }

    /// Puts a mark in the place of every secret of the policy, since a host may keep what one request brought and show
    /// it to another.
    pub(super) fn redact(&self, response: OutResponse) -> OutResponse {
        let field = |(name, value)| (self.redact_text(name), self.redact_text(value));
        let headers = response.headers.into_iter().map(field).collect();
        OutResponse { headers, body: self.redact_bytes(response.body), ..response }
    }

    fn redact_bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        match &self.forms {
            Some(forms) if forms.is_match(&bytes) => {
                forms.replace_all_bytes(&bytes, &vec![MARK; forms.patterns_len()])
            }
            _ => bytes,
        }
    }

    /// Secrets and the mark are ASCII, so that a text stays one.
    fn redact_text(&self, text: String) -> String {
        String::from_utf8_lossy(&self.redact_bytes(text.into_bytes())).into_owned()
    }
}

/// What may stand in an answer: the value, what follows its scheme, and user and password in that, in every common
/// encoding, and as they stand also in the case of names of fields.
fn forms(value: &str) -> Vec<String> {
    let part = behind_scheme(value);
    let plain = part.and_then(decoded);
    let password = plain.as_deref().and_then(|plain| plain.split_once(':')).map(|(_, password)| password);
    let password = password.filter(|password| password.len() >= SHORTEST);
    let written = [Some(value.trim()), part, plain.as_deref(), password];
    let encoded =
        |form: &str| shown_as(form).into_iter().chain([form.to_ascii_lowercase()]).collect::<Vec<_>>();
    written.into_iter().flatten().flat_map(encoded).collect()
}

/// What follows the scheme in `Bearer abc`; none in a value of one word.
fn behind_scheme(value: &str) -> Option<&str> {
    value.trim().split_once(' ').map(|(_, part)| part.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"version = 1
[[http]]
hosts = ["api.example.com"]
secret = { header = "Authorization", env = "TOKEN" }
"#;

    fn read(value: Option<&str>) -> Result<Secrets, SetupError> {
        Secrets::read(&Policy::parse("policy.toml", POLICY).unwrap(), |name| {
            assert_eq!(name, "TOKEN");
            value.map(str::to_owned)
        })
    }

    #[test]
    fn a_variable_that_cannot_be_sent_is_named_with_its_line() {
        for (value, wanted) in [
            (None, "policy.toml:4:1: the environment variable `TOKEN` is not set"),
            (
                Some("Bearer tok"),
                "policy.toml:4:1: the value of the environment variable `TOKEN` is too short for a secret, \
                 less than 8 bytes",
            ),
            (
                Some("          "),
                "policy.toml:4:1: the value of the environment variable `TOKEN` is too short for a secret, \
                 less than 8 bytes",
            ),
            (
                Some("Bearer 0123456789\n"),
                "policy.toml:4:1: the value of the environment variable `TOKEN` cannot stand in a header field; \
                 look for a line break",
            ),
        ] {
            assert_eq!(read(value).unwrap_err().to_string(), wanted);
        }
    }

    #[test]
    fn whole_values_and_their_credentials_are_taken_out() {
        let secrets = read(Some("Bearer 0123456789")).unwrap();
        for (answer, wanted) in [
            ("nothing of it: 012345678", "nothing of it: 012345678"),
            ("Bearer 0123456789", "[secret]"),
            ("bearer 0123456789", "[secret]"),
            ("BEARER 0123456789", "BEARER [secret]"),
            ("a0123456789 Bearer 01234567890123456789b", "a[secret] [secret][secret]b"),
        ] {
            assert_eq!(String::from_utf8(secrets.redact_bytes(answer.into())).unwrap(), wanted);
        }
    }

    #[test]
    fn encodings_and_decoded_credentials_are_taken_out() {
        // Basic credentials: `user:pass/word`.
        let secrets = read(Some("Basic dXNlcjpwYXNzL3dvcmQ=")).unwrap();
        for (answer, wanted) in [
            (r#"{"as sent": "Basic dXNlcjpwYXNzL3dvcmQ="}"#, r#"{"as sent": "[secret]"}"#),
            ("?echo=Basic%20dXNlcjpwYXNzL3dvcmQ%3D", "?echo=[secret]"),
            ("user:pass/word", "[secret]"),
            (r#"{"password": "pass\/word"}"#, r#"{"password": "[secret]"}"#),
            ("706173732f776f7264", "[secret]"),
            ("user", "user"),
        ] {
            assert_eq!(String::from_utf8(secrets.redact_bytes(answer.into())).unwrap(), wanted);
        }
    }

    #[test]
    fn debug_output_has_no_value() {
        let secrets = read(Some("Bearer 0123456789")).unwrap();
        assert_eq!(format!("{secrets:?}"), r#"{"policy.toml:2:1": "authorization"}"#);
    }
}
