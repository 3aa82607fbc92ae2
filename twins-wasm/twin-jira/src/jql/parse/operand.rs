//! What stands on the right of an operator: values, lists and functions.

use super::super::lex::{Kind, Token};
use super::super::tree::Operand;
use super::words::{KEYWORDS, is_predicate};
use super::{Parsed, Parser};

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Parsed<Operand> {
        self.descend()?;
        let operand = self.operand_inside()?;
        self.depth -= 1;
        Ok(operand)
    }

    fn operand_inside(&mut self) -> Parsed<Operand> {
        let Some(token) = self.token()? else {
            return Err(
                "Error in JQL Query: Expecting either a value, list or function before the end of the query."
                    .to_owned(),
            );
        };
        match &token.kind {
            Kind::Sign if token.text == "(" => {
                self.next += 1;
                self.list()
            }
            Kind::Word(word) if ["empty", "null"].contains(&word.to_ascii_lowercase().as_str()) => {
                self.next += 1;
                Ok(Operand::Empty)
            }
            Kind::Word(word) => {
                if KEYWORDS.contains(&word.to_ascii_lowercase().as_str()) || is_predicate(word) {
                    return Err(self.bad_operand(token));
                }
                self.reject_reserved_operand(token, word)?;
                self.next += 1;
                if self.take_sign("(") {
                    return self.arguments(word.clone());
                }
                self.value(token, word)
            }
            Kind::Quoted(text) => {
                self.next += 1;
                if self.is_sign("(") {
                    if text.is_empty() {
                        return Err(self.error("A function name cannot be empty.", token.at));
                    }
                    self.next += 1;
                    return self.arguments(text.clone());
                }
                Ok(Operand::Text(text.clone()))
            }
            Kind::Sign | Kind::Fault(_) => Err(self.bad_operand(token)),
        }
    }

    fn bad_operand(&self, token: &Token) -> String {
        let text = &token.text;
        let message = format!(
            "Expecting either a value, list or function but got '{text}'. You must surround '{text}' in quotation marks to use it as a value."
        );
        self.error(&message, token.at).replacen("Error in the JQL Query", "Error in JQL Query", 1)
    }

    /// A value without quotes: a number if it looks like one and was not escaped.
    fn value(&self, token: &Token, word: &str) -> Parsed<Operand> {
        let digits = token.text.strip_prefix('-').unwrap_or(&token.text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Operand::Text(word.to_owned()));
        }
        token.text.parse().map(Operand::Number).map_err(|_| self.bad_number(token))
    }

    fn list(&mut self) -> Parsed<Operand> {
        let mut items = vec![self.operand()?];
        while self.take_sign(",") {
            items.push(self.operand()?);
        }
        self.expect(")")?;
        Ok(Operand::List(items))
    }

    fn arguments(&mut self, name: String) -> Parsed<Operand> {
        let mut arguments = Vec::new();
        if self.take_sign(")") {
            return Ok(Operand::Function(name, arguments));
        }
        loop {
            match self.token()? {
                None if arguments.is_empty() => return Err(self.ended("')'")),
                None => {
                    return Err(
                        "Error in the JQL Query: Expecting a function argument at the end of the query."
                            .to_owned(),
                    );
                }
                Some(Token { kind: Kind::Word(text) | Kind::Quoted(text), .. }) => {
                    arguments.push(text.clone());
                    self.next += 1;
                }
                Some(token) if token.text == ")" => {
                    return Err(self.error("Function argument must be specified.", token.at));
                }
                Some(token) if token.text == "," && arguments.is_empty() => {
                    return Err(self.error("Expecting ')' but got ','.", token.at));
                }
                Some(token) => {
                    let text = &token.text;
                    let message = format!(
                        "Expecting a function argument but got '{text}'. You must surround '{text}' in quotation marks to use it as an argument."
                    );
                    return Err(self.error(&message, token.at));
                }
            }
            if self.take_sign(")") {
                return Ok(Operand::Function(name, arguments));
            }
            if !self.take_sign(",") {
                return match self.token()? {
                    None => Err(self.ended("')'")),
                    Some(token) => {
                        Err(self.error(&format!("Expecting ')' or ',' but got '{}'.", token.text), token.at))
                    }
                };
            }
        }
    }
}
