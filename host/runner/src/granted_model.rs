//! The models of a trial's subject: those that the scenario names answer with its recorded replies.

use glasshouse_model::{ModelUse, SCENARIO};
use glasshouse_sandbox::{Error, Model, ModelReply, ModelRequest, RecordedModel, Replies};
use std::sync::Arc;

/// What the scenario grants, and what its models say; none where it grants no model.
pub(crate) type LoadedModel = Option<(ModelUse, Arc<Replies>)>;

/// The same in one trial.
pub(crate) struct GrantedModel {
    granted: Option<(ModelUse, RecordedModel)>,
    /// Tokens that were used up.
    used: u64,
}

impl GrantedModel {
    pub(crate) fn new(loaded: &LoadedModel) -> Self {
        let granted = loaded.as_ref();
        let granted = granted.map(|(used, replies)| (used.clone(), RecordedModel::new(replies.clone())));
        Self { granted, used: 0 }
    }
}

impl Model for GrantedModel {
    fn complete(&mut self, request: &ModelRequest) -> Result<ModelReply, Error> {
        let name = toml_text(&request.model);
        let Some((granted, replies)) = &mut self.granted else {
            return Err(Error::Denied(format!(
                "no model is granted; these lines at the end of {SCENARIO} would grant `{0}`:\n\
                 [capabilities.model]\nnames = [{name}]\nreplies = \"fixtures/replies.jsonl\"",
                request.model
            )));
        };
        let place = granted.place.called(SCENARIO);
        if !granted.names.contains(&request.model) {
            let what =
                format!("the model `{}` is not granted: write {name} into `names` at {place}", request.model);
            return Err(Error::Denied(what));
        }
        let reply = replies.complete(request)?;
        let cost = reply.usage.input_tokens.saturating_add(reply.usage.output_tokens);
        let used = self.used.saturating_add(cost);
        match granted.tokens {
            Some(most) if used > most => Err(Error::QuotaExceeded(format!(
                "{} of {most} tokens are used up, and this reply has {cost}; make `tokens` larger beside `names` at {place}",
                self.used
            ))),
            _ => {
                self.used = used;
                Ok(reply)
            }
        }
    }
}

/// A text as TOML writes it.
fn toml_text(text: &str) -> String {
    // JSON's escapes are among TOML's.
    serde_json::Value::from(text).to_string()
}
