//! The catalogue of well-known services (`www/services`, docs/catalogue.md), for programs: what an entry says, and the
//! policy that is published of one that names entries by `use`, or a collector by `audit`. Pure, as the core is; no page has it.
//!
//! Left out: what is wrong with a policy once it is written out (the core), and reading and writing files (the programs).

pub mod delivery;
pub mod draft;
pub mod entry;
pub mod expand;
pub mod near;
pub mod publish;
pub mod told;
