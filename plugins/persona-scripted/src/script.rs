//! What is said next, from the role, the conversation and the random stream.

use plugin_sdk::{Conversation, Error, Persona, PersonaImports, Spoken, Talker};

use crate::role::{Role, Rule};

/// A persona that follows its script. How often a rule has spoken is read off the conversation: nothing is remembered.
#[derive(Debug)]
pub struct Scripted;

impl Persona for Scripted {
    fn next(imports: &mut impl PersonaImports, conversation: &Conversation) -> Result<Option<String>, Error> {
        let role = Role::parse(&conversation.role)?;
        let choice = choose(&role, &conversation.messages);
        Ok(choice.map(|texts| one_of(texts, imports)))
    }
}

/// The texts of which one is said; none where the persona is content, out of patience, or has nothing to say.
fn choose<'r>(role: &'r Role, messages: &[Spoken]) -> Option<&'r [String]> {
    let own = messages.iter().filter(|message| message.speaker == Talker::Persona).count() as u64;
    if own >= role.patience {
        return None;
    }
    if let (0, Some(opening)) = (own, &role.opening) {
        return Some(opening);
    }
    let heard = |message: &&Spoken| {
        message.speaker == Talker::Subject
            && role.listens.as_ref().is_none_or(|listens| listens.holds(&message.text))
    };
    let last_own = messages.iter().rposition(|message| message.speaker == Talker::Persona);
    let first_own =
        messages.iter().position(|message| message.speaker == Talker::Persona).unwrap_or_default();
    let contents = |message: &&Spoken| role.content.iter().any(|rule| rule.holds(&message.text));
    // What was said before it opened was not said to it.
    if messages.iter().skip(first_own).filter(heard).any(|message| contents(&message)) {
        let after = messages.iter().skip(last_own.map_or(0, |last| last + 1));
        let is_news = after.filter(heard).any(|message| contents(&message));
        return role.thanks.as_deref().filter(|thanks| is_news && !has_said(thanks, messages));
    }
    let unanswered: Vec<_> =
        messages.iter().skip(last_own.map_or(0, |last| last + 1)).filter(heard).collect();
    let answer = unanswered.iter().rev().find_map(|message| {
        role.rules.iter().find(|rule| rule.when.holds(&message.text) && !is_used_up(rule, messages))
    });
    match answer {
        Some(rule) => rule.say.as_deref(),
        None if unanswered.is_empty() => None,
        None => role.otherwise.as_deref(),
    }
}

fn is_used_up(rule: &Rule, messages: &[Spoken]) -> bool {
    let say = rule.say.as_deref().unwrap_or_default();
    let spoken = own(messages).filter(|text| say.iter().any(|one| one == text)).count() as u64;
    rule.at_most.is_some_and(|most| spoken >= most)
}

fn has_said(texts: &[String], messages: &[Spoken]) -> bool {
    own(messages).any(|text| texts.iter().any(|one| one == text))
}

fn own(messages: &[Spoken]) -> impl Iterator<Item = &str> {
    messages.iter().filter(|message| message.speaker == Talker::Persona).map(|message| message.text.as_str())
}

/// One of the texts; nothing is drawn where there is no choice.
fn one_of(texts: &[String], imports: &mut impl PersonaImports) -> String {
    let number = if texts.len() > 1 { imports.next() } else { 0 };
    let index = usize::try_from(number % (texts.len().max(1) as u64)).unwrap_or_default();
    texts.get(index).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests;
