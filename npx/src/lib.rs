//! The module of `npx consentinel`: what the native program says of a policy, and what only builds of applications want
//! of one, its types and a tag with the policy inside. `www/npm/npx.js` is its only caller; it has the arguments, the
//! files and the exit codes.
//!
//! Every file but `border.rs` is pure.

#[cfg(target_arch = "wasm32")]
pub mod border;
pub mod bundle;
pub mod tag;
pub mod types;
