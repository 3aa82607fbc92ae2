//! A town: three services, people who write, and the desk. Time stands still but for sleeps and for what tests move.

use access_desk_logic::{AccessDesk, Sound};
use plugin_sdk::testing::Stage;
use plugin_sdk::{Agent, Error, Header, ListeningAgent, Request, Response, Task};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use twin_sdk::testing::{MemoryHost, request};
use twin_sdk::{Host, Order, Range, Twin};

const SECOND: u64 = 1_000_000_000;
const INSTALLATION: &str = include_str!("world/installation.json");
const PEOPLE: &str = include_str!("world/people.json");
pub(crate) const HOUR: u64 = 3_600;
pub(crate) const WAREHOUSE: &str = "00gwar0000000000fern";
pub(crate) const ANA: &str = "00uana0000000000fern";

/// What becomes of a request of the desk's: none to let it pass.
type Trouble = Box<dyn FnMut(&Request) -> Option<Hurt>>;

/// How a request is hurt.
pub(crate) enum Hurt {
    /// It is answered with this instead.
    Instead(u16, &'static str, &'static str),
    /// It is done, and the answer is lost.
    Cut,
}

struct Services {
    slack: MemoryHost,
    okta: MemoryHost,
    jira: MemoryHost,
    trouble: Trouble,
}

pub(crate) struct Town {
    services: Rc<RefCell<Services>>,
    files: std::collections::BTreeMap<String, Vec<u8>>,
    /// How many events were handed to the desk so far.
    handed: usize,
    /// Requests of the desk's, method and address.
    pub(crate) requests: Vec<String>,
}

impl Services {
    fn send(&mut self, request: &Request) -> Response {
        let sent = twin_sdk::Request {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request
                .headers
                .iter()
                .map(|header| twin_sdk::Header { name: header.name.clone(), value: header.value.clone() })
                .collect(),
            body: request.body.clone(),
        };
        let answer = if request.url.starts_with("https://slack.com") {
            twin_slack::Slack::handle(&mut self.slack, &sent)
        } else if request.url.starts_with("https://fern.okta.com") {
            twin_okta::Okta::handle(&mut self.okta, &sent)
        } else {
            twin_jira::Jira::handle(&mut self.jira, &sent)
        };
        let headers = answer.headers.into_iter();
        Response {
            status: answer.status,
            headers: headers.map(|header| Header { name: header.name, value: header.value }).collect(),
            body: answer.body,
        }
    }

    fn answer(&mut self, request: &Request) -> Result<Response, Error> {
        match (self.trouble)(request) {
            None => Ok(self.send(request)),
            Some(Hurt::Cut) => {
                self.send(request);
                Err(Error::Unavailable("the connection broke".to_owned()))
            }
            Some(Hurt::Instead(status, name, value)) => {
                let headers = vec![Header { name: name.to_owned(), value: value.to_owned() }];
                Ok(Response { status, headers, body: Vec::new() })
            }
        }
    }
}

impl Town {
    /// A town in which the desk is installed.
    pub(crate) fn new() -> Self {
        let mut hosts = [MemoryHost::default(), MemoryHost::default(), MemoryHost::default()];
        let [slack, okta, jira] = &mut hosts;
        twin_slack::Slack::seed(slack, PEOPLE, include_str!("world/slack.json")).unwrap();
        twin_okta::Okta::seed(okta, PEOPLE, include_str!("world/okta.json")).unwrap();
        twin_jira::Jira::seed(jira, PEOPLE, include_str!("world/jira.json")).unwrap();
        let [slack, okta, jira] = hosts;
        let services = Services { slack, okta, jira, trouble: Box::new(|_| None) };
        let mut stage = Stage::new(|_: &Request| Err(Error::NotFound(String::new())));
        let task = Task { instruction: String::new(), input: INSTALLATION.to_owned() };
        AccessDesk::<Sound>::run(&mut stage, &task).unwrap();
        Self {
            services: Rc::new(RefCell::new(services)),
            files: stage.files,
            handed: 0,
            requests: Vec::new(),
        }
    }

    /// Has requests of the desk's hurt.
    pub(crate) fn trouble(&mut self, trouble: impl FnMut(&Request) -> Option<Hurt> + 'static) {
        self.services.borrow_mut().trouble = Box::new(trouble);
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        let mut services = self.services.borrow_mut();
        let now = services.slack.now + seconds * SECOND;
        (services.slack.now, services.okta.now, services.jira.now) = (now, now, now);
    }

    /// Somebody writes in the channel, or in a thread of it; what follows happens at once. Tells the message's `ts`.
    pub(crate) fn write(&mut self, person: &str, thread: Option<&str>, text: &str) -> String {
        let ts = self.post(person, thread, text);
        self.deliver();
        ts
    }

