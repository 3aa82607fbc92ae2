//! An open file as a stream: nothing is kept of what passes, and each write is held against the quota.

use super::code;
use crate::workspace::{OpenFile, WorkspaceError};
use bytes::Bytes;
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

/// Most bytes that pass at one time.
pub(super) const MOST: usize = 64 * 1024;

/// Reads on from a place.
pub(super) struct Reading {
    pub(super) file: OpenFile,
    pub(super) at: u64,
}

/// Writes on from a place, or behind the last byte.
pub(super) struct Writing {
    pub(super) file: OpenFile,
    pub(super) at: Option<u64>,
}

/// Files are always ready.
#[wasmtime_wasi::async_trait]
impl Pollable for Reading {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl Pollable for Writing {
    async fn ready(&mut self) {}
}

impl InputStream for Reading {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let most = size.min(MOST);
        let bytes = self.file.read(self.at, most).map_err(failed)?;
        if bytes.is_empty() && most > 0 {
            return Err(StreamError::Closed);
        }
        self.at = self.at.saturating_add(bytes.len() as u64);
        Ok(bytes.into())
    }
}

impl OutputStream for Writing {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut rest: &[u8] = &bytes;
        while !rest.is_empty() {
            let written = self.file.write(rest, self.at).map_err(failed)?;
            if written == 0 {
                return Err(StreamError::Closed);
            }
            self.at = self.at.map(|at| at.saturating_add(written as u64));
            rest = rest.get(written..).unwrap_or_default();
        }
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MOST)
    }
}

fn failed(error: WorkspaceError) -> StreamError {
    StreamError::LastOperationFailed(wasmtime::Error::new(code(error)))
}
