//! Which interfaces of WASI 0.2 there are, and how each is linked.

use super::files::HasFiles;
use crate::capability::Host;
use wasmtime::component::{HasData, Linker};
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView as _};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, random};
use wasmtime_wasi::random::WasiRandom;
use wasmtime_wasi::{ResourceTable, WasiView as _};
use wasmtime_wasi_http::p2::bindings::http;
use wasmtime_wasi_http::{WasiHttp, WasiHttpView as _};
use wasmtime_wasi_io::IoView as _;
use wasmtime_wasi_io::bindings::wasi::io;

type Link = fn(&mut Linker<Host>) -> wasmtime::Result<()>;

/// Interfaces that are offered, without version. What is not here cannot be linked.
const OFFERED: &[(&str, Link)] = &[
    ("wasi:cli/environment", |l| cli::environment::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/exit", |l| cli::exit::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/stdin", |l| cli::stdin::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/stdout", |l| cli::stdout::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/stderr", |l| cli::stderr::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/terminal-input", |l| cli::terminal_input::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/terminal-output", |l| cli::terminal_output::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/terminal-stdin", |l| cli::terminal_stdin::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/terminal-stdout", |l| cli::terminal_stdout::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:cli/terminal-stderr", |l| cli::terminal_stderr::add_to_linker::<_, WasiCli>(l, Host::cli)),
    ("wasi:io/error", |l| io::error::add_to_linker::<_, HasIo>(l, Host::table)),
    ("wasi:io/poll", |l| io::poll::add_to_linker::<_, HasIo>(l, Host::table)),
    ("wasi:io/streams", |l| io::streams::add_to_linker::<_, HasIo>(l, Host::table)),
    ("wasi:clocks/wall-clock", |l| clocks::wall_clock::add_to_linker::<_, WasiClocks>(l, Host::clocks)),
    ("wasi:clocks/monotonic-clock", |l| {
        clocks::monotonic_clock::add_to_linker::<_, WasiClocks>(l, Host::clocks)
    }),
    ("wasi:random/random", |l| random::random::add_to_linker::<_, WasiRandom>(l, |h| h.ctx().ctx.random())),
    ("wasi:random/insecure", |l| {
        random::insecure::add_to_linker::<_, WasiRandom>(l, |h| h.ctx().ctx.random())
    }),
    ("wasi:random/insecure-seed", |l| {
        random::insecure_seed::add_to_linker::<_, WasiRandom>(l, |h| h.ctx().ctx.random())
    }),
    ("wasi:filesystem/types", |l| filesystem::types::add_to_linker::<_, HasFiles>(l, Host::files_view)),
    ("wasi:filesystem/preopens", |l| filesystem::preopens::add_to_linker::<_, HasFiles>(l, Host::files_view)),
    ("wasi:http/types", |l| http::types::add_to_linker::<_, WasiHttp>(l, &Default::default(), Host::http)),
    ("wasi:http/outgoing-handler", |l| http::outgoing_handler::add_to_linker::<_, WasiHttp>(l, Host::http)),
];

/// The resources of `wasi:io` as its bindings ask for them.
struct HasIo;

impl HasData for HasIo {
    type Data<'a> = &'a mut ResourceTable;
}

/// The interface without its version, where that is a 0.2.
fn interface(import: &str) -> Option<&str> {
    let (interface, version) = import.split_once('@')?;
    version.starts_with("0.2.").then_some(interface)
}

/// Whether an import is an interface of WASI 0.2 that can be linked.
pub(crate) fn is_offered(import: &str) -> bool {
    interface(import).is_some_and(|name| OFFERED.iter().any(|(offered, _)| *offered == name))
}

/// Whether an import is the way out of WASI, which is linked where requests are granted only.
pub(crate) fn is_http(import: &str) -> bool {
    interface(import).is_some_and(|name| name == "wasi:http/outgoing-handler")
}

/// Links the interface that an import names; false where there is none. Once an interface: the linker takes a 0.2 of the
/// engine for every 0.2 that is asked for.
pub(crate) fn link(linker: &mut Linker<Host>, import: &str) -> wasmtime::Result<bool> {
    let Some(name) = interface(import) else { return Ok(false) };
    match OFFERED.iter().find(|(offered, _)| *offered == name) {
        Some((_, link)) => link(linker).map(|()| true),
        None => Ok(false),
    }
}
