//! The component behind a persona: the one way from the runner into the role `persona`.

use crate::folder::Folder;
use crate::load::Loader;
use crate::people::{Conversation, Said, Voice};
use glasshouse_model::Persona;
use glasshouse_sandbox::{
    Limits, PersonaComponent, PersonaGrants, RandomStream, RecordedModel, Replies, Spoken, Talker,
};
use std::sync::Arc;

/// A persona's component, and what models answer it.
struct ComponentVoice {
    component: Arc<PersonaComponent>,
    replies: Arc<Replies>,
}

impl Voice for ComponentVoice {
    fn next(&self, conversation: &Conversation<'_>, stream: [u8; 32]) -> Result<Option<String>, String> {
        let conversation = glasshouse_sandbox::Conversation {
            role: conversation.role.to_owned(),
            messages: conversation.said.iter().map(spoken).collect(),
        };
        let grants = PersonaGrants {
            random: RandomStream::new(stream),
            model: Box::new(RecordedModel::new(self.replies.clone())),
        };
        self.component
            .next(&conversation, grants, Limits::default())
            .map_err(|error| error.to_string())?
            .map_err(|refusal| refusal.to_string())
    }
}

fn spoken(said: &Said) -> Spoken {
    let speaker = if said.by_persona { Talker::Persona } else { Talker::Subject };
    Spoken { speaker, at: said.at, text: said.text.clone() }
}

impl Loader<'_> {
    pub(crate) fn voice(
        &mut self,
        persona: &Persona,
        role: Option<&str>,
        folder: &Folder,
        replies: Option<&Arc<Replies>>,
    ) -> Option<Arc<dyn Voice>> {
        let Persona { component: name, place, .. } = persona;
        let component = self.persona(name, place, folder)?;
        if let Some(role) = role {
            let read = component.reads(role, Limits::default());
            self.read(place, &format!("the role of `{}`", persona.id), read)?;
        }
        Some(Arc::new(ComponentVoice { component, replies: replies?.clone() }))
    }
}
