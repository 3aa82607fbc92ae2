//! Memory that is there from the start, then pages that the host gives. Each growth of a guest's memory is a call to the
//! kernel, and one more when the next instance takes its place; most requests fit into what is there from the start.
#![allow(unsafe_code, reason = "an allocator hands out memory")]

use core::alloc::Layout;
use core::arch::wasm32::memory_grow;
use core::mem::MaybeUninit;

use talc::base::{Talc, binning::Binning};
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::wasm::WasmBinning;

use crate::growth::{PAGE, grow_for};

/// Bytes that are there from the start. Pages that are never touched cost nothing.
const FIRST: usize = 1 << 20;

#[global_allocator]
static ALLOCATOR: TalcSyncCell<ArenaFirst, WasmBinning> =
    TalcSyncCell::new_wasm(ArenaFirst { is_given: false });

static mut ARENA: [MaybeUninit<u8>; FIRST] = [MaybeUninit::uninit(); FIRST];

/// The arena, then memory that grows by many pages at a time.
#[derive(Debug)]
struct ArenaFirst {
    is_given: bool,
}

// SAFETY: neither allocates, nor gives the same memory twice: the arena once, and only pages that were grown here.
unsafe impl Source for ArenaFirst {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        let (start, bytes) = if talc.source.is_given {
            grown(layout).ok_or(())?
        } else {
            talc.source.is_given = true;
            ((&raw mut ARENA).cast(), FIRST)
        };
        // SAFETY: nothing else reads or writes this memory.
        unsafe { talc.claim(start, bytes) }.map(|_| ()).ok_or(())
    }
}

/// New memory that has room for the layout: its address and bytes; none where the host allows no more.
fn grown(layout: Layout) -> Option<(*mut u8, usize)> {
    let grow = |pages| Some(memory_grow::<0>(pages)).filter(|first| *first != usize::MAX);
    let (first, pages) = grow_for(layout, grow)?;
    Some(((first * PAGE) as *mut u8, pages * PAGE))
}
