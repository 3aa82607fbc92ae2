//! `users.*`: the members of the workspace.

use serde::Serialize;
use serde_json::json;
use twin_sdk::{Binding, Reply, fill_page};

use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::state::State;
use crate::state::tables::USERS;
use crate::wire::{self, ResponseMetadata};

use super::Call;

/// The longest page that the service gives.
const MOST: usize = 1_000;
/// The largest picture of a member, in bytes.
const LARGEST_PHOTO: usize = 8 * 1_024 * 1_024;

/// `users.info`.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer<'a> {
        user: wire::User<'a>,
    }
    let locale = call.args.flag("include_locale")?;
    let id = call.args.required("user")?;
    let user = call.state.user(&id)?.ok_or(Code::UserNotFound)?;
    wire::ok(&Answer { user: wire::user(&user, call.caller, locale) })
}

/// `users.list`: deactivated members too, in the order in which they came. Without a limit everybody is on one page.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer<'a> {
        members: Vec<wire::User<'a>>,
        cache_ts: u64,
        response_metadata: ResponseMetadata,
    }
    let locale = call.args.flag("include_locale")?;
    let limit = call.args.limit(usize::MAX, MOST)?;
    let binding = Binding::new("users.list", &call.caller.user.id, &[]);
    let from = call.position(&binding)?;
    let mut users = call.state.all(&USERS, "")?;
    users.sort_by(|one, other| age(&one.id).cmp(&age(&other.id)));
    let mut rest =
        users.iter().skip_while(|user| from.as_ref().is_some_and(|from| age(&user.id) < age(from)));
    let page = fill_page(limit, || Ok::<_, Error>(rest.next().map(|user| (user.id.clone(), user))))?;
    wire::ok(&Answer {
        members: page.items.iter().map(|user| wire::user(user, call.caller, locale)).collect(),
        cache_ts: call.state.now_seconds(),
        response_metadata: ResponseMetadata::at(page.next.as_deref(), &binding),
    })
}

/// Sorts ids by age: the service counts in them, so that later ones are longer or greater. Slackbot comes last.
fn age(id: &str) -> (bool, usize, &str) {
    (id == "USLACKBOT", id.len(), id)
}

/// `users.setPhoto`.
pub(super) fn set_photo(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let image = call.args.file("image").ok_or(Code::BadImage)?;
    let known: [&[u8]; 3] = [b"\x89PNG", b"\xff\xd8\xff", b"GIF8"];
    if !known.iter().any(|magic| image.content.starts_with(magic)) {
        return Err(Code::BadImage.into());
    }
    if image.content.len() > LARGEST_PHOTO {
        return Err(Code::TooLarge.into());
    }
    let mut user = call.caller.user.clone();
    let secret = call.state.mint("");
    user.profile.picture =
        Some(format!("https://avatars.slack-edge.com/{}-{secret}_original.png", user.team_id));
    call.put_changed(user.clone())?;
    wire::ok(&json!({"profile": wire::profile(&user, call.caller)}))
}

/// `users.deletePhoto`.
pub(super) fn delete_photo(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = call.caller.user.clone();
    user.profile.picture = None;
    call.put_changed(user)?;
    call.done()
}

/// `users.lookupByEmail`: active members only.
pub(super) fn lookup_by_email(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let email = call.args.required_or("email", Code::UsersNotFound)?;
    let mut scan = State::addresses();
    while let Some((id, found)) = call.state.step(&mut scan)? {
        let has = found.email.as_ref().is_some_and(|address| address.eq_ignore_ascii_case(&email));
        if has && !found.deleted {
            let user = call.state.user(&id)?.ok_or(Code::UsersNotFound)?;
            return wire::ok(&json!({"user": wire::user(&user, call.caller, false)}));
        }
    }
    Err(Code::UsersNotFound.into())
}

/// `users.getPresence`: everybody is at their desk who did not say otherwise; bots always are.
pub(super) fn get_presence(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = match call.args.text("user")? {
        // The reference lists no code of the method's own.
        Some(id) => {
            call.state.user(&id)?.ok_or_else(|| Error::argument("invalid user [json-pointer:/user]"))?
        }
        None => call.caller.user.clone(),
    };
    let away = user.profile.away || user.deleted;
    let mut answer = json!({"presence": if away { "away" } else { "active" }});
    if let Some(fields) = answer.as_object_mut().filter(|_| user.id == call.caller.user.id) {
        fields.insert("online".to_owned(), (!away).into());
        fields.insert("auto_away".to_owned(), false.into());
        fields.insert("manual_away".to_owned(), user.profile.away.into());
        fields.insert("connection_count".to_owned(), u64::from(!away).into());
        fields.insert("last_activity".to_owned(), call.state.now_seconds().into());
    }
    wire::ok(&answer)
}

/// `users.setPresence`.
pub(super) fn set_presence(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let away = match call.args.required_or("presence", Code::InvalidPresence)?.as_str() {
        "auto" => false,
        "away" => true,
        _ => return Err(Code::InvalidPresence.into()),
    };
    let mut user = call.caller.user.clone();
    user.profile.away = away;
    call.state.put_user(&user)?;
    call.done()
}

/// `users.setActive`: it has done nothing for years.
pub(super) fn set_active(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    call.done()
}

/// `users.identity`: for tokens from "Sign in with Slack"; each scope adds a part.
pub(super) fn identity(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let team = call.state.team()?.ok_or(Code::InvalidAuth)?;
    let me = &call.caller.user;
    let mut user = json!({"name": me.real_name, "id": me.id});
    if let Some(fields) = user.as_object_mut() {
        if call.caller.has("identity.email") {
            fields.insert("email".to_owned(), me.email.clone().into());
        }
        if call.caller.has("identity.avatar") {
            let shown = serde_json::to_value(wire::profile(me, call.caller))?;
            for size in ["image_24", "image_32", "image_48", "image_72", "image_192", "image_512"] {
                fields.insert(size.to_owned(), shown.get(size).cloned().unwrap_or_default());
            }
        }
    }
    let mut shown = json!({"id": team.id});
    if let Some(fields) = shown.as_object_mut().filter(|_| call.caller.has("identity.team")) {
        fields.insert("name".to_owned(), team.name.into());
    }
    wire::ok(&json!({"user": user, "team": shown}))
}

impl Call<'_, '_> {
    /// Writes the caller's changed profile, and tells of it.
    pub(super) fn put_changed(&mut self, mut user: crate::entities::User) -> Result<(), Error> {
        user.updated = self.state.now_seconds();
        self.state.put_user(&user)?;
        let cache_ts = user.updated;
        for kind in ["user_change", "user_profile_changed"] {
            let shown = wire::user(&user, self.caller, false);
            let event = json!({"type": kind, "user": shown, "cache_ts": cache_ts});
            self.state.announce(kind, Audience::Workspace, event)?;
        }
        Ok(())
    }
}
