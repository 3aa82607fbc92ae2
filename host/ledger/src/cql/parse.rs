//! Text to query.

use super::query::{Comparison, Field, Kind, Query};
use jiff::Timestamp;
use jiff::civil::Date;
use winnow::ascii::{multispace0, multispace1};
use winnow::combinator::{alt, cut_err, delimited, not, opt, peek, preceded, repeat, separated, terminated};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::stream::{AsChar, LocatingSlice, Location};
use winnow::token::{any, none_of, one_of, take_while};

/// Most bytes of a query.
const LONGEST: usize = 8 * 1024;
/// Most brackets that are opened: the parser goes into each.
const MOST_BRACKETS: usize = 64;
const MINUTE: u64 = 60_000;

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}, at character {place}")]
pub struct Misread {
    /// Index of the character, from 0.
    pub place: usize,
    /// What is wrong there.
    pub why: String,
}

type Input<'t> = LocatingSlice<&'t str>;

/// What stands in the text, before it is known whether field, operator and values fit.
enum Written {
    Not(Box<Written>),
    And(Vec<Written>),
    Or(Vec<Written>),
    Condition { place: usize, field: String, comparison: Option<Comparison>, values: Vec<Literal> },
}

#[derive(Debug, Clone)]
enum Literal {
    Quoted(String),
    Bare(String),
}

/// Parses a query. `now`, in milliseconds since 1970, is what relative times count from.
///
/// # Errors
/// [`Misread`] with the first thing that is wrong.
pub fn parse(text: &str, now: u64) -> Result<Query, Misread> {
    let misread = |place, why: &str| Misread { place, why: why.to_owned() };
    if text.len() > LONGEST {
        return Err(misread(0, "the query is too long"));
    }
    if text.matches('(').count() > MOST_BRACKETS {
        return Err(misread(0, "the query has too many brackets"));
    }
    let written = terminated(any_of, multispace0).parse(LocatingSlice::new(text));
    let written = written.map_err(|error| {
        let place = error.offset();
        misread(
            text.get(..place).map_or(place, |before| before.chars().count()),
            "a condition cannot go on so",
        )
    })?;
    Check { text, now }.query(written)
}

fn any_of(input: &mut Input<'_>) -> ModalResult<Written> {
    let first = all_of.parse_next(input)?;
    // Behind the word nothing else can come, so a mistake is where it is and not before the word.
    let others: Vec<_> = repeat(0.., preceded(keyword("OR"), cut_err(all_of))).parse_next(input)?;
    Ok(joined(first, others, Written::Or))
}

fn all_of(input: &mut Input<'_>) -> ModalResult<Written> {
    let first = unary.parse_next(input)?;
    let others: Vec<_> = repeat(0.., preceded(keyword("AND"), cut_err(unary))).parse_next(input)?;
    Ok(joined(first, others, Written::And))
}

fn joined(first: Written, others: Vec<Written>, join: fn(Vec<Written>) -> Written) -> Written {
    if others.is_empty() {
        return first;
    }
    join(std::iter::once(first).chain(others).collect())
}

fn unary(input: &mut Input<'_>) -> ModalResult<Written> {
    let nots: usize = repeat(0.., keyword("NOT")).parse_next(input)?;
    let inner = preceded(multispace0, alt((bracket, condition))).parse_next(input)?;
    Ok(if nots.is_multiple_of(2) { inner } else { Written::Not(Box::new(inner)) })
}

fn bracket(input: &mut Input<'_>) -> ModalResult<Written> {
    delimited('(', cut_err(any_of), cut_err((multispace0, ')'))).parse_next(input)
}

fn condition(input: &mut Input<'_>) -> ModalResult<Written> {
    let place = input.current_token_start();
    let name = take_while(1.., |c: char| c.is_ascii_alphanumeric() || c == '_');
    let field = name.map(str::to_owned).parse_next(input)?;
    let comparison = preceded(multispace0, opt(comparison)).parse_next(input)?;
    let values = if comparison.is_some() {
        cut_err(literal).map(|literal| vec![literal]).parse_next(input)?
    } else {
        let list = separated(1.., literal, (multispace0, ','));
        cut_err(preceded(keyword("IN"), delimited((multispace0, '('), list, (multispace0, ')'))))
            .parse_next(input)?
    };
    Ok(Written::Condition { place, field, comparison, values })
}

