//! What a parsed condition may be made of: known names and functions, patterns that are written out, bounded depth.

use cel::IdedExpr;
use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, LiteralValue};
use std::collections::BTreeSet;

/// Deepest expression; each level costs stack when it is evaluated.
const DEEPEST: usize = 64;
/// What a call of `matches` weighs against other nodes: the library compiles its pattern every time.
const PATTERN_WEIGHT: u64 = 500;

/// The variables of every condition.
pub(super) const VARIABLES: [&str; 3] = ["args", "calls", "name"];
/// Names of types, for `type(args.x) == string`.
const TYPES: [&str; 10] =
    ["bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "uint"];
/// The functions that a condition may call; operators have names that no identifier can have.
pub(super) const FUNCTIONS: [&str; 12] = [
    "bool",
    "bytes",
    "contains",
    "double",
    "dyn",
    "endsWith",
    "int",
    "matches",
    "size",
    "startsWith",
    "string",
    "type",
];

/// What an expression costs to evaluate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cost {
    /// Nodes, weighted.
    pub(super) nodes: u64,
    /// How deep its loops (`all`, `exists`, `map`, ...) stand in one another.
    pub(super) loops: u32,
}

/// Why an expression cannot be a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ExpressionError {
    #[error("it nests deeper than {DEEPEST}")]
    TooDeep,
    #[error("there is no variable `{0}`; a condition has `args`, `calls` and `name`")]
    Variable(String),
    #[error("there is no function `{0}`; a condition can call {known}", known = FUNCTIONS.join(", "))]
    Function(String),
    #[error("the pattern of `matches` has to be written out as a text")]
    Pattern,
    #[error("it makes a message; conditions have maps, lists and plain values alone")]
    Message,
}

/// Looks at every node of an expression.
#[derive(Debug, Default)]
pub(super) struct Walk<'e> {
    /// Variables of the loops around.
    bound: Vec<&'e str>,
    /// Loops around.
    loops: u32,
    pub(super) cost: Cost,
    /// Every pattern of `matches`.
    pub(super) patterns: BTreeSet<String>,
}

impl<'e> Walk<'e> {
    pub(super) fn expression(&mut self, node: &'e IdedExpr, depth: usize) -> Result<(), ExpressionError> {
        if depth > DEEPEST {
            return Err(ExpressionError::TooDeep);
        }
        self.cost.nodes += 1;
        let inner = depth + 1;
        match &node.expr {
            Expr::Unspecified | Expr::Literal(_) => Ok(()),
            Expr::Ident(name) => self.variable(name),
            Expr::Select(select) => self.expression(&select.operand, inner),
            Expr::List(list) => list.elements.iter().try_for_each(|one| self.expression(one, inner)),
            Expr::Map(map) => map.entries.iter().try_for_each(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => {
                    self.expression(&entry.key, inner)?;
                    self.expression(&entry.value, inner)
                }
                EntryExpr::StructField(_) => Err(ExpressionError::Message),
            }),
            Expr::Struct(_) => Err(ExpressionError::Message),
            Expr::Call(call) => {
                self.function(&call.func_name, call.args.last())?;
                call.target.iter().try_for_each(|target| self.expression(target, inner))?;
                call.args.iter().try_for_each(|argument| self.expression(argument, inner))
            }
            Expr::Comprehension(comprehension) => self.comprehension(comprehension, inner),
        }
    }

    fn variable(&self, name: &str) -> Result<(), ExpressionError> {
        let known = VARIABLES.contains(&name) || TYPES.contains(&name) || self.bound.contains(&name);
        if known { Ok(()) } else { Err(ExpressionError::Variable(name.to_owned())) }
    }

    fn function(&mut self, name: &str, last: Option<&IdedExpr>) -> Result<(), ExpressionError> {
        let is_operator = !name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !is_operator && !FUNCTIONS.contains(&name) {
            return Err(ExpressionError::Function(name.to_owned()));
        }
        if name == "matches" {
            let Some(Expr::Literal(LiteralValue::String(pattern))) = last.map(|last| &last.expr) else {
                return Err(ExpressionError::Pattern);
            };
            self.patterns.insert(pattern.inner().to_owned());
            self.cost.nodes += PATTERN_WEIGHT;
        }
        Ok(())
    }

    fn comprehension(&mut self, of: &'e ComprehensionExpr, inner: usize) -> Result<(), ExpressionError> {
        self.expression(&of.iter_range, inner)?;
        self.expression(&of.accu_init, inner)?;
        let before = self.bound.len();
        self.bound.extend([of.iter_var.as_str(), of.accu_var.as_str()]);
        self.bound.extend(of.iter_var2.as_deref());
        self.loops += 1;
        self.cost.loops = self.cost.loops.max(self.loops);
        let body = [&of.loop_cond, &of.loop_step, &of.result];
        let walked = body.into_iter().try_for_each(|part| self.expression(part, inner));
        self.loops -= 1;
        self.bound.truncate(before);
        walked
    }
}
