//! `views.*`: modals, which a trigger opens, and home tabs.

use serde_json::{Map, Value, json};
use twin_sdk::Reply;

use crate::blocks;
use crate::entities::{App, Trigger, View};
use crate::errors::{Code, Error};
use crate::state::tables::{APPS, TRIGGERS, VIEWS};
use crate::wire;

use super::Call;

/// How many views may stand on each other.
const MOST_PUSHED: usize = 3;
/// How many blocks a view may have.
const MOST_BLOCKS: usize = 100;
/// The longest view, in bytes of JSON.
const LARGEST: usize = 250_000;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 24;
/// What the service keeps of a view as it was sent, each with what it is where nothing was.
const KEPT: &[(&str, Option<&str>)] = &[
    ("title", None),
    ("submit", None),
    ("close", None),
    ("private_metadata", Some("")),
    ("callback_id", Some("")),
    ("external_id", Some("")),
];

/// `views.open`.
pub(super) fn open(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let sent = call.sent_view(&["modal"])?;
    let (id, trigger) = call.trigger()?;
    call.use_trigger(&id, trigger.clone())?;
    let view = call.new_view(&sent, &trigger.user, None)?;
    wire::ok(&json!({"view": view.view}))
}

/// `views.push`: on the view in which the trigger came about.
pub(super) fn push(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let sent = call.sent_view(&["modal"])?;
    let (id, trigger) = call.trigger()?;
    let below = trigger.view.clone().ok_or(Code::NotFound)?;
    let below = call.state.get(&VIEWS, &below)?.ok_or(Code::NotFound)?;
    if call.depth(&below)? >= MOST_PUSHED {
        return Err(Code::PushLimitReached.into());
    }
    call.use_trigger(&id, trigger.clone())?;
    let view = call.new_view(&sent, &trigger.user, Some(&below))?;
    wire::ok(&json!({"view": view.view}))
}

/// `views.update`: by id or by the app's own id.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let sent = call.sent_view(&["modal", "home"])?;
    let app = call.app()?;
    let view = match (call.args.text("view_id")?, call.args.text("external_id")?) {
        (Some(id), _) => call.state.get(&VIEWS, &id)?,
        (None, Some(external)) => {
            let views = call.state.all(&VIEWS, "")?;
            views
                .into_iter()
                .find(|view| view.app_id == app.id && view.text("external_id") == Some(&external))
        }
        (None, None) => {
            return Err(Error::argument("missing required field: view_id"));
        }
    };
    let view = view.filter(|view| view.app_id == app.id).ok_or(Code::NotFound)?;
    call.check_hash(&view)?;
    let view = call.replace_view(view, &sent)?;
    wire::ok(&json!({"view": view.view}))
}

/// `views.publish`: the home tab of one member.
pub(super) fn publish(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = call.args.required("user_id")?;
    let sent = call.sent_view(&["home"])?;
    if !call.caller.user.is_bot {
        return Err(Code::NotAllowedTokenType.into());
    }
    if call.state.user(&user)?.is_none() {
        return Err(Error::argument("invalid `user_id`"));
    }
    let app = call.app()?;
    let home = call.state.all(&VIEWS, "")?;
    let home = home.into_iter().find(|view| view.app_id == app.id && view.user == user && view.is_home());
    let view = match home {
        Some(view) => {
            call.check_hash(&view)?;
            call.replace_view(view, &sent)?
        }
        None => call.new_view(&sent, &user, None)?,
    };
    wire::ok(&json!({"view": view.view}))
}

impl Call<'_, '_> {
    /// The app that calls. One that no fixture describes has an id all the same.
    pub(super) fn app(&mut self) -> Result<App, Error> {
        let id = self.caller.app_id.clone().unwrap_or_default();
        let app = self.state.get(&APPS, &id)?;
        Ok(app.unwrap_or_else(|| App { id, ..App::default() }))
    }

    /// The view as it was sent, if it can be one.
    fn sent_view(&self, kinds: &[&str]) -> Result<Map<String, Value>, Error> {
        match self.args.json("view", Code::InvalidArguments)? {
            Some(sent) => checked(sent, kinds),
            None => Err(Error::argument("missing required field: view")),
        }
    }

