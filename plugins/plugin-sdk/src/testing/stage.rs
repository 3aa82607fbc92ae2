//! The world of an agent or tool under a native test: a clock, a counter for randomness, and a service.

use std::collections::BTreeMap;

use super::Replies;
use crate::capability::{
    Clock, GrantedTool, Http, Item, Kind, Level, Log, Metadata, Random, Tools, Workspace,
};
use crate::model::{self, Model};
use crate::{Duration, Error, Instant, Request, Response};

/// A tool on a stage: what it is, and what it answers to its arguments.
pub type StageTool = (GrantedTool, fn(&str) -> Result<String, Error>);

/// The imports of an agent or tool. `service` answers its requests; everything it did can be read afterwards.
#[derive(Debug)]
pub struct Stage<S> {
    /// What answers each request.
    pub service: S,
    /// The time, in nanoseconds since 1970.
    pub now: Instant,
    /// Every sleep, in order, in nanoseconds.
    pub slept: Vec<Duration>,
    /// Every request, in order.
    pub requests: Vec<Request>,
    /// Every line of the log, in order.
    pub lines: Vec<(Level, String)>,
    /// Every file of the workspace, by its path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Every tool that is granted.
    pub tools: Vec<StageTool>,
    /// What models answer an agent.
    pub replies: Replies,
    drawn: u64,
}

impl<S: FnMut(&Request) -> Result<Response, Error>> Stage<S> {
    /// A stage at 1970-01-01T00:00:00Z on which nothing happened yet.
    pub fn new(service: S) -> Self {
        Self {
            service,
            now: 0,
            slept: Vec::new(),
            requests: Vec::new(),
            lines: Vec::new(),
            files: BTreeMap::new(),
            tools: Vec::new(),
            replies: Replies::default(),
            drawn: 0,
        }
    }
}

impl<S> Model for Stage<S> {
    fn complete(&mut self, request: &model::Request) -> Result<model::Reply, Error> {
        self.replies.complete(request)
    }
}

impl<S> Log for Stage<S> {
    fn write(&mut self, level: Level, message: &str) {
        self.lines.push((level, message.to_owned()));
    }
}

impl<S> Clock for Stage<S> {
    fn now(&mut self) -> Instant {
        self.now
    }

    fn sleep(&mut self, duration: Duration) {
        self.now = self.now.saturating_add(duration);
        self.slept.push(duration);
    }
}

impl<S> Random for Stage<S> {
    fn fill(&mut self, len: u32) -> Vec<u8> {
        (0..len).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    fn next(&mut self) -> u64 {
        self.drawn += 1;
        self.drawn
    }
}

impl<S: FnMut(&Request) -> Result<Response, Error>> Http for Stage<S> {
    fn send(&mut self, request: &Request) -> Result<Response, Error> {
        self.requests.push(request.clone());
        (self.service)(request)
    }
}

impl<S> Stage<S> {
    /// The names directly in a folder; none where there is no such folder.
    fn items(&self, path: &str) -> Option<Vec<Item>> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let below = self.files.keys().filter_map(|file| file.strip_prefix(&prefix));
        let items: BTreeMap<_, _> = below
            .map(|rest| match rest.split_once('/') {
                Some((folder, _)) => (folder, Kind::Folder),
                None => (rest, Kind::File),
            })
            .collect();
        let items: Vec<_> =
            items.into_iter().map(|(name, kind)| Item { name: name.to_owned(), kind }).collect();
        (path.is_empty() || !items.is_empty()).then_some(items)
    }
}

