//! What admission keeps of one trial, so that it need not keep the trials.

use crate::acts::OUTSIDE;
use crate::trial::Finished;
use glasshouse_model::{Change, DeliveryOutcome, Digest, Happening, Trajectory, TrialClass};

/// What admission keeps of one trial.
pub(super) struct Brief {
    pub(super) index: u32,
    pub(super) class: TrialClass,
    pub(super) satisfied: bool,
    pub(super) reason: String,
    pub(super) digest: Digest,
    pub(super) acts_not_taken: Vec<String>,
}

impl Brief {
    pub(super) fn of(Finished { result, trajectory, .. }: &Finished) -> Self {
        Self {
            index: result.index,
            class: result.class,
            satisfied: result.satisfied,
            reason: result.reason.clone(),
            digest: digest(trajectory),
            acts_not_taken: acts_not_taken(trajectory),
        }
    }

    pub(super) fn is_judged(&self) -> bool {
        matches!(self.class, TrialClass::Judged | TrialClass::Budget)
    }
}

/// Acts that went to a twin which did not take them.
fn acts_not_taken(trajectory: &Trajectory) -> Vec<String> {
    let refused = trajectory.events.iter().filter_map(|event| match &event.happening {
        Happening::Delivery(delivery) if delivery.from.starts_with(OUTSIDE) && delivery.to.is_some() => {
            let what = delivery.from.strip_prefix(OUTSIDE).unwrap_or_default();
            match &delivery.outcome {
                DeliveryOutcome::Answered(status) if (200..300).contains(status) => None,
                DeliveryOutcome::Answered(status) | DeliveryOutcome::TimedOut(status) => {
                    Some(format!("`{what}` was answered {status}"))
                }
                DeliveryOutcome::Broke(why) | DeliveryOutcome::Undeliverable(why) => {
                    Some(format!("`{what}`: {why}"))
                }
            }
        }
        _ => None,
    });
    refused.collect()
}

/// The digest of all that a trial did and left.
fn digest(trajectory: &Trajectory) -> Digest {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for event in &trajectory.events {
        // Texts, whole numbers and JSON: it can be written.
        parts.push(serde_json::to_vec(event).unwrap_or_default());
    }
    parts.push(trajectory.ending.to_string().into_bytes());
    for Change { twin, table, key, before, after, event } in &trajectory.changes {
        let place = [twin, table, key].map(|part| part.clone().into_bytes());
        parts.extend(place);
        for document in [before, after] {
            parts.push(vec![u8::from(document.is_some())]);
            parts.push(document.clone().unwrap_or_default());
        }
        parts.push(format!("{event:?}").into_bytes());
    }
    Digest::of_parts(parts.iter().map(Vec::as_slice))
}
