//! The way out and the files of a policy as capabilities, each decision written to the audit.

use crate::audit::{AuditDecision, AuditDetail, AuditEntry, AuditKind, AuditLog, Head};
use crate::capability::{
    Clock as _, Error, Exchange, Files, Header, Http, Item, Metadata, Request, Response, SharedClock,
};
use crate::egress::{Audit, Egress, EgressError, OutRequest, Sent};
use crate::limits::Breach;
use crate::workspace::{Preopen, Workspace, WorkspaceError};
use glasshouse_model::{Limit, Place};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

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

    pub(super) fn keep_in(&self, file: Box<dyn io::Write + Send>) -> io::Result<()> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).keep_in(file)
    }

    pub(super) fn take_fault(&self) -> Option<io::Error> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).take_fault()
    }

    pub(super) fn write_to(&self, to: &mut impl io::Write) -> io::Result<()> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).write_to(to)
    }
}

/// Requests of one call.
#[derive(Clone)]
pub(super) struct AuditedHttp {
    pub(super) egress: Arc<Egress>,
    pub(super) record: Record,
    /// When an answer must be there; none where that is beyond all time.
    pub(super) deadline: Option<Instant>,
}

/// A span of time beyond every call.
const CENTURY: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

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
        let deadline = self.deadline.unwrap_or_else(|| Instant::now() + CENTURY);
        let Sent { answer, audit } = self.egress.send(out, deadline);
        self.note(what, audit, answer.as_ref().err());
        if matches!(answer, Err(EgressError::TimedOut)) && Instant::now() >= deadline {
            return Err(Breach(Limit::Wall));
        }
        let answer = answer.map_err(lowered).map(|response| Response {
            status: response.status,
            headers: response.headers.into_iter().map(|(name, value)| Header { name, value }).collect(),
            body: response.body,
        });
        Ok(Exchange { twin: None, answer, fault: None })
    }

    fn beside(&self) -> Option<Box<dyn Http>> {
        Some(Box::new(self.clone()))
    }
}

impl AuditedHttp {
    fn note(&self, what: String, audit: Audit, failure: Option<&EgressError>) {
        if let Some(variable) = &audit.secret {
            let (allowed, by) = (AuditDecision::Allowed, audit.grant.clone());
            self.record.write(AuditKind::SecretUse, variable.clone(), allowed, by, BTreeMap::new());
        }
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
        act: impl FnOnce(&mut Workspace) -> Result<T, WorkspaceError>,
    ) -> Result<T, Error> {
        let done = act(&mut self.workspace.lock().unwrap_or_else(PoisonError::into_inner));
        let carried = done.as_ref().map(|value| bytes(value) as u64).ok();
        note(&self.record, does, path, carried, done.as_ref().err());
        Ok(done?)
    }
}

/// Writes down what was decided about one use of a path.
fn note(record: &Record, does: &str, path: &str, bytes: Option<u64>, failure: Option<&WorkspaceError>) {
    let (decision, by) = match failure {
        Some(WorkspaceError::Denied(denial)) => (AuditDecision::Denied, denial.place()),
        _ => (AuditDecision::Allowed, None),
    };
    let bytes = bytes.map(|bytes| ("bytes", AuditDetail::Number(bytes)));
    let failure = failure.map(|error| ("failure", AuditDetail::Text(error.to_string())));
    let detail = bytes.into_iter().chain(failure).collect();
    record.write(AuditKind::Workspace, format!("{does} {path}"), decision, by.cloned(), detail);
}

/// The folders of one call, for components built on WASI.
pub(super) fn audited_folders(workspace: &Arc<Mutex<Workspace>>, record: &Record) -> Vec<Preopen> {
    let record = record.clone();
    Preopen::all(workspace, move |does, path, failure| note(&record, does, path, None, failure))
}

impl Files for AuditedFiles {
    fn read(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error> {
        self.audited("read", path, Vec::len, |files| Workspace::read(files, path, first, limit))
    }

    fn write(&mut self, path: &str, contents: &[u8]) -> Result<(), Error> {
        self.audited("write", path, |()| contents.len(), |files| Workspace::write(files, path, contents))
    }

    fn list(&mut self, path: &str) -> Result<Vec<Item>, Error> {
        let listed = self.audited("list", path, |_| 0, |files| Workspace::list(files, path))?;
        Ok(listed.into_iter().map(Item::from).collect())
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        self.audited("remove", path, |()| 0, |files| Workspace::remove(files, path))
    }

    fn stat(&mut self, path: &str) -> Result<Metadata, Error> {
        Ok(self.audited("stat", path, |_| 0, |files| Workspace::stat(files, path))?.into())
    }
}
