//! Faults that a universe injects: which requests and deliveries they meet, when, and what happens to them.
//!
//! One set of rules serves three readers: `[[fault]]` of a `scenario.toml`, a file of its own, and JSON that comes
//! through a door. All three go through [`RuleText`], so that a rule means the same wherever it stands.

use crate::Mistakes;
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{at_least, number, text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Most rules of one plan; each is looked at for every request.
const MOST_RULES: usize = 64;

/// Rules in order; for one request the first that strikes is the one that is injected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// `[[fault]]` in TOML, `fault` in JSON.
    #[serde(rename = "fault", deserialize_with = "bounded")]
    pub rules: Vec<FaultRule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RuleText", into = "RuleText")]
pub struct FaultRule {
    /// The twin that it concerns, by name; none for every twin.
    pub twin: Option<String>,
    /// What it concerns of the twin's operations; none for all.
    pub operation: Option<OperationPattern>,
    /// What happens.
    pub kind: FaultKind,
    /// How often.
    pub frequency: Frequency,
    /// First moment at which it strikes, in nanoseconds since the plan began.
    pub from: u64,
    /// First moment at which it no longer does; none for never.
    pub until: Option<u64>,
}

/// What happens to a request, or to what a twin sends of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The service refuses for having had too many requests; the client may come back after that many nanoseconds.
    RateLimit(u64),
    /// The service breaks while it works on the request.
    ServerError,
    /// The service takes no requests.
    Unavailable,
    /// The answer comes that many nanoseconds later.
    Latency(u64),
    /// The request is lost; the client waits that many nanoseconds for nothing.
    Timeout(u64),
    /// The service does its work, and the connection breaks before the answer has come.
    Cut,
    /// A reading request is answered from the state of that many nanoseconds ago.
    StaleRead(u64),
    /// What the twin sends of its own accord is sent twice.
    Duplicate,
    /// What the twin sends of its own accord falls due up to that many nanoseconds later, so that others overtake it.
    Reorder(u64),
}

/// How often a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Frequency {
    /// Each time.
    Always,
    /// With that probability, drawn from the seed's stream `faults`; above 0, at most 1.
    Probability(f64),
    /// At the n-th match within the rule's window alone, from 1.
    Call(u64),
}

/// A fault that was injected, as the record of a trial tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InjectedFault {
    /// Whose request or delivery was met.
    pub twin: String,
    /// The operation by the twin's manifest, else method and path.
    pub operation: String,
    /// The kind, as rules name it.
    pub kind: &'static str,
    /// The rule's duration in nanoseconds, where it has one.
    pub duration: Option<u64>,
    /// Number of the rule in its plan, from 0.
    pub rule: usize,
}

/// An injected fault as it is read.
#[derive(Deserialize)]
struct WrittenFault {
    twin: String,
    operation: String,
    kind: String,
    duration: Option<u64>,
    rule: usize,
}

impl<'d> Deserialize<'d> for InjectedFault {
    fn deserialize<D: serde::Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        let WrittenFault { twin, operation, kind, duration, rule } = WrittenFault::deserialize(deserializer)?;
        let known = FaultKind::ALL.into_iter().map(FaultKind::name).find(|known| *known == kind);
        let kind =
            known.ok_or_else(|| serde::de::Error::custom(format_args!("`{kind}` is no kind of fault")))?;
        Ok(Self { twin, operation, kind, duration, rule })
    }
}

/// Operations by name, or requests by method and path; `*` stands for any run of characters, a `/` included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationPattern(String);

/// Why a rule cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` {problem}")]
pub struct FaultRuleError {
    /// The key that is wrong or missing.
    pub key: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

impl FaultPlan {
    /// Parses a file of its own: `schema = "faults/1"` and `[[fault]]`.
    ///
    /// # Errors
    /// Every mistake in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        Reader::read(file, text, |table, reader| {
            let schema = table.schema(reader, "faults/1");
            let plan = Self::read(table, reader);
            schema.and(plan)
        })
    }

    /// Reads the `[[fault]]` of a table.
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = table.key_span("fault").unwrap_or(table.span());
        let rules = table.tables(reader, "fault", FaultRule::read)?;
        if rules.len() > MOST_RULES {
            reader.mistake(place, too_many(rules.len()), None);
            return None;
        }
        Some(Self { rules })
    }
}

