//! The way out and the files of a policy as capabilities, each decision written to the audit.

use crate::audit::{AuditDecision, AuditDetail, AuditEntry, AuditKind, AuditLog, Head};
use crate::capability::{
    Clock as _, Error, Exchange, Files, Header, Http, Item, Metadata, Request, Response, SharedClock,
};
use crate::egress::{Audit, Egress, EgressError, OutRequest, Sent};
use crate::limits::Breach;
use crate::workspace::Workspace;
use glasshouse_model::{Limit, Place};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The audit of one policy's guests, with the clock that dates its entries.
#[derive(Clone)]
pub(super) struct Record {
    log: Arc<Mutex<AuditLog>>,
    clock: SharedClock,
}

impl Record {
    pub(super) fn new(log: AuditLog, clock: SharedClock) -> Self {
        Self { log: Arc::new(Mutex::new(log)), clock }
    }

    /// Writes one decision.
    pub(super) fn write(
        &self,
        kind: AuditKind,
        what: String,
        decision: AuditDecision,
        by: Option<Place>,
        detail: BTreeMap<&'static str, AuditDetail>,
    ) {
        let at = self.clock.clone().now();
        let entry = AuditEntry { at, kind, what, decision, by, detail };
        // An entry is texts and numbers, which JSON can always hold.
        let _ = self.log.lock().unwrap_or_else(PoisonError::into_inner).record(&entry);
    }

    pub(super) fn head(&self) -> Head {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).head()
    }

    pub(super) fn write_to(&self, to: &mut impl io::Write) -> io::Result<()> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).write_to(to)
    }
}

/// Requests of one call.
pub(super) struct AuditedHttp {
    pub(super) egress: Arc<Egress>,
    pub(super) record: Record,
    pub(super) deadline: Instant,
}

impl Http for AuditedHttp {
    fn send(&mut self, _event: u64, request: &Request) -> Result<Exchange, Breach> {
        let what = shown(request);
        let headers = request.headers.iter().map(|header| (header.name.clone(), header.value.clone()));
        let out = OutRequest {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: headers.collect(),
            body: request.body.clone(),
        };
        let Sent { answer, audit } = self.egress.send(out, self.deadline);
        self.note(what, audit, answer.as_ref().err());
        if matches!(answer, Err(EgressError::TimedOut)) && Instant::now() >= self.deadline {
            return Err(Breach(Limit::Wall));
        }
        let answer = answer.map_err(lowered).map(|response| Response {
            status: response.status,
            headers: response.headers.into_iter().map(|(name, value)| Header { name, value }).collect(),
            body: response.body,
        });
        Ok(Exchange { twin: None, answer, fault: None })
    }
}

impl AuditedHttp {
    fn note(&self, what: String, audit: Audit, failure: Option<&EgressError>) {
        let denied = matches!(failure, Some(EgressError::Denied(_) | EgressError::Address { .. }));
        let decision = if denied { AuditDecision::Denied } else { AuditDecision::Allowed };
        let mut detail = BTreeMap::from([
            ("bytes_in", AuditDetail::Number(audit.bytes_in)),
            ("bytes_out", AuditDetail::Number(audit.bytes_out)),
        ]);
        detail.extend(audit.address.map(|address| ("address", AuditDetail::Text(address.to_string()))));
        detail.extend(audit.status.map(|status| ("status", AuditDetail::Number(status.into()))));
        detail.extend(failure.map(|failure| ("failure", AuditDetail::Text(failure.to_string()))));
        self.record.write(AuditKind::Http, what, decision, audit.grant, detail);
    }
}

/// Method, scheme, host and path: a query may hold what nobody else should read.
fn shown(request: &Request) -> String {
    let url = request.url.split(['?', '#']).next().unwrap_or_default();
    format!("{} {url}", request.method)
}

fn lowered(error: EgressError) -> Error {
    let text = error.to_string();
    match error {
        EgressError::Denied(_) | EgressError::Address { .. } => Error::Denied(text),
        EgressError::InvalidArgument(_) => Error::InvalidArgument(text),
        EgressError::Unavailable(_) => Error::Unavailable(text),
        EgressError::TimedOut => Error::TimedOut(text),
        EgressError::QuotaExceeded(_) => Error::QuotaExceeded(text),
    }
}

/// Files of one call.
pub(super) struct AuditedFiles {
    pub(super) workspace: Arc<Mutex<Workspace>>,
    pub(super) record: Record,
}

impl AuditedFiles {
    /// Does one thing to the workspace and writes down what was decided about it.
    fn audited<T>(
        &self,
        does: &str,
        path: &str,
        bytes: impl FnOnce(&T) -> usize,
        act: impl FnOnce(&mut Workspace) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let done = act(&mut self.workspace.lock().unwrap_or_else(PoisonError::into_inner));
        let (decision, detail) = match &done {
            Ok(value) => (AuditDecision::Allowed, ("bytes", AuditDetail::Number(bytes(value) as u64))),
            Err(Error::Denied(why)) => (AuditDecision::Denied, ("failure", AuditDetail::Text(why.clone()))),
            Err(other) => {
                let (_, text) = crate::guest::error_case(other.clone());
                (AuditDecision::Allowed, ("failure", AuditDetail::Text(text)))
            }
        };
        let detail = BTreeMap::from([detail]);
        self.record.write(AuditKind::Workspace, format!("{does} {path}"), decision, None, detail);
        done
    }
}

impl Files for AuditedFiles {
    fn read(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error> {
        self.audited("read", path, Vec::len, |files| Files::read(files, path, first, limit))
    }

    fn write(&mut self, path: &str, contents: &[u8]) -> Result<(), Error> {
        self.audited("write", path, |()| contents.len(), |files| Files::write(files, path, contents))
    }

    fn list(&mut self, path: &str) -> Result<Vec<Item>, Error> {
        self.audited("list", path, |_| 0, |files| Files::list(files, path))
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        self.audited("remove", path, |()| 0, |files| Files::remove(files, path))
    }

    fn stat(&mut self, path: &str) -> Result<Metadata, Error> {
        self.audited("stat", path, |_| 0, |files| Files::stat(files, path))
    }
}
