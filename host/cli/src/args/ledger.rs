//! What was typed behind `ledger`.

use super::Format;
use clap::Subcommand;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// Arguments of `ledger`.
#[derive(Debug, clap::Args)]
pub(crate) struct Ledger {
    /// What to do with it.
    #[command(subcommand)]
    pub(crate) verb: LedgerVerb,
}

/// What to do with a ledger.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerVerb {
    /// Serve it: the binary protocol and the HTTP API, each on a port of its own.
    Serve(LedgerServe),
    /// List its contexts, newest first, or those that a query finds.
    List(LedgerList),
    /// Draw the turns of a context, and every context that branches off them.
    Show(LedgerShow),
    /// Make a context whose head is an existing turn.
    Fork(LedgerFork),
    /// Say where two contexts or turns part, and what each has of its own.
    Diff(LedgerDiff),
    /// Compute every hash again; names the first turn that is not as it was.
    Verify(LedgerVerify),
    /// Write a context to one portable file.
    Export(LedgerExport),
    /// Make a context from an exported file.
    Import(LedgerImport),
    /// Remove the blobs that nothing refers to.
    Gc(LedgerGc),
}

/// Which ledger.
#[derive(Debug, clap::Args)]
pub(crate) struct Store {
    /// Folder of the ledger.
    #[arg(long = "store", value_name = "DIR", default_value = ".glasshouse/ledger")]
    pub(crate) folder: PathBuf,
}

/// Arguments of `ledger serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerServe {
    #[command(flatten)]
    pub(crate) store: Store,
    /// Where the binary protocol is served; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9009")]
    pub(crate) binary: SocketAddr,
    /// Where the HTTP API is served; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9010")]
    pub(crate) http: SocketAddr,
    /// Serve both over TLS: the chain of certificates, PEM.
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) certificate: Option<PathBuf>,
    /// The certificate's key, PEM.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    /// Connections of each port at one time; more wait.
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(crate) connections: u32,
    /// Most MiB of one frame, or of one request's body.
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) frame: u32,
    /// Seconds that a connection may be silent.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) idle: u64,
}

/// Arguments of `ledger list`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerList {
    #[command(flatten)]
    pub(crate) store: Store,
    /// Only those that a CQL query finds, such as `label = "failed" AND depth > 3`.
    #[arg(long, value_name = "CQL")]
    pub(crate) query: Option<String>,
    /// Most contexts that are listed.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `ledger show`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerShow {
    /// A context by its number.
    pub(crate) context: u64,
    #[command(flatten)]
    pub(crate) store: Store,
    /// The newest turns of each context that are shown; the others are counted.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(crate) turns: u32,
    /// Most contexts that are drawn.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) contexts: u32,
    /// What stdout gets; json has the payloads, and only this context.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `ledger fork`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerFork {
    /// The turn to fork at, as @NUMBER, or a context whose newest turn it is.
    #[arg(value_name = "CONTEXT|@TURN")]
    pub(crate) at: Point,
    #[command(flatten)]
    pub(crate) store: Store,
    /// What the fork is tagged with.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) tag: String,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `ledger diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerDiff {
    /// A context, which stands for its newest turn, or a turn as @NUMBER.
    #[arg(value_name = "CONTEXT|@TURN")]
    pub(crate) left: Point,
    /// The other one.
    #[arg(value_name = "CONTEXT|@TURN")]
    pub(crate) right: Point,
    #[command(flatten)]
    pub(crate) store: Store,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `ledger verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerVerify {
    #[command(flatten)]
    pub(crate) store: Store,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `ledger export`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerExport {
    /// A context by its number.
    pub(crate) context: u64,
    /// The file to write; it must not exist.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) store: Store,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `ledger import`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerImport {
    /// What `ledger export` wrote.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) store: Store,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `ledger gc`.
#[derive(Debug, clap::Args)]
pub(crate) struct LedgerGc {
    #[command(flatten)]
    pub(crate) store: Store,
    /// Seconds for which a blob that was put is kept, though nothing refers to it yet.
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    pub(crate) grace: u64,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// A turn, named by its number or by the context whose newest turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// `7`
    Context(u64),
    /// `@34`
    Turn(u64),
}

/// Why a text names no turn.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a context by its number, such as 7, or a turn as @34")]
pub(crate) struct NoPoint;

impl FromStr for Point {
    type Err = NoPoint;

    fn from_str(text: &str) -> Result<Self, NoPoint> {
        let (number, point): (&str, fn(u64) -> Self) = match text.strip_prefix('@') {
            Some(number) => (number, Self::Turn),
            None => (text, Self::Context),
        };
        number.parse().map(point).map_err(|_| NoPoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_a_context_or_a_turn() {
        assert_eq!("7".parse(), Ok(Point::Context(7)));
        assert_eq!("@34".parse(), Ok(Point::Turn(34)));
        for text in ["", "@", "x", "-1", "@@3", "7 "] {
            assert_eq!(text.parse::<Point>(), Err(NoPoint), "{text:?}");
        }
    }
}