    /// Does to a submitted view what the app that acknowledges it says: without a word the view closes.
    pub(super) fn answer_submission(&mut self, id: &str, said: Option<&Value>) -> Result<(), Error> {
        let Some(view) = self.state.get(&VIEWS, id)? else { return Ok(()) };
        let field = |name: &str| said.and_then(|said| said.get(name));
        let next = || checked(field("view").cloned().unwrap_or_default(), &["modal"]);
        match field("response_action").and_then(Value::as_str) {
            Some("errors") => {
                let errors = field("errors").cloned();
                self.state.put(&VIEWS, id, &View { errors, ..view })?;
            }
            Some("update") => drop(self.replace_view(view, &next()?)?),
            Some("push") if self.depth(&view)? >= MOST_PUSHED => return Err(Code::PushLimitReached.into()),
            Some("push") => drop(self.new_view(&next()?, &view.user, Some(&view))?),
            Some("clear") => {
                let root = view.text("root_view_id").map(str::to_owned);
                for other in self.state.all(&VIEWS, "")? {
                    if other.text("root_view_id") == root.as_deref() {
                        self.state.delete(&VIEWS, other.id());
                    }
                }
            }
            Some(other) => return Err(Error::argument(format!("unknown response_action: {other}"))),
            None => {
                self.state.delete(&VIEWS, id);
            }
        }
        Ok(())
    }

    /// A trigger of the caller's app that may still open a view.
    fn trigger(&mut self) -> Result<(String, Trigger), Error> {
        let id = match self.args.text("trigger_id")? {
            Some(id) => id,
            None => self.args.text("interactivity_pointer")?.ok_or(Code::InvalidTriggerId)?,
        };
        let trigger = self.state.get(&TRIGGERS, &id)?;
        let own = trigger.filter(|trigger| Some(&trigger.app_id) == self.caller.app_id.as_ref());
        let trigger = own.ok_or(Code::InvalidTriggerId)?;
        if trigger.used {
            return Err(Code::ExchangedTriggerId.into());
        }
        if trigger.expires <= self.state.now() {
            return Err(Code::ExpiredTriggerId.into());
        }
        Ok((id, trigger))
    }

    fn use_trigger(&mut self, id: &str, trigger: Trigger) -> Result<(), Error> {
        Ok(self.state.put(&TRIGGERS, id, &Trigger { used: true, ..trigger })?)
    }

    /// How many views stand under each other, this one included.
    fn depth(&mut self, view: &View) -> Result<usize, Error> {
        let (mut depth, mut next) = (1, view.text("previous_view_id").map(str::to_owned));
        while let Some(id) = next.filter(|_| depth < MOST_PUSHED) {
            depth += 1;
            let below = self.state.get(&VIEWS, &id)?;
            next = below.and_then(|below| below.text("previous_view_id").map(str::to_owned));
        }
        Ok(depth)
    }

    /// Refuses an update that does not know of the last one.
    fn check_hash(&self, view: &View) -> Result<(), Error> {
        match self.args.text("hash")? {
            Some(hash) if view.text("hash") != Some(&hash) => Err(Code::HashConflict.into()),
            _ => Ok(()),
        }
    }

    fn new_view(
        &mut self,
        sent: &Map<String, Value>,
        user: &str,
        below: Option<&View>,
    ) -> Result<View, Error> {
        let app = self.app()?;
        if let Some(external) = sent.get("external_id").and_then(Value::as_str).filter(|id| !id.is_empty()) {
            let views = self.state.all(&VIEWS, "")?;
            if views.iter().any(|view| view.app_id == app.id && view.text("external_id") == Some(external)) {
                return Err(Code::DuplicateExternalId.into());
            }
        }
        let id = self.state.mint("V");
        let root = below.and_then(|below| below.text("root_view_id")).unwrap_or(&id);
        let fixed = json!({
            "id": id, "team_id": self.caller.user.team_id, "app_id": app.id, "root_view_id": root,
            "previous_view_id": below.map(View::id),
            "app_installed_team_id": self.caller.user.team_id, "bot_id": self.caller.user.bot_id,
            "state": {"values": {}},
        });
        let view = View { view: fixed, user: user.to_owned(), app_id: app.id, errors: None };
        self.replace_view(view, sent)
    }

