//! `glasshouse ledger diff`: where two paths part.

use super::document::TurnShown;
use super::store;
use crate::args::{Format, LedgerDiff, Point};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_ledger::{Comparison, Turn};
use serde::Serialize;
use std::fmt::Write as _;

/// Turns of each side that are listed for people; the others are counted.
const LISTED: usize = 50;

/// What `ledger diff` tells.
#[derive(Debug, Serialize)]
struct Compared {
    schema: &'static str,
    /// The last turn that both paths share.
    ancestor: Option<TurnShown>,
    /// Turns from the root that say the same, shared or not.
    alike: u32,
    left: Side,
    right: Side,
}

/// What one side has behind those.
#[derive(Debug, Serialize)]
struct Side {
    /// How many turns.
    count: u32,
    /// The newest of them, oldest first.
    turns: Vec<TurnShown>,
}

/// Compares.
pub(super) fn diff(args: &LedgerDiff) -> Result<Ended, Failure> {
    let opened = store::open(&args.store)?;
    let (left, right) = (opened.turn(args.left)?, opened.turn(args.right)?);
    let alike = opened.ledger.alike(left, right).map_err(|error| opened.failed(error))?;
    let mut compared = opened.ledger.compare(left, right).map_err(|error| opened.failed(error))?;
    for side in [&mut compared.left, &mut compared.right] {
        side.retain(|turn| turn.depth > alike);
    }
    let text = match args.format {
        Format::Json => document(&shown(&compared, alike))?,
        Format::Human => lines(args, &compared, alike),
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

fn shown(compared: &Comparison, alike: u32) -> Compared {
    let side = |turns: &[Turn]| Side {
        count: count(turns, alike),
        turns: turns.iter().map(TurnShown::from).collect(),
    };
    Compared {
        schema: "ledger-diff/1",
        ancestor: compared.ancestor.as_ref().map(TurnShown::from),
        alike,
        left: side(&compared.left),
        right: side(&compared.right),
    }
}

/// By depth, because only the newest turns are at hand.
fn count(own: &[Turn], alike: u32) -> u32 {
    own.last().map_or(0, |turn| turn.depth.saturating_sub(alike))
}

fn lines(args: &LedgerDiff, compared: &Comparison, alike: u32) -> String {
    let mut text = match &compared.ancestor {
        Some(turn) => format!("both have {turn}, depth {}\n", turn.depth),
        None => "they share no turn\n".to_owned(),
    };
    let _ = writeln!(text, "alike from the root to depth {alike}");
    for (point, own) in [(args.left, &compared.left), (args.right, &compared.right)] {
        let count = count(own, alike);
        let listed = own.len().min(LISTED);
        let noun = if count == 1 { "turn" } else { "turns" };
        let _ = writeln!(text, "only {}: {count} {noun}", name(point));
        if count as usize > listed {
            let _ = writeln!(text, "  \u{2506} {} earlier", count as usize - listed);
        }
        for turn in own.iter().skip(own.len() - listed) {
            let _ = writeln!(text, "  {turn}");
        }
    }
    text
}

fn name(point: Point) -> String {
    match point {
        Point::Context(context) => format!("context {context}"),
        Point::Turn(turn) => format!("turn @{turn}"),
    }
}
