//! Fills an empty world: the org that every fixture has, the shared people, and this twin's own fixture.

mod documents;
mod fixture;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use twin_sdk::{Host, Incoming, Request, SeedError, digest_id, read_seed};

use self::fixture::{App, Device, Filler, Fixture, Group, People, Person, Token, User};
use crate::api::{self, DEVICES};
use crate::call::Call;
use crate::caller::Caller;
use crate::documents::{Document, document, set, text};
use crate::errors::Error;
use crate::org;
use crate::rates;
use crate::state::{ANY_TOKEN, APPS, GROUPS, SEARCH_LAG, State, USERS};
use crate::times;

const STATUSES: &[&str] = &[
    "ACTIVE",
    "DEPROVISIONED",
    "LOCKED_OUT",
    "PASSWORD_EXPIRED",
    "PROVISIONED",
    "RECOVERY",
    "STAGED",
    "SUSPENDED",
];

/// Seeds a world. Where nothing is said it is a new org with one administrator.
pub(crate) fn seed(host: &mut dyn Host, people: &str, fixture: &str) -> Result<(), SeedError> {
    let people = read_seed::<People>("people", people)?.people;
    let fixture = read_seed::<Fixture>("fixture", fixture)?;
    for (bucket, limit) in &fixture.rate_limits {
        if !rates::names().any(|known| known == bucket) {
            let known: Vec<_> = rates::names().collect();
            let problem = format!("no such bucket; there are {}", known.join(", "));
            return Err(wrong(&format!("rate_limits.{bucket}"), problem));
        }
        rates::change(host, bucket, limit)?;
    }
    let mut state = State::new(host);
    org::establish(&mut state, &fixture.org.subdomain, &fixture.org.company)
        .map_err(|error| refused("org", error))?;
    documents::clear(&mut state, &fixture.empty)?;
    let mut org = state.org()?;
    // What is there before the clock starts has long been indexed.
    set(&mut org, SEARCH_LAG, 0);
    if let Some(limit) = fixture.org.app_limit {
        set(&mut org, "_appLimit", limit);
    }
    state.put_org(&org)?;
    let mut seeding = Seeding { state, subdomain: fixture.org.subdomain };
    seeding.users(&people, fixture.users)?;
    seeding.founder()?;
    seeding.filler(&fixture.filler)?;
    seeding.groups(fixture.groups)?;
    seeding.tokens(fixture.tokens)?;
    seeding.apps(fixture.apps)?;
    seeding.devices(fixture.devices)?;
    documents::write(&mut seeding.state, fixture.documents, &fixture.empty)?;
    let mut org = seeding.state.org()?;
    set(&mut org, SEARCH_LAG, fixture.org.search_lag_seconds);
    Ok(seeding.state.put_org(&org)?)
}

/// An org while it is being filled.
struct Seeding<'h> {
    state: State<'h>,
    subdomain: String,
}

