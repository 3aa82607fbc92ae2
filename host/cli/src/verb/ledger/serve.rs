//! `glasshouse ledger serve`: the binary protocol and the HTTP API of one ledger.

use super::store::{self, clock};
use crate::args::LedgerServe;
use crate::exit::{Ended, Failure};
use crate::interrupt::Interrupts;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_ledger::Ledger;
use glasshouse_ledger::server::{BinaryServer, HttpServer, Limits, ServerError, Sessions, Tls};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Serves until a signal comes; what was acknowledged by then is stored.
pub(super) fn serve(args: &LedgerServe) -> Result<Ended, Failure> {
    let tls = args.certificate.as_deref().zip(args.key.as_deref());
    let tls = tls.map(|(chain, key)| Tls::read(chain, key)).transpose().map_err(refused)?;
    let ledger = Arc::new(store::open_or_make(&args.store)?.ledger);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the server cannot be started")?;
    runtime.block_on(serve_both(args, ledger, tls))?;
    Ok(Ended::Done)
}

async fn serve_both(args: &LedgerServe, ledger: Arc<Ledger>, tls: Option<Tls>) -> Result<(), Failure> {
    // Before the line that says it is ready: whoever reads it may end us at once.
    let mut interrupts = Interrupts::listen().context("signals cannot be caught")?;
    let (limits, sessions) = (limits(args), Sessions::default());
    let binary = BinaryServer::open(args.binary, ledger.clone(), sessions.clone(), limits, tls.clone());
    let binary = binary.await.map_err(refused)?;
    let encrypted = tls.is_some();
    let http =
        HttpServer::open(args.http, (ledger, clock()), sessions, limits, tls).await.map_err(refused)?;
    let addresses = (binary.address().context("no address")?, http.address().context("no address")?);
    tell(addresses, encrypted)?;
    tokio::select! {
        () = binary.serve() => {}
        () = http.serve() => {}
        () = interrupts.next() => {}
    }
    Ok(())
}

fn limits(args: &LedgerServe) -> Limits {
    Limits {
        connections: args.connections as usize,
        frame: args.frame.saturating_mul(1024 * 1024),
        idle: Duration::from_secs(args.idle),
        ..Limits::default()
    }
}

/// Says where it serves, as data, and who is let in, as a note.
fn tell((binary, http): (SocketAddr, SocketAddr), encrypted: bool) -> Result<(), Failure> {
    let scheme = if encrypted { "https" } else { "http" };
    let ready = serde_json::json!({
        "ledger": { "binary": binary.to_string(), "http": format!("{scheme}://{http}"), "tls": encrypted }
    });
    terminal::data(&format!("{ready}\n")).context("stdout")?;
    if [binary, http].iter().any(|address| !address.ip().is_loopback()) {
        terminal::note(
            "warning: clients are not asked who they are: whoever reaches these ports reads and writes",
        );
    }
    terminal::note("the ledger is served; Ctrl-C ends it");
    Ok(())
}

fn refused(error: ServerError) -> Failure {
    let hint = match &error {
        ServerError::Listen { .. } => {
            "choose other addresses with --binary and --http; port 0 takes a free one"
        }
        ServerError::Certificate(_) => "give PEM files with --certificate and --key",
    };
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Failure::usage(format!("{error}{cause}"), hint)
}
