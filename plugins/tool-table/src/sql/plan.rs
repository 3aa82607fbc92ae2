//! A query with everything resolved: what `run` carries out.

use plugin_sdk::Error;
use sqlparser::ast::{
    self, Distinct, GroupByExpr, LimitClause, OrderByKind, OrderBySort, SelectItem, SetExpr, Statement,
    TableFactor, WildcardAdditionalOptions,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::aggregate::Aggregate;
use super::compile::Scope;
use super::expression::Expr;
use super::{invalid, not_built};
use crate::value::Value;

/// Bytes of a query.
const MAX_SQL: usize = 64 << 10;
/// Words and signs of a query but for the items of lists: its tree is at most half that deep, and is written out and
/// taken down on the stack of the guest.
const MAX_TOKENS: usize = 300;
/// Words and signs without an operand between them, as in `NOT NOT NOT`, which the parser follows without a limit.
const MAX_RUN: usize = 40;
/// Parentheses and the like within each other. The parser needs much stack for each.
const MAX_NESTING: usize = 30;

/// A query over one table.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The names of the answer's columns.
    pub(crate) names: Vec<String>,
    pub(super) outputs: Vec<Expr>,
    pub(super) filter: Option<Expr>,
    /// Whether a row of the answer stands for a group.
    pub(super) grouped: bool,
    pub(super) groups: Vec<Expr>,
    pub(super) aggregates: Vec<Aggregate>,
    pub(super) having: Option<Expr>,
    pub(super) distinct: bool,
    pub(super) order: Vec<Key>,
    pub(super) offset: usize,
    pub(super) limit: Option<usize>,
}

/// One expression of ORDER BY.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) expression: Expr,
    pub(super) descending: bool,
    pub(super) nulls_first: bool,
}

impl Plan {
    /// Reads a query over a table with those columns. What is not built is `invalid-argument` and named.
    pub(crate) fn parse(sql: &str, columns: &[String]) -> Result<Self, Error> {
        let query = parsed(sql)?;
        let SetExpr::Select(select) = &*query.body else {
            return Err(not_built("a query that is no plain SELECT (UNION, EXCEPT, VALUES and so on)"));
        };
        let groups = groups(select, columns)?;
        let aggregated = !groups.is_empty() || select.having.is_some();
        let scope = |grouped| Ok(Scope::new(columns, table(select)?, groups.clone(), grouped));
        let mut plan = Self::compile(&query, select, scope(aggregated)?)?;
        if !aggregated && !plan.aggregates.is_empty() {
            // An aggregate without GROUP BY makes one group of all rows, and plain columns a mistake.
            plan = Self::compile(&query, select, scope(true)?)?;
        }
        // Last, as it copies expressions, which are known by then not to be too deep for that.
        check_clauses(&query, select)?;
        Ok(plan)
    }

    fn compile(query: &ast::Query, select: &ast::Select, mut scope: Scope<'_>) -> Result<Self, Error> {
        let filter = select.selection.as_ref().map(|filter| scope.of_rows(filter)).transpose()?;
        let group_by = scope.groups.clone();
        let groups: Vec<Expr> =
            group_by.iter().map(|group| scope.of_rows(group)).collect::<Result<_, Error>>()?;
        let (names, outputs) = outputs(select, &mut scope)?;
        let having = select.having.as_ref().map(|having| scope.compile(having)).transpose()?;
        let order = order(query, &names, &mut scope)?;
        let (limit, offset) = bounds(query)?;
        Ok(Self {
            names,
            outputs,
            filter,
            grouped: scope.grouped,
            groups,
            having,
            distinct: matches!(select.distinct, Some(Distinct::Distinct)),
            order,
            offset: offset.unwrap_or(0),
            limit,
            aggregates: scope.aggregates,
        })
    }
}

fn parsed(sql: &str) -> Result<Box<ast::Query>, Error> {
    if sql.len() > MAX_SQL {
        let text = format!("the query has {} bytes, and at most {MAX_SQL} are read", sql.len());
        return Err(Error::QuotaExceeded(text));
    }
    let dialect = GenericDialect {};
    let malformed = |error: String| invalid(format!("the query cannot be read: {error}"));
    let tokens = Tokenizer::new(&dialect, sql)
        .tokenize_with_location()
        .map_err(|error| malformed(error.to_string()))?;
    check_size(&tokens)?;
    let mut statements = Parser::new(&dialect)
        .with_recursion_limit(MAX_NESTING)
        .with_tokens_with_locations(tokens)
        .parse_statements()
        .map_err(|error| malformed(error.to_string()))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(query)), true) => Ok(query),
        (Some(_), true) => Err(not_built("a statement other than SELECT")),
        _ => Err(invalid("`sql` is one SELECT")),
    }
}

