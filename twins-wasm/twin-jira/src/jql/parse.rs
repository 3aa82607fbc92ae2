//! Builds the tree of a query. Every error is one sentence, worded as the service words it, with line and character.

mod operand;
mod wording;
mod words;

use super::lex::{Kind, Token, tokens};
use super::tree::{Clause, FieldName, Operator, Query, Sort, Term};
use wording::shown;
use words::{KEYWORDS, is_direction};

/// How deep brackets may be nested.
const DEEPEST: usize = 60;

type Parsed<T> = Result<T, String>;

/// Reads a query.
pub(super) fn query(text: &str) -> Parsed<Query> {
    let tokens = tokens(text);
    let mut parser = Parser { text, tokens: &tokens, next: 0, depth: 0 };
    parser.query()
}

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    next: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn query(&mut self) -> Parsed<Query> {
        let mut query = Query::default();
        if self.peek().is_some() && !self.is_word("order") {
            query.condition = Some(self.any_of()?);
        }
        if self.is_word("order") {
            self.next += 1;
            self.expect_by()?;
            query.order = self.sorts()?;
        }
        match self.token()? {
            None => Ok(query),
            Some(token) if query.order.is_empty() => {
                Err(self
                    .error(&format!("Expecting either 'OR' or 'AND' but got '{}'.", token.text), token.at))
            }
            Some(token) => Err(self.error(&format!("Expecting ',' but got '{}'.", token.text), token.at)),
        }
    }

    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.next)
    }

    /// The next token, which must not be a fault.
    fn token(&self) -> Parsed<Option<&'t Token>> {
        match self.peek() {
            Some(Token { kind: Kind::Fault(fault), at, .. }) => Err(self.fault(fault, *at)),
            token => Ok(token),
        }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: Kind::Word(text), .. }) if text.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.next += usize::from(is);
        is
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: Kind::Sign, text, .. }) if text == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is = self.is_sign(sign);
        self.next += usize::from(is);
        is
    }

    fn any_of(&mut self) -> Parsed<Clause> {
        let mut clauses = vec![self.all_of()?];
        while self.take_word("or") || self.take_sign("||") || self.take_sign("|") {
            clauses.push(self.all_of()?);
        }
        Ok(single(clauses, Clause::Or))
    }

    fn all_of(&mut self) -> Parsed<Clause> {
        let mut clauses = vec![self.negation()?];
        while self.take_word("and") || self.take_sign("&&") || self.take_sign("&") {
            clauses.push(self.negation()?);
        }
        Ok(single(clauses, Clause::And))
    }

    fn negation(&mut self) -> Parsed<Clause> {
        self.descend()?;
        let clause = if self.take_word("not") || self.take_sign("!") {
            Clause::Not(Box::new(self.negation()?))
        } else if self.take_sign("(") {
            let clause = self.any_of()?;
            self.expect(")")?;
            clause
        } else {
            self.term()?
        };
        self.depth -= 1;
        Ok(clause)
    }

    fn descend(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("Error in the JQL Query: The query is nested too deeply.".to_owned());
        }
        Ok(())
    }

    fn term(&mut self) -> Parsed<Clause> {
        let field = self.field()?;
        let operator = self.operator()?;
        let operand = match operator {
            Operator::Changed => None,
            _ => Some(self.operand()?),
        };
        if operator == Operator::Changed && self.predicate().is_none() {
            self.reject_bare_value()?;
        }
        let mut predicates = Vec::new();
        while let Some(predicate) = self.predicate() {
            let token = self.next;
            self.next += 1;
            let value = self.operand()?;
            if !operator.is_historical() {
                self.next = token;
                let shown = shown(&value);
                return Err(format!(
                    "Error in the JQL Query: The {} operator does not support the use of the {} {shown} predicate.",
                    operator.name(),
                    predicate.word()
                ));
            }
            predicates.push((predicate, value));
        }
        Ok(Clause::Term(Term { field, operator, operand, predicates }))
    }

    /// `CHANGED` is followed by predicates, by a joint or by nothing.
    fn reject_bare_value(&mut self) -> Parsed<()> {
        let Some(token) = self.token()? else { return Ok(()) };
        let joins = ["and", "or", "order"].iter().any(|word| self.is_word(word))
            || [")", "&", "&&", "|", "||"].iter().any(|sign| self.is_sign(sign));
        if joins {
            return Ok(());
        }
        Err(format!(
            "Error in the JQL Query: The CHANGED operator does not support the use of values without predicates. \
             You must prefix the {} value with a suitable predicate.",
            token.text
        ))
    }

    fn field(&mut self) -> Parsed<FieldName> {
        let Some(token) = self.token()? else {
            return Err("Error in the JQL Query: Expecting a field name at the end of the query.".to_owned());
        };
        match &token.kind {
            Kind::Word(word) if word.eq_ignore_ascii_case("cf") => {
                self.next += 1;
                self.custom_field()
            }
            Kind::Word(word) | Kind::Quoted(word) => {
                if matches!(token.kind, Kind::Word(_)) {
                    self.reject_reserved(token, word)?;
                    if KEYWORDS.contains(&word.to_ascii_lowercase().as_str()) || is_direction(word) {
                        return Err(self.bad_field(token));
                    }
                }
                if word.trim().is_empty() {
                    return Err(self.error("A field name cannot be empty.", token.at));
                }
                self.next += 1;
                Ok(FieldName::Named(word.clone()))
            }
            Kind::Sign if token.text == "[" => {
                Err(self.error("Expecting a field name but got '['. Did you mean 'cf['?", token.at))
            }
            Kind::Sign | Kind::Fault(_) => Err(self.bad_field(token)),
        }
    }

    /// The rest of `cf[10001]`.
    fn custom_field(&mut self) -> Parsed<FieldName> {
        self.expect("[")?;
        let wanted = "Expecting a custom field id (a positive number)";
        let Some(token) = self.token()? else {
            return Err(format!("Error in the JQL Query: {wanted} before the end of the query."));
        };
        let is_number = token.text.bytes().all(|byte| byte.is_ascii_digit()) && !token.text.is_empty();
        if !is_number {
            return Err(self.error(&format!("{wanted} but got '{}'.", token.text), token.at));
        }
        let number = token.text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok());
        let number = number.ok_or_else(|| self.bad_number(token))?;
        self.next += 1;
        self.expect("]")?;
        Ok(FieldName::Custom(number))
    }

    fn expect_by(&mut self) -> Parsed<()> {
        if self.take_word("by") {
            return Ok(());
        }
        match self.token()? {
            None => Err(self.ended("'by'")),
            Some(token) => Err(self.error(&format!("Expecting 'by' but got '{}'.", token.text), token.at)),
        }
    }

    fn sorts(&mut self) -> Parsed<Vec<Sort>> {
        let mut sorts = Vec::new();
        loop {
            let field = self.field()?;
            let descending = if self.take_word("desc") {
                Some(true)
            } else if self.take_word("asc") {
                Some(false)
            } else {
                match self.token()? {
                    None => None,
                    Some(_) if self.is_sign(",") => None,
                    Some(token) => {
                        let message = format!("Expecting either 'ASC' or 'DESC' but got '{}'.", token.text);
                        return Err(self.error(&message, token.at));
                    }
                }
            };
            sorts.push(Sort { field, descending });
            if !self.take_sign(",") {
                return Ok(sorts);
            }
        }
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.take_sign(sign) {
            return Ok(());
        }
        match self.token()? {
            None => Err(self.ended(&format!("'{sign}'"))),
            Some(token) => {
                Err(self.error(&format!("Expecting '{sign}' but got '{}'.", token.text), token.at))
            }
        }
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.take_word(word) {
            return Ok(());
        }
        match self.token()? {
            None => Err(self.ended(&format!("'{word}'"))),
            Some(token) => {
                Err(self.error(&format!("Expecting '{word}' but got '{}'.", token.text), token.at))
            }
        }
    }
}

fn single(mut clauses: Vec<Clause>, join: fn(Vec<Clause>) -> Clause) -> Clause {
    match clauses.pop() {
        Some(only) if clauses.is_empty() => only,
        last => {
            clauses.extend(last);
            join(clauses)
        }
    }
}
