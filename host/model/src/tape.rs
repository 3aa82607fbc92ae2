//! The lines of a trial in `events.jsonl`, and the chain over them. `specs/trajectory.md` is normative.

use crate::{Change, Digest, Ending, Event, Seed, Trajectory, TrialHeader};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One line of `events.jsonl`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TapeLine {
    /// Whose trial.
    pub scenario: String,
    /// Which trial of the scenario.
    pub index: u32,
    /// What the line holds.
    #[serde(flatten)]
    pub part: TapePart,
}

/// What one line holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TapePart {
    /// First: what the trial began with.
    Begun(Begun),
    /// One event.
    Event(Event),
    /// One write to the world.
    Write(Change),
    /// One document that is not what it was at the start.
    Change(Change),
    /// Last: how it ended.
    Ended(Ended),
}

/// What a trial began with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    /// From which everything random was drawn.
    pub seed: Seed,
    /// What the user wants.
    pub story: String,
    /// What it ran with.
    pub header: TrialHeader,
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// How the subject ended.
    pub ending: Ending,
    /// The last link of the chain.
    pub head: Digest,
    /// For each twin what names its state at the end.
    pub twins: BTreeMap<String, Digest>,
    /// How many writes came after the last one that is kept.
    pub writes_left_out: u64,
}

