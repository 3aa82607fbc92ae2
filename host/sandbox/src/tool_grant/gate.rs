//! Whether the policy lets a guest call a tool with these arguments, and which lines would where it does not.

use super::arguments::Arguments;
use super::condition::{Condition, ConditionError};
use super::text::short;
use glasshouse_model::policy::ToolGrant;
use glasshouse_model::{Mistakes, Place};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest name of a tool that a policy can grant, in bytes.
const LONGEST_NAME: usize = 128;

/// The granted tools of one run and how often each was called. A copy counts for itself.
#[derive(Debug, Clone, Default)]
pub struct ToolGate {
    tools: BTreeMap<String, Granted>,
}

#[derive(Debug, Clone)]
struct Granted {
    place: Place,
    condition: Option<Arc<Condition>>,
    calls: u64,
}

/// What the policy says about one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolDecision {
    /// The grant at this place allows it.
    Allowed(Place),
    /// It must not be made.
    Denied(ToolDenial),
}

/// Why a call must not be made. Its text is one for the guest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolDenial {
    /// No grant has the name.
    #[error("no grant allows the tool `{name}`; these lines in the policy would:\n{lines}")]
    NotGranted {
        /// The tool's.
        name: String,
        /// TOML that grants it, to add at the end of the policy file.
        lines: String,
    },
    /// No grant can have the name.
    #[error("no policy can allow a tool `{0}`: that is no name of one")]
    NoName(String),
    /// The grant's condition is false.
    #[error("the condition at {place} does not hold for these arguments after {calls} calls: {condition}")]
    Condition {
        /// Of `when`.
        place: Place,
        /// As the policy has it.
        condition: String,
        /// Of this tool in this run, before this one.
        calls: u64,
    },
    /// The grant's condition came to no answer.
    #[error("the condition at {place} does not allow these arguments, as {why}: {condition}")]
    Undecided {
        /// Of `when`.
        place: Place,
        /// As the policy has it.
        condition: String,
        /// What went wrong.
        why: ConditionError,
    },
}

impl ToolDenial {
    /// Of the line of the policy that denies; none where no line does.
    pub fn by(&self) -> Option<&Place> {
        match self {
            Self::NotGranted { .. } | Self::NoName(_) => None,
            Self::Condition { place, .. } | Self::Undecided { place, .. } => Some(place),
        }
    }
}

impl ToolGate {
    /// Takes a policy's grants.
    ///
    /// # Errors
    /// Every condition that cannot be parsed, with its place.
    pub fn new(grants: &[ToolGrant]) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut tools = BTreeMap::new();
        for grant in grants {
            let condition = grant.when.as_ref().map(Condition::parse).transpose();
            if let Some(condition) = mistakes.keep(condition.map_err(Mistakes::from)) {
                let granted =
                    Granted { place: grant.place.clone(), condition: condition.map(Arc::new), calls: 0 };
                tools.insert(grant.name.clone(), granted);
            }
        }
        mistakes.finish(Some(Self { tools }))
    }

    /// The granted names in byte order, each with the place of its grant. That a component has such a tool is for the
    /// caller to check when the policy is loaded.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.tools.iter().map(|(name, granted)| (name.as_str(), &granted.place))
    }

    /// Decides about a call, and counts nothing: see [`Self::count`].
    pub fn decide(&self, name: &str, arguments: &Arguments) -> ToolDecision {
        let Some(granted) = self.tools.get(name) else {
            return ToolDecision::Denied(not_granted(name));
        };
        let Some(condition) = &granted.condition else {
            return ToolDecision::Allowed(granted.place.clone());
        };
        let (place, text) = (condition.place().clone(), condition.text().to_owned());
        match condition.holds(name, arguments, granted.calls) {
            Ok(true) => ToolDecision::Allowed(granted.place.clone()),
            Ok(false) => {
                ToolDecision::Denied(ToolDenial::Condition { place, condition: text, calls: granted.calls })
            }
            Err(why) => ToolDecision::Denied(ToolDenial::Undecided { place, condition: text, why }),
        }
    }

    /// Counts a call that is made: after its arguments fit the tool's schema and before the tool runs, so that one that
    /// fails counts, too.
    pub fn count(&mut self, name: &str) {
        if let Some(granted) = self.tools.get_mut(name) {
            granted.calls = granted.calls.saturating_add(1);
        }
    }
}

