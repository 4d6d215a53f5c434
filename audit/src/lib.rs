//! What is said of records, policies and notices: the same answers for the program `consentinel` and for the
//! officer's page, which is this crate compiled to WebAssembly. What is sound is decided by the core.
//!
//! Every file but `room.rs` is pure, as the core is: no clock, no files, no browser.

pub mod advice;
pub mod chart;
pub mod columns;
pub mod counts;
pub mod judged;
pub mod library;
pub mod older;
pub mod pack;
pub mod problems;
pub mod proving;
pub mod reading;
#[cfg(target_arch = "wasm32")]
pub mod room;
pub mod seen;
pub mod sheet;
pub mod shown;
pub mod spans;
pub mod table;
pub mod texts;
pub mod time;
pub mod titles;
pub mod told;
