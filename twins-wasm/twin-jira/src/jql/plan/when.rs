//! The predicates that narrow a look into the history: when, and by whom.

use crate::moment;

use super::super::field::Field;
use super::super::function::{self, Values};
use super::super::tree::{FieldName, Operand, Predicate, Term};
use super::planner::Planner;
use super::{Refused, When, refused};

pub(super) const DATE_FORMATS: &str = "Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.";

/// A moment, with the first and last moment of its day.
type Date = (u64, (u64, u64));

impl Planner<'_, '_> {
    pub(super) fn when(&mut self, term: &Term) -> Result<When, Refused> {
        let mut when = When::default();
        for (predicate, operand) in &term.predicates {
            let dates = match predicate {
                Predicate::From | Predicate::To => continue,
                Predicate::By => {
                    let name = FieldName::Named("by".to_owned());
                    let people = self.values(&name, &Field::Assignee, operand)?;
                    when.by = Some(people.into_iter().flatten().collect());
                    continue;
                }
                _ => self.dates(*predicate, operand)?,
            };
            match (predicate, dates.as_slice()) {
                (Predicate::After, [(at, _)]) => when.from = Some(at.saturating_add(1)),
                (Predicate::Before, [(at, _)]) => when.to = Some(at.saturating_sub(1)),
                (Predicate::On, [(_, day)]) => (when.from, when.to) = (Some(day.0), Some(day.1)),
                (Predicate::During, [(start, _), (end, _)]) => {
                    (when.from, when.to) = (Some(*start), Some(*end))
                }
                (Predicate::During, _) => {
                    return refused(
                        "The DURING predicate must be supplied with exactly 2 date values.".to_owned(),
                    );
                }
                _ => {
                    let word = predicate.word().to_ascii_uppercase();
                    return refused(format!("The {word} predicate must be supplied with only 1 date value."));
                }
            }
        }
        Ok(when)
    }

    /// The moments that an operand stands for, each with the first and last moment of its day.
    fn dates(&mut self, predicate: Predicate, operand: &Operand) -> Result<Vec<Date>, Refused> {
        let word = predicate.word();
        let text = match operand {
            Operand::List(items) => {
                let mut dates = Vec::new();
                for item in items {
                    dates.extend(self.dates(predicate, item)?);
                }
                return Ok(dates);
            }
            Operand::Function(function, arguments) => {
                return match function::call(self.state, function, arguments, self.caller)? {
                    Values::Moment(ms) => Ok(vec![(ms, day(ms))]),
                    Values::Ids(_) => refused(format!(
                        "A date for the predicate '{word}' provided by the function '{function}' is not valid."
                    )),
                };
            }
            Operand::Text(text) => text.clone(),
            Operand::Number(number) => number.to_string(),
            Operand::Empty => String::new(),
        };
        let now = self.state.now();
        match moment::parse_query(&text, now) {
            Some(ms) => Ok(vec![(ms, day(ms))]),
            None => refused(format!("Date value '{text}' for predicate '{word}' is invalid. {DATE_FORMATS}")),
        }
    }
}

/// The first and last moment of the day of a moment.
pub(in crate::jql) fn day(ms: u64) -> (u64, u64) {
    const DAY: u64 = 24 * 3_600 * 1_000;
    let start = ms - ms % DAY;
    (start, start + DAY - 1)
}
