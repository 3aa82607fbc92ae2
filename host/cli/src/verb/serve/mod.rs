//! `glasshouse serve`: twins behind doors, for clients outside of the sandbox.

mod client_files;
mod ready;
mod seeded;

use crate::args::{Listen, Serve};
use crate::artefacts;
use crate::exit::{Ended, Failure};
use crate::interrupt::Interrupts;
use crate::terminal;
use anyhow::Context as _;
use client_files::ClientFiles;
use glasshouse_sandbox::Level;
use glasshouse_universe::{
    AdminDoor, Authority, DoorError, OpenUniverse, Outside, OutsideError, Places, PlainDoor, ProxyDoor,
    TwinLine,
};
use ready::Ready;
use seeded::Seeded;
use std::net::SocketAddr;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// Serves until a signal comes.
pub(crate) fn serve(args: &Serve) -> Result<Ended, Failure> {
    let sandbox = artefacts::sandbox()?;
    let seeded = seeded::seeded(args, &sandbox)?;
    artefacts::warn_of_what_was_not_kept(&sandbox);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("the server cannot be started")?;
    let served = runtime.block_on(serve_doors(args, seeded));
    // Connections that are open wait for nobody.
    runtime.shutdown_background();
    served.map(|()| Ended::Done)
}

async fn serve_doors(args: &Serve, seeded: Seeded) -> Result<(), Failure> {
    // Before the line that says it is ready: whoever reads it may end us at once.
    let mut interrupts = Interrupts::listen().context("signals cannot be caught")?;
    let Seeded { universe, twins } = seeded;
    let outside = outside(&args.deliver)?;
    let universe = OpenUniverse::start(universe, &twins, outside, show).map_err(closed)?;
    let hosts = twins.iter().flat_map(|twin| &twin.manifest().hosts).map(String::as_str);
    let authority = Authority::new(hosts).map_err(closed)?;
    // Lives as long as the doors: its folder goes with it.
    let files = ClientFiles::write(args.ca_dir.as_deref(), &authority.pem())?;
    let (doors, mut serving) = open(args.listen, &universe, authority).await?;
    let ready = Ready { doors, files: &files };
    let text = if args.env { ready.shell() } else { ready.json() };
    terminal::data(&text).context("stdout")?;
    terminal::note(&ready.note());
    tokio::select! {
        _ = serving.join_next() => return Err(Failure::Host(anyhow::anyhow!("a door closed by itself"))),
        () = interrupts.next() => {}
    }
    // A second signal ends it at once.
    tokio::select! {
        () = universe.close_sockets() => {}
        () = interrupts.next() => {}
    }
    Ok(())
}

/// Where the doors are.
struct Doors {
    /// By twin.
    plain: Vec<(String, SocketAddr)>,
    proxy: SocketAddr,
    admin: SocketAddr,
    token: String,
}

/// The way out for webhooks and events, where any address was named.
fn outside(addresses: &[String]) -> Result<Option<Outside>, Failure> {
    if addresses.is_empty() {
        return Ok(None);
    }
    Outside::new(addresses, Handle::current()).map(Some).map_err(|error| match error {
        OutsideError::Address { .. } | OutsideError::Policy(_) => Failure::usage(
            format!("--deliver: {error}"),
            "give an address such as http://127.0.0.1:3000/slack/events",
        ),
        OutsideError::Setup(error) => Failure::Host(error.into()),
    })
}

async fn open(
    listen: Listen,
    universe: &OpenUniverse,
    authority: Authority,
) -> Result<(Doors, JoinSet<()>), Failure> {
    let places = Places::default();
    let mut serving = JoinSet::new();
    let mut plain = Vec::new();
    let address = "a door has no address";
    for (index, twin) in universe.twins().iter().enumerate() {
        let port = if index == 0 { listen.port } else { 0 };
        let at = SocketAddr::new(listen.ip, port);
        let door = PlainDoor::open(at, twin, universe.clone(), &places).await.map_err(closed)?;
        plain.push((twin.name().to_owned(), door.address().context(address)?));
        serving.spawn(door.serve());
    }
    let free = SocketAddr::new(listen.ip, 0);
    let proxy = ProxyDoor::open(free, authority, universe.clone(), &places).await.map_err(closed)?;
    let admin = AdminDoor::open(0, universe.clone()).await.map_err(closed)?;
    let doors = Doors {
        plain,
        proxy: proxy.address().context(address)?,
        admin: admin.address().context(address)?,
        token: admin.token().to_owned(),
    };
    serving.spawn(proxy.serve());
    serving.spawn(admin.serve());
    serving.spawn(universe.clone().keep_time());
    Ok((doors, serving))
}

/// Whose fault it is that a door does not open.
fn closed(error: DoorError) -> Failure {
    match error {
        DoorError::Listen { .. } => {
            Failure::usage(error.to_string(), "choose another address with --listen; port 0 takes a free one")
        }
        DoorError::Thread(_) | DoorError::Certificate(_) | DoorError::Token(_) | DoorError::Ended => {
            Failure::Host(error.into())
        }
    }
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
