//! One run: every step in order, and the first that fails ends it.

use plugin_sdk::criterion::{Where, span_words};
use plugin_sdk::{Agent, AgentImports, Answer, Error, Response, Task};
use serde_json::Value;

use crate::captured::Capture;
use crate::failure::{at_step, shown};
use crate::names::Names;
use crate::sending::Line;
use crate::step::{Step, steps};

/// What is answered where no step says.
const DONE: &str = "Done.";

/// Runs the steps of its input.
#[derive(Debug)]
pub struct Script;

impl Agent for Script {
    fn run(imports: &mut impl AgentImports, task: &Task) -> Result<Answer, Error> {
        let mut names = Names::default();
        let mut answer = DONE.to_owned();
        for (number, step) in steps(&task.input)?.iter().enumerate() {
            let taken = names.fill(step).and_then(|step| Step::parse(&step, number));
            let taken = taken.and_then(|step| take(imports, &mut names, step));
            if let Some(text) = taken.map_err(|error| at_step(number, error))? {
                answer = text;
            }
        }
        Ok(Answer { text: answer })
    }
}

/// Takes a step; gives the answer's text where the step says one.
fn take(imports: &mut impl Line, names: &mut Names, step: Step) -> Result<Option<String>, Error> {
    match step {
        Step::Request { sending, expect, capture } => {
            let response = sending.send(imports)?;
            if !(200..300).contains(&response.status) || !is_met(&expect, &response) {
                let what = format!("{} {} was answered", sending.method, sending.url);
                return Err(Error::Other(format!("{what} {}: {}", response.status, shown(&response.body))));
            }
            keep(names, &capture, &response)?;
        }
        Step::Sleep(duration) => imports.sleep(duration),
        Step::Wait { sending, until, every, at_most, capture } => {
            let end = imports.now().saturating_add(at_most);
            let response = loop {
                let response = sending.send(imports)?;
                if is_met(&until, &response) {
                    break response;
                }
                if imports.now().saturating_add(every) > end {
                    let span = span_words(at_most);
                    let body = shown(&response.body);
                    return Err(Error::TimedOut(format!(
                        "nothing came of waiting {span}; the last answer: {body}"
                    )));
                }
                imports.sleep(every);
            };
            keep(names, &capture, &response)?;
        }
        Step::Answer(text) => return Ok(Some(text)),
    }
    Ok(None)
}

fn is_met(conditions: &Where, response: &Response) -> bool {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    conditions.holds(body.as_ref())
}

fn keep(names: &mut Names, capture: &[Capture], response: &Response) -> Result<(), Error> {
    capture.iter().try_for_each(|capture| {
        names.set(&capture.name, capture.of(response)?);
        Ok(())
    })
}

#[cfg(test)]
mod tests;
