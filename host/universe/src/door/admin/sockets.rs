//! The clients that hold sockets.

use super::Admin;
use super::reply::{Refused, done};
use crate::door::exchange::Answer;
use serde_json::json;

impl Admin {
    pub(super) async fn sockets(&self) -> Result<Answer, Refused> {
        let open = self.universe.with(|universe| universe.open_sockets()).await.map_err(Refused::ended)?;
        let open: Vec<_> = open
            .iter()
            .map(|socket| {
                json!({
                    "number": socket.number,
                    "twin": socket.twin,
                    "address": socket.address,
                    "unacknowledged": socket.unacknowledged,
                })
            })
            .collect();
        Ok(done(&json!({ "open": open })))
    }

    pub(super) async fn dismiss(&self, twin: Option<&str>, reason: Option<&str>) -> Result<Answer, Refused> {
        if let Some(twin) = twin.filter(|twin| !self.universe.twins().iter().any(|own| own.name() == *twin)) {
            let names: Vec<_> = self.universe.twins().iter().map(|twin| twin.name()).collect();
            let what = format!("there is no twin `{}`", twin.escape_debug());
            return Err(Refused::mistake(what, format!("twins: {}", names.join(", "))));
        }
        let (twin, reason) = (twin.map(str::to_owned), reason.map(str::to_owned));
        let dismiss =
            move |universe: &mut crate::Universe| universe.dismiss(twin.as_deref(), reason.as_deref());
        let told = self.universe.with(dismiss).await.map_err(Refused::ended)?;
        Ok(done(&json!({ "told": told })))
    }
}
