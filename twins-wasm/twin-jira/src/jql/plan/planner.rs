//! Turns the tree of a query into tests.

use crate::entities::Field as CustomField;
use crate::moment;
use crate::state::State;

use super::super::field::{Field, Nature, resolve};
use super::super::function::{self, Values};
use super::super::tree::{Clause, FieldName, Operand, Operator, Predicate, Term};
use super::when::DATE_FORMATS;
use super::words::words;
use super::{Bound, Refused, Test, refused};

/// Checks a query for a caller, one part after the other.
pub(super) struct Planner<'s, 'h> {
    pub(super) state: &'s mut State<'h>,
    pub(super) custom: &'s [CustomField],
    pub(super) caller: &'s str,
    /// Everything that was found wrong so far.
    pub(super) problems: Vec<String>,
}

impl Planner<'_, '_> {
    pub(super) fn clause(&mut self, clause: &Clause) -> Result<Test, Refused> {
        Ok(match clause {
            Clause::And(clauses) => Test::All(self.clauses(clauses)?),
            Clause::Or(clauses) => Test::Any(self.clauses(clauses)?),
            Clause::Not(clause) => Test::Not(Box::new(self.clause(clause)?)),
            Clause::Term(term) => match self.term(term) {
                Ok(test) => test,
                Err(Refused::Query(problems)) => {
                    self.problems.extend(problems);
                    Test::Always
                }
                Err(error) => return Err(error),
            },
        })
    }

    fn clauses(&mut self, clauses: &[Clause]) -> Result<Vec<Test>, Refused> {
        clauses.iter().map(|clause| self.clause(clause)).collect()
    }

    fn term(&mut self, term: &Term) -> Result<Test, Refused> {
        let Some(field) = resolve(&term.field, self.custom) else {
            return refused(format!(
                "Field '{}' does not exist or you do not have permission to view it.",
                term.field
            ));
        };
        if term.operator.is_historical() && !field.is_historical() {
            return refused(format!("History searches do not support the '{}' field.", term.field));
        }
        if !field.supports(term.operator) {
            return refused(format!(
                "The operator '{}' is not supported by the '{}' field.",
                term.operator.sign(),
                term.field
            ));
        }
        let operand = match (&term.operand, term.operator) {
            (Some(operand), _) => operand,
            (None, _) => return self.changed(term, field),
        };
        self.check_shape(term, operand)?;
        match term.operator {
            operator if operator.is_historical() => self.was(term, field, operand),
            Operator::Is | Operator::IsNot => Ok(empty(field, term.operator.is_negative())),
            Operator::Like | Operator::NotLike => self.contains(term, field, operand),
            _ if matches!(field.nature(), Nature::Moment | Nature::Number) => {
                self.compares(term, field, operand)
            }
            Operator::Equals | Operator::NotEquals | Operator::In | Operator::NotIn => {
                let values = self.values(&term.field, &field, operand)?;
                let (ids, empties): (Vec<_>, Vec<_>) = values.into_iter().partition(Option::is_some);
                let ids = ids.into_iter().flatten().collect();
                Ok(Test::Holds {
                    field,
                    ids,
                    empty: !empties.is_empty(),
                    negative: term.operator.is_negative(),
                })
            }
            _ => {
                let values = self.values(&term.field, &field, operand)?;
                let bounds = values.into_iter().flatten().map(Bound::Place).collect();
                Ok(Test::Compares { field, operator: term.operator, bounds })
            }
        }
    }

