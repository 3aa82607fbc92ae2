//! A request, from its message to the question who decides.

use crate::conduct::Conduct;
use crate::desk::Desk;
use crate::event::Saying;
use crate::failure::Failure;
use crate::mention;
use crate::okta::Person;
use crate::reading::{Clear, Reading, read};
use crate::span;
use crate::thread::{Mark, Step, Thread};
use crate::ticket::{Decider, Group, Holder, Ticket};
use crate::wish::Wish;

/// How many times the desk asks what is meant.
const MOST_QUESTIONS: usize = 3;

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

/// Sees whether a clear request may be granted; opens a ticket and asks who decides.
fn pursue<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    saying: Saying<'_>,
    clear: Clear,
) -> Result<Option<String>, Failure> {
    let root = thread.root().map(|root| root.ts.clone()).unwrap_or_default();
    let Some(person) = holder::<C>(desk, &clear.person)? else {
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
    let name = clear.group.profile.name.clone();
    if desk.okta().is_member(&clear.group.id, &person.id)? {
        let why = format!("{} has `{name}` already.", mention::of(&clear.person));
        return refuse::<C>(desk, thread, &root, &why);
    }
    let excluded = [saying.user, clear.person.as_str()];
    let Some(decider) = desk.decider(clear.rules.deciders(), &excluded)? else {
        return refuse::<C>(desk, thread, &root, &format!("There is nobody who may decide about `{name}`."));
    };
    let ticket = ticket(desk.wire.now(), thread, saying, clear, (person, decider));
    let summary = format!("{name} for {}, {}", ticket.person.name, span::shown(ticket.seconds));
    let key = desk.jira().create(&summary, &description(thread, saying, &ticket), &ticket)?;
    ask::<C>(desk, thread, &key, &ticket)
}

/// The user in Okta to whom access can be given; none where the person may have none.
fn holder<C: Conduct>(desk: &mut Desk<'_>, slack: &str) -> Result<Option<Person>, Failure> {
    let account = desk.slack().account(slack)?;
    if !account.is_person() || account.is_guest() {
        return Ok(None);
    }
    Ok(C::find(&mut desk.okta(), &account)?.filter(Person::is_active))
}

fn ticket(
    now: u64,
    thread: &Thread,
    saying: Saying<'_>,
    clear: Clear,
    (person, decider): (Person, Decider),
) -> Ticket {
    Ticket {
        channel: saying.channel.to_owned(),
        thread: thread.root().map(|root| root.ts.clone()).unwrap_or_default(),
        desk: thread.desk.clone(),
        asked_by: saying.user.to_owned(),
        person: Holder { slack: clear.person, name: person.name(), okta: person.id },
        group: Group { id: clear.group.id, name: clear.group.profile.name },
        seconds: clear.seconds,
        deciders: vec![decider],
        asked_at: now,
        escalated: false,
        decision: None,
    }
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
