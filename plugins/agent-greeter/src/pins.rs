//! What the welcome channel's pins know, and which of them answers a question.

use crate::slack::Message;
use crate::words;

/// A word of the question in a pin's topic, which somebody chose for being found, weighs more than one in its
/// answer; below the least weight a shared word is chance.
const TOPIC_WEIGHT: usize = 2;
const LEAST_WEIGHT: usize = 2;

/// The pinned facts of a channel.
#[derive(Debug)]
pub(crate) struct Pins(Vec<Pin>);

#[derive(Debug)]
struct Pin {
    topic: Vec<String>,
    words: Vec<String>,
    answer: String,
}

impl Pins {
    /// Reads the pins out of a channel's history. A pin without `Topic: answer` is an announcement.
    pub(crate) fn of(history: &[Message]) -> Self {
        let pinned = history.iter().filter(|message| !message.pinned_to.is_empty());
        Self(pinned.filter_map(|message| Pin::parse(&message.text)).collect())
    }

    /// The answer of the pin that shares most with a question; none where nothing is shared but chance.
    pub(crate) fn answer(&self, question: &str) -> Option<&str> {
        let asked = words::telling(question);
        let mut best: Option<(&Pin, usize)> = None;
        for pin in &self.0 {
            let weight = pin.weight(&asked);
            if weight >= LEAST_WEIGHT && best.is_none_or(|(_, most)| weight > most) {
                best = Some((pin, weight));
            }
        }
        best.map(|(pin, _)| pin.answer.as_str())
    }
}

impl Pin {
    fn parse(text: &str) -> Option<Self> {
        let (topic, answer) = text.split_once(':')?;
        let (topic, answer) = (words::telling(topic), answer.trim());
        if topic.is_empty() || answer.is_empty() {
            return None;
        }
        Some(Self { topic, words: words::telling(answer), answer: answer.to_owned() })
    }

    fn weight(&self, asked: &[String]) -> usize {
        let shared = |words: &[String]| {
            asked.iter().filter(|asked| words.iter().any(|word| words::alike(asked, word))).count()
        };
        TOPIC_WEIGHT * shared(&self.topic) + shared(&self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(texts: &[&str]) -> Pins {
        let history: Vec<Message> = texts
            .iter()
            .map(|text| Message {
                text: (*text).to_owned(),
                pinned_to: vec!["C1".to_owned()],
                ..Message::default()
            })
            .collect();
        Pins::of(&history)
    }

    #[test]
    fn the_topic_decides() {
        let pins = pins(&["Lunch: soup at noon, card at the desk", "Desk: take any free one"]);
        assert_eq!(pins.answer("Which desk is mine?"), Some("take any free one"));
        assert_eq!(pins.answer("when is luch served"), Some("soup at noon, card at the desk"));
    }

    #[test]
    fn one_shared_word_of_an_answer_is_chance() {
        let pins = pins(&["Parking: the garage is at the back, code 4417"]);
        assert_eq!(pins.answer("Is there a garage band?"), None);
        assert_eq!(pins.answer("What is the garage code?"), Some("the garage is at the back, code 4417"));
    }

    #[test]
    fn what_is_not_pinned_or_has_no_topic_answers_nothing() {
        let history = [Message { text: "Wifi: fern".to_owned(), ..Message::default() }];
        assert_eq!(Pins::of(&history).answer("wifi?"), None);
        assert_eq!(pins(&["Wifi is down today"]).answer("wifi?"), None);
    }
}
