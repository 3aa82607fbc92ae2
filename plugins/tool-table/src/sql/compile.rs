//! From the parser's expressions to ours: names become places, and what is not built is told by name.

use plugin_sdk::Error;
use sqlparser::ast::{
    self, BinaryOperator, CastKind, DuplicateTreatment, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident, UnaryOperator,
};

use super::aggregate::{Aggregate, Kind};
use super::expression::{Expr, Op, Target};
use super::scalar::Scalar;
use super::{invalid, not_built};
use crate::value::Value;

/// How deep expressions nest, long chains of operators included: evaluation follows them on the stack of the guest.
const MAX_DEPTH: usize = 100;

/// What names mean where an expression stands.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) columns: &'a [String],
    /// What the query calls the table.
    pub(super) table: Vec<String>,
    /// The expressions of GROUP BY.
    pub(super) groups: Vec<ast::Expr>,
    /// Whether a row of the answer stands for a group.
    pub(super) grouped: bool,
    /// Every aggregate that was met.
    pub(super) aggregates: Vec<Aggregate>,
    /// Whether aggregates may stand here.
    pub(super) aggregating: bool,
    depth: usize,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        columns: &'a [String],
        table: Vec<String>,
        groups: Vec<ast::Expr>,
        grouped: bool,
    ) -> Self {
        Self { columns, table, groups, grouped, aggregates: Vec::new(), aggregating: true, depth: 0 }
    }

    /// An expression of the rows of the table, where no aggregate can stand.
    pub(super) fn of_rows(&mut self, expression: &ast::Expr) -> Result<Expr, Error> {
        let (grouped, aggregating) = (self.grouped, self.aggregating);
        (self.grouped, self.aggregating) = (false, false);
        let compiled = self.compile(expression);
        (self.grouped, self.aggregating) = (grouped, aggregating);
        compiled
    }

    /// An expression of the answer's rows.
    pub(super) fn compile(&mut self, expression: &ast::Expr) -> Result<Expr, Error> {
        if self.depth == MAX_DEPTH {
            return Err(invalid(format!("an expression is more than {MAX_DEPTH} levels deep")));
        }
        self.depth += 1;
        let compiled = match self.groups.iter().position(|group| self.grouped && group == expression) {
            Some(group) => Ok(Expr::Group(group)),
            None => self.inner(expression),
        };
        self.depth -= 1;
        compiled
    }

    fn boxed(&mut self, expression: &ast::Expr) -> Result<Box<Expr>, Error> {
        self.compile(expression).map(Box::new)
    }

    fn inner(&mut self, expression: &ast::Expr) -> Result<Expr, Error> {
        Ok(match expression {
            ast::Expr::Identifier(name) => self.column(name)?,
            ast::Expr::CompoundIdentifier(names) => match names.as_slice() {
                [table, name] if self.table.iter().any(|known| known.eq_ignore_ascii_case(&table.value)) => {
                    self.column(name)?
                }
                _ => return Err(invalid(format!("`{expression}` is no column: the only table is `t`"))),
            },
            ast::Expr::Value(value) => Expr::Value(literal(&value.value)?),
            ast::Expr::Nested(inner) => self.compile(inner)?,
            ast::Expr::UnaryOp { op, expr } => match op {
                UnaryOperator::Not => Expr::Not(self.boxed(expr)?),
                UnaryOperator::Minus => Expr::Negate(self.boxed(expr)?),
                UnaryOperator::Plus => self.compile(expr)?,
                op => return Err(not_built(&format!("the operator `{op}`"))),
            },
            ast::Expr::BinaryOp { left, op, right } => {
                Expr::Binary(operator(op)?, self.boxed(left)?, self.boxed(right)?)
            }
            ast::Expr::IsNull(inner) => Expr::IsNull(self.boxed(inner)?),
            ast::Expr::IsNotNull(inner) => not(true, Expr::IsNull(self.boxed(inner)?)),
            ast::Expr::InList { expr, list, negated } => {
                let list: Result<Vec<Expr>, Error> = list.iter().map(|item| self.compile(item)).collect();
                not(*negated, Expr::In(self.boxed(expr)?, list?))
            }
            ast::Expr::Between { expr, negated, low, high } => {
                let low = Expr::Binary(Op::GreaterOrEqual, self.boxed(expr)?, self.boxed(low)?);
                let high = Expr::Binary(Op::LessOrEqual, self.boxed(expr)?, self.boxed(high)?);
                not(*negated, Expr::Binary(Op::And, Box::new(low), Box::new(high)))
            }
            ast::Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                self.like(*negated, expr, pattern, false)?
            }
            ast::Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                self.like(*negated, expr, pattern, true)?
            }
            ast::Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())?
            }
            ast::Expr::Cast { kind, expr, data_type, format: None } => Expr::Cast {
                value: self.boxed(expr)?,
                to: target(&data_type.to_string())?,
                lenient: matches!(kind, CastKind::TryCast | CastKind::SafeCast),
            },
            ast::Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => {
                Expr::Call(Scalar::Trim, vec![self.compile(expr)?])
            }
            ast::Expr::Function(function) => self.function(function)?,
            other => return Err(not_built(&named(other))),
        })
    }

    fn column(&self, name: &Ident) -> Result<Expr, Error> {
        let exact = self.columns.iter().position(|column| *column == name.value);
        let alike = || {
            let mut alike = self.columns.iter().enumerate();
            alike.find(|(_, column)| name.quote_style.is_none() && column.eq_ignore_ascii_case(&name.value))
        };
        let Some(column) = exact.or_else(|| alike().map(|(column, _)| column)) else {
            let columns = self.columns.join("`, `");
            return Err(invalid(format!("there is no column `{}`; there is `{columns}`", name.value)));
        };
        // A column that is grouped by may be written in more than one way.
        let group = self.groups.iter().position(|group| match group {
            ast::Expr::Identifier(other) => other.value.eq_ignore_ascii_case(&name.value),
            _ => false,
        });
        match group.filter(|_| self.grouped) {
            Some(group) => Ok(Expr::Group(group)),
            None if self.grouped => {
                Err(invalid(format!("`{}` is neither in GROUP BY nor in an aggregate", name.value)))
            }
            None => Ok(Expr::Column(column)),
        }
    }

    fn like(
        &mut self,
        negated: bool,
        value: &ast::Expr,
        pattern: &ast::Expr,
        ignore_case: bool,
    ) -> Result<Expr, Error> {
        let (value, pattern) = (self.boxed(value)?, self.boxed(pattern)?);
        Ok(not(negated, Expr::Like { value, pattern, ignore_case }))
    }

    fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
    ) -> Result<Expr, Error> {
        let mut cases = Vec::new();
        for case in conditions {
            let condition = match operand {
                Some(operand) => Expr::Binary(Op::Equal, self.boxed(operand)?, self.boxed(&case.condition)?),
                None => self.compile(&case.condition)?,
            };
            cases.push((condition, self.compile(&case.result)?));
        }
        let otherwise = otherwise.map(|otherwise| self.compile(otherwise)).transpose()?;
        Ok(Expr::Case(cases, Box::new(otherwise.unwrap_or(Expr::Value(Value::Null)))))
    }

    fn function(&mut self, function: &ast::Function) -> Result<Expr, Error> {
        let name = function.name.to_string().to_lowercase();
        if function.over.is_some() {
            return Err(not_built(&format!("the window function `{name} OVER`")));
        }
        let (FunctionArguments::List(list), FunctionArguments::None) = (&function.args, &function.parameters)
        else {
            return Err(not_built(&format!("this form of the function `{name}`")));
        };
        let plain = function.filter.is_none()
            && function.within_group.is_empty()
            && function.null_treatment.is_none()
            && list.clauses.is_empty();
        if !plain {
            return Err(not_built(&format!("a clause within or behind the call of `{name}`")));
        }
        if let Some(kind) = Kind::named(&name) {
            return self.aggregate(&name, kind, list);
        }
        let Some(scalar) = Scalar::named(&name) else {
            return Err(not_built(&format!("the function `{name}`")));
        };
        let mut arguments = Vec::new();
        for argument in &list.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => {
                    arguments.push(self.compile(argument)?)
                }
                other => return Err(not_built(&format!("the argument `{other}` of `{name}`"))),
            }
        }
        let (least, most) = scalar.arity();
        if list.duplicate_treatment.is_some() || !(least..=most).contains(&arguments.len()) {
            return Err(invalid(format!("`{name}` does not take these arguments")));
        }
        Ok(Expr::Call(scalar, arguments))
    }

    fn aggregate(&mut self, name: &str, kind: Kind, list: &ast::FunctionArgumentList) -> Result<Expr, Error> {
        if !self.aggregating {
            return Err(invalid(format!(
                "the aggregate `{name}` cannot stand in WHERE, GROUP BY or an aggregate"
            )));
        }
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        let argument = match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] => Some(self.of_rows(argument)?),
            [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] if kind == Kind::Count && !distinct => None,
            _ => return Err(invalid(format!("`{name}` takes one expression, and `count` also `*`"))),
        };
        self.aggregates.push(Aggregate { kind, argument, distinct });
        Ok(Expr::Aggregate(self.aggregates.len() - 1))
    }
}