/// A folder is there as long as a file is below it.
impl<S> Workspace for Stage<S> {
    fn read_file(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error> {
        let bytes = self.files.get(path).ok_or_else(|| missing(path))?;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        Ok(bytes.iter().skip(first).take(limit as usize).copied().collect())
    }

    fn write_file(&mut self, path: &str, contents: &[u8]) -> Result<(), Error> {
        self.files.insert(path.to_owned(), contents.to_vec());
        Ok(())
    }

    fn list(&mut self, path: &str) -> Result<Vec<Item>, Error> {
        self.items(path).ok_or_else(|| missing(path))
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        match self.files.remove(path) {
            Some(_) => Ok(()),
            None if self.items(path).is_some() => Err(Error::Conflict(format!("`{path}` holds something"))),
            None => Err(missing(path)),
        }
    }

    fn stat(&mut self, path: &str) -> Result<Metadata, Error> {
        match self.files.get(path) {
            Some(bytes) => Ok(Metadata { kind: Kind::File, size: bytes.len() as u64 }),
            None if self.items(path).is_some() => Ok(Metadata { kind: Kind::Folder, size: 0 }),
            None => Err(missing(path)),
        }
    }
}

fn missing(path: &str) -> Error {
    Error::NotFound(format!("nothing stands at `{path}`"))
}

impl<S> Tools for Stage<S> {
    fn granted_tools(&mut self) -> Vec<GrantedTool> {
        self.tools.iter().map(|(definition, _)| definition.clone()).collect()
    }

    fn call_tool(&mut self, name: &str, arguments: &str) -> Result<String, Error> {
        match self.tools.iter().find(|(definition, _)| definition.name == name) {
            Some((_, call)) => call(arguments),
            None => Err(Error::NotFound(format!("there is no tool `{name}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::replies::reply;
    use super::*;
    use crate::AgentImports;
    use crate::model::{Message, Speaker};

    #[test]
    fn a_sleep_moves_the_clock_and_is_remembered() {
        let mut stage = Stage::new(|_: &Request| Err(Error::NotFound("nobody".to_owned())));
        stage.sleep(5);
        stage.sleep(7);
        assert_eq!((stage.now(), stage.slept.as_slice()), (12, [5, 7].as_slice()));
    }

    #[test]
    fn requests_reach_the_service_in_order() {
        let mut stage = Stage::new(|request: &Request| {
            Ok(Response { status: 200, headers: Vec::new(), body: request.url.clone().into_bytes() })
        });
        for url in ["https://a.example/1", "https://a.example/2"] {
            let request = Request {
                method: "GET".to_owned(),
                url: url.to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
            };
            assert_eq!(stage.send(&request).unwrap().body, url.as_bytes());
        }
        assert_eq!(stage.requests.len(), 2);
    }

    #[test]
    fn an_agent_may_ask_a_model() {
        fn asks(imports: &mut impl AgentImports) -> String {
            let request = model::Request {
                model: "acme/small".to_owned(),
                messages: vec![Message::text(Speaker::User, "What is due?")],
                tools: Vec::new(),
                max_tokens: 10,
                temperature: None,
                output_schema: None,
            };
            imports.complete(&request).unwrap().text()
        }
        let mut stage = Stage::new(|_: &Request| Err(Error::NotFound("nobody".to_owned())));
        stage.replies.left.push_back(Ok(reply("Two.")));
        assert_eq!(asks(&mut stage), "Two.");
        assert_eq!(stage.replies.requests[0].model, "acme/small");
    }

    #[test]
    fn folders_are_where_files_are() {
        let mut stage = Stage::new(|_: &Request| Err(Error::NotFound("nobody".to_owned())));
        stage.write_file("a/b/c.txt", b"hello").unwrap();
        stage.write_file("a/z.txt", b"").unwrap();
        let names = |items: Vec<Item>| -> Vec<_> { items.into_iter().map(|i| (i.name, i.kind)).collect() };
        assert_eq!(names(stage.list("").unwrap()), [("a".to_owned(), Kind::Folder)]);
        let inside = [("b".to_owned(), Kind::Folder), ("z.txt".to_owned(), Kind::File)];
        assert_eq!(names(stage.list("a").unwrap()), inside);
        assert_eq!(stage.read_file("a/b/c.txt", 1, 3).unwrap(), b"ell");
        assert!(matches!(stage.remove("a"), Err(Error::Conflict(_))));
        stage.remove("a/b/c.txt").unwrap();
        assert!(matches!(stage.stat("a/b"), Err(Error::NotFound(_))));
    }
}
