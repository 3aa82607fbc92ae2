//! A rule as text: the one form behind TOML and JSON, and what can be wrong with it.

use super::rule::{PROBABILITY, SPAN, is_probability};
use super::{FaultKind, FaultRule, Frequency, OperationPattern};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Why a rule cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` {problem}")]
pub struct FaultRuleError {
    /// The key that is wrong or missing.
    pub key: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

/// A rule as people write it, in TOML and in JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) twin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<String>,
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
}

impl RuleText {
    pub(super) const KEYS: [&'static str; 8] =
        ["twin", "operation", "kind", "duration", "probability", "call", "from", "until"];
}

impl TryFrom<RuleText> for FaultRule {
    type Error = FaultRuleError;

    fn try_from(rule: RuleText) -> Result<Self, FaultRuleError> {
        let error = |key, problem: &str| FaultRuleError { key, problem: problem.to_owned() };
        let named = FaultKind::ALL.into_iter().find(|kind| kind.name() == rule.kind);
        let named = named.ok_or_else(|| error("kind", &format!("must be {}", FaultKind::choice())))?;
        let kind = match (span("duration", rule.duration.as_deref())?, named.duration()) {
            (Some(span), Some(_)) => named.with_duration(span),
            (None, None) => named,
            (None, Some(_)) => {
                return Err(error("duration", &format!("is missing: `{}` needs it", rule.kind)));
            }
            (Some(_), None) => return Err(error("duration", &format!("has no meaning for `{}`", rule.kind))),
        };
        let frequency = match (rule.probability, rule.call) {
            (Some(_), Some(_)) => return Err(error("call", "and `probability` cannot stand together")),
            (Some(probability), None) if !is_probability(probability) => {
                return Err(error("probability", &format!("must be {PROBABILITY}")));
            }
            (Some(probability), None) => Frequency::Probability(probability),
            (None, Some(0)) => return Err(error("call", "must be a whole number from 1")),
            (None, Some(call)) => Frequency::Call(call),
            (None, None) => Frequency::Always,
        };
        let from = span("from", rule.from.as_deref())?.unwrap_or(0);
        let until = span("until", rule.until.as_deref())?;
        if until.is_some_and(|until| until <= from) {
            return Err(error("until", "is not later than `from`"));
        }
        let operation = rule.operation.map(OperationPattern::new);
        Ok(Self { twin: rule.twin, operation, kind, frequency, from, until })
    }
}

impl From<FaultRule> for RuleText {
    fn from(rule: FaultRule) -> Self {
        let shown = |span: u64| format!("{:#}", jiff::SignedDuration::from_nanos_i128(span.into()));
        let (probability, call) = match rule.frequency {
            Frequency::Always => (None, None),
            Frequency::Probability(probability) => (Some(probability), None),
            Frequency::Call(call) => (None, Some(call)),
        };
        Self {
            twin: rule.twin,
            operation: rule.operation.map(|pattern| pattern.to_string()),
            kind: rule.kind.name().to_owned(),
            duration: rule.kind.duration().map(shown),
            probability,
            call,
            from: Some(rule.from).filter(|from| *from > 0).map(shown),
            until: rule.until.map(shown),
        }
    }
}

fn span(key: &'static str, text: Option<&str>) -> Result<Option<u64>, FaultRuleError> {
    let Some(text) = text else { return Ok(None) };
    let span = jiff::SignedDuration::from_str(text).ok().and_then(|span| u64::try_from(span.as_nanos()).ok());
    let wrong = || FaultRuleError { key, problem: format!("must be {SPAN}") };
    span.map(Some).ok_or_else(wrong)
}
