//! The parts of an issue that are documents of their own: people, configuration, comments, work, files and links.

use serde_json::Value;
use twin_sdk::Table;

use crate::entities::{Attachment, Comment, Issue, Worklog};
use crate::errors::Error;
use crate::moment;
use crate::shapes::{self, Moment};
use crate::state::{
    ATTACHMENTS, COMMENTS, COMPONENTS, Doc, ISSUE_TYPES, LINK_TYPES, LINKS, PRIORITIES, PROJECT_HEADS,
    RESOLUTIONS, STATUSES, USERS, VERSIONS, WORKLOGS,
};
use crate::text::Text;
use crate::wire::Wire;

use super::memo::{Memo, Texts};
use super::show::Show;

/// How many work logs an issue shows by itself.
const WORKLOGS_SHOWN: usize = 20;
/// The types of files that have a thumbnail.
const PICTURES: &[&str] = &["image/gif", "image/jpeg", "image/png"];

/// Documents that many issues of an answer share are read and written once.
impl Show<'_, '_> {
    /// Writes what is found under an id; null where nothing is.
    fn shared<T: Doc>(
        &mut self,
        out: &mut Text,
        texts: fn(&mut Memo) -> &mut Texts,
        table: &Table<T>,
        id: Option<&str>,
        write: impl FnOnce(&mut Text, &Wire, &T) -> serde_json::Result<()>,
    ) -> Result<(), Error> {
        let Some(id) = id else { return Ok(out.value(&())?) };
        if let Some(text) = texts(&mut self.memo).get(id) {
            out.again(text);
            return Ok(());
        }
        let before = out.len();
        match self.state.get(table, id)? {
            Some(found) => write(out, self.wire, &found)?,
            None => out.value(&())?,
        }
        texts(&mut self.memo).insert(id.to_owned(), out.since(before).to_vec());
        Ok(())
    }

    /// The person with an account id; null for nobody and for somebody who is gone.
    pub(crate) fn user(&mut self, out: &mut Text, id: Option<&str>) -> Result<(), Error> {
        let viewer = self.viewer;
        self.shared(
            out,
            |memo| &mut memo.users,
            &USERS,
            id,
            |out, wire, user| out.value(&shapes::User::of(wire, user, viewer)),
        )
    }

    pub(super) fn issue_type(&mut self, out: &mut Text, id: &str) -> Result<(), Error> {
        self.shared(
            out,
            |memo| &mut memo.issue_types,
            &ISSUE_TYPES,
            Some(id),
            |out, wire, kind| out.value(&shapes::IssueType::of(wire, kind)),
        )
    }

    pub(super) fn project(&mut self, out: &mut Text, id: &str) -> Result<(), Error> {
        self.shared(
            out,
            |memo| &mut memo.projects,
            &PROJECT_HEADS,
            Some(id),
            |out, wire, project| out.value(&shapes::Project::of(wire, project)),
        )
    }

    pub(super) fn priority(&mut self, out: &mut Text, id: Option<&str>) -> Result<(), Error> {
        self.shared(
            out,
            |memo| &mut memo.priorities,
            &PRIORITIES,
            id,
            |out, wire, priority| out.value(&shapes::Priority::of(wire, priority)),
        )
    }

    pub(super) fn resolution(&mut self, out: &mut Text, id: Option<&str>) -> Result<(), Error> {
        self.shared(
            out,
            |memo| &mut memo.resolutions,
            &RESOLUTIONS,
            id,
            |out, wire, found| out.value(&shapes::Described::resolution(wire, found)),
        )
    }

    pub(super) fn status(&mut self, out: &mut Text, id: &str) -> Result<(), Error> {
        self.shared(
            out,
            |memo| &mut memo.statuses,
            &STATUSES,
            Some(id),
            |out, wire, status| out.value(&shapes::Status::of(wire, status)),
        )
    }

    /// The category of a status.
    pub(super) fn category(&mut self, out: &mut Text, status: &str) -> Result<(), Error> {
        self.shared(
            out,
            |memo| &mut memo.categories,
            &STATUSES,
            Some(status),
            |out, wire, status| out.value(&shapes::Category::of(wire, &status.category)),
        )
    }
}

/// Documents that belong to one issue.
impl Show<'_, '_> {
    pub(super) fn components(&mut self, out: &mut Text, ids: &[String]) -> Result<(), Error> {
        self.each(out, ids, &COMPONENTS, |show, out, component| {
            Ok(out.value(&shapes::Described::component(show.wire, component))?)
        })
    }

    pub(super) fn versions(&mut self, out: &mut Text, ids: &[String]) -> Result<(), Error> {
        self.each(out, ids, &VERSIONS, |show, out, version| {
            Ok(out.value(&shapes::Version::of(show.wire, version))?)
        })
    }

    pub(super) fn attachments(&mut self, out: &mut Text, issue: &Issue) -> Result<(), Error> {
        self.each(out, &issue.attachments, &ATTACHMENTS, |show, out, file| show.attachment(out, file))
    }

