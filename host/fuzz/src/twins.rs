//! Each twin as a client sees it: a seeded world, a few requests one after the other, a response to each.

use crate::requests::send;
use std::cell::OnceCell;
use std::thread::LocalKey;
use twin_jira::Jira;
use twin_okta::Okta;
use twin_sdk::Twin;
use twin_sdk::testing::MemoryHost;
use twin_slack::Slack;

/// A world as it is after seeding, kept so that an input costs a copy of it.
type Seeded = OnceCell<MemoryHost>;

thread_local! {
    static SLACK: Seeded = const { OnceCell::new() };
    static OKTA: Seeded = const { OnceCell::new() };
    static JIRA: Seeded = const { OnceCell::new() };
}

/// Requests to Slack.
pub fn slack(bytes: &[u8]) {
    let mut host = slack_world();
    send::<Slack>(&mut host, bytes, "https://slack.com");
}

/// Requests to Okta.
pub fn okta(bytes: &[u8]) {
    let mut host = okta_world();
    send::<Okta>(&mut host, bytes, "https://fern.okta.com");
}

/// Requests to Jira Cloud.
pub fn jira(bytes: &[u8]) {
    let mut host = jira_world();
    send::<Jira>(&mut host, bytes, "https://fern.atlassian.net");
}

/// The workspace that the twin's own tests use.
pub(crate) fn slack_world() -> MemoryHost {
    let fixture = include_str!("../../../twins-wasm/twin-slack/tests/sdk/fixture.json");
    copy_of::<Slack>(&SLACK, fixture)
}

/// The org that the twin's own tests use.
pub(crate) fn okta_world() -> MemoryHost {
    let fixture = include_str!("../../../twins-wasm/twin-okta/tests/sdk/fixture.json");
    copy_of::<Okta>(&OKTA, fixture)
}

/// The site that ships with the twin.
pub(crate) fn jira_world() -> MemoryHost {
    let fixture = include_str!("../../../twins-wasm/twin-jira/fixtures/demo.json");
    copy_of::<Jira>(&JIRA, fixture)
}

fn copy_of<T: Twin>(seeded: &'static LocalKey<Seeded>, fixture: &str) -> MemoryHost {
    seeded.with(|seeded| {
        let seed = || {
            let mut host = MemoryHost::default();
            T::seed(&mut host, "", fixture).expect("the twin's own fixture seeds it");
            host
        };
        seeded.get_or_init(seed).clone()
    })
}
