//! The targets of the search: the functions that `cargo test` replays.

#[path = "../../tests/fuzz/targets.rs"]
pub mod targets;
