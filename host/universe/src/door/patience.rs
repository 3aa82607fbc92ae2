//! A connection whose other side may not keep us waiting: what reads nothing, says nothing or speaks a byte at a time
//! is ended by an error of its stream.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long the first bytes may take together. A connection that is opened and says nothing ends with it.
pub(super) const GREETING_TIMEOUT: Duration = Duration::from_secs(30);
/// How many bytes are the first: as many as tell one version of HTTP from the other.
const GREETING: usize = 24;
/// How long a connection may be silent after that. HTTP/1 is bounded more closely, by the time for a request's head.
const IDLE_TIMEOUT: Duration = Duration::from_secs(120);
/// How long the other side may take nothing of what it is sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// A stream with bounded waits.
pub(super) struct Patient<S> {
    stream: S,
    /// Bytes of the greeting that have not come.
    greeting: usize,
    reading: Wait,
    writing: Wait,
}

/// One wait, from the first time that nothing could be done.
struct Wait {
    timer: Pin<Box<Sleep>>,
    begun: bool,
}

impl Wait {
    fn new() -> Self {
        Self { timer: Box::pin(tokio::time::sleep(Duration::ZERO)), begun: false }
    }

    /// Wakes the task when the time is over; ready from then on.
    fn poll(&mut self, context: &mut Context<'_>, limit: Duration) -> Poll<io::Error> {
        if !self.begun {
            self.begun = true;
            self.timer.as_mut().reset(Instant::now() + limit);
        }
        self.timer.as_mut().poll(context).map(|()| io::ErrorKind::TimedOut.into())
    }
}

impl<S> Patient<S> {
    /// Watches a stream from its beginning.
    pub(super) fn new(stream: S) -> Self {
        Self { stream, greeting: GREETING, reading: Wait::new(), writing: Wait::new() }
    }

    fn written<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.writing.begun = false;
            return polled;
        }
        self.writing.poll(context, WRITE_TIMEOUT).map(Err)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(context, buffer) {
            self.greeting = self.greeting.saturating_sub(buffer.filled().len() - before);
            // Bytes of a greeting that comes piece by piece give it no more time.
            self.reading.begun = self.greeting > 0;
            return Poll::Ready(read);
        }
        let limit = if self.greeting > 0 { GREETING_TIMEOUT } else { IDLE_TIMEOUT };
        self.reading.poll(context, limit).map(Err)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.written(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        self.written(context, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(context);
        self.written(context, polled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_nothing_is_given_up() {
        let (near, far) = tokio::io::duplex(16);
        let began = Instant::now();
        let error = Patient::new(near).write_all(&[0; 17]).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::TimedOut, WRITE_TIMEOUT));
        drop(far);
    }

    #[tokio::test(start_paused = true)]
    async fn a_greeting_byte_by_byte_has_no_more_time_than_one_at_once() {
        let (near, mut far) = tokio::io::duplex(64);
        let drip = tokio::spawn(async move {
            while far.write_all(b"P").await.is_ok() {
                tokio::time::sleep(GREETING_TIMEOUT / 10).await;
            }
        });
        let began = Instant::now();
        let mut greeting = [0; GREETING];
        let error = Patient::new(near).read_exact(&mut greeting).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::TimedOut, GREETING_TIMEOUT));
        drip.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn after_its_greeting_a_connection_may_be_silent_for_longer() {
        let (near, mut far) = tokio::io::duplex(64);
        far.write_all(&[0; GREETING]).await.unwrap();
        let mut near = Patient::new(near);
        near.read_exact(&mut [0; GREETING]).await.unwrap();
        let began = Instant::now();
        let error = near.read_u8().await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::TimedOut, IDLE_TIMEOUT));
    }
}