impl FaultRule {
    /// Whether it meets a request: the operation by the twin's manifest, where it has one, the method and the path.
    pub fn meets(&self, twin: &str, operation: Option<&str>, method: &str, path: &str) -> bool {
        self.twin.as_deref().is_none_or(|named| named == twin)
            && self.operation.as_ref().is_none_or(|pattern| pattern.meets(operation, method, path))
    }

    /// Whether it can strike at a moment, in nanoseconds since the plan began.
    pub fn is_open_at(&self, since: u64) -> bool {
        since >= self.from && self.until.is_none_or(|until| since < until)
    }

    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let whole = table.span();
        let keys = RuleText::KEYS.map(|key| (key, table.key_span(key).unwrap_or(whole)));
        let mistakes_before = reader.mistake_count();
        let kind = table.required(reader, "kind", &kinds(), text);
        let mut word = |key, wanted| table.optional(reader, key, wanted, text);
        let twin = word("twin", "the name of a twin");
        let operation = word("operation", OPERATION);
        let [duration, from, until] = ["duration", "from", "until"].map(|key| word(key, SPAN));
        let probability = table.optional(reader, "probability", PROBABILITY, number(is_probability));
        let call = table.optional(reader, "call", "a whole number from 1", at_least(1));
        if reader.mistake_count() > mistakes_before {
            return None;
        }
        let rule = RuleText { twin, operation, kind: kind?, duration, probability, call, from, until };
        match Self::try_from(rule) {
            Ok(rule) => Some(rule),
            Err(error) => {
                let span = keys.iter().find(|(key, _)| *key == error.key).map_or(whole, |(_, span)| *span);
                reader.mistake(span, error.to_string(), None);
                None
            }
        }
    }
}

const OPERATION: &str = "an operation of the twin, or \"POST /path\", each with * for any characters";
const SPAN: &str = "a span of time such as \"30s\"";
const PROBABILITY: &str = "a number above 0, at most 1";

fn is_probability(number: f64) -> bool {
    number > 0.0 && number <= 1.0
}

fn too_many(found: usize) -> String {
    format!("{found} faults; at most {MOST_RULES} are read")
}

fn kinds() -> String {
    format!("one of {}", FaultKind::ALL.map(FaultKind::name).join(", "))
}

fn bounded<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Vec<FaultRule>, D::Error> {
    let rules = Vec::<FaultRule>::deserialize(deserializer)?;
    if rules.len() > MOST_RULES {
        return Err(serde::de::Error::custom(too_many(rules.len())));
    }
    Ok(rules)
}

impl FaultKind {
    /// One of each, with durations of 0.
    const ALL: [Self; 9] = [
        Self::RateLimit(0),
        Self::ServerError,
        Self::Unavailable,
        Self::Latency(0),
        Self::Timeout(0),
        Self::Cut,
        Self::StaleRead(0),
        Self::Duplicate,
        Self::Reorder(0),
    ];

    /// As rules name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RateLimit(_) => "rate_limit",
            Self::ServerError => "server_error",
            Self::Unavailable => "unavailable",
            Self::Latency(_) => "latency",
            Self::Timeout(_) => "timeout",
            Self::Cut => "cut",
            Self::StaleRead(_) => "stale_read",
            Self::Duplicate => "duplicate",
            Self::Reorder(_) => "reorder",
        }
    }

    /// Its duration in nanoseconds; none for a kind without one.
    pub fn duration(self) -> Option<u64> {
        match self {
            Self::RateLimit(span)
            | Self::Latency(span)
            | Self::Timeout(span)
            | Self::StaleRead(span)
            | Self::Reorder(span) => Some(span),
            Self::ServerError | Self::Unavailable | Self::Cut | Self::Duplicate => None,
        }
    }

    /// Whether it meets what a twin sends of its own accord, rather than requests to it.
    pub fn is_of_deliveries(self) -> bool {
        matches!(self, Self::Duplicate | Self::Reorder(_))
    }

    fn with_duration(self, span: u64) -> Self {
        match self {
            Self::RateLimit(_) => Self::RateLimit(span),
            Self::Latency(_) => Self::Latency(span),
            Self::Timeout(_) => Self::Timeout(span),
            Self::StaleRead(_) => Self::StaleRead(span),
            Self::Reorder(_) => Self::Reorder(span),
            Self::ServerError | Self::Unavailable | Self::Cut | Self::Duplicate => self,
        }
    }
}