/// Refuses what would nest too deep, before anything follows it down.
fn check_size(tokens: &[TokenWithSpan]) -> Result<(), Error> {
    let mut count = 0;
    let mut run = 0;
    let mut listed = false;
    for token in tokens.iter().map(|token| &token.token) {
        match token {
            Token::Whitespace(_) => continue,
            Token::Comma | Token::RParen | Token::Number(..) | Token::SingleQuotedString(_) => run = 0,
            Token::Word(word) if word.keyword == Keyword::NoKeyword => run = 0,
            _ => run += 1,
        }
        count += usize::from(!listed && *token != Token::Comma);
        listed = *token == Token::Comma;
        if count > MAX_TOKENS || run > MAX_RUN {
            let text = format!("the query has more than {MAX_TOKENS} words and signs, lists not counted");
            return Err(invalid(format!(
                "{text}, or more than {MAX_RUN} without a name or a value between them"
            )));
        }
    }
    Ok(())
}

/// Refuses every clause that would be passed over otherwise: what is built is taken out, and nothing may be left.
fn check_clauses(query: &ast::Query, select: &ast::Select) -> Result<(), Error> {
    let known = [
        (query.with.is_some(), "WITH"),
        (query.fetch.is_some(), "FETCH"),
        (!query.locks.is_empty(), "FOR UPDATE"),
        (!query.pipe_operators.is_empty(), "the pipe operator"),
        (select.top.is_some(), "TOP"),
        (select.into.is_some(), "INTO"),
        (select.qualify.is_some(), "QUALIFY"),
        (!select.named_window.is_empty(), "WINDOW"),
        (matches!(select.distinct, Some(Distinct::On(_))), "DISTINCT ON"),
    ];
    if let Some((_, name)) = known.iter().find(|(there, _)| *there) {
        return Err(not_built(name));
    }
    let mut plain = parsed("SELECT 1")?;
    let SetExpr::Select(bare) = &mut *plain.body else { return Err(not_built("this query")) };
    bare.distinct.clone_from(&select.distinct);
    bare.projection.clone_from(&select.projection);
    bare.from.clone_from(&select.from);
    bare.selection.clone_from(&select.selection);
    bare.group_by.clone_from(&select.group_by);
    bare.having.clone_from(&select.having);
    plain.order_by.clone_from(&query.order_by);
    plain.limit_clause.clone_from(&query.limit_clause);
    if *plain == *query { Ok(()) } else { Err(not_built("a clause of this query")) }
}

/// What the query calls the table, besides `t`.
fn table(select: &ast::Select) -> Result<Vec<String>, Error> {
    let [from] = select.from.as_slice() else {
        return Err(invalid("the query names one table: FROM t"));
    };
    if let Some(join) = from.joins.first() {
        return Err(not_built(&format!("`{}`", join.to_string().trim())));
    }
    let TableFactor::Table { name, alias, .. } = &from.relation else {
        return Err(not_built("a FROM that is no plain table"));
    };
    // Arguments, hints, samples and so on would show in the text.
    let plain = alias.as_ref().map_or_else(|| name.to_string(), |alias| format!("{name} {alias}"));
    let plain_with_as = plain.replacen(' ', " AS ", 1);
    let written = from.relation.to_string();
    if (written != plain && written != plain_with_as) || alias.as_ref().is_some_and(|a| !a.columns.is_empty())
    {
        return Err(not_built(&format!("`FROM {written}`")));
    }
    let alias = alias.iter().map(|alias| alias.name.value.clone());
    Ok([name.to_string(), "t".to_owned()].into_iter().chain(alias).collect())
}

/// The expressions of GROUP BY; a number or an alias stands for an expression of the answer.
fn groups(select: &ast::Select, columns: &[String]) -> Result<Vec<ast::Expr>, Error> {
    let GroupByExpr::Expressions(groups, modifiers) = &select.group_by else {
        return Err(not_built("GROUP BY ALL"));
    };
    if !modifiers.is_empty() {
        return Err(not_built("a modifier of GROUP BY"));
    }
    let resolve = |group: &ast::Expr| match group {
        ast::Expr::Value(value) => {
            let place = value.value.to_string().parse::<usize>().ok().and_then(|place| place.checked_sub(1));
            match place.and_then(|place| select.projection.get(place)) {
                Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) => {
                    Ok(expr.clone())
                }
                _ => Err(invalid(format!("GROUP BY {group} names no expression of the answer"))),
            }
        }
        ast::Expr::Identifier(name) if !columns.iter().any(|c| c.eq_ignore_ascii_case(&name.value)) => {
            let aliased = select.projection.iter().find_map(|item| match item {
                SelectItem::ExprWithAlias { expr, alias }
                    if alias.value.eq_ignore_ascii_case(&name.value) =>
                {
                    Some(expr.clone())
                }
                _ => None,
            });
            Ok(aliased.unwrap_or_else(|| group.clone()))
        }
        other => Ok(other.clone()),
    };
    groups.iter().map(resolve).collect()
}

