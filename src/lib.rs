//! Consentinel's core: what a policy says, what a visitor decided, what the gate does about an
//! attempt, and the record that proves it.
//!
//! Every file directly in this folder is pure: no clock, no randomness, no storage, no DOM. The
//! `web` folder is the only place that knows a browser; it exists for wasm32 only. ARCHITECTURE.md
//! has the map.

// The page module does without the standard library, whose panic messages alone weigh more than the
// gate; see src/web/module.rs. Everything else about the code is the same with it and without.
#![cfg_attr(all(target_arch = "wasm32", feature = "module"), no_std)]

extern crate alloc;

pub mod address;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub mod checkpoint;
pub mod cookie;
pub mod csp;
#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
pub mod expired;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub mod export;
pub mod gate;
pub mod hash;
pub mod id;
pub mod json;
pub mod ledger;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub mod merkle;
#[cfg(any(not(target_arch = "wasm32"), feature = "moving"))]
pub mod moving;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub mod note;
pub mod notice;
pub mod pattern;
pub mod policy;
pub mod printed;
pub mod problem;
#[cfg(any(not(target_arch = "wasm32"), feature = "audit"))]
pub mod question;
pub mod record;
pub mod session;
#[cfg(any(not(target_arch = "wasm32"), feature = "server"))]
pub mod share;
pub mod signal;
pub mod source;
pub mod state;
mod text;
pub use text::is_control;
pub mod time;
#[cfg(all(target_arch = "wasm32", not(feature = "server"), not(feature = "moving")))]
pub mod web;
// The module of www/js/moving.js has a shell of its own, on the same border.
#[cfg(all(target_arch = "wasm32", feature = "moving"))]
#[path = "web/moving.rs"]
pub mod web;
