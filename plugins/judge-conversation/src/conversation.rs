//! The decision: every rule holds.

use plugin_sdk::criterion::{effects, events, history, listed, span_words};
use plugin_sdk::{Error, Judge, JudgeImports, Ruling, Verdict};

use crate::criterion::Criterion;
use crate::message::Message;
use crate::rule::{Asked, Rule};

/// Judges what was said to whom. 1 where every rule holds, otherwise 0 with every one that does not.
#[derive(Debug)]
pub struct Conversation;

impl Judge for Conversation {
    fn judge(imports: &mut impl JudgeImports, criterion: &str) -> Result<Verdict, Error> {
        let criterion = Criterion::parse(criterion)?;
        let (history, effects) = (history(imports), effects(imports));
        let mut messages = Vec::new();
        for source in &criterion.sources {
            messages.extend(source.messages(&history, &effects));
        }
        // Stable: what is of one time stays in the order of the criterion's sources and of their keys.
        messages.sort_by_key(|message| message.at);
        Ok(decide(&criterion, &messages))
    }
}

/// What became of one rule: why it does not hold, if so, and the messages that show it.
struct Found<'m> {
    broken: Option<String>,
    shown: Vec<&'m Message>,
}

fn decide(criterion: &Criterion, messages: &[Message]) -> Verdict {
    let speaks_of = |rule: &Rule| messages.iter().filter(|message| rule.speaks_of(message)).collect();
    let spoken_of: Vec<Vec<&Message>> = criterion.rules.iter().map(speaks_of).collect();
    let of = |rule: usize| spoken_of.get(rule).map(Vec::as_slice).unwrap_or_default();
    let found: Vec<Found<'_>> =
        criterion.rules.iter().enumerate().map(|(number, rule)| find(rule, of(number), &of)).collect();
    let broken: Vec<_> = found.iter().filter_map(|found| found.broken.clone()).collect();
    let is_satisfied = broken.is_empty();
    let shown = found.iter().filter(|found| found.broken.is_none() == is_satisfied);
    let evidence = events(shown.flat_map(|found| found.shown.iter().filter_map(|message| message.event)));
    let reason = if is_satisfied {
        listed("Met", &criterion.rules.iter().map(|rule| rule.what.clone()).collect::<Vec<_>>())
    } else {
        listed("Not met", &broken)
    };
    let score = if is_satisfied { 1.0 } else { 0.0 };
    Verdict { ruling: Ruling::Score(score), reason: reason.trim_end().to_owned(), evidence }
}

/// Holds one rule against the messages that it speaks of; `of` gives those of another.
fn find<'s, 'm: 's>(
    rule: &Rule,
    own: &'s [&'m Message],
    of: &dyn Fn(usize) -> &'s [&'m Message],
) -> Found<'m> {
    match rule.asked {
        Asked::Answers { rule: asked, within } => answers(rule, own, of(asked), within),
        Asked::Number { count, after, within } => {
            let anchor = after.map(|after| of(after).first().copied());
            let counted = after_anchor(own, anchor, within);
            let seen = counted.len() as u64;
            let broken = (!count.allows(seen))
                .then(|| format!("{} ({} wanted, {seen} seen)", rule.what, count.words()));
            each(rule, Found { broken, shown: counted })
        }
    }
}

/// The messages that come after the anchor, where there is to be one, and soon enough.
fn after_anchor<'m>(
    messages: &[&'m Message],
    anchor: Option<Option<&Message>>,
    within: Option<u64>,
) -> Vec<&'m Message> {
    let counts = |message: &&Message| match anchor {
        None => true,
        Some(None) => false,
        Some(Some(anchor)) => is_soon_after(message, anchor, within),
    };
    messages.iter().copied().filter(counts).collect()
}

fn is_soon_after(message: &Message, other: &Message, within: Option<u64>) -> bool {
    let since = message.since(other).filter(|_| !std::ptr::eq(message, other));
    since.is_some_and(|since| within.is_none_or(|within| since <= within))
}

/// Every message of the other rule has to be followed by one of this.
fn answers<'m>(rule: &Rule, own: &[&'m Message], asked: &[&'m Message], within: Option<u64>) -> Found<'m> {
    let left: Vec<&Message> = asked
        .iter()
        .copied()
        .filter(|asked| !own.iter().any(|message| is_soon_after(message, asked, within)))
        .collect();
    if let Some(first) = left.first() {
        let within = within.map(|within| format!(" within {}", span_words(within))).unwrap_or_default();
        let what = format!(
            "{} ({} of {} not answered{within}: {})",
            rule.what,
            left.len(),
            asked.len(),
            first.quoted()
        );
        return Found { broken: Some(what), shown: left };
    }
    each(rule, Found { broken: None, shown: own.to_vec() })
}

/// Holds every message against what each has to be.
fn each<'m>(rule: &Rule, found: Found<'m>) -> Found<'m> {
    let Some(wanted) = rule.each.as_ref().filter(|_| found.broken.is_none()) else { return found };
    let wrong: Vec<&Message> =
        found.shown.iter().copied().filter(|message| !wanted.holds(&message.text)).collect();
    match wrong.first() {
        None => found,
        Some(first) => {
            Found { broken: Some(format!("{} (said: {})", rule.what, first.quoted())), shown: wrong }
        }
    }
}

#[cfg(test)]
mod tests;
