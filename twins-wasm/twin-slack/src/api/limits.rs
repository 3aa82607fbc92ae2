//! How many calls a token may make: the service's tiers, counted by method in whole minutes. Source:
//! docs.slack.dev/apis/web-api/rate-limits.

use crate::args::Args;
use crate::caller::Caller;
use crate::errors::Error;
use crate::state::State;

use super::methods::Method;

/// What the service calls a method's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// One a minute.
    One,
    /// Twenty a minute.
    Two,
    /// Fifty a minute.
    Three,
    /// A hundred a minute.
    Four,
    /// Hundreds a minute.
    Special,
    /// One a second in a channel, and a few at once.
    Posting,
}

impl Tier {
    /// How many calls in how many seconds.
    const fn window(self) -> (u64, u64) {
        match self {
            Self::One => (1, 60),
            Self::Two => (20, 60),
            Self::Three => (50, 60),
            Self::Four => (100, 60),
            Self::Special => (600, 60),
            Self::Posting => (5, 5),
        }
    }
}

/// Counts a call and refuses one too many.
pub(super) fn count(
    state: &mut State<'_>,
    method: &Method,
    caller: &Caller,
    args: &Args,
) -> Result<(), Error> {
    let place = match method.tier {
        Tier::Posting => args.text("channel")?.unwrap_or_default(),
        _ => String::new(),
    };
    let (limit, seconds) = method.tier.window();
    let bucket = format!("{}/{}/{place}", method.name, caller.token);
    match state.count_request(&bucket, limit, seconds)? {
        Some(wait) => Err(Error::RateLimited { wait }),
        None => Ok(()),
    }
}
