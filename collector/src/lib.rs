//! The collector: receives the records of pages, judges them by the core's rules, and keeps them in a store that every
//! command of the program `consentinel` reads as an export. docs/collector.md is the protocol, docs/operations.md how
//! it is run; `consentinel serve` starts it.
//!
//! It decides nothing about a record itself: what one is, whether it makes sense, whether it is of the policy that it
//! names and how records follow each other, the core says. It never asks for the address or the browser of whoever
//! sends, and no log, answer or number that it gives out holds anything of a record.

// The lint keeps clocks and files out of the pure side. This is a shell: it may ask for both.
#![allow(clippy::disallowed_methods)]

pub mod access;
pub mod clock;
mod intake;
mod numbers;
mod officer;
pub mod openapi;
mod refusal;
mod routes;
pub mod serve;
pub mod settings;
mod site;
pub mod store;
pub mod unconnected;
mod writer;