fn comparison(input: &mut Input<'_>) -> ModalResult<Comparison> {
    alt((
        "^~=".value(Comparison::StartsAlike),
        "^=".value(Comparison::StartsWith),
        "~=".value(Comparison::Alike),
        "!=".value(Comparison::Unequal),
        ">=".value(Comparison::AtLeast),
        "<=".value(Comparison::AtMost),
        ">".value(Comparison::Above),
        "<".value(Comparison::Below),
        "=".value(Comparison::Equal),
    ))
    .parse_next(input)
}

fn literal(input: &mut Input<'_>) -> ModalResult<Literal> {
    let character = alt((preceded('\\', any), none_of(['"', '\\'])));
    let quoted = delimited('"', repeat(0.., character), '"').map(Literal::Quoted);
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "-_.:+".contains(c);
    let bare = take_while(1.., is_bare).map(|text: &str| Literal::Bare(text.to_owned()));
    preceded(multispace0, alt((quoted, bare))).parse_next(input)
}

/// A word in any case, with nothing behind it that would make it another word.
fn keyword<'t>(word: &'static str) -> impl Parser<Input<'t>, (), ErrMode<ContextError>> {
    let end = alt((multispace1.void(), peek(one_of(['(', '"'])).void(), not(any).void()));
    (
        multispace0,
        winnow::ascii::Caseless(word),
        peek(not(one_of(|c: char| c.is_alphanum() || c == '_'))),
        end,
    )
        .void()
}

struct Check<'t> {
    text: &'t str,
    now: u64,
}

