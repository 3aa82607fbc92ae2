//! What services send the subject: handed over once its run has ended, since one guest answers one call at a time.

use glasshouse_model::{Ending, Limit};
use glasshouse_sandbox::{AgentSession, Breach, CallError, GuestFault};
use glasshouse_universe::Link;

/// Most deliveries that a subject answers in one trial. One that answers each with a request to a service that sends
/// it the next would else go on until its time is over.
const MOST_DELIVERIES: usize = 10_000;

/// Lets the trial's time go on until nothing is pending that falls due within it, and has the subject answer what is
/// sent to it. A subject that reached a limit, or that the host could not run, answers nothing.
///
/// The subject has `turns` calls, of which its run was one.
pub(crate) fn hand_over(link: &Link, session: &mut AgentSession<'_>, turns: u64) {
    if matches!(session.ending(), Ending::Limit(_) | Ending::Infra(_)) {
        // What others did before its first call to the host belongs to the record all the same.
        let _ = session.record_meanwhile();
        return;
    }
    for turns_used in (1..).take(MOST_DELIVERIES) {
        match hand_over_next(link, session, turns_used < turns) {
            Ok(true) => {}
            Ok(false) => return,
            Err(reached) => return session.breach(reached),
        }
    }
    session.breach(Breach(Limit::Deliveries));
}

/// Hands over the next delivery, where the subject has a turn left for it; false where there is none.
fn hand_over_next(link: &Link, session: &mut AgentSession<'_>, has_turn: bool) -> Result<bool, Breach> {
    let next = link.with(|universe| universe.next_inbound());
    session.record_meanwhile()?;
    let Some(inbound) = next? else { return Ok(false) };
    if !has_turn {
        return Err(Breach(Limit::Turns));
    }
    let answered = session.handle(&inbound.request);
    let reached = match &answered {
        Err(CallError::Guest(GuestFault::Limit(limit))) => Some(Breach(*limit)),
        _ => None,
    };
    let answered = answered.map(|response| response.status).map_err(|broke| broke.to_string());
    link.with(|universe| universe.settle_inbound(inbound, answered));
    session.record_meanwhile()?;
    reached.map_or(Ok(true), Err)
}
