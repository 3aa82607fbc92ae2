//! The words of the language: operators, predicates, directions, and those that nobody may use without quotes.

use super::super::lex::{Kind, Token};
use super::super::reserved::RESERVED_WORDS;
use super::super::tree::{Operator, Predicate};
use super::wording::OPERATORS;
use super::{Parsed, Parser};

/// The words of the language that are not reserved for later.
pub(super) const KEYWORDS: &[&str] =
    &["and", "or", "not", "in", "is", "was", "changed", "empty", "null", "order", "by"];
const PREDICATES: [Predicate; 7] = [
    Predicate::After,
    Predicate::Before,
    Predicate::On,
    Predicate::During,
    Predicate::By,
    Predicate::From,
    Predicate::To,
];

impl Parser<'_> {
    /// The operator that stands next.
    pub(super) fn operator(&mut self) -> Parsed<Operator> {
        let Some(token) = self.token()? else {
            return Err(format!(
                "Error in the JQL Query: Expecting operator before the end of the query. {OPERATORS}"
            ));
        };
        if let Some(operator) = of_sign(&token.text).filter(|_| token.kind == Kind::Sign) {
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
            return Ok(match (self.take_word("not"), self.take_word("in")) {
                (false, false) => Operator::Was,
                (true, false) => Operator::WasNot,
                (false, true) => Operator::WasIn,
                (true, true) => Operator::WasNotIn,
            });
        }
        Err(self.error(&format!("Expecting operator but got '{}'. {OPERATORS}", token.text), token.at))
    }

    /// The predicate that stands next, if one does.
    pub(super) fn predicate(&self) -> Option<Predicate> {
        let Some(Token { kind: Kind::Word(word), .. }) = self.peek() else { return None };
        PREDICATES.into_iter().find(|predicate| word.eq_ignore_ascii_case(predicate.word()))
    }

    pub(super) fn reject_reserved(&self, token: &Token, word: &str) -> Parsed<()> {
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

    pub(super) fn reject_reserved_operand(&self, token: &Token, word: &str) -> Parsed<()> {
        if RESERVED_WORDS.contains(&word.to_ascii_lowercase().as_str()) {
            return Err(self.reserved(token, word));
        }
        Ok(())
    }
}

fn of_sign(sign: &str) -> Option<Operator> {
    Some(match sign {
        "=" => Operator::Equals,
        "!=" => Operator::NotEquals,
        "~" => Operator::Like,
        "!~" => Operator::NotLike,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterEquals,
        "<" => Operator::Less,
        "<=" => Operator::LessEquals,
        _ => return None,
    })
}

/// Whether a word tells how results are ordered.
pub(super) fn is_direction(word: &str) -> bool {
    ["asc", "desc"].iter().any(|direction| word.eq_ignore_ascii_case(direction))
}

/// Whether a word tells when, by whom, or from what to what something changed.
pub(super) fn is_predicate(word: &str) -> bool {
    PREDICATES.iter().any(|predicate| word.eq_ignore_ascii_case(predicate.word()))
}
