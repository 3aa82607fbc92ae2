//! The universe that is served: which twins it has, and what they are filled with.

use crate::args::{Serve, TwinFixture};
use crate::bundled;
use crate::exit::Failure;
use glasshouse_model::Seed;
use glasshouse_sandbox::Sandbox;
use glasshouse_universe::{TrialClock, Twin, Universe, UniverseError, World};
use std::path::Path;
use std::sync::Arc;

/// Twins that run over a world of their own.
pub(super) struct Seeded {
    pub(super) universe: Universe,
    /// In the order in which they were named.
    pub(super) twins: Vec<Arc<Twin>>,
}

/// Loads and fills the twins that were asked for.
///
/// # Errors
/// Of the user where a component or a fixture cannot be used.
pub(super) fn seeded(args: &Serve, sandbox: &Sandbox) -> Result<Seeded, Failure> {
    let named: Vec<&str> = match args.twins.as_slice() {
        [] => bundled::twins().collect(),
        named => named.iter().map(String::as_str).collect(),
    };
    let loaded = named.into_iter().map(|named| Ok((named, load(sandbox, named)?)));
    let loaded: Vec<(&str, Arc<Twin>)> = loaded.collect::<Result<_, Failure>>()?;
    refuse_namesakes(&loaded)?;
    refuse_fixtures_of_nobody(&args.fixtures, &loaded)?;
    let people = args.people.as_deref().map(read_text).transpose()?;

    let twins: Vec<_> = loaded.iter().map(|(_, twin)| twin.clone()).collect();
    let clock = TrialClock::real();
    let world = World::empty(clock.read());
    let opened = Universe::open(&twins, world, Seed(args.seed), clock);
    let mut universe = opened.map_err(unusable)?;
    for (named, twin) in &loaded {
        let fixture = fixture(args, named, twin)?;
        universe.seed(twin.name(), people.as_deref().unwrap_or_default(), &fixture).map_err(unusable)?;
    }
    Ok(Seeded { universe, twins })
}

fn load(sandbox: &Sandbox, named: &str) -> Result<Arc<Twin>, Failure> {
    let component = bundled::component(named)?;
    let twin = Twin::load(sandbox, &component).map_err(|error| Failure::twin(named, error))?;
    Ok(Arc::new(twin))
}

fn refuse_namesakes(loaded: &[(&str, Arc<Twin>)]) -> Result<(), Failure> {
    for (index, (named, twin)) in loaded.iter().enumerate() {
        let earlier = loaded.iter().take(index).find(|(_, earlier)| earlier.name() == twin.name());
        if let Some((other, _)) = earlier {
            return Err(Failure::usage(
                format!("--twin {named}: it calls itself `{}`, as {other} does", twin.name()),
                "leave one of them out; each twin of a universe has a name of its own",
            ));
        }
    }
    Ok(())
}

fn refuse_fixtures_of_nobody(fixtures: &[TwinFixture], loaded: &[(&str, Arc<Twin>)]) -> Result<(), Failure> {
    let names = || loaded.iter().map(|(_, twin)| twin.name()).collect::<Vec<_>>().join(", ");
    for (index, fixture) in fixtures.iter().enumerate() {
        let file = fixture.file.display();
        match &fixture.twin {
            None if loaded.len() > 1 => {
                let hint = format!("give --fixture TWIN={file} with one of the twins: {}", names());
                return Err(Failure::usage(format!("--fixture {file}: it does not say whose it is"), hint));
            }
            Some(twin) if loaded.iter().all(|(_, loaded)| loaded.name() != twin) => {
                let hint = format!("twins that are served: {}", names());
                return Err(Failure::usage(
                    format!("--fixture {twin}={file}: there is no twin `{twin}`"),
                    hint,
                ));
            }
            _ if fixtures.iter().take(index).any(|earlier| earlier.twin == fixture.twin) => {
                let hint = "give each twin one fixture";
                return Err(Failure::usage(format!("--fixture {file}: that twin has one already"), hint));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A twin's own fixture. Where neither it nor people are given, a bundled twin has its demo.
fn fixture(args: &Serve, named: &str, twin: &Twin) -> Result<String, Failure> {
    let is_its = |fixture: &&TwinFixture| fixture.twin.as_deref().is_none_or(|name| name == twin.name());
    match args.fixtures.iter().find(is_its) {
        Some(fixture) => read_text(&fixture.file),
        None if args.people.is_some() => Ok(String::new()),
        None => Ok(bundled::find(named).and_then(|guest| guest.demo).unwrap_or_default().to_owned()),
    }
}

fn read_text(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display()), "give a file of JSON"))
}

/// Whose fault it is that a twin does not run over this world.
fn unusable(error: UniverseError) -> Failure {
    match error {
        UniverseError::Start { twin, source } | UniverseError::Seed { twin, source } => {
            Failure::call(&twin, source)
        }
        UniverseError::Fixture { .. } => {
            Failure::usage(error.to_string(), "mend the file given with --fixture or --people")
        }
    }
}
