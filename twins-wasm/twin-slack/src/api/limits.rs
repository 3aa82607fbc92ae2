//! How many calls a token may make: the service's tiers, counted by method. A minute's worth of a tier goes through at
//! once, since the service tolerates bursts, and after it as many as the tier names. Source:
//! docs.slack.dev/apis/web-api/rate-limits.

use twin_sdk::{Flow, whole_seconds_up};

use crate::args::Args;
use crate::caller::Caller;
use crate::errors::Error;
use crate::state::State;
use crate::state::tables::LIMITS;

use super::methods::Method;

/// What the service calls a method's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// One a minute, and a small burst.
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
    /// How many calls in how many seconds, and how many at once.
    const fn flow(self) -> (u64, u64, u64) {
        match self {
            Self::One => (1, 60, 2),
            Self::Two => (20, 60, 20),
            Self::Three => (50, 60, 50),
            Self::Four => (100, 60, 100),
            Self::Special => (600, 60, 600),
            Self::Posting => (1, 1, 5),
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
    let (limit, seconds, burst) = match state.get(&LIMITS, method.name)? {
        Some(own) => (own.calls, own.seconds, own.burst.unwrap_or(own.calls)),
        None => method.tier.flow(),
    };
    let name = format!("{}/{}/{place}", method.name, caller.token);
    match state.pass(&Flow { name: &name, limit, seconds, burst })? {
        Some(wait) => Err(Error::RateLimited { wait: whole_seconds_up(wait) }),
        None => Ok(()),
    }
}
