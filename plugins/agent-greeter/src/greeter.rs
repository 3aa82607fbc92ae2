//! One run: one event.

use plugin_sdk::capability::Level;
use plugin_sdk::{Agent, AgentImports, Answer, Error, Task};

use crate::answer::{self, Reply};
use crate::event::{Event, Input};
use crate::failure::Failure;
use crate::greet::{self, Greeting};
use crate::slack::Slack;

/// The automation that `specs/first-day.md` describes.
#[derive(Debug)]
pub struct Greeter;

impl Agent for Greeter {
    fn run(imports: &mut impl AgentImports, task: &Task) -> Result<Answer, Error> {
        let input: Input = serde_json::from_str(&task.input).map_err(Failure::Input)?;
        let text = react(&mut Slack::new(imports, &input.token), &input.event)?;
        imports.write(Level::Info, text);
        Ok(Answer { text: text.to_owned() })
    }
}

fn react(slack: &mut Slack<'_>, event: &Event) -> Result<&'static str, Failure> {
    Ok(match event {
        Event::TeamJoin { user } => match greet::greet(slack, &user.id)? {
            Greeting::Posted => "Greeted the newcomer.",
            Greeting::Known => "The newcomer had been greeted.",
            Greeting::NotAColleague => "Left alone: a deactivated account, a bot or a guest.",
        },
        Event::Message(message) => match answer::answer(slack, message)? {
            Reply::Answered => "Answered the question from a pin.",
            Reply::HandedOver => "Handed the question over to the buddy.",
            Reply::Known => "The question had been answered.",
            Reply::NotOurs => "Left alone: no newcomer's question.",
        },
        Event::Unrelated => "Left alone: an event of another kind.",
    })
}

#[cfg(test)]
mod tests;