impl OperationPattern {
    /// Whether it means a request: by method and path where it has a blank or begins with `/`, else by the operation's
    /// name.
    fn meets(&self, operation: Option<&str>, method: &str, path: &str) -> bool {
        match self.0.split_once(' ') {
            Some((wanted, pattern)) => wanted.eq_ignore_ascii_case(method) && glob(pattern, path),
            None if self.0.starts_with('/') => glob(&self.0, path),
            None => operation.is_some_and(|operation| glob(&self.0, operation)),
        }
    }
}

impl fmt::Display for OperationPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `*` in a pattern can stand for what a text has in its place. Each piece is looked for once, from where the
/// piece before it ended, so that no pattern costs more than its length times the text's.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*').filter(|piece| !piece.is_empty()) {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

/// A rule as people write it, in TOML and in JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    twin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl RuleText {
    const KEYS: [&'static str; 8] =
        ["twin", "operation", "kind", "duration", "probability", "call", "from", "until"];
}

impl TryFrom<RuleText> for FaultRule {
    type Error = FaultRuleError;

    fn try_from(rule: RuleText) -> Result<Self, FaultRuleError> {
        let error = |key, problem: &str| FaultRuleError { key, problem: problem.to_owned() };
        let named = FaultKind::ALL.into_iter().find(|kind| kind.name() == rule.kind);
        let named = named.ok_or_else(|| error("kind", &format!("must be {}", kinds())))?;
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
        let operation = rule.operation.map(OperationPattern);
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
            operation: rule.operation.map(|pattern| pattern.0),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_names_or_requests() {
        let meets = |pattern: &str| {
            OperationPattern(pattern.to_owned()).meets(
                Some("chat.postMessage"),
                "POST",
                "/api/chat.postMessage",
            )
        };
        for wanted in
            ["chat.postMessage", "chat.*", "*", "*post*", "POST /api/chat.*", "post *", "/api/*Message"]
        {
            assert!(meets(wanted), "{wanted}");
        }
        for other in ["chat", "chat.post", "*.post", "GET *", "/api/chat", "/chat*", "x*", "*post*post*"] {
            assert!(!meets(other), "{other}");
        }
        assert!(!OperationPattern("*".to_owned()).meets(None, "GET", "/"));
    }

    #[test]
    fn rules_come_back_from_json_as_they_went() {
        let text = "schema = \"faults/1\"\n[[fault]]\ntwin = \"slack\"\noperation = \"chat.*\"\n\
                    kind = \"latency\"\nduration = \"1500ms\"\nprobability = 0.25\nfrom = \"1m\"\nuntil = \"1h\"\n\
                    [[fault]]\nkind = \"cut\"\ncall = 3\n";
        let plan = FaultPlan::parse("faults.toml", text).unwrap();
        assert_eq!(plan.rules[0].kind, FaultKind::Latency(1_500_000_000));
        assert_eq!(plan.rules[1].frequency, Frequency::Call(3));
        let json = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<FaultPlan>(&json).unwrap(), plan);
        let none = serde_json::from_str::<FaultPlan>("{\"fault\":[{\"kind\":\"latency\"}]}").unwrap_err();
        assert_eq!(none.to_string(), "`duration` is missing: `latency` needs it at line 1 column 29");
    }

    #[test]
    fn a_window_has_a_beginning_and_an_end() {
        let text = "schema = \"faults/1\"\n[[fault]]\nkind = \"cut\"\nfrom = \"2s\"\nuntil = \"4s\"\n";
        let rule = &FaultPlan::parse("faults.toml", text).unwrap().rules[0];
        let open = [1, 2, 3, 4].map(|second| rule.is_open_at(second * 1_000_000_000));
        assert_eq!(open, [false, true, true, false]);
    }
}