    /// Lists belong to `IN`, single values to the others, and `IS` takes EMPTY alone.
    fn check_shape(&self, term: &Term, operand: &Operand) -> Result<(), Refused> {
        let (operator, field) = (term.operator, &term.field);
        match operand {
            Operand::Empty => Ok(()),
            _ if matches!(operator, Operator::Is | Operator::IsNot) => {
                let given = match operand {
                    Operand::Text(text) => format!("value '{text}'"),
                    Operand::Number(number) => format!("value '{number}'"),
                    Operand::Function(name, _) => format!("function '{name}'"),
                    Operand::List(_) | Operand::Empty => "list".to_owned(),
                };
                let sign = operator.sign();
                refused(format!(
                    "The operator '{sign}' does not support the {given}. It supports the keyword EMPTY or NULL."
                ))
            }
            Operand::List(_) if !operator.takes_list() => refused(format!(
                "Operator '{}' does not support the list provided for field '{field}'.",
                operator.sign()
            )),
            Operand::Function(name, _) => {
                let known =
                    function::FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name));
                let lists = known.is_some_and(|function| function.list);
                match (operator.takes_list(), lists) {
                    (false, true)
                        if !matches!(
                            operator,
                            Operator::Equals | Operator::NotEquals | Operator::Was | Operator::WasNot
                        ) =>
                    {
                        refused(format!(
                            "Operator '{}' does not support the list value provided by function '{name}'.",
                            operator.sign()
                        ))
                    }
                    (false, true) => refused(format!(
                        "A value provided by the function '{name}' is a list and cannot be used with the operator '{}'. Use 'IN' instead.",
                        operator.sign()
                    )),
                    _ => Ok(()),
                }
            }
            Operand::Text(_) | Operand::Number(_) if operator.takes_list() => refused(format!(
                "Operator '{}' does not support the non-list value {} for field '{field}'.",
                operator.sign(),
                quoted(operand)
            )),
            _ => Ok(()),
        }
    }

    fn contains(&mut self, term: &Term, field: Field, operand: &Operand) -> Result<Test, Refused> {
        let text = match operand {
            Operand::Text(text) => text.clone(),
            Operand::Number(number) => number.to_string(),
            Operand::Empty => return Ok(empty(field, term.operator.is_negative())),
            Operand::Function(..) | Operand::List(_) => {
                return refused(format!(
                    "Operator '{}' does not support the value provided for field '{}'.",
                    term.operator.sign(),
                    term.field
                ));
            }
        };
        if text.starts_with(['*', '?']) {
            return refused(format!(
                "The text query '{text}' for field '{}' is not allowed to start with '{}'.",
                term.field,
                text.chars().next().unwrap_or('*')
            ));
        }
        let words = words(&text);
        if words.is_empty() {
            return refused(format!(
                "The field '{}' does not support searching for an empty string.",
                term.field
            ));
        }
        Ok(Test::Contains { field, words, negative: term.operator.is_negative() })
    }

    fn compares(&mut self, term: &Term, field: Field, operand: &Operand) -> Result<Test, Refused> {
        if *operand == Operand::Empty {
            return Ok(empty(field, term.operator.is_negative()));
        }
        let items = match operand {
            Operand::List(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut bounds = Vec::new();
        for item in items {
            bounds.push(self.bound(&term.field, &field, item)?);
        }
        Ok(Test::Compares { field, operator: term.operator, bounds })
    }

    fn bound(&mut self, name: &FieldName, field: &Field, operand: &Operand) -> Result<Bound, Refused> {
        let text = match operand {
            Operand::Text(text) => text.clone(),
            Operand::Number(number) => number.to_string(),
            Operand::Function(function, arguments) => {
                return match function::call(self.state, function, arguments, self.caller)? {
                    #[expect(clippy::cast_precision_loss, reason = "milliseconds are far below 2^53")]
                    Values::Moment(ms) if field.nature() == Nature::Moment => Ok(Bound::Number(ms as f64)),
                    _ => refused(format!(
                        "A value provided by the function '{function}' is invalid for the field '{name}'."
                    )),
                };
            }
            Operand::List(_) | Operand::Empty => {
                return refused(format!("The field '{name}' does not support EMPTY in a list."));
            }
        };
        if field.nature() == Nature::Number {
            return self.number(name, field, &text);
        }
        let now = self.state.now();
        let Some(ms) = moment::parse_query(&text, now) else {
            return refused(format!("Date value '{text}' for field '{name}' is invalid. {DATE_FORMATS}"));
        };
        if moment::is_date(&text.replace('/', "-")) {
            return Ok(Bound::Day(ms));
        }
        #[expect(clippy::cast_precision_loss, reason = "milliseconds are far below 2^53")]
        let bound = Bound::Number(ms as f64);
        Ok(bound)
    }

    /// Estimates are durations, and everything else plain numbers.
    fn number(&mut self, name: &FieldName, field: &Field, text: &str) -> Result<Bound, Refused> {
        let is_time = matches!(field, Field::OriginalEstimate | Field::RemainingEstimate | Field::TimeSpent);
        if is_time {
            #[expect(clippy::cast_precision_loss, reason = "durations are far below 2^53")]
            let seconds = moment::work_seconds(text).map(|seconds| seconds as f64);
            return match seconds {
                Some(seconds) => Ok(Bound::Number(seconds)),
                None => refused(format!(
                    "Duration value '{text}' for field '{name}' is invalid. Valid formats include: '5d', '4w 2d'."
                )),
            };
        }
        match text.parse::<f64>() {
            Ok(number) => Ok(Bound::Number(number)),
            Err(_) => refused(format!("The value '{text}' is not a valid number for the field '{name}'.")),
        }
    }

    fn was(&mut self, term: &Term, field: Field, operand: &Operand) -> Result<Test, Refused> {
        let ids = self.values(&term.field, &field, operand)?;
        let when = self.when(term)?;
        Ok(Test::Was { field, ids, when, negative: term.operator.is_negative() })
    }

    fn changed(&mut self, term: &Term, field: Field) -> Result<Test, Refused> {
        let (mut from, mut to) = (None, None);
        for (predicate, operand) in &term.predicates {
            match predicate {
                Predicate::From => from = Some(self.values(&term.field, &field, operand)?),
                Predicate::To => to = Some(self.values(&term.field, &field, operand)?),
                _ => {}
            }
        }
        let when = self.when(term)?;
        Ok(Test::Changed { field, from, to, when })
    }
}

fn empty(field: Field, negative: bool) -> Test {
    Test::Holds { field, ids: Vec::new(), empty: true, negative }
}

fn quoted(operand: &Operand) -> String {
    match operand {
        Operand::Text(text) => format!("'{text}'"),
        Operand::Number(number) => format!("'{number}'"),
        _ => String::new(),
    }
}
