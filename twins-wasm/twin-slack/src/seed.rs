//! Fills an empty workspace from the shared people and from this twin's own fixture.

mod fixture;

use std::collections::{BTreeMap, BTreeSet};

use twin_sdk::{Host, SeedError, digest_id, read_seed};

use crate::api::METHODS;
use crate::entities::{App, Channel, Limit, Message, Profile, Team, Token, User, Webhook};
use crate::filler;
use crate::state::tables::{APPS, EMOJI, LIMITS, UPCOMING, WEBHOOKS};
use crate::state::{ANY_TOKEN, Place, State};
use crate::ts::Ts;
use crate::zones;

use fixture::{Fixture, FixtureChannel, FixtureMessage, FixtureUser, People, Person};

/// The workspace of a fixture that names none.
const DEFAULT_TEAM: [&str; 3] = ["T0GLASSHOUSE", "Glasshouse", "glasshouse"];

/// Seeds a world. Two empty texts leave it as it is.
pub(crate) fn seed(host: &mut dyn Host, people: &str, fixture: &str) -> Result<(), SeedError> {
    if people.trim().is_empty() && fixture.trim().is_empty() {
        return Ok(());
    }
    let people = read_seed::<People>("people", people)?.people;
    let fixture = read_seed::<Fixture>("fixture", fixture)?;
    let limited = fixture.rate_limits;
    let mut team = fixture.team.unwrap_or_else(|| {
        let [id, name, domain] = DEFAULT_TEAM.map(str::to_owned);
        Team { id, name, domain, rate_limits: false }
    });
    team.rate_limits |= limited;
    let mut state = State::new(host);
    state.put_team(&team)?;
    let mut seeding = Seeding { now: state.now_seconds(), state, team: team.id, users: BTreeMap::new() };
    seeding.users(&people, fixture.users)?;
    seeding.tokens(fixture.tokens, limited)?;
    seeding.limits(&fixture.method_limits)?;
    seeding.channels(fixture.channels)?;
    seeding.apps(fixture.apps)?;
    seeding.webhooks(&fixture.webhooks)?;
    for (name, value) in &fixture.emoji {
        seeding.state.put(&EMOJI, name, value)?;
    }
    for (filename, uploads) in &fixture.upcoming_uploads {
        seeding.state.put(&UPCOMING, filename, uploads)?;
    }
    filler::fill(&mut seeding.state, &seeding.team, seeding.now, &fixture.filler)?;
    seeding.messages(fixture.messages)
}

/// A workspace while it is being filled.
struct Seeding<'h> {
    state: State<'h>,
    team: String,
    /// Seconds since 1970.
    now: u64,
    /// The members so far, by id.
    users: BTreeMap<String, User>,
}