    /// A list of the documents under some ids; those that are gone are left out.
    pub(super) fn each<T: Doc>(
        &mut self,
        out: &mut Text,
        ids: &[String],
        table: &Table<T>,
        write: impl Fn(&mut Self, &mut Text, &T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        out.open(b'[');
        for id in ids {
            if let Some(found) = self.state.get(table, id)? {
                out.item();
                write(self, out, &found)?;
            }
        }
        out.close(b']');
        Ok(())
    }

    /// A file on an issue. Its id is a text within an issue; the attachment's own address shows it as a number.
    pub(crate) fn attachment(&mut self, out: &mut Text, attachment: &Attachment) -> Result<(), Error> {
        out.open(b'{');
        out.member("author");
        self.user(out, Some(&attachment.author))?;
        out.pair("content", &self.wire.address(&["attachment/content/", &attachment.id]))?;
        out.pair("created", &Moment(attachment.created))?;
        out.pair("filename", &attachment.filename)?;
        out.pair("id", &attachment.id)?;
        out.pair("mimeType", &attachment.mime_type)?;
        out.pair("self", &self.wire.address(&["attachment/", &attachment.id]))?;
        out.pair("size", &attachment.size)?;
        if PICTURES.contains(&attachment.mime_type.as_str()) {
            let thumbnail = self.wire.address(&["attachment/thumbnail/", &attachment.id]);
            out.pair("thumbnail", &thumbnail)?;
        }
        out.close(b'}');
        Ok(())
    }

    pub(super) fn comments(&mut self, out: &mut Text, issue: &Issue) -> Result<(), Error> {
        let comments = self.state.of_issue(&COMMENTS, &issue.id)?;
        out.open(b'{');
        out.member("comments");
        out.open(b'[');
        for comment in &comments {
            out.item();
            self.comment(out, comment, None)?;
        }
        out.close(b']');
        out.pair("maxResults", &comments.len())?;
        out.pair("self", &self.wire.address(&["issue/", &issue.id, "/comment"]))?;
        out.pair("startAt", &0)?;
        out.pair("total", &comments.len())?;
        out.close(b'}');
        Ok(())
    }

    /// A comment; `html` is its text once more where that was asked for.
    pub(crate) fn comment(
        &mut self,
        out: &mut Text,
        comment: &Comment,
        html: Option<&str>,
    ) -> Result<(), Error> {
        out.open(b'{');
        out.member("author");
        self.user(out, Some(&comment.author))?;
        out.pair("body", &*comment.body.show(self.wire.documents()))?;
        out.pair("created", &Moment(comment.created))?;
        out.pair("id", &comment.id)?;
        out.pair("jsdPublic", &true)?;
        if let Some(html) = html {
            out.pair("renderedBody", html)?;
        }
        out.pair("self", &self.wire.address(&["issue/", &comment.issue, "/comment/", &comment.id]))?;
        out.member("updateAuthor");
        self.user(out, Some(&comment.update_author))?;
        out.pair("updated", &Moment(comment.updated))?;
        visible_to(out, comment.visibility.as_ref())
    }

    pub(super) fn worklogs(&mut self, out: &mut Text, issue: &Issue) -> Result<(), Error> {
        let worklogs = self.state.of_issue(&WORKLOGS, &issue.id)?;
        out.open(b'{');
        out.pair("maxResults", &WORKLOGS_SHOWN)?;
        out.pair("startAt", &0)?;
        out.pair("total", &worklogs.len())?;
        out.member("worklogs");
        out.open(b'[');
        for worklog in worklogs.iter().take(WORKLOGS_SHOWN) {
            out.item();
            self.worklog(out, worklog)?;
        }
        out.close(b']');
        out.close(b'}');
        Ok(())
    }

    /// Logged work.
    pub(crate) fn worklog(&mut self, out: &mut Text, worklog: &Worklog) -> Result<(), Error> {
        out.open(b'{');
        out.member("author");
        self.user(out, Some(&worklog.author))?;
        if let Some(comment) = &worklog.comment {
            out.pair("comment", &*comment.show(self.wire.documents()))?;
        }
        out.pair("created", &Moment(worklog.created))?;
        out.pair("id", &worklog.id)?;
        out.pair("issueId", &worklog.issue)?;
        out.pair("self", &self.wire.address(&["issue/", &worklog.issue, "/worklog/", &worklog.id]))?;
        out.pair("started", &Moment(worklog.started))?;
        out.pair("timeSpent", &moment::show_work(worklog.seconds))?;
        out.pair("timeSpentSeconds", &worklog.seconds)?;
        out.member("updateAuthor");
        self.user(out, Some(&worklog.update_author))?;
        out.pair("updated", &Moment(worklog.updated))?;
        visible_to(out, worklog.visibility.as_ref())
    }

    pub(super) fn links(&mut self, out: &mut Text, issue: &Issue) -> Result<(), Error> {
        out.open(b'[');
        for id in &issue.links {
            let Some(link) = self.state.get(&LINKS, id)? else { continue };
            let Some(kind) = self.state.get(&LINK_TYPES, &link.kind)? else { continue };
            let (side, other) = if link.inward == issue.id {
                ("outwardIssue", &link.outward)
            } else {
                ("inwardIssue", &link.inward)
            };
            let Some(other) = self.state.issue_head(other)? else { continue };
            out.item();
            out.open(b'{');
            out.pair("id", &link.id)?;
            out.member(side);
            self.mention(out, &other)?;
            out.pair("self", &self.wire.address(&["issueLink/", &link.id]))?;
            out.pair("type", &shapes::LinkType::of(self.wire, &kind))?;
            out.close(b'}');
        }
        out.close(b']');
        Ok(())
    }
}

/// Ends a comment or logged work with who may see it.
fn visible_to(out: &mut Text, visibility: Option<&Value>) -> Result<(), Error> {
    if let Some(visibility) = visibility {
        out.pair("visibility", visibility)?;
    }
    out.close(b'}');
    Ok(())
}