fn not_granted(name: &str) -> ToolDenial {
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    if name.len() > LONGEST_NAME || !name.split('.').all(is_part) {
        return ToolDenial::NoName(short(name));
    }
    ToolDenial::NotGranted { name: name.to_owned(), lines: format!("[[tool]]\nname = \"{name}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glasshouse_model::Policy;

    const POLICY: &str = "version = 1\n[[tool]]\nname = \"payments.refund\"\n\
                          when = \"args.amount <= 80 && calls < 2\"\n[[tool]]\nname = \"mail.send\"\n";

    fn gate(text: &str) -> Result<ToolGate, Mistakes> {
        ToolGate::new(&Policy::parse("policy.toml", text).unwrap().tools)
    }

    fn decide(gate: &ToolGate, name: &str, arguments: &str) -> String {
        match gate.decide(name, &Arguments::parse(arguments).unwrap()) {
            ToolDecision::Allowed(place) => format!("allowed by {place}"),
            ToolDecision::Denied(denial) => denial.to_string(),
        }
    }

    #[test]
    fn grants_and_conditions_decide() {
        let mut gate = gate(POLICY).unwrap();
        let small = r#"{"amount": 80}"#;
        assert_eq!(decide(&gate, "mail.send", "{}"), "allowed by policy.toml:5:1");
        for _ in 0..2 {
            assert_eq!(decide(&gate, "payments.refund", small), "allowed by policy.toml:2:1");
            gate.count("payments.refund");
        }
        assert_eq!(
            decide(&gate, "payments.refund", small),
            "the condition at policy.toml:4:1 does not hold for these arguments after 2 calls: \
             args.amount <= 80 && calls < 2"
        );
        assert_eq!(
            decide(&gate, "payments.refund", r#"{"cents": 1}"#).lines().next(),
            Some(
                "the condition at policy.toml:4:1 does not hold for these arguments after 2 calls: args.amount <= 80 && calls < 2"
            )
        );
        let names: Vec<_> = gate.names().map(|(name, _)| name).collect();
        assert_eq!(names, ["mail.send", "payments.refund"]);
    }

    #[test]
    fn a_condition_that_fails_denies_and_says_why() {
        let gate = gate(POLICY).unwrap();
        assert_eq!(
            decide(&gate, "payments.refund", r#"{"cents": 1}"#),
            "the condition at policy.toml:4:1 does not allow these arguments, as it cannot be decided: \
             the arguments have no `amount`: args.amount <= 80 && calls < 2"
        );
    }

    #[test]
    fn the_lines_of_a_denial_allow_the_call() {
        let gate_before = gate(POLICY).unwrap();
        let arguments = Arguments::parse("{}").unwrap();
        let ToolDecision::Denied(denial) = gate_before.decide("mail.read-all", &arguments) else {
            panic!("nothing grants it");
        };
        assert_eq!(denial.by(), None);
        let ToolDenial::NotGranted { lines, .. } = denial else { panic!("{denial}") };
        let mended = gate(&format!("{POLICY}{lines}\n")).unwrap();
        assert_eq!(decide(&mended, "mail.read-all", "{}"), "allowed by policy.toml:7:1");
        assert_eq!(decide(&mended, "mail.read", "{}").lines().count(), 3);
    }

    #[test]
    fn what_is_no_name_gets_no_lines() {
        let gate = gate(POLICY).unwrap();
        for name in ["", "a..b", "mail.send\"\n[[http]]", "mail.send ", "MAIL.SEND\u{202e}"] {
            assert!(decide(&gate, name, "{}").starts_with("no policy can allow a tool"), "{name:?}");
        }
    }

    #[test]
    fn every_bad_condition_is_told_at_once() {
        let text =
            "version = 1\n[[tool]]\nname = \"a\"\nwhen = \"args.\"\n[[tool]]\nname = \"b\"\nwhen = \"x\"\n";
        let shown: Vec<_> = gate(text).unwrap_err().iter().map(|one| one.place.to_string()).collect();
        assert_eq!(shown, ["policy.toml:4:1", "policy.toml:7:1"]);
    }
}
