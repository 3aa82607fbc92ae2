//! What was read and written for earlier issues of the same answer. Nothing of it outlives the call.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::entities::{Field, IssueHead};
use crate::errors::Error;
use crate::state::{FIELDS, State};

/// JSON texts by id.
pub(super) type Texts = BTreeMap<String, Vec<u8>>;

/// What is remembered.
#[derive(Debug, Default)]
pub(super) struct Memo {
    pub(super) users: Texts,
    pub(super) issue_types: Texts,
    pub(super) projects: Texts,
    pub(super) priorities: Texts,
    pub(super) resolutions: Texts,
    pub(super) statuses: Texts,
    pub(super) categories: Texts,
    fields: Option<Rc<[Field]>>,
    subtasks: Option<(String, Rc<[IssueHead]>)>,
}

impl Memo {
    /// The site's own fields, by id.
    pub(super) fn fields(&mut self, state: &mut State<'_>) -> Result<Rc<[Field]>, Error> {
        if let Some(fields) = &self.fields {
            return Ok(fields.clone());
        }
        let fields: Rc<[Field]> = state.all(&FIELDS)?.into();
        self.fields = Some(fields.clone());
        Ok(fields)
    }

    /// The subtasks of an issue, where they were those asked for last.
    pub(super) fn subtasks_of(&self, issue: &str) -> Option<Rc<[IssueHead]>> {
        self.subtasks.as_ref().filter(|(of, _)| of == issue).map(|(_, subtasks)| subtasks.clone())
    }

    /// Remembers the subtasks of an issue.
    pub(super) fn keep_subtasks(&mut self, issue: &str, subtasks: Vec<IssueHead>) -> Rc<[IssueHead]> {
        let subtasks: Rc<[IssueHead]> = subtasks.into();
        self.subtasks = Some((issue.to_owned(), subtasks.clone()));
        subtasks
    }
}
