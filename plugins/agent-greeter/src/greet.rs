//! Saying hello, once.

use crate::failure::Failure;
use crate::mention;
use crate::slack::{Slack, User};
use crate::welcome::Welcome;

/// What came of somebody's joining.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Greeting {
    Posted,
    /// The channel holds a greeting already.
    Known,
    /// A deactivated account, a bot or a guest.
    NotAColleague,
}

/// Greets a person who joined, unless there is a reason not to.
pub(crate) fn greet(slack: &mut Slack<'_>, user: &str) -> Result<Greeting, Failure> {
    let profile: User = slack.read("users.info", &[("user", user)], "user")?;
    if profile.deleted || profile.is_bot || profile.is_restricted || profile.is_ultra_restricted {
        return Ok(Greeting::NotAColleague);
    }
    let welcome = Welcome::find(slack)?;
    let me: String = slack.read("auth.test", &[], "user_id")?;
    let greeted = welcome
        .history(slack)?
        .iter()
        .any(|message| message.user.as_ref() == Some(&me) && mention::names(&message.text, user));
    if greeted {
        return Ok(Greeting::Known);
    }
    slack.call("chat.postMessage", &[("channel", &welcome.id), ("text", &text(user))])?;
    Ok(Greeting::Posted)
}

fn text(user: &str) -> String {
    format!(
        "Welcome to Fern, {}! This channel is for everybody who is new here. \
         Ask in the thread of this message whatever you would like to know.",
        mention::of(user),
    )
}
