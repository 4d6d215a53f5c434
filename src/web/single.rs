//! One value for the whole page: a `static` that may be borrowed and replaced.
//!
//! A `thread_local!` would do the same, but it needs the standard library, which the page module does
//! without. Besides the allocator in `module.rs` and the border in `host.rs` the one `unsafe` of the crate.

use core::cell::{RefCell, RefMut};

/// A value that only one thread ever sees.
pub struct Single<T>(RefCell<Option<T>>);

// SAFETY: this folder is compiled for wasm32-unknown-unknown without atomics only, where a module has
// one thread; a worker of the page has a module, and a memory, of its own.
#[allow(unsafe_code)]
unsafe impl<T> Sync for Single<T> {}

impl<T> Single<T> {
    /// Empty.
    pub const fn new() -> Single<T> {
        Single(RefCell::new(None))
    }

    /// Puts a value in.
    pub fn set(&self, value: T) {
        if let Ok(mut slot) = self.0.try_borrow_mut() {
            *slot = Some(value);
        }
    }

    /// The value, if there is one and nobody else looks at it.
    pub fn get(&self) -> Option<RefMut<'_, T>> {
        RefMut::filter_map(self.0.try_borrow_mut().ok()?, Option::as_mut).ok()
    }
}
