//! A request, from its message to the question who decides.

use crate::conduct::Conduct;
use crate::desk::Desk;
use crate::event::Saying;
use crate::failure::Failure;
use crate::mention;
use crate::okta::OktaGroup;
use crate::rules::Rules;
use crate::span;
use crate::thread::{Mark, Step, Thread};
use crate::ticket::{Group, Holder, Ticket};
use crate::wish::Wish;

/// How many times the desk asks what is meant.
const MOST_QUESTIONS: usize = 3;

/// What a request comes to, as far as its text and its group go.
enum Reading {
    /// What has to be known first.
    Unclear(String),
    /// Why it cannot be.
    Refused(String),
    Clear(Clear),
}

/// A request of which everything is known.
struct Clear {
    group: OktaGroup,
    rules: Rules,
    seconds: u64,
    /// By the id in Slack.
    person: String,
}

/// Takes up what a person wrote outside of a request's decision: a request, or more about one.
pub(crate) fn consider<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    saying: Saying<'_>,
) -> Result<Option<String>, Failure> {
    let Some(root) = thread.root() else { return Ok(None) };
    let theirs = root.user.as_deref() == Some(saying.user) && root.bot_id.is_none();
    let asks = mention::all(&root.text).any(|id| id == thread.desk);
    let marks = [
        Mark::answer(Step::Asked, &root.ts, None),
        Mark::answer(Step::Refusal, &root.ts, None),
        Mark::answer(Step::Question, saying.ts, None),
    ];
    let is_more = saying.thread.is_none() || thread.questions() > 0;
    if !theirs || !asks || !is_more || marks.iter().any(|mark| C::was_said(thread, mark)) {
        return Ok(None);
    }
    let wish = Wish::read(thread.texts(saying.user, saying.ts), &thread.desk);
    match read(desk, &wish, saying.user)? {
        Reading::Unclear(_) if thread.questions() >= MOST_QUESTIONS => Ok(None),
        Reading::Unclear(question) => {
            let text = format!("{} {question}", mention::of(saying.user));
            desk.say::<C>(thread, &text, &Mark::answer(Step::Question, saying.ts, None))?;
            Ok(Some("asked what is meant".to_owned()))
        }
        Reading::Refused(why) => refuse::<C>(desk, thread, &root.ts, &why),
        Reading::Clear(clear) => pursue::<C>(desk, thread, saying, clear),
    }
}

