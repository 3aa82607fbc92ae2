//! Standard output and standard error: kept up to the output limit, which they share with the log.

use crate::limits::{Breach, within};
use glasshouse_model::Limit;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

/// Bytes of both streams, in order, and the count that they share with the log.
#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<(Stream, Vec<u8>)>,
    counted: u64,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Out,
    Error,
}

/// Where both streams go.
#[derive(Debug, Clone)]
pub(super) struct Sink {
    kept: Arc<Mutex<Kept>>,
    most: u64,
}

impl Sink {
    pub(super) fn new(most: u64) -> Self {
        Self { kept: Arc::default(), most }
    }

    /// One of the two streams.
    pub(super) fn stream(&self, stream: Stream) -> SinkStream {
        SinkStream { sink: self.clone(), stream }
    }

    /// Counts bytes that are kept elsewhere.
    pub(super) fn count(&self, bytes: usize) -> Result<(), Breach> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.counted = kept.counted.saturating_add(bytes as u64);
        within(kept.counted, self.most, Limit::Output)
    }

    fn write(&self, stream: Stream, bytes: &[u8]) -> Result<(), Breach> {
        self.count(cost(bytes))?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.bytes.last_mut().filter(|(last, _)| *last == stream) {
            Some((_, written)) => written.extend_from_slice(bytes),
            None => kept.bytes.push((stream, bytes.to_vec())),
        }
        Ok(())
    }

    /// What was written, by stream in order.
    pub(super) fn take(&self) -> Vec<(Stream, Vec<u8>)> {
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner).bytes)
    }
}

/// What bytes take when they are kept as lines: each line is a text of its own, and a control character is written out.
fn cost(bytes: &[u8]) -> usize {
    const LINE: usize = 64;
    const CONTROL: usize = 5;
    let of = |byte: &u8| match byte {
        b'\n' => LINE,
        byte if byte.is_ascii_control() => CONTROL,
        _ => 0,
    };
    bytes.iter().map(of).sum::<usize>() + bytes.len()
}

/// One of the two streams.
pub(super) struct SinkStream {
    sink: Sink,
    stream: Stream,
}

impl IsTerminal for SinkStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for SinkStream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.sink.stream(self.stream))
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.sink.stream(self.stream))
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for SinkStream {
    async fn ready(&mut self) {}
}

impl OutputStream for SinkStream {
    fn write(&mut self, bytes: bytes::Bytes) -> StreamResult<()> {
        self.sink.write(self.stream, &bytes).map_err(|breach| StreamError::Trap(wasmtime::Error::new(breach)))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PERMIT)
    }
}

/// Bytes that a guest may write at one time.
const PERMIT: usize = 64 * 1024;

impl AsyncWrite for SinkStream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.sink.write(self.stream, bytes).map(|()| bytes.len()).map_err(io::Error::other))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
