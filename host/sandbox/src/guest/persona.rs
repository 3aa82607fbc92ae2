//! Personas: simulated users. Each turn has a store of its own, so that what a persona says depends on its role, the
//! conversation and its random stream alone: nothing is remembered that the record does not show, and a replay may
//! begin at any turn.

use super::{classify, error_text, store};
use crate::bindings::persona::{PersonaPre, exports::glasshouse::persona::speaking as wit};
use crate::capability::{Error, Host, Model, NoModel, RandomStream};
use crate::engine::{OneEngine, Sandbox};
use crate::error::{CallError, LoadError, Refusal};
use crate::limits::Limits;
use crate::loader::ComponentError;
use crate::role::Role;
use std::sync::Arc;

pub use wit::{Conversation, Message as Spoken, Speaker as Talker};

/// A loaded persona.
pub struct PersonaComponent {
    engine: Arc<OneEngine>,
    pre: PersonaPre<Host>,
}

/// What a persona gets for one turn.
pub struct PersonaGrants {
    /// The stream of this turn. Keyed by the trial, the persona and the number of messages so far, it makes each turn
    /// independent of how much the ones before it drew.
    pub random: RandomStream,
    /// Which model answers it.
    pub model: Box<dyn Model>,
}

impl Sandbox {
    /// Loads a component as a persona.
    ///
    /// # Errors
    /// [`ComponentError`] where it is no component, or none of this role.
    pub fn load_persona(&self, bytes: &[u8]) -> Result<PersonaComponent, ComponentError> {
        let component = self.load(Role::Persona, bytes)?;
        let pre = self.linkers.persona.instantiate_pre(&component).and_then(PersonaPre::new);
        let pre = pre.map_err(|error| LoadError::Invalid(format!("{error:#}")))?;
        Ok(PersonaComponent { engine: self.engine.clone(), pre })
    }
}

impl PersonaComponent {
    /// Asks for what the persona says next; none where it is content or out of patience. The inner error is the
    /// persona's own: a role that it does not read, say.
    ///
    /// # Errors
    /// [`CallError`] where the persona trapped or reached a limit, or the host broke.
    pub fn next(
        &self,
        conversation: &Conversation,
        grants: PersonaGrants,
        limits: Limits,
    ) -> Result<Result<Option<String>, Refusal>, CallError> {
        let said = self.call(conversation, grants, limits)?;
        Ok(said.map_err(|error| Refusal(error_text(error))))
    }

    /// Looks whether the persona reads a role, before there is any trial: it is asked how it would open. Whatever else comes
    /// of that is of no account.
    ///
    /// # Errors
    /// What the persona says against the role.
    pub fn reads(&self, role: &str, limits: Limits) -> Result<(), Refusal> {
        let conversation = Conversation { role: role.to_owned(), messages: Vec::new() };
        let grants = PersonaGrants { random: RandomStream::new([0; 32]), model: Box::new(NoModel) };
        match self.call(&conversation, grants, limits) {
            Ok(Err(error @ Error::InvalidArgument(_))) => Err(Refusal(error_text(error))),
            _ => Ok(()),
        }
    }

    fn call(
        &self,
        conversation: &Conversation,
        grants: PersonaGrants,
        limits: Limits,
    ) -> Result<Result<Option<String>, Error>, CallError> {
        let mut host = Host::new(limits);
        host.random = Some(grants.random);
        host.model = grants.model;
        let mut store = store(&self.engine, host)?;
        self.pre
            .instantiate(&mut store)
            .and_then(|persona| persona.glasshouse_persona_speaking().call_next(&mut store, conversation))
            .map_err(|error| classify(&error))
    }
}
