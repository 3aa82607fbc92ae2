//! The world of an agent or tool under a native test: a clock, a counter for randomness, and a service.

use crate::capability::{Clock, Http, Level, Log, Random};
use crate::{Duration, Error, Instant, Request, Response};

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
    drawn: u64,
}

impl<S: FnMut(&Request) -> Result<Response, Error>> Stage<S> {
    /// A stage at 1970-01-01T00:00:00Z on which nothing happened yet.
    pub fn new(service: S) -> Self {
        Self { service, now: 0, slept: Vec::new(), requests: Vec::new(), lines: Vec::new(), drawn: 0 }
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
