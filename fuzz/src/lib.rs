//! The targets of the search: the functions that `cargo test` replays.

#[path = "../../tests/fuzz/targets.rs"]
pub mod targets;

#[path = "../../collector/tests/fuzz/http.rs"]
pub mod http;
