//! The catalogue of well-known services (`www/services`, docs/catalogue.md), for programs: what an entry says, and the
//! policy that is published of one that names entries by `use`, or a collector by `audit`. The program has it inside, `npx consentinel` too, and the
//! page for policies, which is this crate compiled to WebAssembly; no page of a site has it.
//!
//! Every file but `room.rs` is pure, as the core is: no clock, no files, no browser.
//!
//! Left out: what is wrong with a policy once it is written out (the core), and reading and writing files (the programs).

pub mod asking;
pub mod claims;
pub mod compared;
pub mod converted;
pub mod delivery;
pub mod draft;
pub mod entry;
pub mod expand;
pub mod found;
pub mod made;
pub mod named;
pub mod near;
pub mod proposal;
pub mod publish;
pub mod reported;
#[cfg(all(target_arch = "wasm32", feature = "room"))]
pub mod room;
pub mod search;
pub mod signals;
pub mod snippet;
pub mod told;
pub mod written;
