//! The doors: installation, Slack's events, the scheduler's call.

use std::fmt;
use std::marker::PhantomData;

use plugin_sdk::capability::Level;
use plugin_sdk::{Agent, AgentImports, Answer, Error, ListeningAgent, Request, Response, Task};

use crate::conduct::Conduct;
use crate::config::Config;
use crate::desk::Desk;
use crate::event::{Call, Event, Saying};
use crate::failure::Failure;
use crate::signature::field;
use crate::wire::header;
use crate::{asking, deciding, turns};

const SECOND: u64 = 1_000_000_000;

/// The automation that `specs/access-desk.md` describes, going about it in one way.
pub struct AccessDesk<C>(PhantomData<C>);

impl<C> fmt::Debug for AccessDesk<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessDesk")
    }
}

impl<C: Conduct> Agent for AccessDesk<C> {
    fn run(imports: &mut impl AgentImports, task: &Task) -> Result<Answer, Error> {
        Config::install(imports, &task.input)?;
        Ok(Answer { text: "Access Desk is installed.".to_owned() })
    }
}

impl<C: Conduct> ListeningAgent for AccessDesk<C> {
    fn inbound(imports: &mut impl AgentImports, request: &Request) -> Response {
        match answer::<C>(imports, request) {
            Ok(response) => response,
            Err(failure) => {
                imports.write(Level::Error, &failure.to_string());
                plain(503, "")
            }
        }
    }
}

fn answer<C: Conduct>(imports: &mut impl AgentImports, request: &Request) -> Result<Response, Failure> {
    let config = Config::load(imports)?;
    let done = match (request.method.as_str(), path(&request.url)) {
        ("POST", "/slack/events") => {
            let now = imports.now() / SECOND;
            if !C::is_genuine(request, &config.slack.signing_secret, now) {
                return Ok(plain(401, ""));
            }
            match serde_json::from_slice(&request.body) {
                Ok(Call::UrlVerification { challenge }) => return Ok(plain(200, &challenge)),
                Ok(Call::EventCallback { event: Event::Message(written), authorizations }) => {
                    let (Some(saying), Some(desk)) = (written.saying(), authorizations.first()) else {
                        return Ok(plain(200, ""));
                    };
                    heard::<C>(&mut Desk::open::<C>(imports, &config), saying, &desk.user_id)?
                }
                Ok(Call::EventCallback { .. } | Call::Unrelated) => return Ok(plain(200, "")),
                Err(_) => return Ok(plain(400, "")),
            }
        }
        ("POST", "/tick") => {
            let shown = field(request, "authorization").and_then(|value| value.strip_prefix("Bearer "));
            if shown != Some(config.scheduler_token.as_str()) {
                return Ok(plain(401, ""));
            }
            turns::take::<C>(&mut Desk::open::<C>(imports, &config))?
        }
        _ => return Ok(plain(404, "")),
    };
    if let Some(done) = done {
        imports.write(Level::Info, &done);
    }
    Ok(plain(200, ""))
}

/// What somebody said, in a channel that the desk is in. Tells what came of it, if anything.
fn heard<C: Conduct>(desk: &mut Desk<'_>, saying: Saying<'_>, own: &str) -> Result<Option<String>, Failure> {
    let asks = crate::mention::all(saying.text).any(|id| id == own);
    if saying.channel != desk.config.slack.channel || saying.user == own || (saying.thread.is_none() && !asks)
    {
        return Ok(None);
    }
    let thread = desk.slack().thread(saying.channel, saying.thread.unwrap_or(saying.ts), own)?;
    match thread.issue() {
        Some(issue) if saying.thread.is_some() => deciding::hear::<C>(desk, &thread, &issue, saying),
        _ => asking::consider::<C>(desk, &thread, saying),
    }
}

/// The path of an address, without the query.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/");
    path.split('?').next().unwrap_or_default()
}

fn plain(status: u16, text: &str) -> Response {
    Response {
        status,
        headers: vec![header("content-type", "text/plain; charset=utf-8")],
        body: text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_what_stands_behind_the_host() {
        let paths = ["https://a.example/tick?x=/y", "https://a.example", "/slack/events"].map(path);
        assert_eq!(paths, ["/tick", "/", "/slack/events"]);
    }
}
