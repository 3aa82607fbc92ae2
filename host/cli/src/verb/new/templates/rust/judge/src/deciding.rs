//! How this judge decides, without any host around it.

use serde::Deserialize;

use crate::bindings::exports::glasshouse::judge::judging::{Error, Ruling, Verdict};
use crate::bindings::glasshouse::capability::trajectory::{Event, Happening};

/// What the scenario's sealed part says to this judge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// A text that the subject's answer has to contain.
    pub answer_contains: String,
}

/// Reads the criterion.
///
/// # Errors
/// `invalid-argument`: it is not of the shape above; the text says where.
pub fn parse(criterion: &str) -> Result<Criterion, Error> {
    serde_json::from_str(criterion).map_err(|e| Error::InvalidArgument(e.to_string()))
}

/// 1 where the answer contains the wanted text, otherwise 0; no decision where the trial shows no end.
pub fn decide(criterion: &Criterion, events: &[Event]) -> Verdict {
    let wanted = &criterion.answer_contains;
    for event in events.iter().rev() {
        let (score, reason) = match &event.happening {
            Happening::Answered(text) if text.contains(wanted) => {
                (1.0, format!("the answer contains {wanted:?}"))
            }
            Happening::Answered(_) => (0.0, format!("the answer does not contain {wanted:?}")),
            Happening::Failed(why) => (0.0, format!("the subject ended without an answer: {why}")),
            _ => continue,
        };
        return Verdict {
            ruling: Ruling::Score(score),
            reason,
            evidence: vec![event.index],
        };
    }
    Verdict {
        ruling: Ruling::Abstain,
        reason: "the trial shows no end".to_owned(),
        evidence: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruling(happenings: impl IntoIterator<Item = Happening>) -> (Ruling, Vec<u64>) {
        let criterion = parse(r#"{"answer_contains":"done"}"#).unwrap();
        let events: Vec<Event> = (0..)
            .zip(happenings)
            .map(|(index, happening)| Event {
                index,
                at: 0,
                happening,
            })
            .collect();
        let verdict = decide(&criterion, &events);
        (verdict.ruling, verdict.evidence)
    }

    #[test]
    fn the_answer_decides() {
        let answered = |text: &str| {
            [
                Happening::Line("done".to_owned()),
                Happening::Answered(text.to_owned()),
            ]
        };
        assert_eq!(ruling(answered("all done")), (Ruling::Score(1.0), vec![1]));
        assert_eq!(ruling(answered("not yet")), (Ruling::Score(0.0), vec![1]));
    }

    #[test]
    fn no_answer_is_no_success_and_no_end_is_no_decision() {
        assert_eq!(
            ruling([Happening::Failed("a limit".to_owned())]),
            (Ruling::Score(0.0), vec![0])
        );
        assert_eq!(ruling([]), (Ruling::Abstain, vec![]));
    }

    #[test]
    fn a_criterion_of_another_shape_is_refused() {
        for criterion in [
            "",
            "{}",
            r#"{"answer_contains":1}"#,
            r#"{"answer_contains":"","more":1}"#,
        ] {
            assert!(
                matches!(parse(criterion), Err(Error::InvalidArgument(_))),
                "{criterion}"
            );
        }
    }
}