    /// Writes what was sent into a view, and draws a new hash.
    fn replace_view(&mut self, mut view: View, sent: &Map<String, Value>) -> Result<View, Error> {
        let hash = format!("{}.{}", self.state.now_seconds(), self.state.draw_block_id());
        let mut blocks = sent.get("blocks").and_then(Value::as_array).cloned().unwrap_or_default();
        blocks::complete(&mut blocks, || self.state.draw_block_id());
        view.errors = None;
        let Some(fields) = view.view.as_object_mut() else { return Err(Code::InternalError.into()) };
        fields.insert("type".to_owned(), sent.get("type").cloned().unwrap_or_default());
        fields.insert("blocks".to_owned(), blocks.into());
        fields.insert("hash".to_owned(), hash.into());
        for (name, absent) in KEPT {
            let value = sent.get(*name).cloned().or_else(|| absent.map(Value::from));
            fields.insert((*name).to_owned(), value.unwrap_or_default());
        }
        for name in ["clear_on_close", "notify_on_close"] {
            let on = sent.get(name).and_then(Value::as_bool).unwrap_or(false);
            fields.insert(name.to_owned(), on.into());
        }
        let id = fields.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.state.put(&VIEWS, &id, &view)?;
        Ok(view)
    }
}

/// A view as an app sent it, if it can be one.
fn checked(sent: Value, kinds: &[&str]) -> Result<Map<String, Value>, Error> {
    let wrong = |problem: String| Err(Error::argument(problem));
    if sent.to_string().len() > LARGEST {
        return Err(Code::ViewTooLarge.into());
    }
    let Value::Object(view) = sent else {
        return wrong("must be an object [json-pointer:/view]".to_owned());
    };
    let Some(kind) = view.get("type").and_then(Value::as_str) else {
        return wrong("missing required field: type [json-pointer:/view]".to_owned());
    };
    if !kinds.contains(&kind) {
        return wrong(format!("unsupported type: {kind} [json-pointer:/view/type]"));
    }
    let Some(blocks) = view.get("blocks") else {
        return wrong("missing required field: blocks [json-pointer:/view]".to_owned());
    };
    if blocks.as_array().is_some_and(|blocks| blocks.len() > MOST_BLOCKS) {
        return wrong(format!("no more than {MOST_BLOCKS} items allowed [json-pointer:/view/blocks]"));
    }
    check_blocks(blocks)?;
    if kind == "modal" {
        let title = view.get("title").and_then(|title| title.get("text")).and_then(Value::as_str);
        let Some(title) = title else {
            return wrong("missing required field: title [json-pointer:/view]".to_owned());
        };
        if title.chars().count() > LONGEST_TITLE {
            let most = LONGEST_TITLE + 1;
            return wrong(format!("must be less than {most} characters [json-pointer:/view/title/text]"));
        }
        let takes_input = blocks
            .as_array()
            .is_some_and(|all| all.iter().any(|block| block.get("type").is_some_and(|kind| kind == "input")));
        if takes_input && !view.contains_key("submit") {
            return wrong("missing required field: submit [json-pointer:/view]".to_owned());
        }
    }
    Ok(view)
}

/// A view's blocks are refused as arguments, with the place in the view.
fn check_blocks(blocks: &Value) -> Result<(), Error> {
    match blocks::check(blocks.clone()) {
        Ok(_) => Ok(()),
        Err(Error::Explained { messages, .. }) => {
            let messages =
                messages.into_iter().map(|line| line.replace(":/blocks", ":/view/blocks")).collect();
            Err(Error::Explained { code: Code::InvalidArguments, messages })
        }
        Err(_) => Err(Error::argument("must be a list of objects [json-pointer:/view/blocks]")),
    }
}
