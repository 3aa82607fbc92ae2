//! Builds the tree of a query. Every error is one sentence, worded as the service words it, with line and character.

mod operand;

use super::field::RESERVED_WORDS;
use super::lex::{Fault, Kind, Token, tokens};
use super::tree::{Clause, FieldName, Operand, Operator, Predicate, Query, Sort, Term};

/// How deep brackets may be nested.
const DEEPEST: usize = 60;
/// The words of the language that are not reserved for later.
const KEYWORDS: &[&str] = &["and", "or", "not", "in", "is", "was", "changed", "empty", "null", "order", "by"];
const OPERATORS: &str =
    "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.";
const ESCAPES: &str = "The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX.";
const NUMBERS: &str = "Numbers must be between -9,223,372,036,854,775,808 and 9,223,372,036,854,775,807.";

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

    fn bad_field(&self, token: &Token) -> String {
        let text = &token.text;
        let message = format!(
            "Expecting a field name but got '{text}'. You must surround '{text}' in quotation marks to use it as a field name."
        );
        self.error(&message, token.at)
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

    fn bad_number(&self, token: &Token) -> String {
        self.error(&format!("'{}' is not a valid number. {NUMBERS}", token.text), token.at)
    }

    fn operator(&mut self) -> Parsed<Operator> {
        let Some(token) = self.token()? else {
            return Err(format!(
                "Error in the JQL Query: Expecting operator before the end of the query. {OPERATORS}"
            ));
        };
        let simple = match token.text.as_str() {
            "=" => Some(Operator::Equals),
            "!=" => Some(Operator::NotEquals),
            "~" => Some(Operator::Like),
            "!~" => Some(Operator::NotLike),
            ">" => Some(Operator::Greater),
            ">=" => Some(Operator::GreaterEquals),
            "<" => Some(Operator::Less),
            "<=" => Some(Operator::LessEquals),
            _ => None,
        };
        if let Some(operator) = simple.filter(|_| token.kind == Kind::Sign) {
            self.next += 1;
            return Ok(operator);
        }
        if self.take_word("changed") {
            return Ok(Operator::Changed);
        }
        if self.take_word("in") {
            return Ok(Operator::In);
        }
        if self.take_word("not") {
            self.expect_word("IN")?;
            return Ok(Operator::NotIn);
        }
        if self.take_word("is") {
            if self.is_sign("!") {
                self.expect_word("NOT")?;
            }
            return Ok(if self.take_word("not") { Operator::IsNot } else { Operator::Is });
        }
        if self.take_word("was") {
            let negative = self.take_word("not");
            let list = self.take_word("in");
            return Ok(match (negative, list) {
                (false, false) => Operator::Was,
                (true, false) => Operator::WasNot,
                (false, true) => Operator::WasIn,
                (true, true) => Operator::WasNotIn,
            });
        }
        Err(self.error(&format!("Expecting operator but got '{}'. {OPERATORS}", token.text), token.at))
    }

    fn predicate(&self) -> Option<Predicate> {
        let Some(Token { kind: Kind::Word(word), .. }) = self.peek() else { return None };
        [
            Predicate::After,
            Predicate::Before,
            Predicate::On,
            Predicate::During,
            Predicate::By,
            Predicate::From,
            Predicate::To,
        ]
        .into_iter()
        .find(|predicate| word.eq_ignore_ascii_case(predicate.word()))
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

    fn ended(&self, wanted: &str) -> String {
        format!("Error in the JQL Query: Expecting {wanted} before the end of the query.")
    }

    fn reject_reserved(&self, token: &Token, word: &str) -> Parsed<()> {
        let lower = word.to_ascii_lowercase();
        if RESERVED_WORDS.contains(&lower.as_str())
            && !KEYWORDS.contains(&lower.as_str())
            && !is_direction(word)
            && !is_predicate(word)
        {
            return Err(self.reserved(token, word));
        }
        Ok(())
    }

    fn reject_reserved_operand(&self, token: &Token, word: &str) -> Parsed<()> {
        if RESERVED_WORDS.contains(&word.to_ascii_lowercase().as_str()) {
            return Err(self.reserved(token, word));
        }
        Ok(())
    }

    fn reserved(&self, token: &Token, word: &str) -> String {
        let message = format!(
            "'{word}' is a reserved JQL word. You must surround it in quotation marks to use it in a query."
        );
        self.error(&message, token.at)
    }

    fn fault(&self, fault: &Fault, at: usize) -> String {
        let message = match fault {
            Fault::Reserved(c) => format!(
                "The character '{c}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u{:04x}' instead.",
                u32::from(*c)
            ),
            Fault::Illegal(c) => {
                let (line, character) = self.place(at);
                let code = u32::from(*c);
                format!(
                    "The character 'U+{code:04X}' on line {line} at position {character} must be escaped. Use the escape '\\u{code:04x}' instead."
                )
            }
            Fault::Unfinished(text) if text.is_empty() => {
                "The quoted string has not been completed.".to_owned()
            }
            Fault::Unfinished(text) => format!("The quoted string '{text}' has not been completed."),
            Fault::Escape(sequence) => format!("'{sequence}' is an illegal JQL escape sequence. {ESCAPES}"),
            Fault::HalfEscape => format!("The escape sequence has not been completed. {ESCAPES}"),
        };
        self.error(&message, at)
    }

    fn error(&self, message: &str, at: usize) -> String {
        let (line, character) = self.place(at);
        format!("Error in the JQL Query: {message} (line {line}, character {character})")
    }

    /// Line and character of a place, both from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let character = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, character)
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

fn is_direction(word: &str) -> bool {
    ["asc", "desc"].iter().any(|direction| word.eq_ignore_ascii_case(direction))
}

fn is_predicate(word: &str) -> bool {
    ["after", "before", "on", "during", "by", "from", "to"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// An operand as error messages show it.
fn shown(operand: &Operand) -> String {
    match operand {
        Operand::Text(text) => format!("\"{text}\""),
        Operand::Number(number) => format!("\"{number}\""),
        Operand::Function(name, arguments) => format!("{name}({})", arguments.join(", ")),
        Operand::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Operand::Empty => "EMPTY".to_owned(),
    }
}
