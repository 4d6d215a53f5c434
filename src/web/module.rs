//! What makes a module of its own out of this crate, without the standard library: an allocator, and
//! what happens on a panic. Only the finished page module has it (feature `module`).
//!
//! DIFFERENCE: an allocator is no business of ours, but the small ones search a list at each call,
//! which took half of the start, and the standard one weighs two kilobytes (docs/sizes.md).

#![allow(unsafe_code)]

use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32::{memory_grow, memory_size},
    cell::UnsafeCell,
    ptr::{copy_nonoverlapping, null_mut},
};

/// Blocks of powers of two. Of each size there is a list of those given back, and the last one given
/// back is the next one taken; when there is none, memory grows. Nothing is ever searched or joined.
struct Blocks(UnsafeCell<Heap>);

struct Heap {
    /// The first free block of 2^n bytes; each free block begins with the address of the next.
    free: [*mut u8; 32],
    /// The memory that was never given out: from here …
    next: usize,
    /// … to here.
    end: usize,
}

// SAFETY: wasm32-unknown-unknown without atomics has one thread.
unsafe impl Sync for Blocks {}

#[global_allocator]
static BLOCKS: Blocks = Blocks(UnsafeCell::new(Heap { free: [null_mut(); 32], next: 0, end: 0 }));

const PAGE: usize = 65_536;
/// The smallest block is 16 bytes, so every block is aligned for everything this crate keeps.
const SMALLEST: u32 = 4;

/// Which blocks serve this many bytes: the n of 2^n.
fn class(size: usize) -> u32 {
    (usize::BITS - size.saturating_sub(1).leading_zeros()).max(SMALLEST)
}

// SAFETY: blocks never overlap, as they are cut from memory that only grows and is cut once, and a
// block is in the free list only between `dealloc` and `alloc`. A block of 2^n bytes is aligned to 16,
// and nothing here asks for more: a larger alignment is refused.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and no reference into the heap is kept.
        let heap = unsafe { &mut *self.0.get() };
        if layout.align() > 1 << SMALLEST {
            return null_mut();
        }
        let class = class(layout.size());
        let Some(free) = heap.free.get_mut(class as usize) else { return null_mut() };
        let block = *free;
        if !block.is_null() {
            // SAFETY: a free block begins with the address of the next.
            *free = unsafe { *block.cast() };
            return block;
        }
        let size = 1 << class;
        if heap.end - heap.next < size {
            let grown = memory_grow::<0>(size.div_ceil(PAGE));
            if grown == usize::MAX {
                return null_mut();
            }
            if heap.end != grown * PAGE {
                heap.next = grown * PAGE;
            }
            heap.end = memory_size::<0>() * PAGE;
        }
        let block = heap.next;
        heap.next += size;
        block as *mut u8
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above; the block is at least 16 bytes and nobody's any more.
        unsafe {
            if let Some(free) = (*self.0.get()).free.get_mut(class(layout.size()) as usize) {
                *block.cast() = *free;
                *free = block;
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if class(size) == class(layout.size()) {
            return block;
        }
        // SAFETY: the caller owns the block; the new one is another, and large enough for what is copied.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// Traps. JavaScript catches the trap where it asked, and takes it for a refusal: the gate stays
/// closed. A message would need the formatting machinery, which no visitor should pay for.
#[panic_handler]
fn trap(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
