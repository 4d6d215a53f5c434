//! What is said of records, policies and notices: the same answers for the program `consentinel`, for the
//! officer's page, which is this crate compiled to WebAssembly, and for `npx consentinel` (`npx/`). What is sound is
//! decided by the core.
//!
//! Every file but `room.rs` is pure, as the core is: no clock, no files, no browser.

pub mod advice;
pub mod chart;
pub mod columns;
pub mod commands;
pub mod convert;
pub mod counts;
pub mod failed;
pub mod judged;
pub mod library;
pub mod older;
pub mod pack;
pub mod problems;
pub mod proving;
pub mod reading;
#[cfg(all(target_arch = "wasm32", feature = "room"))]
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
pub mod twice;