impl Seeding<'_> {
    fn users(&mut self, people: &[Person], users: Vec<User>) -> Result<(), SeedError> {
        let by_id: BTreeMap<&str, &Person> = people.iter().map(|person| (&*person.id, person)).collect();
        let mut placed = BTreeSet::new();
        for (index, user) in users.into_iter().enumerate() {
            let at = format!("users[{index}]");
            let person = match user.person.as_deref() {
                None => None,
                Some(id) => {
                    placed.insert(id.to_owned());
                    let person = by_id.get(id).copied();
                    Some(person.ok_or_else(|| wrong(&format!("{at}.person"), format!("no person {id}")))?)
                }
            };
            self.user(&at, user, person)?;
        }
        for person in people.iter().filter(|person| !placed.contains(&person.id)) {
            let user =
                User { id: None, person: None, status: None, password: None, profile: Document::new() };
            self.user(&format!("person {}", person.id), user, Some(person))?;
        }
        Ok(())
    }

    fn user(&mut self, at: &str, user: User, person: Option<&Person>) -> Result<(), SeedError> {
        let mut profile = person.map(profile_of).unwrap_or_default();
        profile.extend(user.profile);
        let email = text(&profile, "email").to_owned();
        crate::documents::default(&mut profile, "login", email);
        let profile =
            api::checked_profile(&mut self.state, profile, true).map_err(|error| refused(at, error))?;
        let login = text(&profile, "login").to_owned();
        if self.state.login_owner(&login)?.is_some() {
            return Err(wrong(at, format!("{login} is there twice")));
        }
        let usual = if person.is_some_and(|person| !person.active) { "DEPROVISIONED" } else { "ACTIVE" };
        let status = user.status.unwrap_or_else(|| usual.to_owned());
        if !STATUSES.contains(&&*status) {
            return Err(wrong(
                &format!("{at}.status"),
                format!("{status} is none of {}", STATUSES.join(", ")),
            ));
        }
        let name = person.map_or(login, |person| person.id.clone());
        let id = user.id.unwrap_or_else(|| digest_id("00u", &name, 17));
        if self.state.user(&id)?.is_some() {
            return Err(wrong(at, format!("user {id} is there twice")));
        }
        let now = self.state.stamp();
        let user_type = self.state.org_id("userType")?;
        let email = text(&profile, "email").to_owned();
        let mut document = document(json!({
            "id": id, "status": "STAGED", "created": now, "activated": null, "statusChanged": now, "lastLogin": null,
            "lastUpdated": now, "passwordChanged": null, "type": {"id": user_type}, "profile": profile,
            "credentials": {
                "provider": {"type": "OKTA", "name": "OKTA"},
                "emails": [{"value": email, "status": "VERIFIED", "type": "PRIMARY"}],
            },
        }));
        if let Some(password) = user.password {
            let set = api::set_password(&mut self.state, &mut document, &password);
            set.map_err(|error| refused(&format!("{at}.password"), error))?;
        }
        self.state.set_status(&mut document, &status);
        self.state.put_user(&document)?;
        let everyone = self.state.org_id("everyone")?;
        self.state.join(&everyone, &id, None)?;
        Ok(())
    }

    /// Every org has somebody who opened it: where the fixture and the people name nobody, a super administrator.
    fn founder(&mut self) -> Result<(), SeedError> {
        if USERS.count(self.state.host) > 0 {
            return Ok(());
        }
        let email = format!("admin@{}.example", self.subdomain);
        let profile =
            document(json!({"firstName": "Org", "lastName": "Admin", "email": email, "login": email}));
        let user = User { id: None, person: None, status: None, password: None, profile };
        self.user("org", user, None)?;
        let id = self.known_user("org", &email)?;
        api::appoint(&mut self.state, &id).map_err(|error| refused("org", error))
    }

    /// The id behind an id or a login.
    fn known_user(&mut self, at: &str, name: &str) -> Result<String, SeedError> {
        let user = self.state.user_called(name)?.ok_or_else(|| wrong(at, format!("no user {name}")))?;
        Ok(text(&user, "id").to_owned())
    }

    fn groups(&mut self, groups: Vec<Group>) -> Result<(), SeedError> {
        for (index, group) in groups.into_iter().enumerate() {
            let at = format!("groups[{index}]");
            if self.state.group_named(&group.name)?.is_some() {
                return Err(wrong(&at, format!("group {} is there twice", group.name)));
            }
            let id = group.id.unwrap_or_else(|| digest_id("00g", &group.name, 17));
            self.group(&id, &group.name, group.description.as_deref())?;
            for (index, member) in group.members.iter().enumerate() {
                let user = self.known_user(&format!("{at}.members[{index}]"), member)?;
                self.state.join(&id, &user, None)?;
            }
        }
        Ok(())
    }

    fn group(&mut self, id: &str, name: &str, description: Option<&str>) -> Result<(), SeedError> {
        let now = self.state.stamp();
        let group = document(json!({
            "id": id, "created": now, "lastUpdated": now, "lastMembershipUpdated": now,
            "objectClass": ["okta:user_group"], "type": "OKTA_GROUP",
            "profile": {"name": name, "description": description},
        }));
        Ok(self.state.put(&GROUPS, id, &group)?)
    }

    /// Where there is none, every token is good for the first active user.
    fn tokens(&mut self, mut tokens: BTreeMap<String, Token>) -> Result<(), SeedError> {
        if tokens.is_empty() {
            let all = self.state.all(&USERS, "")?;
            let active = all.into_iter().find(|(_, user)| text(user, "status") == "ACTIVE");
            let any = |(user, _)| (ANY_TOKEN.to_owned(), Token { id: None, user, name: String::new() });
            tokens.extend(active.map(any));
        }
        for (secret, token) in tokens {
            let user = self.known_user(&format!("tokens.{secret}.user"), &token.user)?;
            let now = self.state.now();
            let (stamp, end) = (times::stamp(now), times::stamp(now.saturating_add(30 * times::DAY)));
            let name = if token.name.is_empty() { "API token".to_owned() } else { token.name };
            let id = token.id.unwrap_or_else(|| self.state.mint("00T"));
            self.state.put_api_token(
                &secret,
                json!({
                    "id": id,
                    "name": name, "userId": user, "clientName": "Okta API", "tokenWindow": "P30D",
                    "network": {"connection": "ANYWHERE"}, "created": stamp, "lastUpdated": stamp, "expiresAt": end,
                }),
            )?;
            let mut org = self.state.org()?;
            if text(&org, "admin").is_empty() {
                set(&mut org, "admin", user);
                self.state.put_org(&org)?;
            }
        }
        Ok(())
    }

    fn apps(&mut self, apps: Vec<App>) -> Result<(), SeedError> {
        for (index, app) in apps.into_iter().enumerate() {
            let at = format!("apps[{index}]");
            let built = self.build(&at, app.id, app.body)?;
            let id = text(&built, "id").to_owned();
            self.state.put(&APPS, &id, &built)?;
            api::connect_app(&mut self.state, &built).map_err(|error| refused(&at, error))?;
            for (index, name) in app.users.iter().enumerate() {
                let user = self.known_user(&format!("{at}.users[{index}]"), name)?;
                let user = self.state.user(&user)?.unwrap_or_default();
                self.state.assign_user(&built, &user, &Document::new(), "USER")?;
            }
            for (place, name) in app.groups.iter().enumerate() {
                let group = self.state.group_named(name)?;
                let group = group
                    .ok_or_else(|| wrong(&format!("{at}.groups[{place}]"), format!("no group {name}")))?;
                let now = self.state.stamp();
                let assignment = document(json!({
                    "id": text(&group, "id"), "lastUpdated": now, "priority": place, "profile": {},
                }));
                self.state.assign_group(&id, &assignment)?;
            }
        }
        Ok(())
    }

    /// An application as if a client had created it.
    fn build(&mut self, at: &str, id: Option<String>, body: Document) -> Result<Document, SeedError> {
        let origin = format!("https://{}.okta.com", self.subdomain);
        let request = Request {
            method: "POST".to_owned(),
            url: format!("{origin}/api/v1/apps"),
            headers: Vec::new(),
            body: Vec::new(),
        };
        let incoming = Incoming::new(&request);
        let caller = Caller::nobody();
        let mut call = Call {
            state: &mut self.state,
            caller: &caller,
            request: &request,
            incoming: &incoming,
            origin: &origin,
            params: Vec::new(),
        };
        api::build_app(&mut call, body, true, id).map_err(|error| refused(at, error))
    }

    fn devices(&mut self, devices: Vec<Device>) -> Result<(), SeedError> {
        for (index, device) in devices.into_iter().enumerate() {
            let at = format!("devices[{index}]");
            let mut users = Vec::new();
            for (index, name) in device.users.iter().enumerate() {
                users.push(self.known_user(&format!("{at}.users[{index}]"), name)?);
            }
            let id = device.id.unwrap_or_else(|| digest_id("guo", &format!("device {index}"), 17));
            let now = self.state.stamp();
            let found = api::device(&id, &now, Value::Object(device.profile), &device.status, &users);
            self.state.put(&DEVICES, &id, &found)?;
        }
        Ok(())
    }

    fn filler(&mut self, filler: &Filler) -> Result<(), SeedError> {
        const GIVEN: &[&str] =
            &["Ada", "Bela", "Chidi", "Dana", "Emre", "Farah", "Goran", "Hana", "Jun", "Kofi"];
        const FAMILY: &[&str] =
            &["Okafor", "Lind", "Moreau", "Nakata", "Petrov", "Quist", "Rossi", "Sato", "Tamm"];
        let word = |words: &'static [&'static str], number: u32| {
            words
                .iter()
                .copied()
                .cycle()
                .nth(usize::try_from(number).unwrap_or_default() % words.len())
                .unwrap_or_default()
        };
        for number in 0..filler.users {
            let (first, last) = (word(GIVEN, number), word(FAMILY, number));
            let email = format!("{}.{}{number}@filler.example", first.to_lowercase(), last.to_lowercase());
            let profile =
                document(json!({"firstName": first, "lastName": last, "email": email, "login": email}));
            let user = User { id: None, person: None, status: None, password: None, profile };
            self.user(&format!("filler user {number}"), user, None)?;
        }
        for number in 0..filler.groups {
            let name = format!("Filler {number:04}");
            self.group(&digest_id("00g", &name, 17), &name, None)?;
        }
        Ok(())
    }
}

fn profile_of(person: &Person) -> Document {
    let (first, last) = person.name.split_once(' ').unwrap_or((&person.name, &person.name));
    let mut profile = document(json!({
        "firstName": first, "lastName": last, "email": person.email, "login": person.email,
    }));
    if !person.title.is_empty() {
        set(&mut profile, "title", person.title.clone());
    }
    profile
}

fn wrong(at: &str, problem: impl Into<String>) -> SeedError {
    SeedError::Content { at: at.to_owned(), problem: problem.into() }
}

fn refused(at: &str, error: Error) -> SeedError {
    match error {
        Error::Table(error) => SeedError::Table(error),
        other => wrong(at, other.to_string()),
    }
}
