//! The forms in which others show a value: as it stands, as URLs, JSON and HTML write it, in Base64 and in hexadecimal
//! digits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;

/// Every form of a value, each once.
pub(crate) fn shown_as(value: &str) -> Vec<String> {
    let plain = serde_json::Value::from(value).to_string();
    let json = plain.trim_matches('"').to_owned();
    let hex = |digit: fn(u8) -> String| value.bytes().map(digit).collect::<String>();
    let mut forms = BTreeSet::from([
        value.to_owned(),
        percent_encoded(value, |byte| format!("%{byte:02X}")),
        percent_encoded(value, |byte| format!("%{byte:02x}")),
        json.replace('/', "\\/"),
        json,
        html(value),
        hex(|byte| format!("{byte:02x}")),
        hex(|byte| format!("{byte:02X}")),
    ]);
    for form in (0..3).filter_map(|before| base64(value, before)) {
        forms.insert(form.replace('+', "-").replace('/', "_"));
        forms.insert(form);
    }
    forms.into_iter().filter(|form| !form.is_empty()).collect()
}

/// User and password of `Basic` credentials, which servers show decoded.
pub(crate) fn decoded(credentials: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    text.contains(':').then_some(text)
}

/// As URLs have it: every byte but letters, digits and `-._~`.
fn percent_encoded(text: &str, digits: fn(u8) -> String) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { digits(byte) }).collect()
}

fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#39;")
}

/// What of a text's Base64 depends on nothing but the value, where so many bytes stand before it: whatever is encoded
/// with it, that part is the same. None where nothing is left.
fn base64(value: &str, before: usize) -> Option<String> {
    let bytes: Vec<_> = std::iter::repeat_n(0, before).chain(value.bytes()).collect();
    let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    STANDARD.encode(&bytes).get(first..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_a_value_is_known() {
        let value = "a/\"0&<12+3456?";
        let forms = shown_as(value);
        for wanted in [
            value,
            "a%2F%220%26%3C12%2B3456%3F",
            "a%2f%220%26%3c12%2b3456%3f",
            r#"a/\"0&<12+3456?"#,
            r#"a\/\"0&<12+3456?"#,
            "a/&quot;0&amp;&lt;12+3456?",
            "612f2230263c31322b333435363f",
            "612F2230263C31322B333435363F",
        ] {
            assert!(forms.iter().any(|form| form == wanted), "{wanted}: {forms:?}");
        }
    }

    #[test]
    fn base64_is_known_wherever_the_value_stands_in_a_text() {
        let value = "00abc+/=defg??>>";
        let forms = shown_as(value);
        for around in ["", "x", "xy", "xyz", "{\"Authorization\":\""] {
            for encoded in [
                STANDARD.encode(format!("{around}{value}\"}}")),
                base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{around}{value}")),
            ] {
                assert!(forms.iter().any(|form| encoded.contains(form.as_str())), "{encoded}: {forms:?}");
            }
        }
    }

    #[test]
    fn basic_credentials_are_known_decoded() {
        assert_eq!(decoded("dXNlcjpwYXNzd29yZA==").as_deref(), Some("user:password"));
        assert_eq!((decoded("0123456789"), decoded("c2VjcmV0")), (None, None));
    }
}