    /// Somebody writes, and Slack has not told the desk so far.
    pub(crate) fn post(&mut self, person: &str, thread: Option<&str>, text: &str) -> String {
        self.pass(60);
        let body = json!({"channel": "C0ACCESS", "text": text, "thread_ts": thread});
        let answer =
            self.call("https://slack.com/api/chat.postMessage", &format!("Bearer xoxp-{person}"), &body);
        answer["ts"].as_str().unwrap().to_owned()
    }

    /// A call that is not the desk's.
    pub(crate) fn call(&mut self, url: &str, credential: &str, body: &Value) -> Value {
        let fields = [("authorization", credential), ("content-type", "application/json")];
        let sent = request("POST", url, &fields, &body.to_string());
        let sent = Request {
            method: sent.method,
            url: sent.url,
            headers: fields.map(|(n, v)| Header { name: n.to_owned(), value: v.to_owned() }).into(),
            body: sent.body,
        };
        let answer = self.services.borrow_mut().send(&sent);
        assert!(answer.status < 300, "{url}: {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Puts somebody into a group without the desk.
    pub(crate) fn join(&mut self, group: &str, user: &str) {
        let url = format!("https://fern.okta.com/api/v1/groups/{group}/users/{user}");
        let sent = Request {
            method: "PUT".to_owned(),
            url,
            headers: vec![Header { name: "authorization".to_owned(), value: "SSWS okta-iris".to_owned() }],
            body: Vec::new(),
        };
        assert_eq!(self.services.borrow_mut().send(&sent).status, 204);
    }

    /// Hands every event to the desk that it has not had; an attempt that fails is made once more.
    pub(crate) fn deliver(&mut self) {
        let mut due: VecDeque<Request> = self.pending();
        while let Some(event) = due.pop_front() {
            if self.hand(&event).status >= 300 {
                self.pass(60);
                self.hand(&event);
            }
            due.extend(self.pending());
        }
    }

    /// Hands the newest events to the desk once more.
    pub(crate) fn deliver_again(&mut self, count: usize) {
        self.handed -= count;
        self.deliver();
    }

    fn pending(&mut self) -> VecDeque<Request> {
        let services = self.services.borrow();
        let events = services.slack.emitted.iter().skip(self.handed);
        let events: VecDeque<_> = events
            .map(|(_, event, _)| Request {
                method: event.method.clone(),
                url: event.url.clone(),
                headers: event
                    .headers
                    .iter()
                    .map(|header| Header { name: header.name.clone(), value: header.value.clone() })
                    .collect(),
                body: event.body.clone(),
            })
            .collect();
        self.handed += events.len();
        events
    }

    /// Hands a request to the desk.
    pub(crate) fn hand(&mut self, request: &Request) -> Response {
        let services = Rc::clone(&self.services);
        let mut stage = Stage::new(move |request: &Request| services.borrow_mut().answer(request));
        stage.now = self.services.borrow().slack.now;
        stage.files.clone_from(&self.files);
        let answer = AccessDesk::<Sound>::inbound(&mut stage, request);
        self.pass(stage.slept.iter().sum::<u64>() / SECOND);
        self.requests.extend(stage.requests.iter().map(|sent| format!("{} {}", sent.method, sent.url)));
        self.files = stage.files;
        answer
    }

    /// The scheduler's call.
    pub(crate) fn tick(&mut self) -> u16 {
        let headers = vec![Header {
            name: "authorization".to_owned(),
            value: "Bearer the-scheduler-shows-this".to_owned(),
        }];
        let url = "https://access-desk.fern.example/tick".to_owned();
        let status = self.hand(&Request { method: "POST".to_owned(), url, headers, body: Vec::new() }).status;
        self.deliver();
        status
    }

    /// What the desk wrote in a thread, oldest first.
    pub(crate) fn said(&self, thread: &str) -> Vec<String> {
        let ours = |message: &Value| message["user"] == "U0DESK" && message["thread_ts"] == thread;
        let messages = self.documents("slack", "messages");
        messages.iter().filter(|m| ours(m)).map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Names of the statuses of all issues.
    pub(crate) fn statuses(&self) -> Vec<String> {
        let names = self.documents("jira", "statuses");
        let name = |id: &Value| names.iter().find(|status| status["id"] == *id).unwrap()["name"].clone();
        let issues = self.documents("jira", "issues");
        issues.iter().map(|issue| name(&issue["status"]).as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn is_member(&self, group: &str, user: &str) -> bool {
        self.documents("okta", "members").iter().any(|held| held["group"] == group && held["user"] == user)
    }

    pub(crate) fn documents(&self, twin: &str, table: &str) -> Vec<Value> {
        let mut services = self.services.borrow_mut();
        let host = match twin {
            "slack" => &mut services.slack,
            "okta" => &mut services.okta,
            _ => &mut services.jira,
        };
        let all = Range { start: None, end: None };
        let entries = host.scan(table, &all, 10_000, Order::Ascending);
        entries.iter().map(|entry| serde_json::from_slice(&entry.value).unwrap()).collect()
    }
}