/// Lines that are not those of one whole trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these are not the lines of one trial: {0}")]
pub struct NoTape(&'static str);

impl Trajectory {
    /// Every line of the trial, in order.
    pub fn lines(&self) -> impl Iterator<Item = TapeLine> + '_ {
        let begun = std::iter::once(TapePart::Begun(self.begun()));
        let events = self.events.iter().cloned().map(TapePart::Event);
        let writes = self.writes.iter().cloned().map(TapePart::Write);
        let ended = std::iter::once_with(|| TapePart::Ended(self.ended()));
        let changes = self.changes.iter().cloned().map(TapePart::Change);
        let parts = begun.chain(events).chain(writes).chain(changes).chain(ended);
        parts.map(|part| TapeLine { scenario: self.scenario.clone(), index: self.index, part })
    }

    /// The trial that these lines tell.
    ///
    /// # Errors
    /// [`NoTape`] where they are not the lines of one whole trial.
    pub fn of_lines(lines: impl IntoIterator<Item = TapeLine>) -> Result<Self, NoTape> {
        let mut lines = lines.into_iter();
        let Some(TapeLine { scenario, index, part: TapePart::Begun(begun) }) = lines.next() else {
            return Err(NoTape("the first line does not begin a trial"));
        };
        let Begun { seed, story, header } = begun;
        let mut ended = None;
        let (mut events, mut writes, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for line in lines {
            if ended.is_some() || line.scenario != scenario || line.index != index {
                return Err(NoTape("lines of another trial stand in it"));
            }
            match line.part {
                TapePart::Begun(_) => return Err(NoTape("it begins twice")),
                TapePart::Event(event) => events.push(event),
                TapePart::Write(write) => writes.push(write),
                TapePart::Change(change) => changes.push(change),
                TapePart::Ended(end) => ended = Some(end),
            }
        }
        let Ended { ending, twins, writes_left_out, .. } = ended.ok_or(NoTape("its last line is missing"))?;
        Ok(Self {
            header,
            scenario,
            index,
            seed,
            story,
            events,
            ending,
            changes,
            writes,
            writes_left_out,
            twins,
        })
    }

    /// Computes the chain over all events.
    pub fn seal(&mut self) {
        let mut link = self.start();
        let mut text = Vec::with_capacity(4_096);
        for event in &mut self.events {
            link = next_link(link, event, &mut text);
            event.chain = link;
        }
    }

    /// The last link of the chain; the first where nothing happened.
    pub fn head(&self) -> Digest {
        self.events.last().map_or_else(|| self.start(), |event| event.chain)
    }

    /// The first event whose link is not the one that its text and the link before it give; none where all are right.
    pub fn broken_link(&self) -> Option<u64> {
        let mut link = self.start();
        let mut text = Vec::new();
        let wrong = |event: &&Event| {
            link = next_link(link, event, &mut text);
            event.chain != link
        };
        self.events.iter().find(wrong).map(|event| event.index)
    }

    fn begun(&self) -> Begun {
        Begun { seed: self.seed, story: self.story.clone(), header: self.header.clone() }
    }

    fn ended(&self) -> Ended {
        Ended {
            ending: self.ending.clone(),
            head: self.head(),
            twins: self.twins.clone(),
            writes_left_out: self.writes_left_out,
        }
    }

    /// The link before the first event.
    fn start(&self) -> Digest {
        let part = TapePart::Begun(self.begun());
        let line = TapeLine { scenario: self.scenario.clone(), index: self.index, part };
        // Texts, whole numbers and finite ones: JSON has them all.
        Digest::of(&serde_json::to_vec(&line).unwrap_or_default())
    }
}

/// The link after `before`: over it and the event's text without its own link.
fn next_link(before: Digest, event: &Event, text: &mut Vec<u8>) -> Digest {
    #[derive(Serialize)]
    struct Covered<'e> {
        index: u64,
        at: u64,
        fuel: u64,
        happening: &'e crate::Happening,
    }
    let covered = Covered { index: event.index, at: event.at, fuel: event.fuel, happening: &event.happening };
    text.clear();
    text.extend_from_slice(before.as_bytes());
    // What a happening holds is text, whole numbers and JSON: it can be written, and memory takes it.
    serde_json::to_writer(&mut *text, &covered).unwrap_or_default();
    Digest::of(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Budget, Drawn, FaultPlan, Happening};

    fn trajectory() -> Trajectory {
        let header = TrialHeader {
            schema: "trajectory/1".into(),
            runner: "test 0".into(),
            engine: "none 0".into(),
            suite: "s".into(),
            scenario: Digest::of(b"scenario"),
            world: Digest::of(b"world"),
            components: vec![],
            drawn: Drawn::default(),
            budget: Budget::default(),
            faults: FaultPlan::default(),
        };
        let event = |index, happening| Event {
            index,
            at: 5 + index,
            fuel: 10 * index,
            happening,
            chain: Digest::from_bytes([0; 32]),
        };
        let write = Change {
            twin: "t".into(),
            table: "a".into(),
            key: "k".into(),
            before: None,
            after: Some(vec![0xff]),
            event: Some(0),
        };
        let mut trajectory = Trajectory {
            header,
            scenario: "a".into(),
            index: 2,
            seed: Seed(7),
            story: "Do it.".into(),
            events: vec![event(0, Happening::Line("one".into())), event(1, Happening::ReadClock)],
            ending: Ending::Answered,
            changes: vec![write.clone()],
            writes: vec![write],
            writes_left_out: 0,
            twins: BTreeMap::from([("t".into(), Digest::of(b"t"))]),
        };
        trajectory.seal();
        trajectory
    }

    #[test]
    fn the_chain_can_be_computed_from_the_text_of_the_lines_alone() {
        let lines: Vec<_> = trajectory().lines().map(|line| serde_json::to_string(&line).unwrap()).collect();
        let mut link = *blake3::hash(lines[0].as_bytes()).as_bytes();
        for line in &lines[1..3] {
            let event = line.split_once(",\"event\":").unwrap().1.strip_suffix('}').unwrap();
            let (covered, chain) = event.split_once(",\"chain\":").unwrap();
            let text = [link.as_slice(), covered.as_bytes(), b"}"].concat();
            link = *blake3::hash(&text).as_bytes();
            assert_eq!(chain, format!("\"{}\"}}", Digest::from_bytes(link)));
        }
        assert!(lines[5].contains(&Digest::from_bytes(link).to_string()), "{}", lines[5]);
    }

    #[test]
    fn a_changed_event_breaks_the_chain_at_its_place() {
        let mut changed = trajectory();
        assert_eq!(changed.broken_link(), None);
        changed.events[1].fuel += 1;
        assert_eq!(changed.broken_link(), Some(1));
        let mut moved = trajectory();
        moved.seed = Seed(8);
        assert_eq!(moved.broken_link(), Some(0));
    }

    #[test]
    fn lines_are_read_as_they_were_written() {
        for line in trajectory().lines() {
            let text = serde_json::to_string(&line).unwrap();
            assert_eq!(serde_json::from_str::<TapeLine>(&text).unwrap(), line, "{text}");
        }
        assert_eq!(Trajectory::of_lines(trajectory().lines()), Ok(trajectory()));
        let torn: Vec<_> = trajectory().lines().take(3).collect();
        assert_eq!(Trajectory::of_lines(torn), Err(NoTape("its last line is missing")));
        let (one, other) = (trajectory(), trajectory());
        assert!(Trajectory::of_lines(one.lines().chain(other.lines())).is_err());
    }
}
