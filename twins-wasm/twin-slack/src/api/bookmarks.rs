//! `bookmarks.*`: links at the head of a channel.

use serde_json::json;
use twin_sdk::Reply;

use crate::entities::Bookmark;
use crate::errors::{Code, Error};
use crate::state::tables::BOOKMARKS;
use crate::wire;

use super::Call;

/// How many bookmarks a channel may have.
const MOST: usize = 100;

/// `bookmarks.add`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let channel = call.bookmarked_channel()?;
    let (title, kind) = (call.args.required("title")?, call.args.required("type")?);
    if kind != "link" {
        return Err(Code::InvalidBookmarkType.into());
    }
    let link = call.args.text("link")?.ok_or(Code::InvalidLink)?;
    check_link(&link)?;
    let emoji = call.args.text("emoji")?;
    check_emoji(emoji.as_deref())?;
    let others = call.state.all(&BOOKMARKS, &format!("{channel}/"))?;
    if others.len() >= MOST {
        return Err(Code::TooManyBookmarks.into());
    }
    let me = &call.caller.user;
    let bookmark = Bookmark {
        id: call.state.mint("Bk"),
        channel_id: channel,
        title,
        link,
        emoji,
        icon_url: None,
        kind,
        entity_id: None,
        date_created: call.state.now_seconds(),
        date_updated: 0,
        rank: rank_after(others.iter().map(|other| other.rank.as_str()).max()),
        last_updated_by_user_id: me.id.clone(),
        last_updated_by_team_id: me.team_id.clone(),
        shortcut_id: None,
        app_id: None,
    };
    call.state.put(&BOOKMARKS, &key(&bookmark), &bookmark)?;
    wire::ok(&json!({"bookmark": bookmark}))
}

/// `bookmarks.edit`: what the call leaves out stays.
pub(super) fn edit(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut bookmark = call.named_bookmark()?;
    if let Some(title) = call.args.text("title")? {
        bookmark.title = title;
    }
    if let Some(link) = call.args.text("link")? {
        check_link(&link)?;
        bookmark.link = link;
    }
    if let Some(emoji) = call.args.text("emoji")? {
        check_emoji(Some(&emoji))?;
        bookmark.emoji = Some(emoji);
    }
    bookmark.date_updated = call.state.now_seconds();
    bookmark.last_updated_by_user_id.clone_from(&call.caller.user.id);
    call.state.put(&BOOKMARKS, &key(&bookmark), &bookmark)?;
    wire::ok(&json!({"bookmark": bookmark}))
}

/// `bookmarks.list`: by rank.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let channel = call.bookmarked_channel()?;
    let mut bookmarks = call.state.all(&BOOKMARKS, &format!("{channel}/"))?;
    bookmarks.sort_by(|one, other| one.rank.cmp(&other.rank));
    wire::ok(&json!({"bookmarks": bookmarks}))
}

/// `bookmarks.remove`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let bookmark = call.named_bookmark()?;
    call.state.delete(&BOOKMARKS, &key(&bookmark));
    call.done()
}

impl Call<'_, '_> {
    fn bookmarked_channel(&mut self) -> Result<String, Error> {
        let id = self.args.required("channel_id")?;
        Ok(self.visible(&id)?.channel.id)
    }

    fn named_bookmark(&mut self) -> Result<Bookmark, Error> {
        let channel = self.bookmarked_channel()?;
        let id = self.args.required("bookmark_id")?;
        self.state.get(&BOOKMARKS, &format!("{channel}/{id}"))?.ok_or_else(|| Code::NotFound.into())
    }
}

fn key(bookmark: &Bookmark) -> String {
    format!("{}/{}", bookmark.channel_id, bookmark.id)
}

/// Ranks are texts that sort: the service leaves room between them, and so does this.
fn rank_after(last: Option<&str>) -> String {
    let number = last.and_then(|rank| u64::from_str_radix(rank, 36).ok()).unwrap_or(0).saturating_add(1);
    let mut digits = Vec::new();
    let mut rest = number;
    while digits.len() < 4 {
        digits.push(char::from_digit(u32::try_from(rest % 36).unwrap_or(0), 36).unwrap_or('0'));
        rest /= 36;
    }
    digits.into_iter().rev().collect()
}

fn check_link(link: &str) -> Result<(), Error> {
    let (scheme, rest) = link.split_once(':').unwrap_or_default();
    let legal = matches!(scheme, "http" | "https" | "mailto" | "slack") && !rest.trim_matches('/').is_empty();
    if legal { Ok(()) } else { Err(Code::InvalidLink.into()) }
}

fn check_emoji(emoji: Option<&str>) -> Result<(), Error> {
    let legal = emoji.is_none_or(|emoji| emoji.len() > 2 && emoji.starts_with(':') && emoji.ends_with(':'));
    if legal { Ok(()) } else { Err(Code::InvalidEmoji.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_sort_in_the_order_of_making() {
        let mut ranks = vec![rank_after(None)];
        for _ in 0..99 {
            ranks.push(rank_after(ranks.last().map(String::as_str)));
        }
        assert!(ranks.is_sorted_by(|one, other| one < other));
    }
}
