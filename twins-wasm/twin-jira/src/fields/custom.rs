//! The values of custom fields as the service shows them.

use serde::Serialize;
use serde_json::Value;

use crate::entities::{Field, Issue, Rich};
use crate::errors::Error;
use crate::shapes;
use crate::state::{CHANGES, ISSUE_TYPES, SPRINTS};
use crate::text::Text;

use super::catalogue::Family;
use super::show::Show;

impl Show<'_, '_> {
    /// The value of a custom field.
    pub(super) fn custom(&mut self, out: &mut Text, issue: &Issue, field: &Field) -> Result<(), Error> {
        let held = issue.custom.get(&field.id);
        match field.family() {
            Family::Rank => out.value(&issue.rank)?,
            Family::Sprint => self.sprints(out, issue)?,
            Family::EpicLink => out.value(&self.epic_key(issue)?)?,
            Family::TimeInStatus => out.value(&self.time_in_status(issue)?)?,
            Family::RichText => {
                let text = held.and_then(|held| serde_json::from_value::<Rich>(held.clone()).ok());
                self.rich(out, text.as_ref())?;
            }
            Family::Select => out.value(&self.choice(field, held))?,
            Family::MultiSelect => match held.and_then(Value::as_array) {
                Some(ids) => {
                    let choices: Vec<_> = ids.iter().map(|id| self.choice(field, Some(id))).collect();
                    out.value(&choices)?;
                }
                None => out.value(&())?,
            },
            Family::User => self.user(out, held.and_then(Value::as_str))?,
            Family::MultiUser => match held.and_then(Value::as_array) {
                Some(ids) => {
                    out.open(b'[');
                    for id in ids {
                        out.item();
                        self.user(out, id.as_str())?;
                    }
                    out.close(b']');
                }
                None => out.value(&())?,
            },
            Family::Text
            | Family::Number
            | Family::Date
            | Family::DateTime
            | Family::Labels
            | Family::Raw => out.value(&held)?,
        }
        Ok(())
    }

    fn choice<'f>(&self, field: &'f Field, id: Option<&Value>) -> Option<impl Serialize + use<'f>> {
        let id = id?.as_str()?;
        let choice = field.options.iter().find(|choice| choice.id == id)?;
        Some(shapes::Chosen::of(self.wire, choice))
    }

    fn sprints(&mut self, out: &mut Text, issue: &Issue) -> Result<(), Error> {
        if issue.sprints.is_empty() {
            return Ok(out.value(&())?);
        }
        self.each(out, &issue.sprints, &SPRINTS, |_, out, sprint| Ok(out.value(&shapes::Sprint::of(sprint))?))
    }

    fn epic_key(&mut self, issue: &Issue) -> Result<Option<String>, Error> {
        let Some(parent) = &issue.parent else { return Ok(None) };
        let Some(parent) = self.state.issue_head(parent)? else { return Ok(None) };
        let kind = self.state.get(&ISSUE_TYPES, &parent.issue_type)?;
        Ok(kind.is_some_and(|kind| kind.level > 0).then_some(parent.key))
    }

    /// How often and how long the issue was in each status, in the form of the charting field; none until it moved.
    fn time_in_status(&mut self, issue: &Issue) -> Result<Option<String>, Error> {
        let mut stays: Vec<(String, u32, u64)> = Vec::new();
        let mut since = issue.created;
        let mut current = None;
        for change in self.state.of_issue(&CHANGES, &issue.id)? {
            for item in change.items.iter().filter(|item| item.field == "status") {
                let (Some(from), Some(to)) = (&item.from, &item.to) else { continue };
                let stay = change.created.saturating_sub(since);
                match stays.iter_mut().find(|(status, ..)| status == from) {
                    Some((_, count, total)) => (*count, *total) = (*count + 1, *total + stay),
                    None => stays.push((from.clone(), 1, stay)),
                }
                since = change.created;
                current = Some(to.clone());
            }
        }
        let Some(current) = current else { return Ok(None) };
        match stays.iter_mut().find(|(status, ..)| *status == current) {
            Some((_, count, _)) => *count += 1,
            None => stays.push((current, 1, 0)),
        }
        let stays: Vec<String> =
            stays.iter().map(|(status, count, total)| format!("{status}_*:*_{count}_*:*_{total}")).collect();
        Ok(Some(stays.join("_*|*_")))
    }
}