fn not(negated: bool, expression: Expr) -> Expr {
    if negated { Expr::Not(Box::new(expression)) } else { expression }
}

fn literal(value: &ast::Value) -> Result<Value, Error> {
    match value {
        ast::Value::Null => Ok(Value::Null),
        ast::Value::Boolean(value) => Ok(Value::Bool(*value)),
        ast::Value::SingleQuotedString(text) => Ok(Value::Text(text.clone())),
        ast::Value::Number(digits, false) => {
            let float = || digits.parse().ok().and_then(Value::float);
            Value::number(digits).or_else(float).ok_or_else(|| invalid(format!("`{digits}` is out of range")))
        }
        other => Err(not_built(&format!("the literal `{other}`"))),
    }
}

fn operator(op: &BinaryOperator) -> Result<Op, Error> {
    Ok(match op {
        BinaryOperator::Plus => Op::Add,
        BinaryOperator::Minus => Op::Subtract,
        BinaryOperator::Multiply => Op::Multiply,
        BinaryOperator::Divide => Op::Divide,
        BinaryOperator::Modulo => Op::Remainder,
        BinaryOperator::StringConcat => Op::Concat,
        BinaryOperator::Eq => Op::Equal,
        BinaryOperator::NotEq => Op::NotEqual,
        BinaryOperator::Lt => Op::Less,
        BinaryOperator::LtEq => Op::LessOrEqual,
        BinaryOperator::Gt => Op::Greater,
        BinaryOperator::GtEq => Op::GreaterOrEqual,
        BinaryOperator::And => Op::And,
        BinaryOperator::Or => Op::Or,
        op => return Err(not_built(&format!("the operator `{op}`"))),
    })
}

fn target(data_type: &str) -> Result<Target, Error> {
    let name = data_type.split('(').next().unwrap_or_default().trim().to_ascii_uppercase();
    match name.as_str() {
        "INT" | "INTEGER" | "BIGINT" | "SMALLINT" => Ok(Target::Integer),
        "FLOAT" | "DOUBLE" | "DOUBLE PRECISION" | "REAL" | "NUMERIC" | "DECIMAL" | "NUMBER" => {
            Ok(Target::Number)
        }
        "TEXT" | "VARCHAR" | "CHAR" | "STRING" => Ok(Target::Text),
        _ => Err(not_built(&format!("CAST to `{data_type}`"))),
    }
}

/// The construct in the words of SQL, with as much of the query as shows which one it is.
fn named(expression: &ast::Expr) -> String {
    let kind = match expression {
        ast::Expr::Subquery(_) | ast::Expr::InSubquery { .. } | ast::Expr::Exists { .. } => "the subquery",
        ast::Expr::Like { .. } | ast::Expr::ILike { .. } => "this form of LIKE",
        _ => "the expression",
    };
    format!("{kind} `{}`", expression.to_string().chars().take(80).collect::<String>())
}