fn outputs(select: &ast::Select, scope: &mut Scope<'_>) -> Result<(Vec<String>, Vec<Expr>), Error> {
    let mut names = Vec::new();
    let mut outputs = Vec::new();
    for item in &select.projection {
        match item {
            SelectItem::UnnamedExpr(expression) => {
                // First, as it refuses what is too deep to be written out.
                outputs.push(scope.compile(expression)?);
                names.push(match expression {
                    ast::Expr::Identifier(name) => name.value.clone(),
                    other => other.to_string(),
                });
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                names.push(alias.value.clone());
                outputs.push(scope.compile(expr)?);
            }
            SelectItem::Wildcard(options) if *options == WildcardAdditionalOptions::default() => {
                if scope.grouped {
                    return Err(invalid("`*` cannot stand beside GROUP BY or an aggregate"));
                }
                names.extend(scope.columns.iter().cloned());
                outputs.extend((0..scope.columns.len()).map(Expr::Column));
            }
            other => return Err(not_built(&format!("`{other}` in the list of SELECT"))),
        }
    }
    Ok((names, outputs))
}

/// ORDER BY; a number or a name of the answer stands for the answer's own value.
fn order(query: &ast::Query, names: &[String], scope: &mut Scope<'_>) -> Result<Vec<Key>, Error> {
    let Some(order_by) = &query.order_by else { return Ok(Vec::new()) };
    let OrderByKind::Expressions(expressions) = &order_by.kind else {
        return Err(not_built("ORDER BY ALL"));
    };
    if order_by.interpolate.is_some() {
        return Err(not_built("INTERPOLATE"));
    }
    let key = |key: &ast::OrderByExpr| {
        let descending = match &key.options.sort {
            None | Some(OrderBySort::Asc) => false,
            Some(OrderBySort::Desc) => true,
            Some(OrderBySort::Using(_)) => return Err(not_built("ORDER BY ... USING")),
        };
        if key.with_fill.is_some() {
            return Err(not_built("WITH FILL"));
        }
        let own = match &key.expr {
            ast::Expr::Value(value) => {
                let place =
                    value.value.to_string().parse::<usize>().ok().and_then(|place| place.checked_sub(1));
                match place.filter(|place| *place < names.len()) {
                    Some(place) => Some(place),
                    None => {
                        return Err(invalid(format!("ORDER BY {} names no column of the answer", key.expr)));
                    }
                }
            }
            ast::Expr::Identifier(name) => {
                names.iter().position(|known| known.eq_ignore_ascii_case(&name.value))
            }
            _ => None,
        };
        let expression = own.map_or_else(|| scope.compile(&key.expr), |place| Ok(Expr::Output(place)))?;
        Ok(Key { expression, descending, nulls_first: key.options.nulls_first.unwrap_or(false) })
    };
    expressions.iter().map(key).collect()
}

fn bounds(query: &ast::Query) -> Result<(Option<usize>, Option<usize>), Error> {
    match &query.limit_clause {
        None => Ok((None, None)),
        Some(LimitClause::LimitOffset { limit, offset, limit_by }) if limit_by.is_empty() => Ok((
            limit.as_ref().map(number).transpose()?,
            offset.as_ref().map(|offset| number(&offset.value)).transpose()?,
        )),
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
            Ok((Some(number(limit)?), Some(number(offset)?)))
        }
        Some(_) => Err(not_built("LIMIT ... BY")),
    }
}

fn number(expression: &ast::Expr) -> Result<usize, Error> {
    let number = match expression {
        ast::Expr::Value(value) => Value::number(&value.value.to_string()),
        _ => None,
    };
    match number {
        Some(Value::Int(number)) if number >= 0 => Ok(usize::try_from(number).unwrap_or(usize::MAX)),
        _ => Err(invalid(format!("LIMIT and OFFSET take a number from 0, not `{expression}`"))),
    }
}