impl Check<'_> {
    fn query(&self, written: Written) -> Result<Query, Misread> {
        let all = |parts: Vec<Written>| {
            parts.into_iter().map(|part| self.query(part)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match written {
            Written::Not(inner) => Query::Not(Box::new(self.query(*inner)?)),
            Written::And(parts) => Query::And(all(parts)?),
            Written::Or(parts) => Query::Or(all(parts)?),
            Written::Condition { place, field, comparison, values } => {
                let place = self.text.get(..place).map_or(place, |before| before.chars().count());
                let misread = |why: String| Misread { place, why };
                let known = Field::of_name(&field).ok_or_else(|| misread(format!("no field {field:?}")))?;
                let compare = comparison.unwrap_or(Comparison::Equal);
                let each = |value| {
                    self.condition(known, compare, value).map_err(|why| misread(format!("{field}: {why}")))
                };
                let mut conditions = values.into_iter().map(each).collect::<Result<Vec<_>, _>>()?;
                if conditions.len() == 1 { conditions.remove(0) } else { Query::Or(conditions) }
            }
        })
    }

    fn condition(&self, field: Field, comparison: Comparison, value: Literal) -> Result<Query, String> {
        match (field.kind(), comparison) {
            (Kind::Text, comparison) if comparison.is_order() => return Err("texts have no order".to_owned()),
            (Kind::Text, _) => {}
            (_, comparison) if comparison.is_textual() => return Err("it is no text".to_owned()),
            (Kind::Truth, comparison) if comparison.is_order() => {
                return Err("it is true or false".to_owned());
            }
            _ => {}
        }
        let (Literal::Quoted(text) | Literal::Bare(text)) = value;
        let number = |text: &str| text.parse::<u64>().map_err(|_| format!("{text:?} is no number"));
        Ok(match field.kind() {
            Kind::Text => Query::Text(field, comparison, text),
            Kind::Number => Query::Number(field, comparison, number(&text)?),
            Kind::Time => Query::Number(field, comparison, self.time(&text)?),
            Kind::Truth => match text.as_str() {
                "true" => Query::Live(comparison == Comparison::Equal),
                "false" => Query::Live(comparison != Comparison::Equal),
                _ => return Err(format!("{text:?} is neither true nor false")),
            },
        })
    }

    fn time(&self, text: &str) -> Result<u64, String> {
        let none =
            || format!("{text:?} is no time: write -24h, -7d, -30m, 2026-01-31 or 2026-01-31T12:00:00Z");
        if let Some(ago) = text.strip_prefix('-') {
            let (count, unit) = ago.split_at_checked(ago.len().saturating_sub(1)).ok_or_else(none)?;
            let unit = match unit {
                "m" => MINUTE,
                "h" => 60 * MINUTE,
                "d" => 24 * 60 * MINUTE,
                _ => return Err(none()),
            };
            let span =
                count.parse::<u64>().ok().and_then(|count| count.checked_mul(unit)).ok_or_else(none)?;
            return Ok(self.now.saturating_sub(span));
        }
        let stamp = match text.parse::<Timestamp>() {
            Ok(stamp) => stamp,
            Err(_) => {
                let midnight = text.parse::<Date>().ok().map(|date| format!("{date}T00:00:00Z"));
                midnight.and_then(|text| text.parse().ok()).ok_or_else(none)?
            }
        };
        Ok(u64::try_from(stamp.as_millisecond()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000_000;

    fn text(field: Field, comparison: Comparison, text: &str) -> Query {
        Query::Text(field, comparison, text.to_owned())
    }

    #[test]
    fn not_binds_before_and_before_or() {
        let parsed = parse(r#"tag = "a" OR NOT user ^= "b" and title ~= "c""#, NOW).unwrap();
        let not = Query::Not(Box::new(text(Field::User, Comparison::StartsWith, "b")));
        let and = Query::And(vec![not, text(Field::Title, Comparison::Alike, "c")]);
        assert_eq!(parsed, Query::Or(vec![text(Field::Tag, Comparison::Equal, "a"), and]));
        let parsed = parse(r#"( tag="a" OR host!="b" )AND not(depth >= 3)"#, NOW).unwrap();
        let or = Query::Or(vec![
            text(Field::Tag, Comparison::Equal, "a"),
            text(Field::Host, Comparison::Unequal, "b"),
        ]);
        let not = Query::Not(Box::new(Query::Number(Field::Depth, Comparison::AtLeast, 3)));
        assert_eq!(parsed, Query::And(vec![or, not]));
    }

    #[test]
    fn every_operator_and_kind_of_value_is_read() {
        for (written, parsed) in [
            (r#"service ^~= "API \"x\" \\""#, text(Field::Service, Comparison::StartsAlike, r#"API "x" \"#)),
            ("id > 7", Query::Number(Field::Id, Comparison::Above, 7)),
            ("parent < 7", Query::Number(Field::Parent, Comparison::Below, 7)),
            (r#"root <= "7""#, Query::Number(Field::Root, Comparison::AtMost, 7)),
            ("trace_id = abc-1", text(Field::TraceId, Comparison::Equal, "abc-1")),
            ("is_live = true", Query::Live(true)),
            ("is_live != true", Query::Live(false)),
            (r#"created > "-24h""#, Query::Number(Field::Created, Comparison::Above, NOW - 86_400_000)),
            ("created < -30m", Query::Number(Field::Created, Comparison::Below, NOW - 1_800_000)),
            ("created = 1970-01-02", Query::Number(Field::Created, Comparison::Equal, 86_400_000)),
            ("created = \"1970-01-01T00:00:01Z\"", Query::Number(Field::Created, Comparison::Equal, 1_000)),
            (
                r#"label IN ("a", "b")"#,
                Query::Or(vec![
                    text(Field::Label, Comparison::Equal, "a"),
                    text(Field::Label, Comparison::Equal, "b"),
                ]),
            ),
            ("id in(1)", Query::Number(Field::Id, Comparison::Equal, 1)),
            ("NOT NOT id = 1", Query::Number(Field::Id, Comparison::Equal, 1)),
        ] {
            assert_eq!(parse(written, NOW), Ok(parsed), "{written}");
        }
    }

    #[test]
    fn what_is_no_query_is_refused_at_its_place() {
        for (written, place) in [
            ("", 0),
            ("tag", 3),
            ("tag = ", 6),
            ("tag = \"a", 6),
            ("tag = \"a\" AND", 13),
            ("tag = \"a\" user = \"b\"", 10),
            ("(tag = \"a\"", 10),
            ("colour = \"a\"", 0),
            ("tag = \"a\" AND depth ^= 3", 14),
            ("tag > \"a\"", 0),
            ("id = seven", 0),
            ("created > \"yesterday\"", 0),
            ("is_live > true", 0),
            ("is_live = maybe", 0),
            ("label IN ()", 10),
        ] {
            assert_eq!(parse(written, NOW).unwrap_err().place, place, "{written}");
        }
        assert!(parse(&"(".repeat(10_000), NOW).is_err());
        assert!(parse(&"NOT ".repeat(2_000), NOW).is_err());
        assert!(parse(&format!("{}id=1{}", "(".repeat(65), ")".repeat(65)), NOW).is_err());
        assert!(parse(&format!("{}id=1{}", "(".repeat(64), ")".repeat(64)), NOW).is_ok());
    }
}
