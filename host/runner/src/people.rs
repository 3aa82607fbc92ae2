//! The personas of one trial: each hears what is written in its table, and says what its component wants said.

use crate::plan::PlannedTrial;
use glasshouse_model::{Drawn, Event, Happening, Hears, RequestTemplate, Seed, Unknown};
use glasshouse_universe::{Bystanders, Deed, Outgoing, Tables, Universe};
use serde_json::Value;
use std::sync::Arc;

/// Longest message of a persona, in bytes.
const LONGEST_MESSAGE: usize = 16 * 1024;
/// How the record names a persona as a sender; its id follows.
const PERSONA: &str = "persona ";

/// A loaded component of the role, as a trial asks it.
pub(crate) trait Voice: Send + Sync {
    /// What the persona says next; none where it is content or out of patience. `stream` is the key of this turn's
    /// random stream.
    ///
    /// # Errors
    /// How it left its script.
    fn next(&self, conversation: &Conversation<'_>, stream: [u8; 32]) -> Result<Option<String>, String>;
}

/// Where a persona stands.
pub(crate) struct Conversation<'a> {
    /// Who it is, as JSON.
    pub(crate) role: &'a str,
    /// Everything said so far, oldest first.
    pub(crate) said: &'a [Said],
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Whether the persona said it itself.
    pub(crate) by_persona: bool,
    /// In nanoseconds since 1970.
    pub(crate) at: u64,
    pub(crate) text: String,
}

/// Has the personas of a trial look around in its universe: once now, and then whenever its subject rests.
pub(crate) fn join(trial: &PlannedTrial, universe: &mut Universe) -> Result<(), String> {
    let scenario = &trial.scenario.scenario;
    if scenario.personas.is_empty() {
        return Ok(());
    }
    let start = universe.clock().read();
    let voices = scenario.personas.iter().zip(&trial.scenario.voices);
    let person = |(persona, voice): (&glasshouse_model::Persona, &Arc<dyn Voice>)| {
        let hears = persona.hears.render(&trial.drawn)?;
        let tables = universe.tables(&hears.twin).unwrap_or_default();
        Ok(Person {
            id: persona.id.clone(),
            says: persona.says.clone(),
            drawn: trial.drawn.clone(),
            delay: persona.delay,
            role: trial.drawn.render_json(&persona.role)?.to_string(),
            voice: voice.clone(),
            seed: trial.seed,
            seen: tables,
            hears,
            said: Vec::new(),
            heard: None,
            on_its_way: None,
            wakes: Some(start.saturating_add(persona.starts)),
            has_news: false,
            is_silent: false,
        })
    };
    let people = voices.map(person).collect::<Result<Vec<_>, Unknown>>();
    universe.set_bystanders(Box::new(People(people.map_err(|unknown| unknown.to_string())?)));
    universe.look_around();
    Ok(())
}

/// Which persona of a trial left its script first, and how; none where all kept to it.
pub(crate) fn left_script(events: &[Event]) -> Option<String> {
    events.iter().find_map(|event| match &event.happening {
        Happening::LeftScript { persona, why } => Some(format!("{persona}: {why}")),
        _ => None,
    })
}

struct People(Vec<Person>);

impl Bystanders for People {
    fn wakes(&self) -> Option<u64> {
        self.0.iter().filter_map(|person| person.wakes).min()
    }

    fn look(&mut self, universe: &Universe) -> Vec<Deed> {
        let now = universe.clock().read();
        let mut deeds = Vec::new();
        for person in &mut self.0 {
            person.listen(now, universe);
            match person.speak(now) {
                Ok(outgoing) => deeds.extend(outgoing.map(Deed::Sends)),
                Err(why) => {
                    person.is_silent = true;
                    let persona = person.id.clone();
                    deeds.push(Deed::Tells(Happening::LeftScript { persona, why }));
                }
            }
        }
        deeds
    }
}

struct Person {
    id: String,
    hears: Hears,
    says: RequestTemplate,
    drawn: Drawn,
    delay: u64,
    role: String,
    voice: Arc<dyn Voice>,
    seed: Seed,
    /// The tables that it listens to, as it saw them last.
    seen: Tables,
    said: Vec<Said>,
    /// The document that it heard last.
    heard: Option<Value>,
    /// What it is about to say, and when that goes out.
    on_its_way: Option<(u64, String)>,
    /// When it may speak first; none once it was asked.
    wakes: Option<u64>,
    has_news: bool,
    is_silent: bool,
}

impl Person {
    /// Takes in what it said itself, where that has gone out, and what was written since.
    fn listen(&mut self, now: u64, universe: &Universe) {
        if let Some((at, text)) = self.on_its_way.take_if(|(due, _)| *due <= now) {
            self.said.push(Said { by_persona: true, at, text });
        }
        let Some(tables) = universe.tables(&self.hears.twin) else { return };
        for written in tables.written_since(&self.seen, &self.hears.table) {
            let Ok(document) = serde_json::from_slice::<Value>(&written.after) else { continue };
            let Some((text, false)) = self.hears.heard(&document) else { continue };
            let before = written.before.and_then(|before| serde_json::from_slice::<Value>(&before).ok());
            let before = before.as_ref().and_then(|before| self.hears.heard(before));
            if before.is_some_and(|(before, _)| before == text) {
                continue;
            }
            self.said.push(Said { by_persona: false, at: now, text: text.to_owned() });
            self.heard = Some(document);
            self.has_news = true;
        }
        self.seen = tables;
    }

    /// What goes out now, where it is its turn and it has something to say.
    fn speak(&mut self, now: u64) -> Result<Option<Outgoing>, String> {
        let may_open = self.wakes.is_some_and(|wakes| wakes <= now);
        let is_due = may_open || (self.has_news && self.wakes.is_none());
        if self.is_silent || self.on_its_way.is_some() || !is_due {
            return Ok(None);
        }
        self.wakes = None;
        self.has_news = false;
        let stream = self.seed.stream_key(&format!("persona/{}/{}", self.id, self.said.len()));
        let conversation = Conversation { role: &self.role, said: &self.said };
        let Some(text) = self.voice.next(&conversation, stream)? else { return Ok(None) };
        check(&text)?;
        let request = self.says.say(&self.drawn, &text, self.heard.as_ref());
        let request = request.map_err(|unknown| unknown.to_string())?;
        let due = now.saturating_add(self.delay);
        self.on_its_way = Some((due, text));
        Ok(Some(Outgoing { from: format!("{PERSONA}{}", self.id), due, request }))
    }
}

/// Whether a message can be one.
fn check(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("it said nothing but blanks".to_owned());
    }
    if text.len() > LONGEST_MESSAGE {
        return Err(format!("it said {} bytes; at most {LONGEST_MESSAGE} are sent", text.len()));
    }
    Ok(())
}
