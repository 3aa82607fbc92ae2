//! The persona's side of the contract: a simulated user, asked turn by turn.

use crate::Error;
pub use crate::bindings::persona::exports::glasshouse::persona::speaking::{
    Conversation, Message as Spoken, Speaker as Talker,
};
use crate::capability::{Log, Random};
use crate::model::Model;

/// A simulated user who talks to the subject. Export it with [`export!`](crate::export).
///
/// Each turn is asked of a fresh instance with a random stream of that turn: what a persona says is a function of its
/// role, the conversation and the stream.
pub trait Persona {
    /// What the persona says next; none when it is content or out of patience.
    ///
    /// # Errors
    /// `invalid-argument`: the role is not of the persona's shape; the text says where.
    fn next(imports: &mut impl PersonaImports, conversation: &Conversation) -> Result<Option<String>, Error>;
}

/// Everything that a persona may import.
pub trait PersonaImports: Log + Random + Model {}

impl<T: Log + Random + Model> PersonaImports for T {}
