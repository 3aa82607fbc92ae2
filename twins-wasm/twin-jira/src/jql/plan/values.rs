//! What the values in a query name on the site.

use twin_sdk::Table;

use crate::fields::catalogue::Family;
use crate::state::{COMPONENTS, Doc, ISSUE_TYPES, LINK_TYPES, PROJECTS, SPRINTS, STATUSES, USERS, VERSIONS};
use crate::wire::CATEGORIES;

use super::super::field::Field;
use super::super::function::{self, Values};
use super::super::tree::{FieldName, Operand};
use super::planner::Planner;
use super::{Refused, refused};

/// An id with the names that it goes by.
type Named = (String, Vec<String>);

impl Planner<'_, '_> {
    /// The ids that an operand stands for; none for EMPTY.
    pub(super) fn values(
        &mut self,
        name: &FieldName,
        field: &Field,
        operand: &Operand,
    ) -> Result<Vec<Option<String>>, Refused> {
        match operand {
            Operand::Empty => Ok(vec![None]),
            Operand::List(items) => {
                let mut values = Vec::new();
                for item in items {
                    values.extend(self.values(name, field, item)?);
                }
                Ok(values)
            }
            Operand::Function(function, arguments) => {
                match function::call(self.state, function, arguments, self.caller)? {
                    Values::Ids(ids) => Ok(ids.into_iter().map(Some).collect()),
                    Values::Moment(_) => refused(format!(
                        "A value provided by the function '{function}' is invalid for the field '{name}'."
                    )),
                }
            }
            Operand::Text(text) => self.value(name, field, text),
            Operand::Number(number) => self.value(name, field, &number.to_string()),
        }
    }

    /// The ids of what a text names in a field. Names may be ambiguous: all that have it are meant.
    fn value(&mut self, name: &FieldName, field: &Field, text: &str) -> Result<Vec<Option<String>>, Refused> {
        if matches!(field, Field::Resolution) && text.eq_ignore_ascii_case("unresolved") {
            return Ok(vec![None]);
        }
        match field {
            Field::Labels => return Ok(vec![Some(text.to_owned())]),
            Field::Custom(custom) if custom.family() == Family::Labels => {
                return Ok(vec![Some(text.to_owned())]);
            }
            Field::Issue | Field::Parent => return self.issue(name, field, text),
            _ => {}
        }
        let known = self.known(field, text)?;
        let is_named =
            |(id, names): &&Named| id == text || names.iter().any(|name| name.eq_ignore_ascii_case(text));
        let found: Vec<Option<String>> =
            known.iter().filter(is_named).map(|(id, _)| Some(id.clone())).collect();
        if found.is_empty() {
            return refused(format!("The value '{text}' does not exist for the field '{name}'."));
        }
        Ok(found)
    }

    /// What a field may hold: the ids, each with its names.
    fn known(&mut self, field: &Field, text: &str) -> Result<Vec<Named>, Refused> {
        Ok(match field {
            Field::Project => self.all(&PROJECTS, |project| (project.id, vec![project.key, project.name]))?,
            Field::IssueType => self.all(&ISSUE_TYPES, |kind| (kind.id, vec![kind.name]))?,
            Field::Status => self.all(&STATUSES, |status| (status.id, vec![status.name]))?,
            Field::StatusCategory => CATEGORIES
                .iter()
                .map(|(key, id, _, shown)| {
                    ((*key).to_owned(), vec![(*key).to_owned(), id.to_string(), (*shown).to_owned()])
                })
                .collect(),
            Field::Priority => {
                let priorities = self.state.priorities()?.into_iter();
                priorities.map(|priority| (priority.id, vec![priority.name])).collect()
            }
            Field::Resolution => {
                self.state.resolutions()?.into_iter().map(|found| (found.id, vec![found.name])).collect()
            }
            Field::Component => self.all(&COMPONENTS, |component| (component.id, vec![component.name]))?,
            Field::FixVersion | Field::AffectedVersion => {
                self.all(&VERSIONS, |version| (version.id, vec![version.name]))?
            }
            Field::Sprint => self.all(&SPRINTS, |sprint| (sprint.id, vec![sprint.name]))?,
            Field::LinkType => self.link_words(text)?,
            Field::Custom(custom) if matches!(custom.family(), Family::Select | Family::MultiSelect) => {
                custom.options.iter().map(|choice| (choice.id.clone(), vec![choice.value.clone()])).collect()
            }
            _ => self.all(&USERS, |user| (user.account_id, vec![user.display_name, user.email]))?,
        })
    }

    /// Every document of a table, as an id and its names.
    fn all<T: Doc>(
        &mut self,
        table: &'static Table<T>,
        named: impl Fn(T) -> Named,
    ) -> Result<Vec<Named>, Refused> {
        Ok(self.state.all(table)?.into_iter().map(named).collect())
    }

    /// Both ends of each type of link, by the words of that end; by the type's name where no end has those words.
    fn link_words(&mut self, text: &str) -> Result<Vec<Named>, Refused> {
        let kinds = self.state.all(&LINK_TYPES)?;
        let is_end = |words: &String| words.eq_ignore_ascii_case(text);
        let by_words = kinds.iter().any(|kind| is_end(&kind.outward) || is_end(&kind.inward));
        let ends = kinds.into_iter().flat_map(|kind| {
            let (outward, inward) =
                if by_words { (kind.outward, kind.inward) } else { (kind.name.clone(), kind.name) };
            [(format!("{}/outward", kind.id), vec![outward]), (format!("{}/inward", kind.id), vec![inward])]
        });
        Ok(ends.collect())
    }

    fn issue(&mut self, name: &FieldName, field: &Field, text: &str) -> Result<Vec<Option<String>>, Refused> {
        if let Some(issue) = self.state.find_issue(text)? {
            return Ok(vec![Some(issue.id)]);
        }
        if matches!(field, Field::Parent) {
            return refused(format!("The value '{text}' does not exist for the field '{name}'."));
        }
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let what = if is_number { "id" } else { "key" };
        if !is_number && !text.contains('-') {
            return refused(format!("The issue key '{text}' for field '{name}' is invalid."));
        }
        refused(format!("An issue with {what} '{text}' does not exist for field '{name}'."))
    }
}
