//! What is given in a component's place, and what becomes of it.

use super::cases::{Outcome, SMALL};
use super::ground::Ground;
use crate::bundled::hostile::{BREAKING_TWIN, HOSTILE_AGENT, PEEKING_AGENT};
use anyhow::Context as _;
use glasshouse_model::Digest;
use glasshouse_sandbox::{
    CallError, ComponentError, HostFault, LARGEST_COMPONENT, LoadError, Sandbox, Settings,
};
use std::fs;
use std::path::PathBuf;

/// Distance between the places where a component is cut: a prime, so that they fall on all kinds of bytes.
const CUT_EVERY: usize = 97;
/// The same for flipped bits; each costs a compilation.
const FLIP_EVERY: usize = 1_499;

/// What a loader said that was to refuse.
fn refused<T>(loaded: Result<T, ComponentError>) -> Result<LoadError, Outcome> {
    match loaded {
        Err(ComponentError::Load(error)) => Ok(error),
        Err(ComponentError::Host(fault)) => Err(Outcome::broken(format!("breaks the host: {fault}"))),
        Ok(_) => Err(Outcome::broken("is taken")),
    }
}

/// Gives bytes in an agent's place; they must be recognised as `found`.
pub(super) fn give(ground: &Ground, bytes: &[u8], wanted: &str) -> Outcome {
    match refused(ground.sandbox().load_agent(bytes)) {
        Ok(LoadError::NotAComponent { found, .. }) => {
            Outcome { held: found == wanted, observed: format!("is refused as {found}") }
        }
        Ok(other) => Outcome::broken(format!("is refused: {other}")),
        Err(outcome) => outcome,
    }
}

pub(super) const TOO_LARGE: &str = "is refused for its size";

/// The header of a component and more bytes than the host compiles.
pub(super) fn too_large(ground: &Ground) -> anyhow::Result<Outcome> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    bytes.resize(LARGEST_COMPONENT + 1, 0);
    Ok(match refused(ground.sandbox().load_agent(&bytes)) {
        Ok(LoadError::TooLarge { .. }) => Outcome::held(TOO_LARGE),
        Ok(other) => Outcome::broken(format!("is refused: {other}")),
        Err(outcome) => outcome,
    })
}

pub(super) const CUT: &str = "each is refused, or runs within its limits";

/// The beginnings of a component. Where only the sections with its names are cut off, what is left is a component.
pub(super) fn cut(ground: &Ground) -> anyhow::Result<Outcome> {
    for end in (1..BREAKING_TWIN.len()).step_by(CUT_EVERY) {
        if let Err(fault) = try_twin(ground, BREAKING_TWIN.get(..end).unwrap_or_default()) {
            return Ok(Outcome::broken(format!("the first {end} bytes break the host: {fault}")));
        }
    }
    Ok(Outcome::held(CUT))
}

pub(super) const FLIPPED: &str = "each is refused, or runs within its limits";

/// A component with one other bit is none, or is another one.
pub(super) fn flipped(ground: &Ground) -> anyhow::Result<Outcome> {
    for (count, at) in (0..BREAKING_TWIN.len()).step_by(FLIP_EVERY).enumerate() {
        let mut bytes = BREAKING_TWIN.to_vec();
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << (count % 8);
        }
        if let Err(fault) = try_twin(ground, &bytes) {
            return Ok(Outcome::broken(format!("another byte {at} breaks the host: {fault}")));
        }
    }
    Ok(Outcome::held(FLIPPED))
}

/// Gives bytes in a twin's place, and runs what is taken under small limits; only a fault of the host is one.
fn try_twin(ground: &Ground, bytes: &[u8]) -> Result<(), HostFault> {
    match ground.sandbox().load_twin(bytes) {
        Err(ComponentError::Load(_)) => Ok(()),
        Err(ComponentError::Host(fault)) => Err(fault),
        Ok(twin) => match twin.describe(SMALL) {
            Ok(_) | Err(CallError::Guest(_)) => Ok(()),
            Err(CallError::Host(fault)) => Err(fault),
        },
    }
}

/// Whether a component was refused for its role, each of these imports by its name.
fn refused_for<T>(loaded: Result<T, ComponentError>, imports: &[&str], expected: &str) -> Outcome {
    match refused(loaded) {
        Ok(LoadError::WrongRole { problems, .. }) => {
            let named =
                |import: &&str| problems.iter().any(|problem| problem.contains(&format!("`{import}`")));
            if imports.iter().all(named) {
                Outcome::held(expected)
            } else {
                Outcome::broken(format!("is refused for {}", problems.join("; ")))
            }
        }
        Ok(other) => Outcome::broken(format!("is refused: {other}")),
        Err(outcome) => outcome,
    }
}

pub(super) const PEEKING: &str = "is refused for its imports outcome and trajectory";

/// An agent that would read how its own trial is judged.
pub(super) fn peeking(ground: &Ground) -> anyhow::Result<Outcome> {
    let imports = ["glasshouse:capability/outcome@0.1.0", "glasshouse:capability/trajectory@0.1.0"];
    Ok(refused_for(ground.sandbox().load_agent(PEEKING_AGENT), &imports, PEEKING))
}

pub(super) const OTHER_ROLE: &str = "is refused for its import http";

/// A twin that could send requests.
pub(super) fn other_role(ground: &Ground) -> anyhow::Result<Outcome> {
    let imports = ["glasshouse:capability/http@0.1.0"];
    Ok(refused_for(ground.sandbox().load_twin(HOSTILE_AGENT), &imports, OTHER_ROLE))
}

pub(super) const ARTEFACT: &str = "is compiled again";

/// One bit in the MAC, in the artefact's middle and in its last byte. None of it is run here, were it taken.
pub(super) fn artefact(ground: &Ground) -> anyhow::Result<Outcome> {
    let load = || ground.sandbox().load_twin(BREAKING_TWIN).context("the breaking twin");
    load()?;
    let path = kept_artefact(ground, BREAKING_TWIN)?;
    let genuine = fs::read(&path)?;
    for at in [0, genuine.len() / 2, genuine.len().saturating_sub(1)] {
        let mut forged = genuine.clone();
        if let Some(byte) = forged.get_mut(at) {
            *byte ^= 1;
        }
        fs::write(&path, &forged)?;
        load()?;
        if fs::read(&path)? == forged {
            return Ok(Outcome::broken(format!("is taken with another byte {at}")));
        }
    }
    Ok(Outcome::held(ARTEFACT))
}

/// The file of a component's artefact; its name begins with the component's digest.
fn kept_artefact(ground: &Ground, component: &[u8]) -> anyhow::Result<PathBuf> {
    let digest = Digest::of(component).hex();
    for entry in fs::read_dir(ground.artefacts())? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&digest) {
            return Ok(entry.path());
        }
    }
    anyhow::bail!("no artefact of the breaking twin is kept")
}

pub(super) const SECOND_ENGINE: &str = "is refused";

/// Types of two engines can be confused.
pub(super) fn second_engine(_: &Ground) -> anyhow::Result<Outcome> {
    Ok(match Sandbox::new(Settings::default()) {
        Err(HostFault::SecondEngine) => Outcome::held(SECOND_ENGINE),
        Err(fault) => Outcome::broken(format!("breaks the host: {fault}")),
        Ok(_) => Outcome::broken("is made"),
    })
}
