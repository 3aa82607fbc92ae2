//! `glasshouse serve`: one twin behind a plain door, for clients outside of the sandbox.

use crate::args::Serve;
use crate::artefacts;
use crate::bundled;
use crate::exit::{Ended, Failure};
use crate::interrupt::Interrupts;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_model::Seed;
use glasshouse_sandbox::Level;
use glasshouse_universe::{
    Door, DoorError, Link, TrialClock, Twin, TwinLine, Universe, UniverseError, World,
};
use std::path::Path;
use std::sync::Arc;

/// Serves until a signal comes.
pub(crate) fn serve(args: &Serve) -> Result<Ended, Failure> {
    let component = bundled::component(&args.twin)?;
    let (people, fixture) = world_files(args)?;
    let sandbox = artefacts::sandbox()?;
    let twin = Twin::load(&sandbox, &component).map_err(|error| Failure::twin(&args.twin, error))?;
    artefacts::warn_of_what_was_not_kept(&sandbox);
    let twin = Arc::new(twin);
    let clock = TrialClock::real();
    let world = World::empty(clock.read());
    let mut universe = Universe::open(std::slice::from_ref(&twin), world, Seed(args.seed), clock)
        .map_err(|error| unusable(args, error))?;
    universe.seed(twin.name(), &people, &fixture).map_err(|error| unusable(args, error))?;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("the server cannot be started")?;
    runtime.block_on(serve_door(args, &twin, Link::new(universe)))?;
    Ok(Ended::Done)
}

async fn serve_door(args: &Serve, twin: &Twin, universe: Link) -> Result<(), Failure> {
    // Before the line that says it is ready: whoever reads it may end us at once.
    let mut interrupts = Interrupts::listen().context("signals cannot be caught")?;
    let opened = Door::open(args.listen, &twin.first_host(), universe, show).await;
    let door = opened.map_err(|error| match error {
        DoorError::Listen { .. } => {
            Failure::usage(error.to_string(), "choose another address with --listen; port 0 takes a free one")
        }
        DoorError::Thread(_) => Failure::Host(error.into()),
    })?;
    let address = door.address().context("the door has no address")?;
    let ready = serde_json::json!({ "doors": { twin.name(): format!("http://{address}") } });
    terminal::data(&format!("{ready}\n")).context("stdout")?;
    terminal::note(&format!("the twin `{}` answers at http://{address}; Ctrl-C ends it", twin.name()));
    tokio::select! {
        () = door.serve() => {}
        () = interrupts.next() => {}
    }
    Ok(())
}

/// A twin's line, for whoever watches the server.
fn show(TwinLine { twin, line }: &TwinLine) {
    let level = match line.level {
        Level::Debug | Level::Info => "",
        Level::Warn => "warning: ",
        Level::Error => "error: ",
    };
    terminal::note(&format!("{twin}: {level}{}", line.message));
}

/// People and fixture, both JSON texts. Where none is given, a bundled twin has its demo.
fn world_files(args: &Serve) -> Result<(String, String), Failure> {
    let read = |file: &Option<std::path::PathBuf>| file.as_deref().map(read_text).transpose();
    match (read(&args.people)?, read(&args.fixture)?) {
        (None, None) => {
            let demo = bundled::find(&args.twin).and_then(|guest| guest.demo);
            Ok((String::new(), demo.unwrap_or_default().to_owned()))
        }
        (people, fixture) => Ok((people.unwrap_or_default(), fixture.unwrap_or_default())),
    }
}

fn read_text(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display()), "give a file of JSON"))
}

/// Whose fault it is that the twin does not run over this world.
fn unusable(args: &Serve, error: UniverseError) -> Failure {
    match error {
        UniverseError::Start { source, .. } | UniverseError::Seed { source, .. } => {
            Failure::call(&args.twin, source)
        }
        UniverseError::Fixture { .. } => {
            Failure::usage(error.to_string(), "mend the file given with --fixture or --people")
        }
    }
}
