//! Cuts a query into tokens with their places. What cannot be a token is one too, of the kind `Fault`, so that the
//! parser can report the first thing that is wrong.

use winnow::combinator::{alt, opt, preceded};
use winnow::error::ContextError;
use winnow::stream::{LocatingSlice, Location, Stream};
use winnow::token::{any, literal, one_of, take, take_while};
use winnow::{Parser, Result};

type Input<'i> = LocatingSlice<&'i str>;

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    /// Where it begins, in bytes.
    pub at: usize,
    /// As written.
    pub text: String,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Without quotes; escapes are undone.
    Word(String),
    /// With quotes, which are taken off, as escapes are undone.
    Quoted(String),
    /// An operator or a bracket.
    Sign,
    /// Wrong in itself; what follows is not read.
    Fault(Fault),
}

/// What can be wrong with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A character that has a meaning reserved for later.
    Reserved(char),
    /// A character that cannot be written as such.
    Illegal(char),
    /// A quoted text without end.
    Unfinished(String),
    /// A backslash with something that it cannot stand before.
    Escape(String),
    /// A backslash at the end.
    HalfEscape,
}

/// The characters that the language keeps for itself and does not use.
const RESERVED: &str = "{}*/%+$#@?;^`";
/// What ends a word without quotes.
const SIGNS: &str = "=!<>()~,[]|&\"'";

/// The tokens of a query, up to and with the first fault.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut input = LocatingSlice::new(text);
    let mut tokens = Vec::new();
    loop {
        let blank: Result<&str> = take_while(0.., |c: char| c.is_whitespace()).parse_next(&mut input);
        if blank.is_err() || input.is_empty() {
            return tokens;
        }
        let at = input.current_token_start();
        let Ok((kind, after)) =
            token.map(|kind| kind).parse_next(&mut input).map(|kind| (kind, input.current_token_start()))
        else {
            return tokens;
        };
        let is_fault = matches!(kind, Kind::Fault(_));
        let (kind, at) = match kind {
            Kind::Fault(Fault::Escape(sequence)) => (
                Kind::Fault(Fault::Escape(sequence)),
                text.get(at..after).map_or(at, |read| at + fault_offset(read)),
            ),
            Kind::Fault(Fault::HalfEscape) => (Kind::Fault(Fault::HalfEscape), text.len().saturating_sub(1)),
            Kind::Fault(Fault::Illegal(c)) => {
                let offset = text.get(at..after).and_then(|read| read.rfind(c)).unwrap_or_default();
                (Kind::Fault(Fault::Illegal(c)), at + offset)
            }
            other => (other, at),
        };
        tokens.push(Token { kind, at, text: text.get(at..after).unwrap_or_default().to_owned() });
        if is_fault {
            return tokens;
        }
    }
}

/// Where in what was read the last escape begins: it is the one that failed.
fn fault_offset(read: &str) -> usize {
    read.rfind('\\').unwrap_or_default()
}

fn token(input: &mut Input<'_>) -> Result<Kind> {
    alt((sign, quoted, word)).parse_next(input)
}

fn sign(input: &mut Input<'_>) -> Result<Kind> {
    let two = alt((literal("!="), literal("!~"), literal("<="), literal(">="), literal("||"), literal("&&")));
    let one = one_of(|c: char| SIGNS.contains(c) && c != '"' && c != '\'').take();
    alt((two, one)).value(Kind::Sign).parse_next(input)
}

fn quoted(input: &mut Input<'_>) -> Result<Kind> {
    let quote = one_of(['"', '\'']).parse_next(input)?;
    let mut text = String::new();
    loop {
        let Some(next): Option<char> = opt(any::<_, ContextError>).parse_next(input)? else {
            let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let trailing = if text.ends_with(char::is_whitespace) && !shown.is_empty() { " " } else { "" };
            return Ok(Kind::Fault(Fault::Unfinished(format!("{shown}{trailing}"))));
        };
        match next {
            '\\' => match escape(input)? {
                Ok(c) => text.push(c),
                Err(fault) => return Ok(Kind::Fault(fault)),
            },
            c if c == quote => return Ok(Kind::Quoted(text)),
            c if is_illegal(c) => return Ok(Kind::Fault(Fault::Illegal(c))),
            c => text.push(c),
        }
    }
}

fn word(input: &mut Input<'_>) -> Result<Kind> {
    let mut text = String::new();
    loop {
        let before = input.checkpoint();
        let Some(next): Option<char> = opt(any::<_, ContextError>).parse_next(input)? else { break };
        match next {
            '\\' => match escape(input)? {
                Ok(c) => text.push(c),
                Err(fault) => return Ok(Kind::Fault(fault)),
            },
            c if is_illegal(c) => return Ok(Kind::Fault(Fault::Illegal(c))),
            c if c.is_whitespace() || SIGNS.contains(c) => {
                input.reset(&before);
                break;
            }
            c if RESERVED.contains(c) => {
                // The word before it is a token of its own; the character is met again at its own place.
                if !text.is_empty() {
                    input.reset(&before);
                    break;
                }
                return Ok(Kind::Fault(Fault::Reserved(c)));
            }
            c => text.push(c),
        }
    }
    Ok(Kind::Word(text))
}

/// What follows a backslash.
fn escape(input: &mut Input<'_>) -> Result<std::result::Result<char, Fault>> {
    let Some(next): Option<char> = opt(any::<_, ContextError>).parse_next(input)? else {
        return Ok(Err(Fault::HalfEscape));
    };
    let plain = match next {
        '\'' | '"' | '\\' | ' ' => Some(next),
        't' => Some('\t'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        'u' => return unicode(input),
        _ => None,
    };
    Ok(plain.ok_or_else(|| Fault::Escape(format!("\\{next}"))))
}

fn unicode(input: &mut Input<'_>) -> Result<std::result::Result<char, Fault>> {
    let digits: Option<&str> = opt(preceded(
        take::<_, _, ContextError>(0_usize),
        take_while(4..=4, |c: char| c.is_ascii_hexdigit()),
    ))
    .parse_next(input)?;
    let c = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
    if let Some(c) = c {
        return Ok(Ok(c));
    }
    let wrong: Option<char> = opt(any::<_, ContextError>).parse_next(input)?;
    Ok(Err(Fault::Escape(format!("\\u{}", wrong.map(String::from).unwrap_or_default()))))
}

fn is_illegal(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
}
