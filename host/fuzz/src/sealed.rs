//! What judges and personas read: criteria, replies of models, roles.

use judge_conversation::Conversation as ConversationJudge;
use judge_effects::Effects;
use judge_policy::Policy;
use judge_rubric::Rubric;
use persona_scripted::Scripted;
use plugin_sdk::testing::{FinishedTrial, Rehearsal, Replies, reply, satisfied_trial};
use plugin_sdk::{Conversation, Error, Judge, Persona, Ruling, Spoken, Talker, Verdict};

/// Stands between the parts of one input: the ASCII record separator.
const BETWEEN: char = '\u{1e}';
/// What a model is asked where its reply is what is fuzzed.
const QUESTION: &str = r#"{"model": "a/b", "question": "Was Ana told how long she has access?"}"#;

/// One text as the criterion of each judge. What a judge refuses is the criterion, since the trial is a good one.
pub fn criterion(bytes: &[u8]) {
    let Ok(criterion) = std::str::from_utf8(bytes) else { return };
    for judge in [ruling::<ConversationJudge>, ruling::<Effects>, ruling::<Policy>] {
        match judge(Replies::default(), criterion) {
            Ok(_) => {}
            Err(Error::InvalidArgument(text)) => assert!(!text.is_empty(), "refused without a word"),
            Err(other) => panic!("a criterion is refused as {other:?}"),
        }
    }
    match ruling::<Rubric>(Replies::default(), criterion) {
        // No reply is left for a criterion that can be asked about.
        Err(Error::InvalidArgument(_) | Error::NotFound(_)) => {}
        other => panic!("without a model it says {other:?}"),
    }
}

/// A text as a model's reply to a question about a trial: a verdict with grounds, or an error, never a score without.
pub fn rubric(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let replies = Replies { left: [Ok(reply(text))].into(), requests: Vec::new() };
    match ruling::<Rubric>(replies, QUESTION) {
        Ok(verdict) => {
            let is_grounded = !verdict.evidence.is_empty() || verdict.ruling == Ruling::Abstain;
            assert!(is_grounded && !verdict.reason.trim().is_empty(), "{verdict:?}");
        }
        Err(Error::InvalidArgument(text)) => panic!("a reply is taken for a criterion: {text}"),
        Err(_) => {}
    }
}

/// What a judge says of a good trial, which is the same when it is asked again.
fn ruling<J: Judge>(replies: Replies, criterion: &str) -> Result<Verdict, Error> {
    let left = replies.left.clone();
    let mut trial = FinishedTrial { replies, ..satisfied_trial() };
    let said = J::judge(&mut trial, criterion);
    trial.replies.left = left;
    assert_eq!(said, J::judge(&mut trial, criterion), "asked again, it says something else");
    if let Ok(Verdict { ruling, evidence, .. }) = &said {
        if let Ruling::Score(score) = ruling {
            assert!((0.0..=1.0).contains(score), "the score {score}");
        }
        let events = trial.events.len() as u64;
        assert!(evidence.iter().all(|event| *event < events), "evidence that did not happen: {evidence:?}");
    }
    said
}

/// A role, and behind record separators what is said to the persona, one message after the other. It writes no more
/// messages than its patience allows, of which ten is the default.
pub fn role(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut parts = text.split(BETWEEN);
    let role = parts.next().unwrap_or_default().to_owned();
    let mut conversation = Conversation { role, messages: Vec::new() };
    let mut rehearsal = Rehearsal::default();
    for (at, heard) in (0_u64..).zip([None].into_iter().chain(parts.map(Some))) {
        let heard = heard.map(|heard| Spoken { speaker: Talker::Subject, at, text: heard.to_owned() });
        conversation.messages.extend(heard);
        match Scripted::next(&mut rehearsal, &conversation) {
            Ok(said) => {
                let said = said.map(|text| Spoken { speaker: Talker::Persona, at, text });
                conversation.messages.extend(said);
            }
            Err(Error::InvalidArgument(text)) => {
                assert!(at == 0 && !text.is_empty(), "a role is refused late or without a word: {text:?}");
                return;
            }
            Err(other) => panic!("a role is refused as {other:?}"),
        }
    }
}
