//! The real host behind the imports. Only a guest has it: natively there is nothing to link these calls to.

use crate::bindings::imports::glasshouse::capability::{
    clock, http, log, model as models, outcome, random, tools, trajectory, workspace,
};
use crate::capability::{
    Change, Clock, Entry, Event, GrantedTool, Http, Item, Level, Log, Metadata, Moment, Order, Outcome,
    Random, Range, Tools, Trajectory, Workspace,
};
use crate::model::{self, Model};
use crate::{Duration, Error, Instant, Request, Response};

/// The host that runs this guest. A role's export hands it out as that role's imports, so a component imports
/// interfaces of its own role only.
#[derive(Debug)]
pub struct Host;

impl Log for Host {
    fn write(&mut self, level: Level, message: &str) {
        log::write(level, message);
    }
}

impl Clock for Host {
    fn now(&mut self) -> Instant {
        clock::now()
    }

    fn sleep(&mut self, duration: Duration) {
        clock::sleep(duration);
    }
}

impl Random for Host {
    fn fill(&mut self, len: u32) -> Vec<u8> {
        random::fill(len)
    }

    fn next(&mut self) -> u64 {
        random::next()
    }
}

impl Http for Host {
    fn send(&mut self, request: &Request) -> Result<Response, Error> {
        http::send(request)
    }
}

impl Workspace for Host {
    fn read_file(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error> {
        workspace::read(path, first, limit)
    }

    fn write_file(&mut self, path: &str, contents: &[u8]) -> Result<(), Error> {
        workspace::write(path, contents)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Item>, Error> {
        workspace::list(path)
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        workspace::remove(path)
    }

    fn stat(&mut self, path: &str) -> Result<Metadata, Error> {
        workspace::stat(path)
    }
}

impl Tools for Host {
    fn granted_tools(&mut self) -> Vec<GrantedTool> {
        tools::definitions()
    }

    fn call_tool(&mut self, name: &str, arguments: &str) -> Result<String, Error> {
        tools::call(name, arguments)
    }
}

impl Trajectory for Host {
    fn story(&mut self) -> String {
        trajectory::story()
    }

    fn event_count(&mut self) -> u64 {
        trajectory::count()
    }

    fn events(&mut self, first: u64, limit: u32) -> Vec<Event> {
        trajectory::events(first, limit)
    }
}

impl Outcome for Host {
    fn change_count(&mut self) -> u64 {
        outcome::count()
    }

    fn changes(&mut self, first: u64, limit: u32) -> Vec<Change> {
        outcome::changes(first, limit)
    }

    fn get(&mut self, moment: Moment, twin: &str, table: &str, key: &str) -> Option<Vec<u8>> {
        outcome::get(moment, twin, table, key)
    }

    fn scan(
        &mut self,
        moment: Moment,
        twin: &str,
        table: &str,
        range: &Range,
        limit: u32,
        order: Order,
    ) -> Vec<Entry> {
        outcome::scan(moment, twin, table, range, limit, order)
    }
}

impl Model for Host {
    fn complete(&mut self, request: &model::Request) -> Result<model::Reply, Error> {
        models::complete(request)
    }
}