impl Seeding<'_> {
    fn users(&mut self, people: &[Person], users: Vec<FixtureUser>) -> Result<(), SeedError> {
        let by_id: BTreeMap<&str, &Person> = people.iter().map(|person| (&*person.id, person)).collect();
        let mut placed = BTreeSet::new();
        for (index, user) in users.into_iter().enumerate() {
            let at = format!("users[{index}]");
            let person = match user.person.as_deref() {
                None => None,
                Some(id) => {
                    let person = by_id.get(id).copied();
                    placed.insert(id.to_owned());
                    Some(person.ok_or_else(|| wrong(&format!("{at}.person"), format!("no person {id}")))?)
                }
            };
            let user = self.member(&at, user, person)?;
            self.put_user(&at, user)?;
        }
        for person in people.iter().filter(|person| !placed.contains(&person.id)) {
            let user = self.newcomer(person);
            self.put_user(&format!("person {}", person.id), user)?;
        }
        Ok(())
    }

    fn member(&self, at: &str, user: FixtureUser, person: Option<&Person>) -> Result<User, SeedError> {
        let name = user.name.or_else(|| person.map(|person| person.id.clone()));
        let name = name.ok_or_else(|| wrong(at, "needs a `name`, or a `person` to take it from"))?;
        let tz = user.tz.unwrap_or_else(|| zones::DEFAULT.to_owned());
        if zones::zone(&tz).is_none() {
            let known = zones::names();
            return Err(wrong(&format!("{at}.tz"), format!("unknown time zone {tz}; known are {known}")));
        }
        let of_person = |field: fn(&Person) -> &String| person.map(|person| field(person).clone());
        let real_name = user.real_name.or_else(|| of_person(|person| &person.name));
        let minted = |prefix: &str| user.is_bot.then(|| digest_id(prefix, &user.id, 10));
        let (bot_id, app_id) = (user.bot_id.or_else(|| minted("B")), user.app_id.or_else(|| minted("A")));
        Ok(User {
            team_id: self.team.clone(),
            real_name: real_name.unwrap_or_else(|| name.clone()),
            name,
            email: user.email.or_else(|| of_person(|person| &person.email)),
            title: user.title.or_else(|| of_person(|person| &person.title)).unwrap_or_default(),
            tz,
            deleted: user.deleted.unwrap_or_else(|| person.is_some_and(|person| !person.active)),
            is_bot: user.is_bot,
            is_restricted: user.is_restricted,
            bot_id,
            app_id,
            updated: user.updated.unwrap_or(self.now),
            id: user.id,
            profile: user.profile,
        })
    }

    fn newcomer(&self, person: &Person) -> User {
        User {
            id: digest_id("U", &person.id, 10),
            team_id: self.team.clone(),
            name: person.id.clone(),
            real_name: person.name.clone(),
            email: Some(person.email.clone()),
            title: person.title.clone(),
            tz: zones::DEFAULT.to_owned(),
            deleted: !person.active,
            is_bot: false,
            is_restricted: false,
            bot_id: None,
            app_id: None,
            updated: self.now,
            profile: Profile::default(),
        }
    }

    fn put_user(&mut self, at: &str, user: User) -> Result<(), SeedError> {
        self.state.put_user(&user)?;
        match self.users.insert(user.id.clone(), user) {
            None => Ok(()),
            Some(twice) => Err(wrong(at, format!("user {} is there twice", twice.id))),
        }
    }

    fn known_user(&self, at: &str, id: &str) -> Result<&User, SeedError> {
        self.users.get(id).ok_or_else(|| wrong(at, format!("no user {id}")))
    }

    fn tokens(&mut self, tokens: BTreeMap<String, Token>, limited: bool) -> Result<(), SeedError> {
        if tokens.is_empty() {
            return self.any_token(limited);
        }
        for (token, mut meaning) in tokens {
            self.known_user(&format!("tokens.{token}.user"), &meaning.user)?;
            meaning.rate_limits.get_or_insert(limited);
            self.state.put_token(&token, &meaning)?;
        }
        Ok(())
    }

    fn limits(&mut self, limits: &BTreeMap<String, Limit>) -> Result<(), SeedError> {
        for (name, limit) in limits {
            let at = format!("method_limits.{name}");
            if !METHODS.iter().any(|method| method.name == name) {
                return Err(wrong(&at, "there is no method of that name"));
            }
            if limit.calls == 0 || limit.seconds == 0 || limit.burst == Some(0) {
                return Err(wrong(&at, "`calls`, `seconds` and `burst` are at least 1"));
            }
            self.state.put(&LIMITS, name, limit)?;
        }
        Ok(())
    }

    /// Lets every token in for the first active member, with all scopes.
    fn any_token(&mut self, limited: bool) -> Result<(), SeedError> {
        let Some(user) = self.users.values().find(|user| !user.deleted) else { return Ok(()) };
        let scopes: BTreeSet<_> = METHODS.iter().flat_map(|method| method.scopes).collect();
        let meaning = Token {
            user: user.id.clone(),
            scopes: scopes.into_iter().map(|scope| (*scope).to_owned()).collect(),
            rate_limits: Some(limited),
            expires: None,
            revoked: false,
            app_id: None,
        };
        Ok(self.state.put_token(ANY_TOKEN, &meaning)?)
    }

    /// An app is known by the id of its bot's app where it names none.
    fn apps(&mut self, apps: Vec<App>) -> Result<(), SeedError> {
        for (index, mut app) in apps.into_iter().enumerate() {
            let at = format!("apps[{index}]");
            if let Some(bot) = &app.bot {
                let bot = self.known_user(&format!("{at}.bot"), bot)?;
                if !bot.is_bot {
                    return Err(wrong(&format!("{at}.bot"), format!("{} is no bot", bot.id)));
                }
                if app.id.is_empty() {
                    app.id = bot.app_id.clone().unwrap_or_default();
                }
                if app.name.is_empty() {
                    app.name.clone_from(&bot.real_name);
                }
            }
            if app.id.is_empty() {
                return Err(wrong(&at, "needs an `id`, or a `bot` to take it from"));
            }
            self.state.put(&APPS, &app.id, &app)?;
        }
        Ok(())
    }

    fn webhooks(&mut self, webhooks: &BTreeMap<String, Webhook>) -> Result<(), SeedError> {
        for (secret, webhook) in webhooks {
            let at = format!("webhooks.{secret}");
            self.known_user(&format!("{at}.user"), &webhook.user)?;
            if self.state.channel(&webhook.channel)?.is_none() {
                return Err(wrong(&format!("{at}.channel"), format!("no channel {}", webhook.channel)));
            }
            self.state.put(&WEBHOOKS, secret, webhook)?;
        }
        Ok(())
    }

    fn channels(&mut self, channels: Vec<FixtureChannel>) -> Result<(), SeedError> {
        let mut names = BTreeSet::new();
        for (index, channel) in channels.into_iter().enumerate() {
            let at = format!("channels[{index}]");
            if self.state.channel(&channel.id)?.is_some() || !names.insert(channel.name.clone()) {
                return Err(wrong(&at, format!("channel {} {} is there twice", channel.id, channel.name)));
            }
            let members = self.members(&at, &channel)?;
            let creator = members.first().cloned().unwrap_or_default();
            let channel = Channel {
                id: channel.id,
                name: channel.name,
                is_private: channel.is_private,
                is_archived: channel.is_archived,
                is_general: channel.is_general,
                creator,
                created: self.now,
                topic: channel.topic,
                purpose: channel.purpose,
                ..Channel::default()
            };
            self.state.open_channel(channel, &members)?;
        }
        Ok(())
    }

    /// The members that the fixture names, and in the general channel every active full member.
    fn members(&self, at: &str, channel: &FixtureChannel) -> Result<Vec<String>, SeedError> {
        let mut members = Vec::new();
        for (index, id) in channel.members.iter().enumerate() {
            let at = format!("{at}.members[{index}]");
            self.known_user(&at, id)?;
            if members.contains(id) {
                return Err(wrong(&at, format!("{id} is there twice")));
            }
            members.push(id.clone());
        }
        if channel.is_general {
            let full =
                self.users.values().filter(|user| !user.deleted && !user.is_bot && !user.is_restricted);
            let others: Vec<_> = full.filter(|user| !members.contains(&user.id)).collect();
            members.extend(others.into_iter().map(|user| user.id.clone()));
        }
        Ok(members)
    }

    /// Posts the messages in the order of their timestamps, parents before their replies.
    fn messages(&mut self, messages: Vec<FixtureMessage>) -> Result<(), SeedError> {
        let mut ordered = Vec::with_capacity(messages.len());
        for (index, message) in messages.into_iter().enumerate() {
            let at = format!("messages[{index}]");
            let ts = parse_ts(&format!("{at}.ts"), &message.ts)?;
            ordered.push((ts, at, message));
        }
        ordered.sort_by_key(|(ts, ..)| *ts);
        ordered.into_iter().try_for_each(|(ts, at, message)| self.message(ts, &at, message))
    }

    fn message(&mut self, ts: Ts, at: &str, message: FixtureMessage) -> Result<(), SeedError> {
        let channel = self.state.channel(&message.channel)?;
        let channel = channel
            .ok_or_else(|| wrong(&format!("{at}.channel"), format!("no channel {}", message.channel)))?;
        if self.state.message(&channel.id, ts)?.is_some() {
            return Err(wrong(&format!("{at}.ts"), format!("{} is there twice", message.ts)));
        }
        let parent = match &message.thread_ts {
            None => None,
            Some(thread) => {
                let at = format!("{at}.thread_ts");
                let parent = self.state.message(&channel.id, parse_ts(&at, thread)?)?;
                let parent = parent.filter(|parent| !parent.is_reply());
                Some(parent.ok_or_else(|| wrong(&at, format!("no earlier message {thread} to answer")))?)
            }
        };
        let author = self.known_user(&format!("{at}.user"), &message.user)?.clone();
        let content = Message {
            text: message.text,
            client_msg_id: (!author.is_bot).then(|| client_msg_id(&channel.id, &message.ts)),
            pinned_to: message.pinned.then(|| vec![channel.id.clone()]),
            ..Message::default()
        };
        let place = Place { channel: &channel, parent, broadcast: false };
        self.state.post_at(ts, place, &author, content)?;
        Ok(())
    }
}

/// In the form of a UUID, as people's clients mint it.
fn client_msg_id(channel: &str, ts: &str) -> String {
    let hex: String =
        digest_id("", &format!("{channel}/{ts}"), 16).bytes().map(|b| format!("{b:02x}")).collect();
    let mut parts = hex.chars();
    let mut part = |len: usize| parts.by_ref().take(len).collect::<String>();
    [part(8), part(4), part(4), part(4), part(12)].join("-")
}

fn parse_ts(at: &str, text: &str) -> Result<Ts, SeedError> {
    let problem = || wrong(at, format!("{text} is not of the form 1767600000.000100"));
    Ts::parse_name(text).filter(|ts| *ts < Ts::MAX).ok_or_else(problem)
}

fn wrong(at: &str, problem: impl Into<String>) -> SeedError {
    SeedError::Content { at: at.to_owned(), problem: problem.into() }
}
