//! The examples of the format's own page are files that load, and the limits on it are the defaults.

use glasshouse_model::Policy;
use glasshouse_model::policy::PolicyLimits;

const PAGE: &str = include_str!("../../../../specs/policy.md");

fn examples() -> Vec<&'static str> {
    let blocks = PAGE.split("```toml\n").skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

fn values(limits: PolicyLimits) -> [u64; 8] {
    let PolicyLimits { memory, fuel, wall, host_calls, host_call_bytes, handles, output, concurrent_http } =
        limits;
    [memory, fuel, wall, host_calls, host_call_bytes, handles, output, concurrent_http]
        .map(|limit| limit.value)
}

#[test]
fn the_full_example_loads_and_has_the_default_limits() {
    let policy = Policy::parse("policy.toml", examples()[0]).unwrap();
    assert_eq!(values(policy.limits), values(PolicyLimits::default()));
    assert_eq!((policy.http.len(), policy.workspace.len(), policy.tools.len()), (1, 1, 1));
    assert!(policy.model.is_some());
}

#[test]
fn the_lines_of_a_denial_load() {
    let lines = examples()[1];
    let policy = Policy::parse("policy.toml", &format!("version = 1\n{lines}")).unwrap();
    assert_eq!(policy.http.len(), 1);
}
