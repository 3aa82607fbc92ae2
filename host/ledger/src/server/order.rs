//! The order of one connection's requests: those of one context are worked on one after the other.

use crate::ContextId;
use std::collections::BTreeMap;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

/// Contexts whose last request has ended are forgotten when there are so many; then again at twice what is left.
const MANY: usize = 128;

/// For each context the end of the last request that came for it.
#[derive(Default)]
pub(super) struct Order {
    last: BTreeMap<ContextId, oneshot::Receiver<()>>,
    /// How many of them were under way when that was last looked at.
    under_way: usize,
}

/// A request's place in the line of its context.
pub(super) struct Place {
    before: Option<oneshot::Receiver<()>>,
    done: Done,
}

/// Lets the next request of the context begin when it is dropped.
pub(super) struct Done {
    _ends: oneshot::Sender<()>,
}

impl Order {
    /// The place behind the last request of the context.
    pub(super) fn line_up(&mut self, context: ContextId) -> Place {
        if self.last.len() >= MANY.max(2 * self.under_way) {
            self.last.retain(|_, ended| matches!(ended.try_recv(), Err(TryRecvError::Empty)));
            self.under_way = self.last.len();
        }
        let (ends, ended) = oneshot::channel();
        Place { before: self.last.insert(context, ended), done: Done { _ends: ends } }
    }
}

impl Place {
    /// Waits until it is this request's turn.
    pub(super) async fn come(self) -> Done {
        if let Some(before) = self.before {
            // It ends by being dropped.
            let _ = before.await;
        }
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_of_one_context_come_one_after_the_other() {
        let mut order = Order::default();
        let first = order.line_up(ContextId(1)).come().await;
        let second = tokio::spawn(order.line_up(ContextId(1)).come());
        let other = order.line_up(ContextId(2)).come().await;
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap();
        drop(other);
    }

    /// A client that always has a request under way and never names a context twice.
    #[tokio::test]
    async fn what_has_ended_is_forgotten_and_what_is_under_way_is_not() {
        let mut order = Order::default();
        let held = order.line_up(ContextId(0)).come().await;
        for context in 1..10_000 {
            drop(order.line_up(ContextId(context)).come().await);
            assert!(order.last.len() <= MANY);
        }
        let second = tokio::spawn(order.line_up(ContextId(0)).come());
        tokio::task::yield_now().await;
        assert!(!second.is_finished(), "the first is still under way");
        drop(held);
        second.await.unwrap();
    }
}
