//! The one engine of the process, with the switches that hold untrusted guests and that were measured to be fast
//! (specs/decisions/0002-engine-switches.md).

use crate::artefact::ArtefactStore;
use crate::capability::{self, Host};
use crate::compiler::Compiler;
use crate::error::HostFault;
use crate::guard::{Guard, stands};
use crate::role::Role;
use crate::ticker::Ticker;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::component::Linker;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Whether this process has a sandbox. Types of two engines can be confused (RUSTSEC-2026-0222), so a second one
/// is refused.
static ENGINE_LIVES: AtomicBool = AtomicBool::new(false);

/// The engine's name and version, for records: what it does with one component may change with it.
pub const ENGINE: &str = "wasmtime 48.0.8";

/// How instances get their memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocation {
    /// From a pool, pages reset by what the kernel says was written (Linux 6.7 and later).
    PooledScan,
    /// From a pool, pages given back to the kernel.
    Pooled,
    /// Mapped for each instance: slower, and it runs where no address space can be reserved.
    OnDemand,
}

impl Allocation {
    /// Fastest first.
    const PREFERENCE: [Self; 3] = [Self::PooledScan, Self::Pooled, Self::OnDemand];
}

/// Which WebAssembly features validate. A process has one profile, since it has one engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// Those that compilers to linear memory need: what does not validate cannot be attacked.
    #[default]
    Strict,
    /// Exceptions, garbage collection, tail calls and function references, too: for guests of managed languages.
    Managed,
}

/// What a sandbox is made with.
#[derive(Debug, Default)]
pub struct Settings {
    /// Where compiled artefacts are kept; none compiles afresh.
    pub artefacts: Option<ArtefactStore>,
    /// How instances get their memory; none probes for the fastest that works here.
    pub allocation: Option<Allocation>,
    /// Which WebAssembly features validate.
    pub profile: Profile,
    /// Whether guests are ended by real time even while they compute. Costs a little on tight loops
    /// (specs/decisions/0006-real-time.md).
    pub wall_clock: bool,
    /// A process of its own for compiling, so that hostile bytes can be given up; none compiles in this process.
    pub compiler: Option<Compiler>,
}

/// Loads components and runs them. Shared by all threads; one lives in a process at a time.
pub struct Sandbox {
    pub(crate) engine: Arc<OneEngine>,
    pub(crate) linkers: Linkers,
    pub(crate) artefacts: Option<ArtefactStore>,
    pub(crate) artefact_fault: Mutex<Option<HostFault>>,
    pub(crate) compiler: Option<Compiler>,
    pub(crate) profile: Profile,
    allocation: Allocation,
}

/// The process's engine. Everything that was made by it holds it, so that it is gone only when all of that is.
pub(crate) struct OneEngine {
    // Dropped first: it holds the engine until its thread has ended.
    ticker: Option<Ticker>,
    engine: Engine,
}

impl OneEngine {
    /// Whether guests that compute only are ended by real time.
    pub(crate) fn ticks(&self) -> bool {
        self.ticker.is_some()
    }
}

impl Deref for OneEngine {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl Drop for OneEngine {
    fn drop(&mut self) {
        self.ticker = None;
        ENGINE_LIVES.store(false, Ordering::Release);
    }
}

/// One linker a role whose components run many times: what is not in the role's world is not there.
pub(crate) struct Linkers {
    pub(crate) twin: Linker<Host>,
    pub(crate) judge: Linker<Host>,
    pub(crate) agent: Linker<Host>,
    pub(crate) persona: Linker<Host>,
}

/// Bytes of a slot that stay resident between guests; pays only where the kernel tells which pages were written.
const KEEP_RESIDENT: usize = 2 * 1024 * 1024;
/// Largest memory of any guest; a policy's limit is at most this.
pub(crate) const LARGEST_MEMORY: usize = 1024 * 1024 * 1024;
/// Components whose instances may live at one time: those of 1,000 trials over three services, each with its subject, its
/// twins, and a judge or a persona. A slot that nobody uses costs address space only, 4 GiB of it for the memory.
const SLOTS: u32 = 5_000;
/// Core instances and tables of all of them: the encoder makes three and two of a guest in Rust.
const CORE_SLOTS: u32 = 3 * SLOTS;
const TABLE_SLOTS: u32 = 2 * SLOTS;
/// What one component may consist of: enough for CPython and QuickJS, the largest that were tried.
pub(crate) const MOST_CORE_INSTANCES: u32 = 60;
pub(crate) const MOST_MEMORIES: u32 = 20;
pub(crate) const MOST_TABLES: u32 = 40;
pub(crate) const MOST_TABLE_ELEMENTS: usize = 60_000;
/// Bytes of the engine's own data of one instance.
const LARGEST_INSTANCE: usize = 4 * 1024 * 1024;
/// Bytes of stack that a guest may use.
const GUEST_STACK: usize = 512 * 1024;

impl Sandbox {
    /// Makes the engine.
    ///
    /// # Errors
    /// [`HostFault::SecondEngine`] while another sandbox lives; [`HostFault::Engine`] where the machine cannot run one.
    pub fn new(settings: Settings) -> Result<Self, HostFault> {
        if ENGINE_LIVES.swap(true, Ordering::AcqRel) && stands(Guard::OneEngine) {
            return Err(HostFault::SecondEngine);
        }
        let (engine, allocation) =
            first_that_works(&settings).inspect_err(|_| ENGINE_LIVES.store(false, Ordering::Release))?;
        let ticker = settings.wall_clock.then(|| Ticker::start(engine.clone()));
        let engine = Arc::new(OneEngine { ticker, engine });
        let linkers = Linkers::new(&engine).map_err(|error| HostFault::Engine(error.to_string()))?;
        let Settings { artefacts, compiler, profile, .. } = settings;
        let artefact_fault = Mutex::default();
        Ok(Self { engine, linkers, artefacts, artefact_fault, compiler, profile, allocation })
    }

