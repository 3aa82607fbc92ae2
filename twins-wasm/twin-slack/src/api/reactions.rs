//! `reactions.*`: emoji on messages.

use serde::Serialize;
use twin_sdk::Reply;

use crate::errors::{Code, Error};
use crate::ts::Ts;
use crate::wire;

use super::Call;

/// The longest name that the service lets an emoji have.
const LONGEST_NAME: usize = 100;

/// `reactions.add`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer {}
    let (id, ts) = (call.args.text("channel")?, call.args.text("timestamp")?);
    let (id, ts) = id.zip(ts).ok_or(Code::NoItemSpecified)?;
    let name = call.args.required("name")?;
    let ts = Ts::parse_name(&ts).ok_or(Code::BadTimestamp)?;
    if !is_emoji_name(&name) {
        return Err(Code::InvalidName.into());
    }
    let visible = call.visible(&id)?;
    if visible.channel.is_archived {
        return Err(Code::IsArchived.into());
    }
    if !visible.is_member && call.caller.user.is_bot {
        return Err(Code::NotInChannel.into());
    }
    let message = call.state.message(&id, ts)?.ok_or(Code::MessageNotFound)?;
    call.state.react(message, &name, &call.caller.user)?;
    wire::ok(&Answer {})
}

/// Whether an emoji could have that name, with a skin tone or without. Which emoji a workspace has is not
/// known to the twin.
fn is_emoji_name(name: &str) -> bool {
    let (base, tone) = name.split_once("::").map_or((name, None), |(base, tone)| (base, Some(tone)));
    let legal = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'+' | b'\'');
    let is_tone = |tone: &str| matches!(tone.strip_prefix("skin-tone-"), Some("2" | "3" | "4" | "5" | "6"));
    !base.is_empty() && base.len() <= LONGEST_NAME && base.bytes().all(legal) && tone.is_none_or(is_tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_without_colons() {
        for name in ["+1", "white_check_mark", "thumbsup::skin-tone-3", "e-mail"] {
            assert!(is_emoji_name(name), "{name}");
        }
        for name in ["", ":tada:", "Tada", "two words", "+1::skin-tone-9", "+1::"] {
            assert!(!is_emoji_name(name), "{name}");
        }
    }
}
