//! What makes a module of its own out of this crate, without the standard library: an allocator, and
//! what happens on a panic. Only the finished page module has it (feature `module`).

use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

// SAFETY: wasm32-unknown-unknown without atomics has one thread.
#[allow(unsafe_code)]
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

/// Traps. JavaScript catches the trap where it asked, and takes it for a refusal: the gate stays
/// closed. A message would need the formatting machinery, which no visitor should pay for.
#[panic_handler]
fn trap(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
