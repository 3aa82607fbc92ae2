//! What is wrong with a query, in one sentence as the service words it.

use super::super::lex::{Fault, Token};
use super::super::tree::Operand;
use super::Parser;

pub(super) const OPERATORS: &str =
    "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.";
const ESCAPES: &str = "The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX.";
const NUMBERS: &str = "Numbers must be between -9,223,372,036,854,775,808 and 9,223,372,036,854,775,807.";

impl Parser<'_> {
    pub(super) fn bad_field(&self, token: &Token) -> String {
        let text = &token.text;
        let message = format!(
            "Expecting a field name but got '{text}'. You must surround '{text}' in quotation marks to use it as a field name."
        );
        self.error(&message, token.at)
    }

    pub(super) fn bad_number(&self, token: &Token) -> String {
        self.error(&format!("'{}' is not a valid number. {NUMBERS}", token.text), token.at)
    }

    pub(super) fn ended(&self, wanted: &str) -> String {
        format!("Error in the JQL Query: Expecting {wanted} before the end of the query.")
    }

    pub(super) fn reserved(&self, token: &Token, word: &str) -> String {
        let message = format!(
            "'{word}' is a reserved JQL word. You must surround it in quotation marks to use it in a query."
        );
        self.error(&message, token.at)
    }

    pub(super) fn fault(&self, fault: &Fault, at: usize) -> String {
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

    pub(super) fn error(&self, message: &str, at: usize) -> String {
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

/// An operand as error messages show it.
pub(super) fn shown(operand: &Operand) -> String {
    match operand {
        Operand::Text(text) => format!("\"{text}\""),
        Operand::Number(number) => format!("\"{number}\""),
        Operand::Function(name, arguments) => format!("{name}({})", arguments.join(", ")),
        Operand::List(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Operand::Empty => "EMPTY".to_owned(),
    }
}