    /// How instances get their memory here.
    pub fn allocation(&self) -> Allocation {
        self.allocation
    }

    /// How many instances live at this moment; none where instances are not pooled.
    pub fn live_instances(&self) -> Option<u64> {
        self.engine.pooling_allocator_metrics().map(|metrics| metrics.component_instances())
    }

    /// Why a compiled artefact could not be kept, since this was last asked. Nothing but time is lost by it.
    pub fn take_artefact_fault(&self) -> Option<HostFault> {
        self.artefact_fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// An engine with the allocation that was asked for, or with the fastest that this machine can do: making it is the
/// only honest probe, since it reserves the address space and asks the kernel.
fn first_that_works(settings: &Settings) -> Result<(Engine, Allocation), HostFault> {
    let candidates = match &settings.allocation {
        Some(allocation) => std::slice::from_ref(allocation),
        None => Allocation::PREFERENCE.as_slice(),
    };
    let mut failure = String::new();
    for allocation in candidates {
        match Engine::new(&config(*allocation, settings.profile, settings.wall_clock)) {
            Ok(engine) => return Ok((engine, *allocation)),
            Err(error) => failure = format!("{allocation:?}: {error:#}"),
        }
    }
    Err(HostFault::Engine(failure))
}

impl Linkers {
    fn new(engine: &Engine) -> wasmtime::Result<Self> {
        let linker = |role: Role| {
            let mut linker = Linker::new(engine);
            role.imports().iter().try_for_each(|import| capability::link_interface(&mut linker, import))?;
            Ok::<_, wasmtime::Error>(linker)
        };
        Ok(Self {
            twin: linker(Role::Twin)?,
            judge: linker(Role::Judge)?,
            agent: linker(Role::Agent)?,
            persona: linker(Role::Persona)?,
        })
    }
}

/// Everything that decides how a component is compiled and run.
pub(crate) fn config(allocation: Allocation, profile: Profile, wall_clock: bool) -> Config {
    let mut config = Config::new();
    features(&mut config, profile);
    config
        .consume_fuel(true)
        .epoch_interruption(wall_clock)
        .async_stack_zeroing(true)
        .cranelift_nan_canonicalization(true)
        .memory_init_cow(true)
        .max_wasm_stack(GUEST_STACK)
        .native_unwind_info(false)
        .wasm_backtrace_max_frames(None)
        .allocation_strategy(strategy(allocation));
    config
}

/// Switches off every WebAssembly feature that guests of a profile do not need.
fn features(config: &mut Config, profile: Profile) {
    if !stands(Guard::Features) {
        return;
    }
    let managed = profile == Profile::Managed;
    config
        .concurrency_support(false)
        .shared_memory(false)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .gc_support(managed)
        .wasm_exceptions(managed)
        .wasm_function_references(managed)
        .wasm_gc(managed)
        .wasm_tail_call(managed);
}

fn strategy(allocation: Allocation) -> InstanceAllocationStrategy {
    let (scan, keep) = match allocation {
        Allocation::OnDemand => return InstanceAllocationStrategy::OnDemand,
        Allocation::PooledScan => (Enabled::Yes, KEEP_RESIDENT),
        Allocation::Pooled => (Enabled::No, 0),
    };
    let mut pool = PoolingAllocationConfig::new();
    pool.pagemap_scan(scan)
        .linear_memory_keep_resident(keep)
        .table_keep_resident(keep)
        .max_memory_size(LARGEST_MEMORY)
        .total_component_instances(SLOTS)
        .total_core_instances(CORE_SLOTS)
        .total_memories(SLOTS)
        .total_tables(TABLE_SLOTS)
        .max_core_instances_per_component(MOST_CORE_INSTANCES)
        .max_memories_per_module(MOST_MEMORIES)
        .max_tables_per_module(MOST_TABLES)
        .max_memories_per_component(MOST_MEMORIES)
        .max_tables_per_component(MOST_TABLES)
        .table_elements(MOST_TABLE_ELEMENTS)
        .max_component_instance_size(LARGEST_INSTANCE)
        .max_core_instance_size(LARGEST_INSTANCE);
    InstanceAllocationStrategy::Pooling(pool)
}

#[cfg(test)]
mod tests {
    #[test]
    fn records_name_the_engine_that_is_built_in() {
        let manifest = include_str!("../../../Cargo.toml");
        let (name, version) = super::ENGINE.split_once(' ').unwrap();
        assert!(manifest.contains(&format!("\n{name} = {{ version = \"={version}\"")));
    }
}
