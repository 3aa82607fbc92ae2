//! What Slack's own client does with a person's token, under the names that it uses: clicks, commands and submitted
//! views. They are in no reference; without them nobody could click, and no app would ever hold a trigger. The
//! answer of an app reaches the twin over a socket alone: else it acts through `response_url`, `trigger_id` and the Web
//! API.

use serde_json::{Value, json};
use twin_sdk::Reply;

use crate::entities::{App, Channel, Message, Trigger, View, Webhook};
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::sockets::Told;
use crate::state::tables::{APPS, EPHEMERALS, TRIGGERS, VIEWS, WEBHOOKS};
use crate::ts::Ts;
use crate::wire;

use super::{Call, web};

/// How long a trigger is good, in nanoseconds.
const TRIGGER_LIFE: u64 = 3_000_000_000;
/// How long a response address is good, in seconds, and how often.
const RESPONSE_LIFE: u64 = 1_800;
const RESPONSE_USES: u32 = 5;

/// `chat.command`: a slash command in a channel.
pub(super) fn command(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, command) = (call.args.required("channel")?, call.args.required("command")?);
    let text = call.args.text("text")?.unwrap_or_default();
    let channel = call.visible(&id)?.channel;
    let apps = call.state.all(&APPS, "")?;
    let found = apps.into_iter().find_map(|app| {
        let url = app.commands.iter().find(|known| known.command == command)?.url.clone();
        (url.is_some() || app.socket_mode).then_some((app, url))
    });
    let (app, url) = found.ok_or(Code::NotFound)?;
    let trigger = call.mint_trigger(&app, None)?;
    let secret = call.mint_response(&app, &channel, None)?;
    let response_url = call.response_url("commands", &secret);
    let team = call.state.team()?.ok_or(Code::TeamNotFound)?;
    let name = if channel.is_im { "directmessage" } else { &channel.name };
    let me = &call.caller.user;
    let form = [
        ("token", app.verification_token.as_str()),
        ("team_id", &team.id),
        ("team_domain", &team.domain),
        ("channel_id", &channel.id),
        ("channel_name", name),
        ("user_id", &me.id),
        ("user_name", &me.name),
        ("command", &command),
        ("text", &text),
        ("api_app_id", &app.id),
        ("is_enterprise_install", "false"),
        ("response_url", &response_url),
        ("trigger_id", &trigger),
    ];
    match url.filter(|_| !app.socket_mode) {
        Some(url) => call.state.send_form(&app, &url, &form),
        None => {
            let payload = form.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
            call.state.tell_by_socket(&app, Told::Command(Value::Object(payload.collect()), secret))?;
        }
    }
    call.done()
}

/// `blocks.actions`: a click in a message or in a view.
pub(super) fn actions(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let actions = call.args.json("actions", Code::InvalidArguments)?;
    let Some(Value::Array(mut actions)) = actions else {
        return Err(Error::argument("missing required field: actions"));
    };
    let action_ts = call.state.event_ts();
    for action in &mut actions {
        let fields = action
            .as_object_mut()
            .ok_or_else(|| Error::argument("must be a list of objects [json-pointer:/actions]"))?;
        fields.entry("action_ts").or_insert(action_ts.clone().into());
    }
    let mut payload = json!({"type": "block_actions", "actions": actions});
    let app = match call.args.text("view_id")? {
        Some(id) => {
            let view = call.state.get(&VIEWS, &id)?.ok_or(Code::NotFound)?;
            set(&mut payload, "container", json!({"type": "view", "view_id": id}));
            set(&mut payload, "view", view.view.clone());
            let app = call.app_of_id(&view.app_id)?;
            call.add_person(&mut payload, &app, Some(id))?;
            app
        }
        None => call.act_on_message(&mut payload)?,
    };
    call.interact(&app, payload)
}

/// `views.submit`: with the state that the person left it in.
pub(super) fn submit(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut view = call.own_view()?;
    if let Some(state) = call.args.json("state", Code::InvalidArguments)? {
        set(&mut view.view, "state", state);
    }
    let app = call.app_of_id(&view.app_id)?;
    let mut payload = json!({"type": "view_submission", "view": view.view, "response_urls": []});
    call.add_person(&mut payload, &app, Some(view.id().to_owned()))?;
    if app.socket_mode {
        // The view stays until the app has acknowledged it.
        call.state.tell_by_socket(&app, Told::Submission(payload, view.id().to_owned()))?;
        return call.done();
    }
    call.state.delete(&VIEWS, view.id());
    call.interact(&app, payload)
}

/// `views.close`: the app is told if it asked for that.
pub(super) fn close(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let view = call.own_view()?;
    call.state.delete(&VIEWS, view.id());
    if view.view.get("notify_on_close") != Some(&Value::Bool(true)) {
        return call.done();
    }
    let app = call.app_of_id(&view.app_id)?;
    let mut payload = json!({"type": "view_closed", "view": view.view, "is_cleared": false});
    call.add_person(&mut payload, &app, None)?;
    call.interact(&app, payload)
}

