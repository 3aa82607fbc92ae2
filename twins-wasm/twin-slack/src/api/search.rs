//! `search.*`: over all that the caller may read.

use serde_json::{Map, Value, json};
use twin_sdk::{Order, Range, Reply};

use crate::entities::{Channel, File, Message, User};
use crate::errors::{Code, Error};
use crate::search::{self, Kind, Term};
use crate::state::tables::{FILES, MESSAGES, STARS};
use crate::wire;

use super::Call;
use super::access::{Kind as Place, look};

/// The longest page.
const MOST: u64 = 100;

/// A message that a query is held against.
struct Candidate<'a> {
    message: &'a Message,
    channel: &'a Channel,
    author: Option<&'a User>,
    words: Vec<String>,
}

/// `search.messages`.
pub(super) fn messages(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let query = call.args.required_or("query", Code::NoQuery)?;
    let found = call.found_messages(&query)?;
    wire::ok(&json!({"query": query, "messages": found}))
}

/// `search.files`.
pub(super) fn files(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let query = call.args.required_or("query", Code::NoQuery)?;
    let found = call.found_files(&query)?;
    wire::ok(&json!({"query": query, "files": found}))
}

/// `search.all`.
pub(super) fn all(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let query = call.args.required_or("query", Code::NoQuery)?;
    let (messages, files) = (call.found_messages(&query)?, call.found_files(&query)?);
    wire::ok(
        &json!({"query": query, "messages": messages, "files": files, "posts": {"total": 0, "matches": []}}),
    )
}

impl Call<'_, '_> {
    fn found_messages(&mut self, query: &str) -> Result<Value, Error> {
        let terms = search::parse(query, self.state.now_seconds());
        let saved = self.saved_messages()?;
        let mut found: Vec<(u64, Message, Channel)> = Vec::new();
        let mut place: Option<(Channel, bool)> = None;
        let mut scan = MESSAGES.scan(Range { start: None, end: None }, Order::Ascending);
        while let Some((_, message)) = self.state.step(&mut scan)? {
            let id = message.channel.clone().unwrap_or_default();
            if place.as_ref().is_none_or(|(channel, _)| channel.id != id) {
                place = self.place(&id)?;
            }
            let Some((channel, true)) = &place else { continue };
            let author = self.state.user(&message.user)?;
            let words = words(&message.text);
            let candidate = Candidate { message: &message, channel, author: author.as_ref(), words };
            let is_saved = saved.contains(&format!("{id}/{}", message.ts));
            if terms.iter().all(|term| self.holds(&candidate, term, is_saved) != term.negated) {
                let score = score(&candidate, &terms);
                found.push((score, message, channel.clone()));
            }
        }
        self.sort(&mut found)?;
        let (page, count) = self.search_page()?;
        let highlight = self.args.flag("highlight")?;
        let mut matches = Vec::new();
        for (score, message, channel) in page_of(&found, page, count) {
            matches.push(self.shown_match(*score, message.clone(), channel, highlight.then_some(&*terms))?);
        }
        Ok(result(found.len(), page, count, matches))
    }

    fn found_files(&mut self, query: &str) -> Result<Value, Error> {
        let terms = search::parse(query, self.state.now_seconds());
        let mut found = Vec::new();
        for file in self.state.all(&FILES, "")? {
            let visible = self.visible_file(&file.id).is_ok();
            let author = self.state.user(&file.user)?;
            if visible
                && terms.iter().all(|term| self.holds_of_file(&file, author.as_ref(), term) != term.negated)
            {
                found.push(file);
            }
        }
        found.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
        let (page, count) = self.search_page()?;
        let matches =
            page_of(&found, page, count).map(|file| self.file(file)).collect::<Result<Vec<_>, _>>()?;
        Ok(result(found.len(), page, count, matches))
    }

    fn search_page(&self) -> Result<(u64, u64), Error> {
        self.args.numbered_page(20, MOST)
    }

    /// A conversation, and whether the caller may read it.
    fn place(&mut self, id: &str) -> Result<Option<(Channel, bool)>, Error> {
        let Some(channel) = self.state.channel(id)? else { return Ok(None) };
        let visible = look(self.state, self.caller, channel.clone());
        let readable =
            visible.is_some_and(|visible| visible.is_member || Place::of(&visible.channel) == Place::Public);
        Ok(Some((channel, readable)))
    }

