//! Requests to the services, with patience.

use plugin_sdk::capability::{Clock, Http};
use plugin_sdk::{Error, Header, Request, Response};

use crate::failure::Failure;

const SECOND: u64 = 1_000_000_000;
/// What is waited where a service that had too many requests names no time.
const USUAL_WAIT: u64 = 1;

/// What the wire needs of the host. An object of all imports would make the component import them all.
pub(crate) trait Line: Http + Clock {}

impl<T: Http + Clock> Line for T {}

/// How long a request is tried for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often one is tried again after "too many requests".
    pub refusals: usize,
    /// Seconds before one that broke is tried again.
    pub waits: &'static [u64],
}

impl Patience {
    /// As the spec says.
    pub const SPECIFIED: Self = Self { refusals: 5, waits: &[1, 2, 4, 8] };
}

/// The way to the services.
pub(crate) struct Wire<'a> {
    line: &'a mut dyn Line,
    patience: Patience,
}

/// How often one request was tried so far.
#[derive(Debug, Default)]
pub(crate) struct Effort {
    refused: usize,
    broke: usize,
}

/// What came of one attempt.
#[derive(Debug)]
pub(crate) enum Attempt {
    Answer(Response),
    /// It broke, and may have been done all the same. The wait before the next attempt is over.
    Unclear,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(line: &'a mut impl Line, patience: Patience) -> Self {
        Self { line, patience }
    }

    /// Seconds since 1970.
    pub(crate) fn now(&mut self) -> u64 {
        self.line.now() / SECOND
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.line.sleep(seconds.saturating_mul(SECOND));
    }

    /// Sends what may be done twice.
    pub(crate) fn send(&mut self, request: &Request) -> Result<Response, Failure> {
        let mut effort = Effort::default();
        loop {
            if let Attempt::Answer(response) = self.attempt(request, &mut effort)? {
                return Ok(response);
            }
        }
    }

    /// Sends until there is an answer or something broke.
    pub(crate) fn attempt(&mut self, request: &Request, effort: &mut Effort) -> Result<Attempt, Failure> {
        loop {
            let why = match self.line.send(request) {
                Ok(response) if response.status == 429 => {
                    if effort.refused >= self.patience.refusals {
                        return Err(down(request, "429"));
                    }
                    effort.refused += 1;
                    let seconds = self.told(&response);
                    self.wait(seconds);
                    continue;
                }
                Ok(response) if response.status >= 500 => response.status.to_string(),
                Ok(response) => return Ok(Attempt::Answer(response)),
                Err(error @ (Error::Unavailable(_) | Error::TimedOut(_))) => format!("{error:?}"),
                Err(error) => return Err(down(request, &format!("{error:?}"))),
            };
            let Some(seconds) = self.patience.waits.get(effort.broke) else {
                return Err(down(request, &why));
            };
            effort.broke += 1;
            self.wait(*seconds);
            return Ok(Attempt::Unclear);
        }
    }

    /// How many seconds a service wants to be left alone: a time to wait, or a moment to come back.
    fn told(&mut self, response: &Response) -> u64 {
        let number = |name: &str| {
            let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            header.and_then(|header| header.value.trim().parse::<u64>().ok())
        };
        let now = self.now();
        number("retry-after")
            .or_else(|| number("x-rate-limit-reset").map(|moment| moment.saturating_sub(now).max(1)))
            .unwrap_or(USUAL_WAIT)
    }
}

/// A request as failures name it: method and path.
pub(crate) fn shown(request: &Request) -> String {
    let path = request.url.split('?').next().unwrap_or_default();
    format!("{} {path}", request.method)
}

pub(crate) fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

fn down(request: &Request, why: &str) -> Failure {
    Failure::Down { what: shown(request), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use plugin_sdk::testing::Stage;

    use super::*;

    fn answer(status: u16, name: &str, value: &str) -> Result<Response, Error> {
        Ok(Response { status, headers: vec![header(name, value)], body: Vec::new() })
    }

    fn request() -> Request {
        Request {
            method: "GET".to_owned(),
            url: "https://a.example/x?y".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    #[test]
    fn it_waits_as_long_as_a_service_asks_in_its_own_way() {
        let mut answers = vec![
            answer(200, "x", ""),
            answer(429, "X-Rate-Limit-Reset", "10"),
            answer(429, "retry-after", "30"),
        ];
        let mut stage = Stage::new(|_: &Request| answers.pop().unwrap());
        let response = Wire::new(&mut stage, Patience::SPECIFIED).send(&request()).unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(stage.slept, [30 * SECOND, SECOND], "the moment is past, so one second");
    }

    #[test]
    fn what_breaks_is_tried_four_times_more() {
        let mut stage = Stage::new(|_: &Request| Err(Error::Unavailable(String::new())));
        let failure = Wire::new(&mut stage, Patience::SPECIFIED).send(&request()).unwrap_err();
        assert!(failure.to_string().starts_with("GET https://a.example/x failed too often"), "{failure}");
        assert_eq!(stage.slept, [1, 2, 4, 8].map(|seconds| seconds * SECOND));
    }

    #[test]
    fn a_broken_attempt_is_told_from_an_answer() {
        let mut stage = Stage::new(|_: &Request| answer(503, "x", ""));
        let mut wire = Wire::new(&mut stage, Patience::SPECIFIED);
        assert!(matches!(wire.attempt(&request(), &mut Effort::default()), Ok(Attempt::Unclear)));
    }

    #[test]
    fn a_refusal_that_no_wait_mends_ends_at_once() {
        let mut stage = Stage::new(|_: &Request| Err(Error::Denied("no grant".to_owned())));
        assert!(Wire::new(&mut stage, Patience::SPECIFIED).send(&request()).is_err());
        assert!(stage.slept.is_empty());
    }
}
