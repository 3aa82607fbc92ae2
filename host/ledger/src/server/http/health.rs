//! Whether it serves, and how much it holds.

use super::answer::{Answer, Failure};
use super::serve::Desk;
use serde_json::json;

pub(super) fn health(desk: &Desk) -> Answer {
    let uptime = (desk.clock)().saturating_sub(desk.opened) / 1000;
    let version = env!("CARGO_PKG_VERSION");
    Answer::json(200, &json!({ "status": "ok", "version": version, "uptime_seconds": uptime }))
}

pub(super) fn stats(desk: &Desk) -> Result<Answer, Failure> {
    let stats = desk.ledger.stats()?;
    // Every turn refers to one payload, so what turns exceed blobs by was not stored again.
    let repeated = stats.turns.saturating_sub(stats.blobs);
    let rate = if stats.turns == 0 { 0.0 } else { repeated as f64 / stats.turns as f64 };
    Ok(Answer::json(
        200,
        &json!({
            "contexts": stats.contexts,
            "turns": stats.turns,
            "blobs": stats.blobs,
            "storage_bytes": stats.bytes,
            "dedup_hit_rate": rate,
        }),
    ))
}

pub(super) fn metrics(desk: &Desk) -> Result<Answer, Failure> {
    let (stats, registry) = (desk.ledger.stats()?, desk.ledger.registry());
    Ok(Answer::json(
        200,
        &json!({
            "ts": (desk.clock)(),
            "uptime_seconds": (desk.clock)().saturating_sub(desk.opened) / 1000,
            "sessions": { "active": desk.sessions.count() },
            "objects": {
                "contexts_total": stats.contexts,
                "turns_total": stats.turns,
                "blobs_total": stats.blobs,
                "registry_bundles_total": registry.bundles(),
                "registry_types_total": registry.all_latest().count(),
            },
            "storage": { "data_dir_bytes": stats.bytes },
        }),
    ))
}
