//! What came through the doors: the newest requests, and how often a twin was asked for what it does not have.

use crate::answering::TwinLine;
use glasshouse_sandbox::{Exchange, Level, Request};
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// Requests that are kept; the oldest go first.
const KEPT: usize = 1_000;
/// Different texts that are counted; later ones are counted together.
const COUNTED: usize = 1_000;
/// Longest text of a client that is kept, in characters; of a longer one, its beginning.
const LONGEST: usize = 500;
/// What stands for those.
const OTHERS: &str = "others";

/// Through which door a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// A twin's own port.
    Plain,
    /// The proxy, inside a tunnel to a real host name.
    Tls,
    /// The proxy, in plain HTTP.
    Proxy,
    /// A message of a client at a socket.
    Socket,
}

/// One request.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RequestLine {
    /// From 1.
    number: u64,
    /// The universe's time after it, in nanoseconds since 1970.
    time: u64,
    door: Way,
    /// None where nobody answers for the host.
    twin: Option<String>,
    method: String,
    /// Without its query, which may hold a credential.
    url: String,
    /// None where there is no answer.
    status: Option<u16>,
    /// Warnings of the twin about it: an operation that it does not have, say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

/// The newest requests, and what is counted over all of them.
#[derive(Debug, Default)]
pub(crate) struct Record {
    requests: VecDeque<RequestLine>,
    counted: Counted,
}

/// Numbers since the doors were opened.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Counted {
    total: u64,
    /// Warnings by twin and text, with how often each was given.
    warnings: BTreeMap<String, BTreeMap<String, u64>>,
    /// Requests for hosts that no twin answers for.
    unknown_hosts: BTreeMap<String, u64>,
    /// Tunnels whose client went away before it trusted the certificate, by host.
    failed_handshakes: BTreeMap<String, u64>,
}

impl Record {
    /// What is counted.
    pub(super) fn counted(&self) -> &Counted {
        &self.counted
    }

    /// Notes one exchange with the lines that twins wrote meanwhile.
    pub(super) fn exchange(
        &mut self,
        door: Way,
        time: u64,
        request: &Request,
        exchange: Option<&Exchange>,
        lines: &[TwinLine],
    ) {
        let mut warnings = Vec::new();
        for TwinLine { twin, line } in lines {
            if matches!(line.level, Level::Warn | Level::Error) {
                count(self.counted.warnings.entry(twin.clone()).or_default(), &line.message);
                warnings.push(shortened(&line.message));
            }
        }
        self.counted.total += 1;
        self.requests.push_back(RequestLine {
            number: self.counted.total,
            time,
            door,
            twin: exchange.and_then(|exchange| exchange.twin.clone()),
            method: shortened(&request.method),
            url: shortened(request.url.split('?').next().unwrap_or_default()),
            status: exchange
                .and_then(|exchange| exchange.answer.as_ref().ok())
                .map(|response| response.status),
            warnings,
        });
        self.requests.drain(..self.requests.len().saturating_sub(KEPT));
    }

    /// Notes a host that no twin answers for.
    pub(super) fn unknown_host(&mut self, host: &str) {
        count(&mut self.counted.unknown_hosts, host);
    }

    /// Notes a client that ended a tunnel before its TLS stood.
    pub(super) fn failed_handshake(&mut self, host: &str) {
        count(&mut self.counted.failed_handshakes, host);
    }

    /// The part behind that request; all that is kept behind 0.
    pub(super) fn after(&self, number: u64) -> Vec<RequestLine> {
        self.requests.iter().filter(|line| line.number > number).cloned().collect()
    }
}

fn count(counts: &mut BTreeMap<String, u64>, text: &str) {
    let text = shortened(text);
    let room = counts.len() < COUNTED || counts.contains_key(&text);
    *counts.entry(if room { text } else { OTHERS.to_owned() }).or_default() += 1;
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_choose_fills_no_memory() {
        let mut record = Record::default();
        for number in 0..2 * COUNTED {
            record.unknown_host(&format!("h{number}.example"));
        }
        assert_eq!(record.counted().unknown_hosts.len(), COUNTED + 1);
        assert_eq!(record.counted().unknown_hosts.get(OTHERS), Some(&(COUNTED as u64)));
        record.unknown_host("h0.example");
        assert_eq!(record.counted().unknown_hosts.get("h0.example"), Some(&2));

        let url = "https://a.example/b?token=secret".into();
        let request = Request { method: "GET".into(), url, headers: Vec::new(), body: Vec::new() };
        for _ in 0..2 * KEPT {
            record.exchange(Way::Tls, 0, &request, None, &[]);
        }
        let kept = record.after(0);
        assert_eq!((kept.len(), kept[0].number), (KEPT, KEPT as u64 + 1));
        assert_eq!(kept[0].url, "https://a.example/b");
        assert_eq!(record.after(2 * KEPT as u64 - 1).len(), 1);
    }

    #[test]
    fn long_texts_are_kept_by_their_beginning() {
        let mut record = Record::default();
        let long = "\u{e4}".repeat(LONGEST + 1);
        let request =
            Request { method: long.clone(), url: long.clone(), headers: Vec::new(), body: Vec::new() };
        record.exchange(Way::Tls, 0, &request, None, &[]);
        record.unknown_host(&long);
        let beginning = "\u{e4}".repeat(LONGEST);
        let kept = record.after(0);
        assert_eq!((&kept[0].method, &kept[0].url), (&beginning, &beginning));
        assert_eq!(record.counted().unknown_hosts.get(&beginning), Some(&1));
    }
}
