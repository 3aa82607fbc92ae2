//! Whether a call is Slack's: docs.slack.dev/authentication/verifying-requests-from-slack.

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit, Mac};
use plugin_sdk::Request;
use sha2::Sha256;

/// How old a signature may be, and how far ahead a clock, in seconds.
const TOLERANCE: u64 = 300;

/// Whether the request is signed with the secret, at about this time in seconds since 1970.
pub(crate) fn is_genuine(request: &Request, secret: &str, now: u64) -> bool {
    let (Some(timestamp), Some(signature)) =
        (field(request, "x-slack-request-timestamp"), field(request, "x-slack-signature"))
    else {
        return false;
    };
    if timestamp.parse::<u64>().map_or(true, |then| now.abs_diff(then) > TOLERANCE) {
        return false;
    }
    let Some(Ok(claimed)) =
        signature.strip_prefix("v0=").map(|hex| HEXLOWER_PERMISSIVE.decode(hex.as_bytes()))
    else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    for part in [b"v0:", timestamp.as_bytes(), b":", &request.body] {
        mac.update(part);
    }
    mac.verify_slice(&claimed).is_ok()
}

/// A header of a request.
pub(crate) fn field<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let header = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    header.map(|header| header.value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::header;

    /// The example of Slack's own page.
    fn example() -> Request {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&\
                    channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&\
                    command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F\
                    T1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.\
                    803a0bc887a14d10d2c447fce8b6703c";
        let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        Request {
            method: "POST".to_owned(),
            url: "https://desk.example/slack/events".to_owned(),
            headers: vec![
                header("x-slack-request-timestamp", "1531420618"),
                header("x-slack-signature", signature),
            ],
            body: body.as_bytes().to_vec(),
        }
    }

    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

    #[test]
    fn slacks_own_example_is_genuine_for_five_minutes() {
        assert!(is_genuine(&example(), SECRET, 1_531_420_618));
        assert!(is_genuine(&example(), SECRET, 1_531_420_918));
        assert!(!is_genuine(&example(), SECRET, 1_531_420_919));
    }

    #[test]
    fn anything_else_is_not() {
        let mut other = example();
        other.body.push(b'!');
        let mut bare = example();
        bare.headers.clear();
        for (request, secret) in [(other, SECRET), (bare, SECRET), (example(), "another")] {
            assert!(!is_genuine(&request, secret, 1_531_420_618));
        }
    }
}
