//! How a twin comes to answer: as it is, or under a fault; and the lines that it writes meanwhile.

use crate::running::Answered;
use crate::universe::Universe;
use glasshouse_model::FaultKind;
use glasshouse_sandbox::{Breach, Error, Fault, Line, Request, Response};

/// Most lines that are kept until somebody takes them; the oldest go first.
const MOST_LINES: usize = 1_000;

/// One line that a twin wrote, or the host about it.
#[derive(Debug, Clone)]
pub struct TwinLine {
    /// Whose.
    pub twin: String,
    /// The line.
    pub line: Line,
}

impl Universe {
    /// The answer under a fault, and whether the fault came to be injected.
    pub(crate) fn ask_under(
        &mut self,
        kind: FaultKind,
        index: usize,
        event: Option<u64>,
        request: &Request,
    ) -> Result<(Result<Response, Error>, bool), Breach> {
        let answer = match kind {
            FaultKind::RateLimit(after) => self.refuse(&Fault::RateLimited(after), index, event, request),
            FaultKind::ServerError => self.refuse(&Fault::ServerError, index, event, request),
            FaultKind::Unavailable => self.refuse(&Fault::Unavailable, index, event, request),
            FaultKind::Latency(span) => {
                self.wait(span)?;
                Some(self.ask(index, event, request))
            }
            FaultKind::Timeout(span) => {
                self.wait(span)?;
                Some(Err(Error::TimedOut("the service gave no answer in time".to_owned())))
            }
            FaultKind::Cut => {
                let _lost = self.ask(index, event, request);
                let text = "the connection broke before the answer had come";
                Some(Err(Error::Unavailable(text.to_owned())))
            }
            FaultKind::StaleRead(age) => self.ask_stale(age, index, event, request),
            // Never drawn for a request.
            FaultKind::Duplicate | FaultKind::Reorder(_) => None,
        };
        Ok(match answer {
            Some(answer) => (answer, true),
            None => (self.ask(index, event, request), false),
        })
    }

    /// A refusal in the twin's own form.
    fn refuse(
        &mut self,
        refusal: &Fault,
        index: usize,
        event: Option<u64>,
        request: &Request,
    ) -> Option<Result<Response, Error>> {
        let around = self.around.clone();
        let answered = self.running.get_mut(index)?.refuse(event, refusal, request, &around);
        Some(self.keep_lines(index, answered))
    }

    /// An answer from the state of that many nanoseconds ago; none where the request does not only read.
    fn ask_stale(
        &mut self,
        age: u64,
        index: usize,
        event: Option<u64>,
        request: &Request,
    ) -> Option<Result<Response, Error>> {
        let moment = self.around.clock.read().saturating_sub(age);
        let around = self.around.clone();
        let answered = self.running.get_mut(index)?.answer_as_of(moment, event, request, &around)?;
        Some(self.keep_lines(index, answered))
    }

    /// One request to one running twin.
    pub(crate) fn ask(
        &mut self,
        index: usize,
        event: Option<u64>,
        request: &Request,
    ) -> Result<Response, Error> {
        let around = self.around.clone();
        let Some(running) = self.running.get_mut(index) else { return gone() };
        let answered = running.answer(event, request, &around);
        self.keep_lines(index, answered)
    }

    fn keep_lines(&mut self, index: usize, (answer, lines): Answered) -> Result<Response, Error> {
        if let Some(running) = self.running.get(index).filter(|_| !lines.is_empty()) {
            let twin = running.twin.name().to_owned();
            self.log.extend(lines.into_iter().map(|line| TwinLine { twin: twin.clone(), line }));
            self.log.drain(..self.log.len().saturating_sub(MOST_LINES));
        }
        answer
    }

    /// The lines that twins wrote since they were last taken, and at most the newest 1,000.
    pub fn take_log(&mut self) -> Vec<TwinLine> {
        self.log.drain(..).collect()
    }
}

/// No index of a running twin is ever kept for longer than a call.
fn gone<T>() -> Result<T, Error> {
    Err(Error::Unavailable("the twin is gone".to_owned()))
}