    fn saved_messages(&mut self) -> Result<Vec<String>, Error> {
        let stars = self.state.all(&STARS, &format!("{}/message/", self.caller.user.id))?;
        let key = |star: crate::entities::Star| Some(format!("{}/{}", star.channel?, star.ts?));
        Ok(stars.into_iter().filter_map(key).collect())
    }

    fn holds(&self, candidate: &Candidate<'_>, term: &Term, is_saved: bool) -> bool {
        let Candidate { message, channel, author, words } = candidate;
        match &term.kind {
            Kind::Word(word) => {
                words.contains(word)
                    || message.text.to_lowercase().contains(word.as_str())
                        && !word.chars().all(char::is_alphanumeric)
            }
            Kind::Prefix(stem) => words.iter().any(|word| word.starts_with(stem.as_str())),
            Kind::Phrase(phrase) => message.text.to_lowercase().contains(phrase.as_str()),
            Kind::In(name) => channel.id == *name || channel.name == *name || self.is_with(channel, name),
            Kind::From(name) => self.is_named(*author, &message.user, name),
            Kind::With(name) => self.is_with(channel, name),
            Kind::Has(what) => has(message, what),
            Kind::Is(what) => match what.as_str() {
                "thread" => message.thread_ts.is_some(),
                "saved" => is_saved,
                _ => false,
            },
            Kind::During(span) => {
                let seconds = message.ts.split('.').next().and_then(|text| text.parse().ok());
                seconds.is_some_and(|seconds| span.contains(&seconds))
            }
            Kind::Nothing => false,
        }
    }

    fn holds_of_file(&self, file: &File, author: Option<&User>, term: &Term) -> bool {
        let text = format!("{} {} {}", file.title, file.name, file.preview.as_deref().unwrap_or_default());
        match &term.kind {
            Kind::Word(word) => words(&text).contains(word),
            Kind::Prefix(stem) => words(&text).iter().any(|word| word.starts_with(stem.as_str())),
            Kind::Phrase(phrase) => text.to_lowercase().contains(phrase.as_str()),
            Kind::In(name) => file.shares.contains_key(name),
            Kind::From(name) => self.is_named(author, &file.user, name),
            Kind::During(span) => span.contains(&file.created),
            Kind::With(_) | Kind::Has(_) | Kind::Is(_) | Kind::Nothing => false,
        }
    }

    fn is_named(&self, user: Option<&User>, id: &str, name: &str) -> bool {
        let by_name = |user: &User| {
            let names = [&user.name, user.display_name(), &user.real_name];
            names.iter().any(|own| own.eq_ignore_ascii_case(name))
        };
        id == name || name == "me" && id == self.caller.user.id || user.is_some_and(by_name)
    }

    /// Whether a direct message is one with somebody; the twin knows them by id, or as oneself.
    fn is_with(&self, channel: &Channel, name: &str) -> bool {
        let me = &self.caller.user;
        let direct = channel.is_im || channel.is_mpim;
        let named_me = (name == "me" || name == me.name) && channel.participants.contains(&me.id);
        direct && (named_me || channel.participants.iter().any(|id| id == name) || mpim_names(channel, name))
    }

    fn sort(&self, found: &mut [(u64, Message, Channel)]) -> Result<(), Error> {
        let by_time = self.args.text("sort")?.as_deref() == Some("timestamp");
        let ascending = self.args.text("sort_dir")?.as_deref() == Some("asc");
        found.sort_by(|(score, one, _), (other_score, other, _)| {
            let by_score = if by_time { std::cmp::Ordering::Equal } else { score.cmp(other_score) };
            let order = by_score.then_with(|| one.ts.cmp(&other.ts));
            if ascending { order } else { order.reverse() }
        });
        Ok(())
    }

