//! The universe's clock, and what falls due by it.

use super::reply::{Refused, done, moment};
use super::{Admin, LOOKED_AT};
use crate::door::exchange::Answer;
use glasshouse_model::Happening;
use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;

/// Deliveries that one answer shows of those that were made.
const SHOWN: usize = 1_000;
/// What a request to set the clock may look like.
const EXAMPLE: &str = "for example {\"mode\": \"driven\", \"advance\": \"5m\"}, {\"to\": \"2026-01-05T09:00:00Z\"} or {\"mode\": \"real\"}";

/// What is to become of the clock; the mode first, then the time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    mode: Option<Mode>,
    advance: Option<String>,
    to: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Real,
    Driven,
}

impl Admin {
    pub(super) fn clock(&self) -> Answer {
        let clock = self.universe.clock();
        let now = clock.read();
        let mode = if clock.follows_machine() { "real" } else { "driven" };
        done(&json!({ "mode": mode, "now": now, "time": moment(now) }))
    }

    pub(super) async fn set_clock(&self, body: &[u8]) -> Result<Answer, Refused> {
        let setting: Setting =
            serde_json::from_slice(body).map_err(|error| Refused::mistake(error.to_string(), EXAMPLE))?;
        let clock = self.universe.clock();
        let stays_real = match setting.mode {
            None => clock.follows_machine(),
            Some(Mode::Real) => true,
            Some(Mode::Driven) => false,
        };
        let duration = match (&setting.advance, &setting.to) {
            (None, None) => 0,
            (Some(_), Some(_)) => {
                return Err(Refused::mistake("`advance` and `to` cannot stand together", EXAMPLE));
            }
            _ if stays_real => {
                let what = "the clock follows the machine's time, which nobody can move";
                return Err(Refused::new(StatusCode::CONFLICT, what, "add \"mode\": \"driven\""));
            }
            (Some(span), None) => span_of(span)?,
            (None, Some(to)) => moment_of(to)?.checked_sub(clock.read()).ok_or_else(|| {
                Refused::mistake("`to` is in the past", "time goes forward; POST /reset goes back")
            })?,
        };
        if setting.mode.is_some() {
            clock.follow_machine(stays_real);
        }
        let advanced = self.universe.with(move |universe| universe.advance(duration)).await;
        advanced.map_err(Refused::ended)?.map_err(|breach| {
            let what = format!("the clock stopped on its way: {breach}");
            Refused::new(StatusCode::CONFLICT, what, "GET /deliveries shows what services send each other")
        })?;
        Ok(self.clock())
    }

    pub(super) async fn deliveries(&self) -> Result<Answer, Refused> {
        let read = |universe: &mut crate::Universe| (universe.pending(), universe.happenings(LOOKED_AT));
        let (pending, happenings) = self.universe.with(read).await.map_err(Refused::ended)?;
        let pending: Vec<_> = pending
            .iter()
            .map(|pending| {
                json!({
                    "due": moment(pending.due),
                    "from": pending.from,
                    "attempt": pending.attempt,
                    "method": pending.method,
                    "url": pending.url,
                })
            })
            .collect();
        let made = happenings.iter().rev().filter_map(|(at, happening)| match happening {
            Happening::Delivery(delivery) => Some(json!({ "at": moment(*at), "delivery": delivery })),
            _ => None,
        });
        let mut made: Vec<_> = made.take(SHOWN).collect();
        made.reverse();
        Ok(done(&json!({ "pending": pending, "made": made })))
    }
}

/// Nanoseconds.
fn span_of(text: &str) -> Result<u64, Refused> {
    let span = text.parse::<jiff::SignedDuration>().ok().and_then(|span| u64::try_from(span.as_nanos()).ok());
    span.ok_or_else(|| Refused::mistake("`advance` is no span of time", EXAMPLE))
}

/// Nanoseconds since 1970.
fn moment_of(text: &str) -> Result<u64, Refused> {
    let moment = text.parse::<jiff::Timestamp>().ok().and_then(|to| u64::try_from(to.as_nanosecond()).ok());
    moment.ok_or_else(|| Refused::mistake("`to` is no moment", EXAMPLE))
}