/// `apps.home.open`: looks at an app's home tab.
pub(super) fn open_home(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required("app")?;
    let app = call.app_of_id(&id)?;
    let bot = app.bot.clone().map(|bot| call.state.user(&bot)).transpose()?.flatten();
    let bot = bot.ok_or(Code::NotFound)?;
    let (channel, _) = call.state.direct_message(&call.caller.user, &[bot])?;
    let me = call.caller.user.id.clone();
    let home = call
        .state
        .all(&VIEWS, "")?
        .into_iter()
        .find(|view| view.app_id == id && view.user == me && view.is_home());
    let mut event = json!({"type": "app_home_opened", "user": me, "channel": channel.id, "tab": "home"});
    if let Some(home) = home {
        set(&mut event, "view", home.view);
    }
    call.state.announce("app_home_opened", Audience::App(&id), event)?;
    call.done()
}

impl Call<'_, '_> {
    fn app_of_id(&mut self, id: &str) -> Result<App, Error> {
        self.state.get(&APPS, id)?.ok_or_else(|| Code::NotFound.into())
    }

    fn own_view(&mut self) -> Result<View, Error> {
        let id = self.args.required("view_id")?;
        let view = self.state.get(&VIEWS, &id)?;
        view.filter(|view| view.user == self.caller.user.id).ok_or_else(|| Code::NotFound.into())
    }

    /// Fills in the message that was clicked at, and gives the app that wrote it.
    fn act_on_message(&mut self, payload: &mut Value) -> Result<App, Error> {
        let (id, ts) = (self.args.required("channel")?, self.args.required("message_ts")?);
        let channel = self.visible(&id)?.channel;
        let ts = Ts::parse_name(&ts).ok_or(Code::MessageNotFound)?;
        let kept = self.state.message(&channel.id, ts)?;
        let is_ephemeral = kept.is_none();
        let message = match kept {
            Some(message) => message,
            None => self.state.get(&EPHEMERALS, &format!("{id}/{ts}"))?.ok_or(Code::MessageNotFound)?,
        };
        let app = self.app_of_id(message.app_id.as_deref().unwrap_or_default())?;
        let secret = self.mint_response(&app, &channel, Some(&message))?;
        let response_url = self.response_url("actions", &secret);
        let container = json!({
            "type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": is_ephemeral,
        });
        set(payload, "container", container);
        set(payload, "channel", json!({"id": channel.id, "name": channel.name}));
        set(payload, "message", serde_json::to_value(wire::message(message, self.caller))?);
        set(payload, "response_url", response_url.into());
        self.add_person(payload, &app, None)?;
        Ok(app)
    }

    /// Fills in who did it, where, and what lets the app answer with a view.
    fn add_person(&mut self, payload: &mut Value, app: &App, view: Option<String>) -> Result<(), Error> {
        let team = self.state.team()?.ok_or(Code::TeamNotFound)?;
        let trigger = self.mint_trigger(app, view)?;
        let me = &self.caller.user;
        set(payload, "team", json!({"id": team.id, "domain": team.domain}));
        set(payload, "user", json!({"id": me.id, "username": me.name, "name": me.name, "team_id": team.id}));
        set(payload, "api_app_id", app.id.clone().into());
        set(payload, "token", app.verification_token.clone().into());
        set(payload, "trigger_id", trigger.into());
        set(payload, "enterprise", Value::Null);
        set(payload, "is_enterprise_install", false.into());
        Ok(())
    }

    fn interact(&mut self, app: &App, payload: Value) -> Result<Reply, Error> {
        if app.socket_mode {
            self.state.tell_by_socket(app, Told::Interaction(payload))?;
        } else {
            let url = app.interactivity_url.clone().ok_or(Code::NotFound)?;
            self.state.send_form(app, &url, &[("payload", &payload.to_string())]);
        }
        self.done()
    }

    fn mint_trigger(&mut self, app: &App, view: Option<String>) -> Result<String, Error> {
        let id = format!("{}.{}", self.state.now() / 1_000_000, self.state.mint_secret());
        let expires = self.state.now().saturating_add(TRIGGER_LIFE);
        let user = self.caller.user.id.clone();
        self.state.put(
            &TRIGGERS,
            &id,
            &Trigger { user, app_id: app.id.clone(), expires, used: false, view },
        )?;
        Ok(id)
    }

    /// Leave to answer, and its secret.
    fn mint_response(
        &mut self,
        app: &App,
        channel: &Channel,
        message: Option<&Message>,
    ) -> Result<String, Error> {
        let secret = self.state.mint_secret();
        let webhook = Webhook {
            user: app.bot.clone().unwrap_or_default(),
            channel: channel.id.clone(),
            message_ts: message.map(|message| message.ts.clone()),
            seen_by: Some(self.caller.user.id.clone()),
            expires: Some(self.state.now_seconds().saturating_add(RESPONSE_LIFE)),
            uses: Some(RESPONSE_USES),
        };
        self.state.put(&WEBHOOKS, &secret, &webhook)?;
        Ok(secret)
    }

    fn response_url(&mut self, kind: &str, secret: &str) -> String {
        let number = self.state.now() / 1_000_000;
        let hooks = web::origin(self.incoming, "hooks");
        format!("{hooks}/{kind}/{}/{number}/{secret}", self.caller.user.team_id)
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
