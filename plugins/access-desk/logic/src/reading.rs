//! What a request asks for: its text against the groups that there are.

use crate::desk::Desk;
use crate::failure::Failure;
use crate::okta::OktaGroup;
use crate::rules::Rules;
use crate::span;
use crate::wish::Wish;

/// What a request comes to, as far as its text and its group go.
pub(crate) enum Reading {
    /// What has to be known first.
    Unclear(String),
    /// Why it cannot be.
    Refused(String),
    Clear(Clear),
}

/// A request of which everything is known.
pub(crate) struct Clear {
    pub(crate) group: OktaGroup,
    pub(crate) rules: Rules,
    pub(crate) seconds: u64,
    /// By the id in Slack.
    pub(crate) person: String,
}

/// A part of a request; what has to be asked where it is not clear.
type Part<T> = Result<T, String>;

/// Reads a request, and looks its groups up.
pub(crate) fn read(desk: &mut Desk<'_>, wish: &Wish, asker: &str) -> Result<Reading, Failure> {
    let names = wish.names();
    let groups = if names.is_empty() { Vec::new() } else { desk.okta().groups_named(&names)? };
    let group = match group(wish, groups) {
        Err(question) => Err(question),
        Ok(group) => match Rules::of(group.profile.description.as_deref()) {
            Some(rules) => Ok((group, rules)),
            None => {
                let why = format!("`{}` is not given out in Slack.", group.profile.name);
                return Ok(Reading::Refused(why));
            }
        },
    };
    let longest = group.as_ref().map_or(u64::MAX, |(_, rules)| rules.longest);
    Ok(match (group, time(wish, longest), person(wish, asker)) {
        (Ok((group, rules)), Ok(seconds), Ok(person)) => {
            Reading::Clear(Clear { group, rules, seconds, person })
        }
        (group, seconds, person) => {
            let questions = [group.err(), seconds.err(), person.err()];
            Reading::Unclear(questions.into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
    })
}

fn group(wish: &Wish, groups: Vec<OktaGroup>) -> Part<OktaGroup> {
    let of_name = |name: &str| groups.iter().position(|group| group.profile.name.eq_ignore_ascii_case(name));
    let chosen = match wish.groups(&|name| of_name(name).is_some()).as_slice() {
        [name] => of_name(name),
        [] => None,
        several => return Err(format!("Which one of {} is it? One request, one group.", listed(several))),
    };
    chosen.and_then(|place| groups.into_iter().nth(place)).ok_or_else(|| which_group(&wish.names()))
}

fn time(wish: &Wish, longest: u64) -> Part<u64> {
    match wish.spans() {
        [span] if *span > longest => {
            Err(format!("{} at the longest: for how long do you need it?", span::shown(longest)))
        }
        [span] => Ok(*span),
        _ => Err("For how long: how many hours, days or weeks?".to_owned()),
    }
}

fn person(wish: &Wish, asker: &str) -> Part<String> {
    match wish.people() {
        [] => Ok(asker.to_owned()),
        [one] => Ok(one.clone()),
        _ => Err("For whom is it? One request, one person.".to_owned()),
    }
}

fn which_group(names: &[&str]) -> String {
    match names {
        [] => "Which group do you need?".to_owned(),
        names => format!("There is no group {}. Which one do you need?", listed(names)),
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}
