//! The collector through its own library: the stores, each by the same cases (`stores`), parts and versions of a file (`versions`), numbers and versions of a data base (`settling`), the wire on loopback
//! (`wire`, `hostile`; `served` starts a collector and asks it), several of them on one PostgreSQL, and one that fails over (`several`), what PostgreSQL alone can do (`broken`), the settings (`settings`), what officers ask (`officer`). What the program does with it is tested beside the program.

// A test that meets what it does not expect should stop there and then, and may open files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

// Sockets as files.
#[cfg(unix)]
mod broken;
mod hostile;
mod officer;
mod sample;
mod served;
mod settings;
mod settling;
mod several;
mod stores;
mod versions;
mod wire;
