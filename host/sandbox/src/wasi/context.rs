//! What stands behind the interfaces of WASI for one run: no arguments, no environment, no input, the guest's own clock and
//! random stream, and the folders that it was granted.

use super::clocks::SinceStart;
use super::files::FilesView;
use super::http::Sender;
use super::output::{Sink, Stream};
use super::room::Room;
use crate::capability::{Host, Level, Line, RandomStream, SharedClock, SharedHttp, escape};
use crate::guard::{Guard, limit};
use crate::limits::{Breach, Limits};
use crate::workspace::Preopen;
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};
use wasmtime_wasi_io::IoView;

/// Most bytes of one draw of random numbers.
const MOST_RANDOM: u64 = 64 * 1024;
/// Most bytes of one set of header fields.
const MOST_FIELDS: usize = 32 * 1024;

/// What a run is given beyond the empty context.
pub(crate) struct WasiGrants {
    pub(crate) clock: SharedClock,
    pub(crate) random: RandomStream,
    pub(crate) http: Option<SharedHttp>,
    /// Its folders.
    pub(crate) folders: Vec<Preopen>,
}

/// The state of one run.
pub(crate) struct Wasi {
    ctx: WasiCtx,
    http: WasiHttpCtx,
    sender: Sender,
    folders: Vec<Preopen>,
    /// For what the host holds of answers and listings.
    room: Room,
    table: ResourceTable,
    sink: Sink,
}

impl Wasi {
    /// The context of one run.
    pub(crate) fn new(grants: WasiGrants, limits: &Limits) -> Self {
        let sink = Sink::new(limits.output);
        let mut builder = WasiCtxBuilder::new();
        let mut random = grants.random;
        builder
            .stdout(sink.stream(Stream::Out))
            .stderr(sink.stream(Stream::Error))
            .wall_clock(grants.clock.clone())
            .monotonic_clock(SinceStart::new(grants.clock))
            .max_random_size(MOST_RANDOM)
            .insecure_random_seed(random.seed())
            .secure_random(random.split().into_rng())
            .insecure_random(random.split().into_rng());
        let mut table = ResourceTable::new();
        table.set_max_capacity(
            usize::try_from(limit(Guard::Handles, limits.handles as u64)).unwrap_or(usize::MAX),
        );
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(MOST_FIELDS);
        let room = Room::new(limit(Guard::RetainedBytes, limits.retained_bytes));
        let (ctx, sender) = (builder.build(), Sender::new(grants.http, room.clone()));
        Self { ctx, http, sender, folders: grants.folders, room, table, sink }
    }

    /// A context without anything, for components that are asked what they are.
    fn empty() -> Self {
        let ctx = WasiCtxBuilder::new().max_random_size(MOST_RANDOM).build();
        let mut table = ResourceTable::new();
        table.set_max_capacity(0);
        let room = Room::new(0);
        let (http, sender, sink) = (WasiHttpCtx::new(), Sender::new(None, room.clone()), Sink::new(0));
        Self { ctx, http, sender, folders: Vec::new(), room, table, sink }
    }

    /// How many requests were sent.
    pub(crate) fn requests(&self) -> u64 {
        self.sender.sent()
    }

    /// The folders, and what of them is open.
    pub(super) fn files(&mut self) -> FilesView<'_> {
        FilesView { preopens: &self.folders, room: &self.room, table: &mut self.table }
    }

    /// Counts log lines against the limit that both streams share.
    pub(crate) fn count_output(&self, bytes: usize) -> Result<(), Breach> {
        self.sink.count(bytes)
    }

    /// What was written to both streams as lines: text that is not UTF-8 with its replacement character.
    pub(crate) fn take_lines(&self) -> Vec<Line> {
        let lines = |(stream, bytes): (Stream, Vec<u8>)| {
            let level = match stream {
                Stream::Out => Level::Info,
                Stream::Error => Level::Warn,
            };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let lines = text.lines().map(|line| Line { level, message: escape(line) });
            lines.collect::<Vec<_>>()
        };
        self.sink.take().into_iter().flat_map(lines).collect()
    }
}

impl Host {
    pub(super) fn wasi(&mut self) -> &mut Wasi {
        self.wasi.get_or_insert_with(|| Box::new(Wasi::empty()))
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let wasi = self.wasi();
        WasiCtxView { ctx: &mut wasi.ctx, table: &mut wasi.table }
    }
}

impl IoView for Host {
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.wasi().table
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let wasi = self.wasi();
        WasiHttpCtxView { hooks: &mut wasi.sender, table: &mut wasi.table, ctx: &mut wasi.http }
    }
}
