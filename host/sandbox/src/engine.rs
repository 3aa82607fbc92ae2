//! The one engine of the process, with the switches that hold untrusted guests and that were measured to be fast
//! (specs/decisions/0002-engine-switches.md).

use crate::artefact::ArtefactStore;
use crate::capability::Host;
use crate::error::HostFault;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::component::Linker;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Whether this process has a sandbox. Types of two engines can be confused (RUSTSEC-2026-0222), so a second one
/// is refused.
static ENGINE_LIVES: AtomicBool = AtomicBool::new(false);

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

/// What a sandbox is made with.
#[derive(Debug, Default)]
pub struct Settings {
    /// Where compiled artefacts are kept; none compiles afresh.
    pub artefacts: Option<ArtefactStore>,
    /// How instances get their memory; none probes for the fastest that works here.
    pub allocation: Option<Allocation>,
}

/// Loads components and runs them. Shared by all threads; one lives in a process at a time.
pub struct Sandbox {
    pub(crate) engine: Arc<OneEngine>,
    pub(crate) linkers: Linkers,
    pub(crate) artefacts: Option<ArtefactStore>,
    pub(crate) artefact_fault: Mutex<Option<HostFault>>,
    allocation: Allocation,
}

/// The process's engine. Everything that was made by it holds it, so that it is gone only when all of that is.
pub(crate) struct OneEngine(Engine);

impl Deref for OneEngine {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.0
    }
}

impl Drop for OneEngine {
    fn drop(&mut self) {
        ENGINE_LIVES.store(false, Ordering::Release);
    }
}

/// One linker a role: what is not in the role's world is not there.
pub(crate) struct Linkers {
    pub(crate) twin: Linker<Host>,
    pub(crate) judge: Linker<Host>,
    pub(crate) agent: Linker<Host>,
}

/// Bytes of a slot that stay resident between guests; pays only where the kernel tells which pages were written.
const KEEP_RESIDENT: usize = 2 * 1024 * 1024;
/// Largest memory of any guest; a policy's limit is at most this.
const LARGEST_MEMORY: usize = 1024 * 1024 * 1024;
/// Instances that may live at one time.
const SLOTS: u32 = 1_000;
/// Bytes of stack that a guest may use.
const GUEST_STACK: usize = 512 * 1024;

impl Sandbox {
    /// Makes the engine.
    ///
    /// # Errors
    /// [`HostFault::SecondEngine`] while another sandbox lives; [`HostFault::Engine`] where the machine cannot run one.
    pub fn new(settings: Settings) -> Result<Self, HostFault> {
        if ENGINE_LIVES.swap(true, Ordering::AcqRel) {
            return Err(HostFault::SecondEngine);
        }
        let (engine, allocation) =
            first_that_works(&settings).inspect_err(|_| ENGINE_LIVES.store(false, Ordering::Release))?;
        let engine = Arc::new(OneEngine(engine));
        let linkers = Linkers::new(&engine).map_err(|error| HostFault::Engine(error.to_string()))?;
        let artefacts = settings.artefacts;
        Ok(Self { engine, linkers, artefacts, artefact_fault: Mutex::default(), allocation })
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
        match Engine::new(&config(*allocation)) {
            Ok(engine) => return Ok((engine, *allocation)),
            Err(error) => failure = format!("{allocation:?}: {error:#}"),
        }
    }
    Err(HostFault::Engine(failure))
}

impl Linkers {
    fn new(engine: &Engine) -> wasmtime::Result<Self> {
        use crate::bindings::{agent::Agent, judge::Judge, twin::Twin};
        use wasmtime::component::HasSelf;

        let mut linkers =
            Self { twin: Linker::new(engine), judge: Linker::new(engine), agent: Linker::new(engine) };
        Twin::add_to_linker::<_, HasSelf<_>>(&mut linkers.twin, |host| host)?;
        Judge::add_to_linker::<_, HasSelf<_>>(&mut linkers.judge, |host| host)?;
        Agent::add_to_linker::<_, HasSelf<_>>(&mut linkers.agent, |host| host)?;
        Ok(linkers)
    }
}

fn config(allocation: Allocation) -> Config {
    let mut config = Config::new();
    strict_features(&mut config);
    config
        .consume_fuel(true)
        .cranelift_nan_canonicalization(true)
        .memory_init_cow(true)
        .max_wasm_stack(GUEST_STACK)
        .native_unwind_info(false)
        .wasm_backtrace_max_frames(None)
        .allocation_strategy(strategy(allocation));
    config
}

/// Switches off every WebAssembly feature that guests for this contract do not need: what does not validate cannot
/// be attacked.
fn strict_features(config: &mut Config) {
    config
        .concurrency_support(false)
        .gc_support(false)
        .shared_memory(false)
        .wasm_exceptions(false)
        .wasm_function_references(false)
        .wasm_gc(false)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false);
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
        .total_core_instances(SLOTS)
        .total_memories(SLOTS)
        .total_tables(SLOTS)
        .max_core_instances_per_component(20)
        .max_memories_per_component(4)
        .max_tables_per_component(8);
    InstanceAllocationStrategy::Pooling(pool)
}