    fn shown_match(
        &mut self,
        score: u64,
        message: Message,
        channel: &Channel,
        highlight: Option<&[Term]>,
    ) -> Result<Value, Error> {
        let permalink = self.permalink(&channel.id, &message)?;
        let username = self.state.user(&message.user)?.map(|user| user.name).unwrap_or_default();
        let mut shown = json!({
            "type": "message", "iid": twin_sdk::digest_id("", &format!("{}/{}", channel.id, message.ts), 24),
            "user": message.user, "username": username, "team": message.team, "ts": message.ts,
            "text": highlight.map_or_else(|| message.text.clone(), |terms| highlighted(&message.text, terms)),
            "permalink": permalink, "score": score, "no_reactions": message.reactions.is_none(),
            "channel": {
                "id": channel.id, "name": if channel.is_im { wire::other_side(channel, &self.caller.user.id) } else { &channel.name },
                "is_channel": !channel.is_im && !channel.is_mpim, "is_group": false, "is_im": channel.is_im,
                "is_mpim": channel.is_mpim, "is_private": channel.is_private, "is_shared": false,
                "is_org_shared": false, "is_ext_shared": false, "is_pending_ext_shared": false, "pending_shared": [],
            },
        });
        if let Some(fields) = shown.as_object_mut() {
            let lists: [(&str, Option<Vec<Value>>); 3] =
                [("blocks", message.blocks), ("attachments", message.attachments), ("files", message.files)];
            fields.extend(lists.into_iter().filter_map(|(name, list)| Some((name.to_owned(), list?.into()))));
        }
        Ok(shown)
    }
}

fn mpim_names(channel: &Channel, name: &str) -> bool {
    channel.is_mpim && channel.name.split("--").any(|part| part.trim_start_matches("mpdm-") == name)
}

fn has(message: &Message, what: &str) -> bool {
    match what {
        "link" => message.text.contains("http://") || message.text.contains("https://"),
        "file" => message.files.is_some(),
        "pin" => message.pinned_to.is_some(),
        "reaction" => message.reactions.is_some(),
        emoji => {
            let name = emoji.trim_matches(':');
            let own = message.reactions.iter().flatten().any(|reaction| reaction.name == name);
            emoji.starts_with(':') && (own || message.text.contains(emoji))
        }
    }
}

/// The words of a text, in lower case and without what surrounds them.
fn words(text: &str) -> Vec<String> {
    let edge = |char: char| char.is_ascii_punctuation() && !matches!(char, '<' | '>' | '@' | '#');
    let split = text
        .split(|char: char| char.is_whitespace() || matches!(char, ',' | ';' | '!' | '?' | '"' | '(' | ')'));
    split.map(|word| word.trim_matches(edge).to_lowercase()).filter(|word| !word.is_empty()).collect()
}

/// How often the words that were asked for stand in a message.
fn score(candidate: &Candidate<'_>, terms: &[Term]) -> u64 {
    let asked = terms.iter().filter(|term| !term.negated);
    let count = |term: &Term| match &term.kind {
        Kind::Word(word) => candidate.words.iter().filter(|own| *own == word).count(),
        Kind::Prefix(stem) => candidate.words.iter().filter(|own| own.starts_with(stem.as_str())).count(),
        Kind::Phrase(phrase) => candidate.message.text.to_lowercase().matches(phrase.as_str()).count(),
        _ => 0,
    };
    asked.map(count).sum::<usize>() as u64
}

/// The text with the service's marks around the words that were asked for.
fn highlighted(text: &str, terms: &[Term]) -> String {
    let mark = |word: &str| {
        let bare = words(word).pop().unwrap_or_default();
        let hit = terms.iter().any(|term| match &term.kind {
            Kind::Word(asked) => !term.negated && *asked == bare,
            Kind::Prefix(stem) => !term.negated && bare.starts_with(stem.as_str()),
            _ => false,
        });
        if hit { format!("\u{e000}{word}\u{e001}") } else { word.to_owned() }
    };
    text.split(' ').map(mark).collect::<Vec<_>>().join(" ")
}

fn page_of<T>(items: &[T], page: u64, count: u64) -> impl Iterator<Item = &T> {
    let from = usize::try_from((page - 1).saturating_mul(count)).unwrap_or(usize::MAX);
    items.iter().skip(from).take(usize::try_from(count).unwrap_or(usize::MAX))
}

/// A page of matches, with where it stands told in both of the service's ways.
fn result(total: usize, page: u64, count: u64, matches: Vec<Value>) -> Value {
    let shown = matches.len() as u64;
    let before = (page - 1).saturating_mul(count);
    let first = if shown == 0 { 0 } else { before.saturating_add(1) };
    let mut result = Map::new();
    result.insert("total".to_owned(), total.into());
    result.insert("pagination".to_owned(), json!({
        "total_count": total, "page": page, "per_page": count, "page_count": (total as u64).div_ceil(count.max(1)),
        "first": first, "last": before.saturating_add(shown),
    }));
    result.insert("paging".to_owned(), wire::paging(total, page, count));
    result.insert("matches".to_owned(), matches.into());
    Value::Object(result)
}
