//! `reminders.*`: a person's own, each at a moment or again and again.

use serde_json::json;
use twin_sdk::Reply;

use crate::entities::Reminder;
use crate::errors::{Code, Error};
use crate::state::tables::REMINDERS;
use crate::wire;

use super::Call;

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

/// When a reminder comes.
#[derive(Debug, PartialEq, Eq)]
enum When {
    /// Seconds since 1970.
    Once(u64),
    /// Again and again.
    Recurring,
}

/// `reminders.add`: for oneself alone.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let text = call.args.required_or("text", Code::MissingArgument)?;
    let time = call.args.required_or("time", Code::MissingArgument)?;
    let me = call.caller.user.id.clone();
    if let Some(user) = call.args.text("user")?.filter(|user| *user != me) {
        let user = call.state.user(&user)?.ok_or(Code::UserNotFound)?;
        let code = if user.is_bot { Code::CannotAddBot } else { Code::CannotAddOthers };
        return Err(code.into());
    }
    let now = call.state.now_seconds();
    let recurs = call.args.value("recurrence").is_some();
    let when = if recurs { When::Recurring } else { parse(&time, now).ok_or(Code::CannotParse)? };
    let (time, complete_ts, recurring) = match when {
        When::Once(time) => (Some(time), Some(0), false),
        When::Recurring => (None, None, true),
    };
    let reminder = Reminder {
        id: call.state.mint("Rm"),
        creator: me.clone(),
        user: me,
        text,
        recurring,
        time,
        complete_ts,
    };
    call.state.put(&REMINDERS, &reminder.id, &reminder)?;
    wire::ok(&json!({"reminder": reminder}))
}

/// `reminders.complete`: none that comes again.
pub(super) fn complete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut reminder = call.reminder()?;
    if reminder.recurring {
        return Err(Code::CannotCompleteRecurring.into());
    }
    reminder.complete_ts = Some(call.state.now_seconds());
    call.state.put(&REMINDERS, &reminder.id, &reminder)?;
    call.done()
}

/// `reminders.delete`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let reminder = call.reminder()?;
    call.state.delete(&REMINDERS, &reminder.id);
    call.done()
}

/// `reminders.info`.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let reminder = call.reminder()?;
    wire::ok(&json!({"reminder": reminder}))
}

/// `reminders.list`: by id.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut reminders = call.state.all(&REMINDERS, "")?;
    reminders.retain(|reminder| reminder.user == call.caller.user.id);
    wire::ok(&json!({"reminders": reminders}))
}

impl Call<'_, '_> {
    /// One of the caller's; those of others are not found.
    fn reminder(&mut self) -> Result<Reminder, Error> {
        let id = self.args.required_or("reminder", Code::MissingArgument)?;
        let reminder = self.state.get(&REMINDERS, &id)?;
        let mine = reminder.filter(|reminder| reminder.user == self.caller.user.id);
        mine.ok_or_else(|| Code::NotFound.into())
    }
}

/// Reads a moment: seconds since 1970, seconds from now if it is within a day, `in 20 minutes`, `tomorrow`, and
/// whatever begins with `every`.
fn parse(text: &str, now: u64) -> Option<When> {
    let text = text.trim().to_lowercase();
    if let Ok(number) = text.parse::<u64>() {
        let time = if number <= DAY { now.checked_add(number)? } else { number };
        return (time > now).then_some(When::Once(time));
    }
    let mut words = text.split_whitespace();
    match words.next()? {
        "every" => words.next().map(|_| When::Recurring),
        "tomorrow" => Some(When::Once(now.checked_add(DAY)?)),
        "in" => {
            let amount = words.next()?;
            let amount = if matches!(amount, "a" | "an" | "one") { 1 } else { amount.parse::<u64>().ok()? };
            let unit = match words.next()?.trim_end_matches('s') {
                "second" | "sec" => 1,
                "minute" | "min" => MINUTE,
                "hour" | "hr" => HOUR,
                "day" => DAY,
                "week" => 7 * DAY,
                _ => return None,
            };
            Some(When::Once(now.checked_add(amount.checked_mul(unit)?)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        let now = 1_767_607_200;
        for (text, expected) in [
            ("1767610800", Some(When::Once(1_767_610_800))),
            ("600", Some(When::Once(now + 600))),
            ("in 20 minutes", Some(When::Once(now + 1_200))),
            ("In an hour", Some(When::Once(now + 3_600))),
            ("tomorrow", Some(When::Once(now + 86_400))),
            ("every Thursday", Some(When::Recurring)),
            ("1700000000", None),
            ("in 99999999999999999999 days", None),
            ("in 9223372036854775807 weeks", None),
            ("some day", None),
            ("every", None),
            ("", None),
        ] {
            assert_eq!(parse(text, now), expected, "{text}");
        }
    }
}
