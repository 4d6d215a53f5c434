//! The catalogue of well-known services (`www/services`, docs/catalogue.md), for programs: what an entry says, and the
//! policy that is published of one that names entries by `use`. Pure, as the core is; no page has it.
//!
//! Left out: what is wrong with a policy once it is written out (the core), and reading and writing files (the programs).

pub mod claims;
pub mod compared;
pub mod draft;
pub mod entry;
pub mod expand;
pub mod found;
pub mod near;
pub mod proposal;
pub mod publish;
pub mod reported;
pub mod told;