/// Reads a request, and looks its groups up.
fn read(desk: &mut Desk<'_>, wish: &Wish, asker: &str) -> Result<Reading, Failure> {
    let names = wish.names();
    let groups = if names.is_empty() { Vec::new() } else { desk.okta().groups_named(&names)? };
    let of_name = |name: &str| groups.iter().position(|group| group.profile.name.eq_ignore_ascii_case(name));
    let mut missing = Vec::new();
    let chosen = match wish.groups(&|name| of_name(name).is_some()).as_slice() {
        [name] => of_name(name),
        [] => {
            missing.push(which_group(&names));
            None
        }
        several => {
            missing.push(format!("Which one of {} is it? One request, one group.", listed(several)));
            None
        }
    };
    let chosen = chosen.and_then(|place| groups.into_iter().nth(place));
    let rules = chosen.as_ref().map(|group| Rules::of(group.profile.description.as_deref()));
    if let (Some(None), Some(group)) = (&rules, &chosen) {
        return Ok(Reading::Refused(format!("`{}` is not given out in Slack.", group.profile.name)));
    }
    let longest = rules.as_ref().and_then(|rules| rules.as_ref()).map(|rules| rules.longest);
    let seconds = match (wish.spans(), longest) {
        ([span], Some(longest)) if *span > longest => {
            missing.push(format!("{} at the longest: for how long do you need it?", span::shown(longest)));
            None
        }
        ([span], _) => Some(*span),
        _ => {
            missing.push("For how long: how many hours, days or weeks?".to_owned());
            None
        }
    };
    let person = match wish.people() {
        [] => Some(asker.to_owned()),
        [one] => Some(one.clone()),
        _ => {
            missing.push("For whom is it? One request, one person.".to_owned());
            None
        }
    };
    Ok(match (chosen, rules.flatten(), seconds, person) {
        (Some(group), Some(rules), Some(seconds), Some(person)) if missing.is_empty() => {
            Reading::Clear(Clear { group, rules, seconds, person })
        }
        _ => Reading::Unclear(missing.join(" ")),
    })
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

/// Sees whether a clear request may be granted; opens a ticket and asks who decides.
fn pursue<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    saying: Saying<'_>,
    clear: Clear,
) -> Result<Option<String>, Failure> {
    let root = thread.root().map(|root| root.ts.clone()).unwrap_or_default();
    let name = clear.group.profile.name.clone();
    let account = desk.slack().account(&clear.person)?;
    let found = if account.is_person() && !account.is_guest() {
        C::find(&mut desk.okta(), &account)?.filter(|person| person.is_active())
    } else {
        None
    };
    let Some(person) = found else {
        let why = format!("{} has no active account, and gets no access.", mention::of(&clear.person));
        return refuse::<C>(desk, thread, &root, &why);
    };
    let open = desk.jira().open(&Ticket::label(&person.id, &clear.group.id))?;
    let open = open.and_then(|issue| Some((issue.key.clone(), issue.ticket()?)));
    if let Some((key, ticket)) = open {
        if ticket.thread == root {
            return ask::<C>(desk, thread, &key, &ticket);
        }
        return refuse::<C>(desk, thread, &root, &format!("That is in hand already: {key}."));
    }
    if desk.okta().is_member(&clear.group.id, &person.id)? {
        let why = format!("{} has `{name}` already.", mention::of(&clear.person));
        return refuse::<C>(desk, thread, &root, &why);
    }
    let excluded = [saying.user, clear.person.as_str()];
    let Some(decider) = desk.decider(clear.rules.deciders(), &excluded)? else {
        return refuse::<C>(desk, thread, &root, &format!("There is nobody who may decide about `{name}`."));
    };
    let ticket = Ticket {
        channel: saying.channel.to_owned(),
        thread: root,
        desk: thread.desk.clone(),
        asked_by: saying.user.to_owned(),
        person: Holder { slack: clear.person, okta: person.id.clone(), name: person.name() },
        group: Group { id: clear.group.id, name },
        seconds: clear.seconds,
        deciders: vec![decider],
        asked_at: desk.wire.now(),
        escalated: false,
        decision: None,
    };
    let summary =
        format!("{} for {}, {}", ticket.group.name, ticket.person.name, span::shown(ticket.seconds));
    let key = desk.jira().create(&summary, &description(thread, saying, &ticket), &ticket)?;
    ask::<C>(desk, thread, &key, &ticket)
}

/// The issue's text, for people: what is asked for, and the words in which it was.
fn description(thread: &Thread, saying: Saying<'_>, ticket: &Ticket) -> Vec<String> {
    let head = [
        format!("Group: {}", ticket.group.name),
        format!("Person: {}", ticket.person.name),
        format!("Time: {}", span::shown(ticket.seconds)),
        "Written in Slack:".to_owned(),
    ];
    let written = thread.texts(saying.user, saying.ts).flat_map(str::lines);
    let written = written.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    head.into_iter().chain(written).collect()
}

fn ask<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    key: &str,
    ticket: &Ticket,
) -> Result<Option<String>, Failure> {
    let deciders: Vec<String> = ticket.deciders.iter().map(|decider| mention::of(&decider.slack)).collect();
    let text = format!(
        "{} {key}: `{}` for {}, {}. Please answer `approve` or `decline` in this thread.",
        deciders.join(" "),
        ticket.group.name,
        mention::of(&ticket.person.slack),
        span::shown(ticket.seconds),
    );
    desk.say::<C>(thread, &text, &Mark::answer(Step::Asked, &ticket.thread, Some(key)))?;
    Ok(Some(format!("opened {key}")))
}

fn refuse<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    root: &str,
    why: &str,
) -> Result<Option<String>, Failure> {
    desk.say::<C>(thread, why, &Mark::answer(Step::Refusal, root, None))?;
    Ok(Some("refused a request".to_owned()))
}
