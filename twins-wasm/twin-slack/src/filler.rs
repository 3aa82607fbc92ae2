//! Plausible extra members and channels in any number, the same ones every time: for paging and benchmarks.

use serde::Deserialize;
use twin_sdk::{SeedError, TableError, digest_id};

use crate::entities::{Channel, Profile, User};
use crate::state::State;
use crate::zones;

/// How many there should be of each.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Filler {
    users: u32,
    channels: u32,
}

const GIVEN: &[&str] =
    &["Ada", "Bela", "Chidi", "Dana", "Emre", "Farah", "Goran", "Hana", "Ines", "Jun", "Kofi"];
const FAMILY: &[&str] = &["Okafor", "Lind", "Moreau", "Nakata", "Petrov", "Quist", "Rossi", "Sato", "Tamm"];
const SUBJECTS: &[&str] = &["garden", "harbour", "lantern", "meadow", "orchard", "river", "summit"];
const PURPOSES: &[&str] = &["planning", "support", "news", "standup", "review"];

/// How many filler members a filler channel has, if there are so many.
const MEMBERS_A_CHANNEL: usize = 3;

/// Adds them. Channels are public, and have filler members only.
pub(crate) fn fill(state: &mut State<'_>, team: &str, now: u64, filler: &Filler) -> Result<(), SeedError> {
    let users: Vec<User> = (0..filler.users).map(|number| user(team, now, number)).collect();
    for user in &users {
        state.put_user(user)?;
    }
    for number in 0..filler.channels {
        let members: Vec<String> = users
            .iter()
            .cycle()
            .skip(turn(number, users.len()))
            .take(users.len().min(MEMBERS_A_CHANNEL))
            .map(|user| user.id.clone())
            .collect();
        open(state, now, number, &members)?;
    }
    Ok(())
}

fn user(team: &str, now: u64, number: u32) -> User {
    let (given, family) = (word(GIVEN, number), word(FAMILY, number));
    let name = format!("{}.{}{number}", given.to_lowercase(), family.to_lowercase());
    User {
        id: digest_id("U", &format!("filler user {number}"), 10),
        team_id: team.to_owned(),
        real_name: format!("{given} {family}"),
        email: Some(format!("{name}@filler.example")),
        name,
        title: String::new(),
        tz: zones::DEFAULT.to_owned(),
        deleted: false,
        is_bot: false,
        is_restricted: false,
        bot_id: None,
        app_id: None,
        updated: now,
        profile: Profile::default(),
    }
}

fn open(state: &mut State<'_>, now: u64, number: u32, members: &[String]) -> Result<(), TableError> {
    let channel = Channel {
        id: digest_id("C", &format!("filler channel {number}"), 10),
        name: format!("{}-{}-{number:03}", word(SUBJECTS, number), word(PURPOSES, number)),
        creator: members.first().cloned().unwrap_or_default(),
        created: now,
        ..Channel::default()
    };
    state.open_channel(channel, members).map(drop)
}

fn word(words: &'static [&'static str], number: u32) -> &'static str {
    words.iter().copied().nth(turn(number, words.len())).unwrap_or_default()
}

/// Where a round of that length stands after so many steps.
fn turn(number: u32, len: usize) -> usize {
    usize::try_from(number).unwrap_or_default().checked_rem(len).unwrap_or_default()
}
